//! A query's rows as an Arrow C stream.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::record_batch::{RecordBatch, RecordBatchReader};
use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt;
use futures::future::{Either, select};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::error::{BridgeError, Result};
use crate::panics::panicked;
use crate::query::{NormaQuery, cancelled};
use crate::runtime::runtime;

/// Batches that wait for the consumer. The engine works on the next while one is read.
const WAITING_BATCHES: usize = 2;

/// The rows of one run of a query. Holds the query and through it the session, so that both handles
/// may be freed before it.
pub struct Rows {
    query: Arc<NormaQuery>,
    schema: SchemaRef,
    batches: mpsc::Receiver<Result<RecordBatch>>,
    /// The task that runs the plan on an engine thread, whose stack is norma's own. Taken at the end.
    producer: Option<JoinHandle<()>>,
}

impl Rows {
    /// Call on an engine thread.
    pub fn start(query: Arc<NormaQuery>, stream: SendableRecordBatchStream) -> Self {
        let (sender, batches) = mpsc::channel(WAITING_BATCHES);
        let schema = stream.schema();
        let producer = tokio::spawn(produce(query.clone(), stream, sender));
        Self {
            query,
            schema,
            batches,
            producer: Some(producer),
        }
    }

    fn pull(&mut self) -> Result<Option<RecordBatch>> {
        if Handle::try_current().is_ok() {
            return Err(BridgeError::internal(
                "a stream was read on an engine thread",
            ));
        }
        let Some(producer) = self.producer.as_mut() else {
            return Ok(None);
        };
        let batches = &mut self.batches;
        let query = &self.query;
        runtime()?.block_on(async move {
            let stop = std::pin::pin!(query.cancelled());
            let next = std::pin::pin!(batches.recv());
            match select(stop, next).await {
                Either::Left(((), _)) => Err(cancelled()),
                Either::Right((Some(batch), _)) => batch.map(Some),
                // The sender is gone: the plan is done, or its task panicked.
                Either::Right((None, _)) => match producer.await {
                    Ok(()) => Ok(None),
                    Err(join) if join.is_panic() => Err(panicked(join.into_panic())),
                    Err(join) => Err(join.into()),
                },
            }
        })
    }

    fn stop(&mut self) {
        if let Some(producer) = self.producer.take() {
            producer.abort();
        }
    }
}

async fn produce(
    query: Arc<NormaQuery>,
    mut stream: SendableRecordBatchStream,
    sender: mpsc::Sender<Result<RecordBatch>>,
) {
    loop {
        let next = {
            let stop = std::pin::pin!(query.cancelled());
            match select(stop, stream.next()).await {
                // The consumer sees the cancelling itself.
                Either::Left(((), _)) => return,
                Either::Right((next, _)) => next,
            }
        };
        let Some(batch) = next else { return };
        let batch = batch.map_err(BridgeError::from);
        let failed = batch.is_err();
        if sender.send(batch).await.is_err() || failed {
            return;
        }
    }
}

impl Iterator for Rows {
    type Item = std::result::Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let pulled = catch_unwind(AssertUnwindSafe(|| self.pull()))
            .unwrap_or_else(|panic| Err(panicked(panic)));
        match pulled {
            Ok(Some(batch)) => Some(Ok(batch)),
            Ok(None) => {
                self.stop();
                None
            }
            Err(mut error) => {
                self.stop();
                // arrow-rs makes a C string of the text and panics on a NUL in it.
                error.message = error.message.replace('\0', "\u{fffd}");
                self.query.fail(&error);
                Some(Err(ArrowError::ExternalError(Box::new(error))))
            }
        }
    }
}

impl RecordBatchReader for Rows {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
}

impl Drop for Rows {
    fn drop(&mut self) {
        self.stop();
    }
}
