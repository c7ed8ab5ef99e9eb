//! Data files: written by delta-rs' writer, then checked before the log may name them.

use std::num::NonZeroU64;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::RecordBatch;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::metadata::ParquetMetaDataReader;
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};
use datafusion::parquet::schema::types::ColumnPath;
use delta_kernel::table_properties::DataSkippingNumIndexedCols;
use deltalake::datafile::writer::{DeltaWriter, WriterConfig};
use deltalake::kernel::Add;
use futures::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt};
use serde_json::Value;

use crate::commit::{NewFile, log};
use crate::error::{BridgeError, ErrorKind, Result};
use crate::store::{self, Published, gate};
use crate::table::Table;

use super::spec::WriteSpec;

/// Rows of a row group: what a writer holds in memory and a reader skips as one.
const ROW_GROUP_ROWS: usize = 131_072;
/// Rows handed to the encoders at a time; the file's size is looked at between.
const WRITE_ROWS: usize = 8_192;
const DEFAULT_FILE_BYTES: u64 = 64 << 20;
/// The property that names the leaves with statistics.
const STATISTICS_COLUMNS: &str = "delta.dataSkippingStatsColumns";
/// Columns with statistics in a table that does not name them: Delta's default.
const STATISTICS_COLUMN_COUNT: u64 = 32;
const MAGIC: &[u8] = b"PAR1";
const FOOTER_BYTES: u64 = 8;
/// How much of a file's end is read to get its footer in one go.
const TAIL_BYTES: u64 = 64 << 10;

/// Writes the data files of one write.
pub struct Files {
    store: Arc<dyn ObjectStore>,
    named: Arc<Named>,
    writer: DeltaWriter,
}

/// The names that a write has made visible.
#[derive(Debug, Default)]
pub struct Named(Mutex<Vec<Path>>);

impl gate::Gate for Named {
    fn before(&self, operation: &gate::Operation) -> object_store::Result<gate::Verdict> {
        use gate::Kind::{Complete, PutCreate, PutOverwrite};
        if matches!(operation.kind, PutCreate | PutOverwrite | Complete) {
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(operation.path.clone());
        }
        Ok(gate::Verdict::Go)
    }

    fn after(
        &self,
        operation: &gate::Operation,
        answer: std::result::Result<(), &object_store::Error>,
    ) -> object_store::Result<()> {
        // What did not get its name is not ours to remove: another's file may have it.
        if answer.is_err_and(|error| store::published(error) == Published::No) {
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .retain(|path| *path != operation.path);
        }
        Ok(())
    }
}

impl Named {
    pub fn take(&self) -> Vec<Path> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Files {
    pub fn new(table: &Table, spec: &WriteSpec, named: Arc<Named>) -> Self {
        let store = log::table_store(&table.log);
        let tracked = gate::Gated::new(store.clone(), vec![named.clone()]);
        let config = WriterConfig::new(
            table.snapshot.schema.clone(),
            Vec::new(),
            Some(properties(table, spec)),
            NonZeroU64::new(spec.file_bytes.unwrap_or(DEFAULT_FILE_BYTES)),
            Some(WRITE_ROWS),
            match table.snapshot.properties.get(STATISTICS_COLUMNS) {
                // The log gets what the files have statistics of.
                Some(_) => DataSkippingNumIndexedCols::AllColumns,
                None => DataSkippingNumIndexedCols::NumColumns(STATISTICS_COLUMN_COUNT),
            },
            None,
        );
        Self {
            store,
            named,
            writer: DeltaWriter::new(Arc::new(tracked), config),
        }
    }

    pub async fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.writer
            .write(batch)
            .await
            .map_err(|error| store::explain(&error))
    }

    /// Ends the files and checks each. They are in the order of their rows.
    pub async fn close(self) -> Result<Vec<NewFile>> {
        let mut adds = self
            .writer
            .close()
            .await
            .map_err(|error| store::explain(&error))?;
        adds.sort_by(|a, b| a.path.cmp(&b.path));
        let store = self.store;
        let checked = stream::iter(adds)
            .map(|add| check(store.clone(), add))
            .buffered(4);
        checked.try_collect().await
    }

