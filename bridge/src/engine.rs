//! What the process has once: engine threads, memory pool, spill folder, caches and stores.

use std::mem::offset_of;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::{FairSpillPool, TrackConsumersPool};
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};

use crate::abi::{NormaError, NormaSlice, guard, read_options};
use crate::error::{BridgeError, Result};
use crate::runtime;

const DEFAULT_MEMORY_BYTES: usize = 1 << 30;
const DEFAULT_SPILL_BYTES: u64 = 100_000_000_000;
/// How much of finished files a write may hold while they are made durable: two of the usual size, so
/// that one is encoded while the other is synced. delta-rs' default is a quarter of the machine.
const UPLOAD_BYTES: (&str, &str) = ("DELTARS_MAX_IN_FLIGHT_UPLOAD_BYTES", "134217728");
/// How many of the largest consumers the message of a refused allocation names.
const NAMED_CONSUMERS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(4);

#[repr(C)]
#[derive(Clone, Copy)]
pub struct NormaEngineOptions {
    struct_size: u32,
    threads: u32,
    memory_bytes: u64,
    spill_bytes: u64,
    spill_directory: NormaSlice,
}

const _: () = assert!(
    size_of::<NormaEngineOptions>() == 40 && offset_of!(NormaEngineOptions, memory_bytes) == 8
);

/// The running engine.
pub struct Engine {
    pub runtime_env: Arc<RuntimeEnv>,
    pub threads: usize,
}

static ENGINE: OnceLock<Engine> = OnceLock::new();
/// Held while starting, so that two first calls do not build two pools.
static STARTING: Mutex<()> = Mutex::new(());

struct Settings {
    threads: usize,
    memory_bytes: usize,
    spill_bytes: u64,
    spill_directory: Option<PathBuf>,
}

impl Settings {
    fn defaults() -> Self {
        Self {
            threads: std::thread::available_parallelism().map_or(1, |count| count.get()),
            memory_bytes: DEFAULT_MEMORY_BYTES,
            spill_bytes: DEFAULT_SPILL_BYTES,
            spill_directory: None,
        }
    }
}

/// The engine, started with the defaults if nobody started it.
pub fn engine() -> Result<&'static Engine> {
    if let Some(engine) = ENGINE.get() {
        return Ok(engine);
    }
    let _starting = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(engine) = ENGINE.get() {
        return Ok(engine);
    }
    let built = build(Settings::defaults())?;
    Ok(ENGINE.get_or_init(|| built))
}

fn build(settings: Settings) -> Result<Engine> {
    let (name, bytes) = UPLOAD_BYTES;
    if std::env::var_os(name).is_none() {
        // SAFETY: the ABI demands that no other thread uses the environment while the engine starts,
        // and the engine has no threads yet.
        unsafe { std::env::set_var(name, bytes) };
    }
    runtime::start(settings.threads)?;
    let mode = match settings.spill_directory {
        Some(directory) => DiskManagerMode::Directories(vec![directory]),
        None => DiskManagerMode::OsTmpDirectory,
    };
    // Both spill values at once: set one after the other, each puts the other back to its default.
    let spill = DiskManagerBuilder::default()
        .with_mode(mode)
        .with_max_temp_directory_size(settings.spill_bytes);
    let pool = TrackConsumersPool::new(FairSpillPool::new(settings.memory_bytes), NAMED_CONSUMERS);
    let runtime_env = RuntimeEnvBuilder::new()
        .with_disk_manager_builder(spill)
        .with_memory_pool(Arc::new(pool))
        .build_arc()?;
    // Queries reach the roots that are registered, and no other file.
    runtime_env.deregister_object_store(ObjectStoreUrl::local_filesystem().as_ref())?;
    Ok(Engine {
        runtime_env,
        threads: settings.threads,
    })
}

/// # Safety
/// `options` is null or a valid option struct; `error` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_engine_start(
    options: *const NormaEngineOptions,
    error: *mut *mut NormaError,
) -> i32 {
    let body = || {
        let nothing = NormaEngineOptions {
            struct_size: 0,
            threads: 0,
            memory_bytes: 0,
            spill_bytes: 0,
            spill_directory: NormaSlice::EMPTY,
        };
        // SAFETY: the caller's promise.
        let options = unsafe { read_options(options, nothing, "NormaEngineOptions") }?;
        // SAFETY: as above.
        let directory = unsafe { options.spill_directory.text("the spill directory") }?;
        let mut settings = Settings::defaults();
        if options.threads > 0 {
            settings.threads = options.threads as usize;
        }
        if options.memory_bytes > 0 {
            settings.memory_bytes = usize::try_from(options.memory_bytes).unwrap_or(usize::MAX);
        }
        if options.spill_bytes > 0 {
            settings.spill_bytes = options.spill_bytes;
        }
        if !directory.is_empty() {
            settings.spill_directory = Some(PathBuf::from(directory));
        }
        let _starting = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
        if ENGINE.get().is_some() {
            return Err(BridgeError::invalid("the engine has been started already"));
        }
        let built = build(settings)?;
        ENGINE.get_or_init(|| built);
        Ok(())
    };
    // SAFETY: the caller's promise.
    unsafe { guard(error, body) }
}
