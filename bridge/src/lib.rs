//! DataFusion and delta-rs behind norma's C ABI (`include/norma/bridge.h`).
#![deny(
    unsafe_op_in_unsafe_fn,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::undocumented_unsafe_blocks
)]

mod abi;
mod catalogue;
mod ddl;
mod dialect;
mod engine;
mod error;
mod function;
mod introspect;
mod limits;
mod policy;
mod query;
mod runtime;
mod save;
mod session;
mod stream;
mod test_support;
mod types;
