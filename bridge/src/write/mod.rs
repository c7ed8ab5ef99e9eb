//! Writing rows into a table and committing them.

mod checks;
mod conform;
mod diverted;
mod exports;
mod files;
mod sample;
mod spec;

use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::{RecordBatch, RecordBatchReader};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::error::ArrowError;
use futures::{Stream, StreamExt};
use object_store::ObjectStoreExt;
use serde_json::{Map, Value, json};
use tokio::sync::{mpsc, watch};

use crate::commit::{self, Mode, NewFile, Outcome, Request, log};
use crate::error::{BridgeError, ErrorKind, Result};
use crate::query::NormaQuery;
use crate::table::Table;
use checks::{Order, Unique};
use conform::Conform;
use diverted::Diverted;
use files::{Files, Named};
use sample::Sample;
use spec::WriteSpec;

/// Batches that wait between the thread that pulls a stream and the one that encodes.
const WAITING_BATCHES: usize = 4;

/// One write: rows from one source, then one commit. Behind a handle made by `Arc::into_raw`.
pub struct NormaWrite {
    table: Arc<Table>,
    spec: WriteSpec,
    cancelled: watch::Sender<bool>,
    named: Arc<Named>,
    state: Mutex<State>,
    /// What became of rows that break the contract; once all rows are written.
    diverted: Mutex<Option<Value>>,
}

#[derive(Debug)]
enum State {
    /// No rows were asked for yet.
    Fresh,
    /// All rows are in checked files.
    Written { files: Vec<NewFile>, is_blind: bool },
    /// The commit was tried, or the write failed: nothing more can be done with it.
    Done,
}

impl NormaWrite {
    pub fn begin(table: Arc<Table>, spec: &str) -> Result<Self> {
        let spec = WriteSpec::parse(spec, table.snapshot.version)?;
        Ok(Self {
            table,
            spec,
            cancelled: watch::Sender::new(false),
            named: Arc::default(),
            state: Mutex::new(State::Fresh),
            diverted: Mutex::default(),
        })
    }

    pub fn cancel(&self) {
        self.cancelled.send_replace(true);
    }

    /// Writes all rows of a stream that blocks. It is pulled, and dropped, on a thread of its own.
    pub async fn from_reader(&self, reader: impl RecordBatchReader + Send + 'static) -> Result<()> {
        let schema = reader.schema();
        let (sender, receiver) = mpsc::channel(WAITING_BATCHES);
        let pulled = tokio::task::spawn_blocking(move || {
            for batch in reader {
                // Nobody waits for more when the write has failed.
                if sender.blocking_send(batch).is_err() {
                    break;
                }
            }
        });
        let batches = futures::stream::unfold(receiver, async |mut receiver| {
            receiver
                .recv()
                .await
                .map(|batch| (batch.map_err(of_input), receiver))
        });
        let written = self.write(&schema, Box::pin(batches), true).await;
        pulled.await?;
        written
    }

    /// Writes all rows of a query.
    pub async fn from_query(&self, query: &NormaQuery) -> Result<()> {
        let rows = query.execute().await?;
        let schema = rows.schema();
        let batches = rows.map(|batch| batch.map_err(BridgeError::from));
        let written = tokio::select! {
            written = self.write(&schema, Box::pin(batches), false) => written,
            () = query.cancelled() => Err(cancelled()),
        };
        if let Err(error) = &written {
            query.fail(error);
        }
        written
    }

    async fn write(
        &self,
        schema: &SchemaRef,
        batches: impl Stream<Item = Result<RecordBatch>> + Unpin,
        is_blind: bool,
    ) -> Result<()> {
        match self.replace_state(State::Done) {
            State::Fresh => {}
            _ => {
                return Err(BridgeError::invalid(
                    "a write takes its rows from one source, once",
                ));
            }
        }
        let target = self.table.snapshot.schema.clone();
        let conform = Conform::new(schema, target, self.spec.failures_column.as_deref())?;
        let mut files = Files::new(&self.table, &self.spec, self.named.clone());
        let mut diverted = match &self.spec.failures_column {
            Some(column) if self.spec.diverts => Some(Diverted::new(column, &self.spec.key)),
            _ => None,
        };
        let fed = tokio::select! {
            biased;
            () = self.until_cancelled() => Err(cancelled()),
            fed = feed(&self.spec, &conform, batches, &mut files, &mut diverted) => fed,
        };
        if let Err(error) = fed {
            files.abort().await;
            return Err(error);
        }
        *self.diverted.lock().unwrap_or_else(PoisonError::into_inner) =
            diverted.map(|diverted| diverted.account());
        let files = files.close().await?;
        self.replace_state(State::Written { files, is_blind });
        Ok(())
    }

    /// What was set aside, as `Diverted::account` tells it.
    ///
    /// \return kInvalidArgument before all rows are written, and for a write that diverts nothing.
    pub fn diverted(&self) -> Result<Value> {
        let diverted = self.diverted.lock().unwrap_or_else(PoisonError::into_inner);
        let missing = || BridgeError::invalid("the write has set no rows aside");
        diverted.clone().ok_or_else(missing)
    }

