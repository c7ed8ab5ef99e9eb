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
mod commit;
mod engine;
mod error;
mod hash;
mod plain_scan;
mod query;
mod runtime;
mod session;
mod store;
mod table;
mod write;
