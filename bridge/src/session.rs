//! Sessions: what a run registers and plans in.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use datafusion::catalog::TableProvider;
use datafusion::common::TableReference;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::session_state::SessionState;
use datafusion::prelude::{SessionConfig, SessionContext};
use deltalake::delta_datafusion::planner::DeltaPlanner;

use crate::abi::{NormaError, NormaSlice, guard, hand_out, read_options, report, share};
use crate::engine::engine;
use crate::error::{BridgeError, ErrorKind, Result};
use crate::panics::panicked;
use crate::policy::PARSER_RECURSION_LIMIT;
use crate::runtime::on_engine;

const DEFAULT_BATCH_ROWS: usize = 8192;

/// A session behind a handle made by `Arc::into_raw`. Queries and streams share it.
pub struct NormaSession {
    context: SessionContext,
    closed: AtomicBool,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct NormaSessionOptions {
    struct_size: u32,
    target_partitions: u32,
    batch_rows: u32,
}

const _: () = assert!(size_of::<NormaSessionOptions>() == 12);

impl NormaSession {
    pub(crate) fn open(target_partitions: usize, batch_rows: usize) -> Result<Self> {
        let engine = engine()?;
        // String views are off: one text type in every kernel and contract is worth more than their
        // speed. The time zone is set because DataFusion otherwise drops it from DDL types.
        let config = SessionConfig::new()
            .with_information_schema(true)
            .with_default_catalog_and_schema("norma", "public")
            .with_target_partitions(target_partitions)
            .with_batch_size(batch_rows)
            .set_bool("datafusion.sql_parser.map_string_types_to_utf8view", false)
            .set_bool(
                "datafusion.execution.parquet.schema_force_view_types",
                false,
            )
            .set_bool("datafusion.execution.parquet.pushdown_filters", true)
            // It moves `span['bstart']` below the projection that makes `span`, and so makes the
            // span again for each field that is read of it.
            .set_bool(
                "datafusion.optimizer.enable_leaf_expression_pushdown",
                false,
            )
            .set_usize(
                "datafusion.sql_parser.recursion_limit",
                PARSER_RECURSION_LIMIT,
            )
            .set_str("datafusion.execution.time_zone", "+00:00");
        // delta-rs' write plans hold extension nodes that only its planner knows.
        let state = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(engine.runtime_env.clone())
            .with_default_features()
            .with_query_planner(DeltaPlanner::new())
            .build();
        Ok(Self {
            context: SessionContext::new_with_state(state),
            closed: AtomicBool::new(false),
        })
    }

