//! A planned query: its schema, its rows, and what can be said about its plan.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::ffi::FFI_ArrowSchema;
use datafusion::arrow::ffi_stream::FFI_ArrowArrayStream;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use tokio::sync::watch;

use crate::abi::{NormaError, NormaSlice, NormaText, hand_out, report, share};
use crate::error::{BridgeError, ErrorKind, Result};
use crate::introspect;
use crate::policy::{Policy, check_plan, parse_allowed};
use crate::runtime::on_engine;
use crate::save::{Format, save};
use crate::session::{NormaSession, guard_handle, guard_session};
use crate::stream::Rows;

/// A query behind a handle made by `Arc::into_raw`. Its streams hold what they need of it.
pub struct NormaQuery {
    session: Arc<NormaSession>,
    state: SessionState,
    /// As planned from the text, before the optimiser.
    planned: LogicalPlan,
    optimised: LogicalPlan,
    physical: Mutex<Physical>,
    cancelled: watch::Sender<bool>,
    failure: Mutex<Option<BridgeError>>,
}

struct Physical {
    plan: Arc<dyn ExecutionPlan>,
    /// A plan keeps state of its run (metrics, dynamic filters), so it runs once.
    ran: bool,
}

impl NormaQuery {
    /// Plans all the way down: what the engine refuses is refused here.
    pub(crate) async fn plan(
        session: Arc<NormaSession>,
        state: SessionState,
        planned: LogicalPlan,
    ) -> Result<Self> {
        let optimised = state.optimize(&planned).map_err(BridgeError::of_planning)?;
        let plan = physical_plan(&state, &optimised).await?;
        Ok(Self {
            session,
            state,
            planned,
            optimised,
            physical: Mutex::new(Physical { plan, ran: false }),
            cancelled: watch::Sender::new(false),
            failure: Mutex::new(None),
        })
    }

    pub(crate) fn session(&self) -> &Arc<NormaSession> {
        &self.session
    }

    pub(crate) fn optimised(&self) -> &LogicalPlan {
        &self.optimised
    }

    pub(crate) fn planned(&self) -> &LogicalPlan {
        &self.planned
    }

    /// The columns of the result, with nullability.
    pub(crate) fn schema(&self) -> SchemaRef {
        self.physical().plan.schema()
    }

    /// The plan that runs, or ran last; its metrics are those of that run.
    pub(crate) fn physical_plan(&self) -> Arc<dyn ExecutionPlan> {
        self.physical().plan.clone()
    }

    /// Starts the query. Call on an engine thread. It may run more than once.
    pub(crate) async fn execute(&self) -> Result<SendableRecordBatchStream> {
        if *self.cancelled.borrow() {
            return Err(cancelled());
        }
        let fresh = {
            let mut physical = self.physical();
            let fresh = !physical.ran;
            physical.ran = true;
            fresh
        };
        if !fresh {
            let again = physical_plan(&self.state, &self.optimised).await?;
            self.physical().plan = again;
        }
        Ok(execute_stream(self.physical_plan(), self.state.task_ctx())?)
    }

    /// Ends when somebody cancels the query.
    pub(crate) async fn cancelled(&self) {
        // An error means that the sender is gone, and the sender is `self`.
        let _ = self
            .cancelled
            .subscribe()
            .wait_for(|cancelled| *cancelled)
            .await;
    }

    pub(crate) fn cancel(&self) {
        self.cancelled.send_replace(true);
    }

    /// Keeps the error that ended the rows, and closes the session if it was a panic.
    pub(crate) fn fail(&self, error: &BridgeError) {
        self.session.watch(error);
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.clone());
    }

    pub(crate) fn failure(&self) -> Option<BridgeError> {
        self.failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn physical(&self) -> MutexGuard<'_, Physical> {
        self.physical.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn cancelled() -> BridgeError {
    BridgeError::new(ErrorKind::Cancelled, "the query was cancelled")
}

async fn physical_plan(
    state: &SessionState,
    optimised: &LogicalPlan,
) -> Result<Arc<dyn ExecutionPlan>> {
    state
        .query_planner()
        .create_physical_plan(optimised, state)
        .await
        .map_err(BridgeError::of_planning)
}

/// Parses, checks and plans one statement.
async fn plan_text(
    session: Arc<NormaSession>,
    sql: String,
    policy: Policy,
) -> Result<Arc<NormaQuery>> {
    let statement = parse_allowed(&sql, policy)?;
    let state = session.state();
    let planned = state
        .statement_to_plan(statement)
        .await
        .map_err(BridgeError::of_planning)?;
    check_plan(&planned)?;
    Ok(Arc::new(NormaQuery::plan(session, state, planned).await?))
}

/// # Safety
/// As for `guard_session`; `query` is null or a live handle.
unsafe fn guard_query(
    query: *const NormaQuery,
    error: *mut *mut NormaError,
    body: impl FnOnce(&Arc<NormaQuery>) -> Result<()>,
) -> i32 {
    // SAFETY: the caller's promise.
    match unsafe { share(query, "query") } {
        // SAFETY: the caller's promise.
        Ok(query) => unsafe { guard_session(query.session(), error, || body(&query)) },
        // SAFETY: the caller's promise.
        Err(failure) => unsafe { report(Err(failure), error) },
    }
}

/// # Safety
/// `session` is a live handle, `sql` is readable, `out` is writable, `error` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_session_plan(
    session: *const NormaSession,
    sql: NormaSlice,
    policy: i32,
    out: *mut *const NormaQuery,
    error: *mut *mut NormaError,
) -> i32 {
    let body = |session: &Arc<NormaSession>| {
        // SAFETY: the caller's promise.
        let sql = unsafe { sql.text("the statement") }?.to_string();
        let policy = Policy::from_number(policy)?;
        let query = on_engine(plan_text(session.clone(), sql, policy))?;
        // SAFETY: the caller's promise.
        unsafe { hand_out(out, Arc::into_raw(query)) }
    };
    // SAFETY: the caller's promise.
    unsafe { guard_handle(session, error, body) }
}

