//! What a version of a table is: the kernel reads it, after its entries were checked.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, RecordBatch, StructArray};
use datafusion::arrow::datatypes::{Int64Type, Schema, SchemaRef};
use delta_kernel::engine::arrow_conversion::TryIntoArrow;
use delta_kernel::engine::arrow_data::EngineDataArrowExt;
use delta_kernel::snapshot::SnapshotRef;
use delta_kernel::{Engine, Snapshot as KernelSnapshot};
use deltalake::logstore::LogStoreRef;
use serde_json::Value;

use super::log;
use crate::error::{BridgeError, ErrorKind, Result};
use crate::store;

pub const ROW_TRACKING_DOMAIN: &str = "delta.rowTracking";
pub const CONTRACT_DOMAIN: &str = "norma.contract";

/// A version of a table.
#[derive(Clone)]
pub struct Snapshot {
    pub(super) kernel: SnapshotRef,
    pub(super) engine: Arc<dyn Engine>,
    pub version: u64,
    pub schema: SchemaRef,
    /// The schema as the log holds it.
    pub schema_json: String,
    pub properties: BTreeMap<String, String>,
    /// Milliseconds since 1970; 0 for a table without in-commit timestamps.
    pub timestamp_ms: i64,
    /// The last row id given out; -1 when there is none.
    pub row_high_water: i64,
    /// The contract that the table was made for, as its creator wrote it.
    pub contract: Option<String>,
    pub files: Vec<LiveFile>,
}

/// A data file of a version.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LiveFile {
    /// Relative to the table's folder, URL-encoded, as the log has it.
    pub path: String,
    pub size: i64,
    pub stats: Value,
    pub base_row_id: Option<i64>,
    pub default_row_commit_version: Option<i64>,
    pub tags: BTreeMap<String, String>,
}

impl LiveFile {
    pub fn rows(&self) -> Option<i64> {
        self.stats.get("numRecords").and_then(Value::as_i64)
    }
}

impl Snapshot {
    /// Reads a version, the newest one when `version` is `None`. Call on an engine thread.
    pub async fn load(table: &LogStoreRef, version: Option<u64>) -> Result<Self> {
        let version = log::verify(table, version).await?;
        // The engine takes the runtime of the thread it is made on; the reading blocks.
        let engine = table.engine(None);
        let root = table.root_url().to_string();
        let folder = log::folder(table);
        let read = move || {
            read(engine, &root, version).map_err(|mut error| {
                // What the engine cannot parse here is the log.
                if error.kind == ErrorKind::Engine {
                    error.kind = ErrorKind::CorruptData;
                }
                error.context(&folder)
            })
        };
        tokio::task::spawn_blocking(read).await?
    }

    /// The number that an application last committed with.
    pub async fn txn(&self, app_id: &str) -> Result<Option<i64>> {
        let (snapshot, engine, app_id) =
            (self.kernel.clone(), self.engine.clone(), app_id.to_string());
        let read = move || snapshot.get_app_id_version(&app_id, engine.as_ref());
        tokio::task::spawn_blocking(read)
            .await?
            .map_err(|error| store::explain(&error))
    }

    /// Whether two readings of a version found the same.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.version == other.version
            && self.schema_json == other.schema_json
            && self.properties == other.properties
            && self.timestamp_ms == other.timestamp_ms
            && self.row_high_water == other.row_high_water
            && self.contract == other.contract
            && self.files == other.files
    }

    /// Whether columns are in the log and in folder names only, not in the files.
    pub fn is_partitioned(&self) -> bool {
        let table = self.kernel.table_configuration();
        !table.logical_partition_columns().is_empty()
    }

    pub fn rows(&self) -> Option<i64> {
        self.files.iter().map(LiveFile::rows).sum()
    }

    pub fn bytes(&self) -> i64 {
        self.files.iter().map(|file| file.size).sum()
    }
}

