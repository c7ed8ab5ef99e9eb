//! Data files: written by delta-rs' writer, then checked before the log may name them.

use std::num::NonZeroU64;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::metadata::ParquetMetaDataReader;
use datafusion::parquet::file::properties::WriterProperties;
use delta_kernel::table_properties::DataSkippingNumIndexedCols;
use deltalake::datafile::writer::{DeltaWriter, WriterConfig};
use deltalake::kernel::Add;
use deltalake::logstore::LogStoreRef;
use futures::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt};
use serde_json::Value;

use crate::commit::{NewFile, log};
use crate::error::{BridgeError, ErrorKind, Result};
use crate::store::{self, gate};

/// Rows of a row group: what a writer holds in memory and a reader skips as one.
const ROW_GROUP_ROWS: usize = 131_072;
/// Rows handed to the encoders at a time; the file's size is looked at between.
const WRITE_ROWS: usize = 8_192;
const DEFAULT_FILE_BYTES: u64 = 64 << 20;
/// Leaves of the schema that the log holds statistics of.
const STATISTICS_LEAVES: u64 = 32;
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
        _operation: &gate::Operation,
        _answer: std::result::Result<(), &object_store::Error>,
    ) -> object_store::Result<()> {
        Ok(())
    }
}

impl Named {
    pub fn take(&self) -> Vec<Path> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Files {
    pub fn new(
        log: &LogStoreRef,
        schema: SchemaRef,
        file_bytes: Option<u64>,
        named: Arc<Named>,
    ) -> Self {
        let store = log::table_store(log);
        let tracked = gate::Gated::new(store.clone(), vec![named.clone()]);
        let config = WriterConfig::new(
            schema,
            Vec::new(),
            Some(properties()),
            NonZeroU64::new(file_bytes.unwrap_or(DEFAULT_FILE_BYTES)),
            Some(WRITE_ROWS),
            DataSkippingNumIndexedCols::NumColumns(STATISTICS_LEAVES),
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

fn properties() -> WriterProperties {
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(
            ZstdLevel::try_new(ZSTD_LEVEL).unwrap_or_default(),
        ))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_created_by(crate::commit::ENGINE_INFO.to_string())
        .build()
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