    /// Gives up what is half written. What has a name already is in `Named`.
    pub async fn abort(self) {
        // The failure that led here is the one to report.
        let _ = self.writer.abort().await;
        drop(self.named);
    }
}

/// Statistics and dictionaries only where they help: the least and the greatest of every text is a
/// tenth of a writer's time, and a dictionary of unique texts is given up after it was filled.
fn properties(table: &Table, spec: &WriteSpec) -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(
            ZstdLevel::try_new(ZSTD_LEVEL).unwrap_or_default(),
        ))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_created_by(crate::commit::ENGINE_INFO.to_string());
    if let Some(columns) = table.snapshot.properties.get(STATISTICS_COLUMNS) {
        properties = properties.set_statistics_enabled(EnabledStatistics::None);
        for column in columns.split(',') {
            let enabled = EnabledStatistics::Page;
            properties = properties.set_column_statistics_enabled(leaf(column), enabled);
        }
    }
    if let [key] = spec.key.as_slice() {
        properties = properties.set_column_dictionary_enabled(leaf(key), false);
    }
    properties.build()
}

/// From a dotted path, as contracts write it.
fn leaf(path: &str) -> ColumnPath {
    ColumnPath::new(path.trim().split('.').map(str::to_string).collect())
}

const ZSTD_LEVEL: i32 = 1;

/// Refuses a file whose size, magic bytes or row count are not what the writer said.
async fn check(store: Arc<dyn ObjectStore>, add: Add) -> Result<NewFile> {
    let corrupt = |what: &str| {
        BridgeError::new(
            ErrorKind::Storage,
            format!("data file {what} after writing: {}", add.path),
        )
    };
    let explained = |error: object_store::Error| store::explain(&error);
    let path = Path::from(add.path.as_str());
    let stats: Value =
        serde_json::from_str(add.stats.as_deref().unwrap_or("{}")).map_err(|error| {
            BridgeError::internal(format!("statistics of a data file are not JSON: {error}"))
        })?;
    let rows = stats.get("numRecords").and_then(Value::as_i64);
    let rows = rows.ok_or_else(|| BridgeError::internal("a data file has no row count"))?;

    let size = u64::try_from(add.size).map_err(|_| corrupt("has no size"))?;
    let options = GetOptions {
        range: Some(GetRange::Suffix(TAIL_BYTES)),
        ..GetOptions::default()
    };
    let found = store.get_opts(&path, options).await.map_err(explained)?;
    if found.meta.size != size {
        return Err(corrupt("does not have its size"));
    }
    let mut tail = found.bytes().await.map_err(explained)?;
    let head = store
        .get_range(&path, 0..MAGIC.len() as u64)
        .await
        .map_err(explained)?;
    if head != MAGIC || !tail.ends_with(MAGIC) {
        return Err(corrupt("does not begin and end as Parquet does"));
    }
    let footer = footer_size(&tail).ok_or_else(|| corrupt("has no footer"))?;
    let needed = footer.saturating_add(FOOTER_BYTES);
    if needed > size {
        return Err(corrupt("has a footer larger than itself"));
    }
    if needed > tail.len() as u64 {
        tail = store
            .get_range(&path, size - needed..size)
            .await
            .map_err(explained)?;
    }
    let footer_start = tail.len() as u64 - needed;
    let footer = tail.slice(footer_start as usize..tail.len() - FOOTER_BYTES as usize);
    let metadata = ParquetMetaDataReader::decode_metadata(&footer)
        .map_err(|_| corrupt("has no readable footer"))?;
    if metadata.file_metadata().num_rows() != rows {
        return Err(corrupt("does not hold its rows"));
    }
    Ok(NewFile {
        path: add.path.clone(),
        size: add.size,
        modification_time: add.modification_time,
        rows,
        stats,
    })
}

/// The footer's length stands in front of the last four bytes.
fn footer_size(tail: &[u8]) -> Option<u64> {
    let length = tail.len().checked_sub(FOOTER_BYTES as usize)?;
    let bytes: [u8; 4] = tail.get(length..length + 4)?.try_into().ok()?;
    Some(u64::from(u32::from_le_bytes(bytes)))
}