/// # Safety
/// `query` is null or a live handle, which is gone afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_query_free(query: *const NormaQuery) {
    if !query.is_null() {
        // SAFETY: made by `Arc::into_raw`.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(unsafe { Arc::from_raw(query) })));
    }
}

/// # Safety
/// `query` is a live handle, `out` is writable, `error` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_query_schema(
    query: *const NormaQuery,
    out: *mut FFI_ArrowSchema,
    error: *mut *mut NormaError,
) -> i32 {
    let body = |query: &Arc<NormaQuery>| {
        let schema = FFI_ArrowSchema::try_from(query.schema().as_ref())?;
        // SAFETY: the caller's promise.
        unsafe { hand_out(out, schema) }
    };
    // SAFETY: the caller's promise.
    unsafe { guard_query(query, error, body) }
}

/// # Safety
/// `query` is a live handle, `out` is writable, `error` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_query_stream(
    query: *const NormaQuery,
    out: *mut FFI_ArrowArrayStream,
    error: *mut *mut NormaError,
) -> i32 {
    let body = |query: &Arc<NormaQuery>| {
        let runner = query.clone();
        let rows = on_engine(async move {
            let stream = runner.execute().await?;
            Ok(Rows::start(runner, stream))
        })?;
        // SAFETY: the caller's promise.
        unsafe { hand_out(out, FFI_ArrowArrayStream::new(Box::new(rows))) }
    };
    // SAFETY: the caller's promise.
    unsafe { guard_query(query, error, body) }
}

/// # Safety
/// `query` is null or a live handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_query_cancel(query: *const NormaQuery) {
    // SAFETY: the caller's promise; null gives None.
    if let Some(query) = unsafe { query.as_ref() } {
        query.cancel();
    }
}

/// # Safety
/// `query` is null or a live handle, `out` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_query_error(
    query: *const NormaQuery,
    out: *mut *mut NormaError,
) -> i32 {
    // SAFETY: the caller's promise; null gives None.
    match unsafe { query.as_ref() }.and_then(NormaQuery::failure) {
        // SAFETY: the caller's promise.
        Some(failure) => unsafe { report(Err(failure), out) },
        None => 0,
    }
}

/// # Safety
/// `query` is a live handle, the slices are readable, `rows` is null or writable, `error` is null or
/// writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_query_save(
    query: *const NormaQuery,
    format: NormaSlice,
    path: NormaSlice,
    rows: *mut u64,
    error: *mut *mut NormaError,
) -> i32 {
    let body = |query: &Arc<NormaQuery>| {
        // SAFETY: the caller's promise.
        let format = Format::parse(unsafe { format.text("the format") }?)?;
        // SAFETY: the caller's promise.
        let path = unsafe { path.text("the path") }?.to_string();
        let runner = query.clone();
        let written = on_engine(async move { save(&runner, format, path.as_ref()).await })?;
        if !rows.is_null() {
            // SAFETY: not null, and the caller vouches for it.
            unsafe { rows.write(written) };
        }
        Ok(())
    };
    // SAFETY: the caller's promise.
    unsafe { guard_query(query, error, body) }
}

/// # Safety
/// `query` is a live handle, `format` is readable, `out` is writable, `error` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_query_explain(
    query: *const NormaQuery,
    format: NormaSlice,
    out: *mut NormaText,
    error: *mut *mut NormaError,
) -> i32 {
    let body = |query: &Arc<NormaQuery>| {
        // SAFETY: the caller's promise.
        let format = unsafe { format.text("the format") }?.to_string();
        let runner = query.clone();
        let text = on_engine(async move { introspect::explain(&runner, &format) })?;
        // SAFETY: the caller's promise.
        unsafe { hand_out(out, NormaText::new(text)) }
    };
    // SAFETY: the caller's promise.
    unsafe { guard_query(query, error, body) }
}

/// # Safety
/// `query` is a live handle, `out` is writable, `error` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_query_plan_json(
    query: *const NormaQuery,
    out: *mut NormaText,
    error: *mut *mut NormaError,
) -> i32 {
    let body = |query: &Arc<NormaQuery>| {
        let runner = query.clone();
        let json = on_engine(async move { introspect::plan_json(&runner) })?;
        // SAFETY: the caller's promise.
        unsafe { hand_out(out, NormaText::new(json.to_string())) }
    };
    // SAFETY: the caller's promise.
    unsafe { guard_query(query, error, body) }
}
