//! Checkpoints: a version in one file, so that readers need not replay the whole log.

use std::sync::Arc;

use delta_kernel::checkpoint::{CheckpointWriter, LastCheckpointHintStats};
use delta_kernel::{ActionReconciliationIteratorState, DeltaResult, Engine};
use deltalake::logstore::LogStoreRef;
use object_store::ObjectStoreExt;
use object_store::path::Path;

use super::log::{self, Listing};
use super::snapshot::Snapshot;
use crate::error::{BridgeError, ErrorKind, Result};
use crate::store::{self, failure};

/// Writes a checkpoint of the newest version, if the last checkpoint is `every` versions behind it.
///
/// The owner of a checkpoint is who gives the file its name, which happens once. The owner reads the
/// table back through the file before the hint may point to it.
///
/// \return the version; `None` when none was due, or another process owns it.
/// \return kCorruptData when the file does not hold the table. It is gone then.
pub async fn write_if_due(log: &LogStoreRef, every: u64) -> Result<Option<u64>> {
    let listing = Listing::read(log).await?;
    let newest = listing.latest().unwrap_or(0);
    let last = listing.checkpoints.iter().max().copied().unwrap_or(0);
    if newest < last.saturating_add(every) {
        return Ok(None);
    }
    let before = Snapshot::load(log, Some(newest)).await?;
    let Some(written) = Written::from(before.clone()).await? else {
        return Ok(None);
    };
    if let Err(error) = read_back(log, &before).await {
        // A reader would take it for the table, hint or not.
        let path = Path::from(checkpoint_name(newest));
        let removed = log::table_store(log).delete(&path).await;
        return Err(match removed {
            Ok(()) => error,
            Err(left) => error.context(&store::explain(&left).message),
        });
    }
    written.point_to().await?;
    Ok(Some(newest))
}

fn checkpoint_name(version: u64) -> String {
    format!("_delta_log/{version:020}.checkpoint.parquet")
}

async fn read_back(log: &LogStoreRef, before: &Snapshot) -> Result<()> {
    let after = Snapshot::load(log, Some(before.version)).await?;
    if before.is_same_as(&after) {
        return Ok(());
    }
    Err(BridgeError::new(
        ErrorKind::CorruptData,
        format!(
            "the checkpoint does not hold the table: {}/{}",
            log::folder(log),
            checkpoint_name(before.version)
        ),
    ))
}

/// A checkpoint file that this process made, to which the hint does not point yet.
struct Written {
    writer: CheckpointWriter,
    engine: Arc<dyn Engine>,
    state: ActionReconciliationIteratorState,
}

impl Written {
    /// \return `None` when the file is there already.
    async fn from(snapshot: Snapshot) -> Result<Option<Self>> {
        tokio::task::spawn_blocking(move || match Self::write(&snapshot) {
            Ok(written) => Ok(Some(written)),
            Err(error) if is_taken(&error) => Ok(None),
            Err(error) => Err(store::explain(&error)),
        })
        .await?
    }

    fn write(snapshot: &Snapshot) -> DeltaResult<Self> {
        let engine = snapshot.engine.clone();
        let writer = snapshot
            .kernel
            .clone()
            .create_checkpoint_writer(engine.as_ref())?;
        let path = writer.checkpoint_path()?;
        let actions = writer.checkpoint_data(engine.as_ref())?;
        let state = actions.state();
        let rows = actions.map(|batch| batch.and_then(|batch| batch.apply_selection_vector()));
        engine
            .parquet_handler()
            .write_parquet_file(path, Box::new(rows))?;
        let state = Arc::into_inner(state).ok_or_else(|| {
            delta_kernel::Error::internal_error("the checkpoint's rows are still being read")
        })?;
        Ok(Self {
            writer,
            engine,
            state,
        })
    }

    /// Moves the hint.
    async fn point_to(self) -> Result<()> {
        tokio::task::spawn_blocking(move || self.finalize())
            .await?
            .map_err(|error| store::explain(&error))
    }

    fn finalize(self) -> DeltaResult<()> {
        let path = self.writer.checkpoint_path()?;
        let size = self.engine.storage_handler().head(&path)?.size;
        let facts = LastCheckpointHintStats::from_reconciliation_state(self.state, size, 0)?;
        self.writer.finalize(self.engine.as_ref(), &facts)
    }
}

fn is_taken(error: &delta_kernel::Error) -> bool {
    matches!(
        failure::find::<object_store::Error>(error),
        Some(object_store::Error::AlreadyExists { .. })
    )
}