fn read(engine: Arc<dyn Engine>, root: &str, version: u64) -> Result<Snapshot> {
    let explained = |error: delta_kernel::Error| store::explain(&error);
    let kernel = KernelSnapshot::builder_for(root)
        .at_version(version)
        .build(engine.as_ref())
        .map_err(explained)?;
    let domain = |name: &str| {
        kernel
            .get_domain_metadata_internal(name, engine.as_ref())
            .map_err(explained)
    };
    let row_high_water = domain(ROW_TRACKING_DOMAIN)?
        .and_then(|text| serde_json::from_str::<Value>(&text).ok())
        .and_then(|json| json.get("rowIdHighWaterMark").and_then(Value::as_i64))
        .unwrap_or(-1);
    let contract = domain(CONTRACT_DOMAIN)?;
    let timestamp_ms = kernel
        .get_in_commit_timestamp(engine.as_ref())
        .map_err(explained)?
        .unwrap_or(0);
    let schema: Schema = kernel.schema().as_ref().try_into_arrow()?;
    let schema_json = serde_json::to_string(kernel.schema().as_ref())
        .map_err(|error| BridgeError::internal(format!("cannot print the schema: {error}")))?;
    let properties: &HashMap<String, String> = kernel.metadata_configuration();
    Ok(Snapshot {
        version,
        schema: Arc::new(schema),
        schema_json,
        properties: properties
            .iter()
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect(),
        timestamp_ms,
        row_high_water,
        contract,
        files: live_files(&kernel, engine.as_ref())?,
        kernel,
        engine,
    })
}

fn live_files(kernel: &SnapshotRef, engine: &dyn Engine) -> Result<Vec<LiveFile>> {
    let explained = |error: delta_kernel::Error| store::explain(&error);
    let scan = kernel.clone().scan_builder().build().map_err(explained)?;
    let mut files = Vec::new();
    for part in scan.scan_metadata(engine).map_err(explained)? {
        let (data, selected) = part.map_err(explained)?.scan_files.into_parts();
        let batch = data.try_into_record_batch().map_err(explained)?;
        let rows = Rows::of(&batch)?;
        for row in 0..batch.num_rows() {
            // The selection may end early: what follows is selected.
            if selected.get(row).copied().unwrap_or(true) {
                files.push(rows.file(row)?);
            }
        }
    }
    // In the order of the row ids, which is the order in which they were written.
    files.sort_by(|a, b| (a.base_row_id, &a.path).cmp(&(b.base_row_id, &b.path)));
    Ok(files)
}

/// The kernel's list of files as columns.
struct Rows<'a> {
    batch: &'a RecordBatch,
    constants: &'a StructArray,
}

impl<'a> Rows<'a> {
    fn of(batch: &'a RecordBatch) -> Result<Self> {
        let constants = batch
            .column_by_name("fileConstantValues")
            .and_then(|column| column.as_struct_opt());
        let constants = constants
            .ok_or_else(|| BridgeError::internal("the kernel's file list has no constants"))?;
        Ok(Self { batch, constants })
    }

    fn file(&self, row: usize) -> Result<LiveFile> {
        let path = text(self.batch.column_by_name("path"), row).ok_or_else(|| {
            BridgeError::new(ErrorKind::CorruptData, "a file of the log has no path")
        })?;
        if self
            .batch
            .column_by_name("deletionVector")
            .is_some_and(|column| column.is_valid(row))
        {
            let message = format!("the table has deletion vectors: {path}");
            return Err(BridgeError::new(ErrorKind::Unsupported, message));
        }
        let stats = text(self.batch.column_by_name("stats"), row).unwrap_or_default();
        Ok(LiveFile {
            path,
            size: number(self.batch.column_by_name("size"), row).unwrap_or(0),
            stats: serde_json::from_str(&stats).unwrap_or(Value::Null),
            base_row_id: number(self.constants.column_by_name("baseRowId"), row),
            default_row_commit_version: number(
                self.constants.column_by_name("defaultRowCommitVersion"),
                row,
            ),
            tags: tags(self.constants.column_by_name("tags"), row),
        })
    }
}

fn text(column: Option<&Arc<dyn Array>>, row: usize) -> Option<String> {
    let column = column?.as_string_opt::<i32>()?;
    column.is_valid(row).then(|| column.value(row).to_string())
}

fn number(column: Option<&Arc<dyn Array>>, row: usize) -> Option<i64> {
    let column = column?.as_primitive_opt::<Int64Type>()?;
    column.is_valid(row).then(|| column.value(row))
}

fn tags(column: Option<&Arc<dyn Array>>, row: usize) -> BTreeMap<String, String> {
    let Some(map) = column.and_then(|column| column.as_map_opt()) else {
        return BTreeMap::new();
    };
    if map.is_null(row) {
        return BTreeMap::new();
    }
    let entries = map.value(row);
    (0..entries.len())
        .filter_map(|entry| {
            Some((
                text(Some(entries.column(0)), entry)?,
                text(Some(entries.column(1)), entry)?,
            ))
        })
        .collect()
}
