//! The process-wide engine threads.

use std::sync::OnceLock;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::error::{BridgeError, Result};
use crate::panics::{self, panicked};

/// Deep plans recurse; 2 MiB, tokio's default, overflows at some 2,000 nested terms.
const STACK_BYTES: usize = 16 << 20;

static RUNTIME: OnceLock<std::io::Result<Runtime>> = OnceLock::new();

/// Starts the engine threads on first use. `threads` counts only then.
pub fn start(threads: usize) -> Result<&'static Runtime> {
    RUNTIME
        .get_or_init(|| {
            panics::note_instead_of_printing();
            Builder::new_multi_thread()
                .enable_all()
                .worker_threads(threads.max(1))
                .thread_name("norma-engine")
                .thread_stack_size(STACK_BYTES)
                .build()
        })
        .as_ref()
        .map_err(|error| {
            BridgeError::internal(format!("cannot start the engine's threads: {error}"))
        })
}

pub fn runtime() -> Result<&'static Runtime> {
    start(std::thread::available_parallelism().map_or(1, |count| count.get()))
}

/// Runs `work` on an engine thread and waits for it here. A panic in it comes back as an error.
pub fn on_engine<T: Send + 'static>(
    work: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    if Handle::try_current().is_ok() {
        return Err(BridgeError::internal(
            "a bridge function was called from an engine thread",
        ));
    }
    let runtime = runtime()?;
    match runtime.block_on(runtime.spawn(work)) {
        Ok(done) => done,
        Err(join) if join.is_panic() => Err(panicked(join.into_panic())),
        Err(join) => Err(BridgeError::internal(join.to_string())),
    }
}
