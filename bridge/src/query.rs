//! A planned query: its schema, its rows, and what can be said about its plan.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use tokio::sync::watch;

use crate::error::{BridgeError, ErrorKind, Result};
use crate::session::NormaSession;

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

    /// The state in which the query was planned and runs.
    pub(crate) fn state(&self) -> &SessionState {
        &self.state
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

/// # Safety
/// `query` is null or a live handle, which is gone afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_query_free(query: *const NormaQuery) {
    if !query.is_null() {
        // SAFETY: made by `Arc::into_raw`.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(unsafe { Arc::from_raw(query) })));
    }
}