    /// Commits what was written. Once.
    ///
    /// \param request `{"app_id", "txn", "operation", "run_id", "metadata"}`.
    /// \return the outcome as JSON.
    pub async fn commit(&self, request: &Value) -> Result<Value> {
        let (files, is_blind) = match self.replace_state(State::Done) {
            State::Written { files, is_blind } => (files, is_blind),
            State::Fresh if self.spec.mode == Mode::Append => (Vec::new(), true),
            State::Fresh => {
                return Err(BridgeError::invalid(
                    "a replacement needs rows, if only none of them",
                ));
            }
            State::Done => {
                return Err(BridgeError::invalid(
                    "the write has failed or was committed before",
                ));
            }
        };
        if *self.cancelled.borrow() {
            return Err(cancelled());
        }
        let request = self.request(request, files, is_blind)?;
        let rows: i64 = request.files.iter().map(|file| file.rows).sum();
        let bytes: i64 = request.files.iter().map(|file| file.size).sum();
        let (outcome, version) = match commit::commit(&self.table.log, &request).await {
            Ok(Outcome::Committed(version)) => ("committed", version),
            Ok(Outcome::AlreadyApplied(version)) => ("already_applied", version),
            Err(error) => {
                if matches!(error.kind, ErrorKind::CommitUnknown | ErrorKind::Internal) {
                    self.keep_files();
                }
                return Err(error);
            }
        };
        self.keep_files();
        Ok(json!({
            "outcome": outcome, "version": version, "rows": rows, "files": request.files.len(), "bytes": bytes}))
    }

    fn request(&self, json: &Value, files: Vec<NewFile>, is_blind: bool) -> Result<Request> {
        let word = |key: &str| json.get(key).and_then(Value::as_str).map(str::to_string);
        let missing =
            |key: &str| BridgeError::invalid(format!("the commit's request has no {key}"));
        Ok(Request {
            app_id: word("app_id")
                .filter(|id| !id.is_empty())
                .ok_or_else(|| missing("app_id"))?,
            txn: json
                .get("txn")
                .and_then(Value::as_i64)
                .ok_or_else(|| missing("txn"))?,
            operation: word("operation").unwrap_or_else(|| "WRITE".to_string()),
            run_id: word("run_id"),
            metadata: json
                .get("metadata")
                .and_then(Value::as_object)
                .cloned()
                .unwrap_or_else(Map::new),
            mode: self.spec.mode,
            files,
            sort: (!self.spec.sort.is_empty()).then(|| self.spec.sort.join(",")),
            is_blind,
        })
    }

    /// Removes the files that this write made, unless an entry names them or may name them.
    pub async fn abort(&self) {
        let store = log::table_store(&self.table.log);
        for path in self.named.take() {
            // What cannot be removed is an orphan, which vacuum finds.
            let _ = store.delete(&path).await;
        }
    }

    fn keep_files(&self) {
        drop(self.named.take());
    }

    fn replace_state(&self, next: State) -> State {
        std::mem::replace(
            &mut *self.state.lock().unwrap_or_else(PoisonError::into_inner),
            next,
        )
    }

    async fn until_cancelled(&self) {
        // An error means that the sender is gone, and the sender is `self`.
        let _ = self
            .cancelled
            .subscribe()
            .wait_for(|cancelled| *cancelled)
            .await;
    }
}

async fn feed(
    spec: &WriteSpec,
    conform: &Conform,
    mut batches: impl Stream<Item = Result<RecordBatch>> + Unpin,
    files: &mut Files,
    diverted: &mut Option<Diverted>,
) -> Result<()> {
    let named_by = if spec.key.is_empty() {
        &spec.sort
    } else {
        &spec.key
    };
    let sample = Sample::new(named_by.clone());
    let mut order = (!spec.sort.is_empty()).then(|| Order::new(&spec.sort));
    let mut unique = (!spec.key.is_empty()).then(|| Unique::new(&spec.key, spec.key_scope.clone()));
    while let Some(batch) = batches.next().await {
        let batch = batch?;
        if batch.num_rows() == 0 {
            continue;
        }
        let batch = match diverted {
            Some(diverted) => diverted.take(&batch)?,
            None => batch,
        };
        conform.check_failures(&batch, &sample)?;
        let batch = conform.apply(&batch, &sample)?;
        if let Some(order) = &mut order {
            order.check(&batch, &sample)?;
        }
        if let Some(unique) = &mut unique {
            unique.check(&batch, &sample)?;
        }
        files.write(&batch).await?;
    }
    Ok(())
}

/// An error that the caller's own stream reported.
fn of_input(error: ArrowError) -> BridgeError {
    BridgeError::from(error).context("the stream of rows failed")
}

fn cancelled() -> BridgeError {
    BridgeError::new(ErrorKind::Cancelled, "the write was cancelled")
}
