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
mod commit;
mod ddl;
mod dialect;
mod engine;
mod error;
mod error_text;
mod function;
mod hash;
mod introspect;
mod limits;
mod panics;
mod plain_scan;
mod policy;
mod query;
mod runtime;
mod save;
mod session;
mod store;
mod stream;
mod table;
mod test_support;
mod types;
mod write;