    /// Refuses when a panic closed the session.
    pub(crate) fn enter(&self) -> Result<()> {
        if self.is_closed() {
            return Err(BridgeError::internal("the session was closed by a panic"));
        }
        Ok(())
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Closes the session if a panic is behind this error.
    pub(crate) fn watch(&self, error: &BridgeError) {
        if error.panicked {
            self.closed.store(true, Ordering::Release);
        }
    }

    /// A copy of the state as it is now: what is registered later is not in it.
    pub(crate) fn state(&self) -> SessionState {
        self.context.state()
    }

    pub(crate) fn context(&self) -> &SessionContext {
        &self.context
    }

    /// Whether a function of any kind has this name.
    pub(crate) fn has_function(&self, name: &str) -> bool {
        let state = self.context.state_ref();
        let state = state.read();
        state.scalar_functions().contains_key(name)
            || state.aggregate_functions().contains_key(name)
            || state.window_functions().contains_key(name)
            || state.higher_order_functions().contains_key(name)
    }

    /// Makes a table known under a bare name, in place of an older one.
    pub(crate) fn register_provider(
        &self,
        name: &str,
        provider: Arc<dyn TableProvider>,
    ) -> Result<()> {
        let table = TableReference::bare(name);
        self.context.deregister_table(table.clone())?;
        self.context.register_table(table, provider)?;
        Ok(())
    }
}

/// Runs the body of an export that works in a session: refused when the session is closed, and a
/// panic closes it. Exports on other handles of the session use `guard_session`.
///
/// # Safety
/// `session` is null or a live handle; `error` is null or writable.
pub unsafe fn guard_handle(
    session: *const NormaSession,
    error: *mut *mut NormaError,
    body: impl FnOnce(&Arc<NormaSession>) -> Result<()>,
) -> i32 {
    // SAFETY: the caller's promise.
    match unsafe { share(session, "session") } {
        // SAFETY: the caller's promise.
        Ok(session) => unsafe { guard_session(&session, error, || body(&session)) },
        // SAFETY: the caller's promise.
        Err(failure) => unsafe { report(Err(failure), error) },
    }
}

/// As `guard_handle`, for a session that the caller holds already.
///
/// # Safety
/// `error` is null or writable.
pub unsafe fn guard_session(
    session: &NormaSession,
    error: *mut *mut NormaError,
    body: impl FnOnce() -> Result<()>,
) -> i32 {
    let result = session.enter().and_then(|()| {
        catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|panic| Err(panicked(panic)))
    });
    if let Err(failure) = &result {
        session.watch(failure);
    }
    // SAFETY: the caller's promise.
    unsafe { report(result, error) }
}

/// # Safety
/// `options` is null or a valid option struct; `out` is writable; `error` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_session_open(
    options: *const NormaSessionOptions,
    out: *mut *const NormaSession,
    error: *mut *mut NormaError,
) -> i32 {
    let body = || {
        let nothing = NormaSessionOptions {
            struct_size: 0,
            target_partitions: 0,
            batch_rows: 0,
        };
        // SAFETY: the caller's promise.
        let options = unsafe { read_options(options, nothing, "NormaSessionOptions") }?;
        let partitions = match options.target_partitions {
            0 => engine()?.threads,
            some => some as usize,
        };
        let rows = match options.batch_rows {
            0 => DEFAULT_BATCH_ROWS,
            some => some as usize,
        };
        let session = Arc::new(NormaSession::open(partitions, rows)?);
        // SAFETY: the caller's promise.
        unsafe { hand_out(out, Arc::into_raw(session)) }
    };
    // SAFETY: the caller's promise.
    unsafe { guard(error, body) }
}

/// # Safety
/// `session` is null or a live handle, which is gone afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_session_close(session: *const NormaSession) {
    if !session.is_null() {
        // A panic while freeing has nobody to report to; the process goes on.
        // SAFETY: made by `Arc::into_raw`.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(unsafe { Arc::from_raw(session) })));
    }
}

/// # Safety
/// `session` is null or a live handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_session_is_closed(session: *const NormaSession) -> i32 {
    // SAFETY: the caller's promise; null gives None.
    unsafe { session.as_ref() }.map_or(0, |session| i32::from(session.is_closed()))
}

/// Gives a registered table a second name.
///
/// # Safety
/// `session` is a live handle, the slices are readable, `error` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_session_register_alias(
    session: *const NormaSession,
    alias: NormaSlice,
    table: NormaSlice,
    error: *mut *mut NormaError,
) -> i32 {
    let body = |session: &Arc<NormaSession>| {
        // SAFETY: the caller's promise.
        let alias = unsafe { alias.text("the alias") }?.to_string();
        // SAFETY: the caller's promise.
        let table = unsafe { table.text("the table name") }?.to_string();
        let lender = session.clone();
        let wanted = table.clone();
        let provider = on_engine(async move {
            let found = lender
                .context
                .table_provider(TableReference::bare(wanted))
                .await;
            Ok(found.ok())
        })?;
        let Some(provider) = provider else {
            return Err(BridgeError::new(
                ErrorKind::NotFound,
                format!("no such table: {table}"),
            ));
        };
        session.register_provider(&alias, provider)
    };
    // SAFETY: the caller's promise.
    unsafe { guard_handle(session, error, body) }
}
