//! A version of a norma table as a plain Parquet scan.
//!
//! A Delta table without deletion vectors, column mapping and partitions is its Parquet files. Listed so,
//! files are pruned by the log's statistics, the plan can be sent to other processes, and the order in which
//! norma wrote the rows is known to the planner.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::compute::SortOptions;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::config::TableParquetOptions;
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, ScalarValue, Statistics};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::error::Result as EngineResult;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{LexOrdering, PhysicalSortExpr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use serde_json::Value;

use crate::commit::SORT_TAG;
use crate::commit::log::table_path;
use crate::commit::snapshot::LiveFile;
use crate::error::{BridgeError, ErrorKind, Result};
use crate::table::Table;

/// More files than this are read as groups of several, which have no common order.
const MOST_ORDERED_GROUPS: usize = 64;

#[derive(Debug)]
pub struct PlainScan {
    schema: SchemaRef,
    store_url: ObjectStoreUrl,
    files: Vec<PartitionedFile>,
    statistics: Statistics,
    /// The top-level columns that each file's rows ascend by.
    order: Vec<usize>,
}

impl PlainScan {
    /// \param options `{"sort": […]}`, the contract's order, or empty. It is used as far as it consists of
    ///     top-level columns, and only when every file was written in that order.
    pub fn new(table: &Table, options: &str) -> Result<Self> {
        let snapshot = &table.snapshot;
        let unsupported = |what: &str| {
            BridgeError::new(
                ErrorKind::Unsupported,
                format!("{what}: {}", table.url.path()),
            )
        };
        if snapshot
            .properties
            .get("delta.columnMapping.mode")
            .is_some_and(|mode| mode != "none")
        {
            return Err(unsupported("the table has column mapping"));
        }
        if snapshot.is_partitioned() {
            return Err(unsupported("the table is partitioned"));
        }
        let schema = without_metadata(&snapshot.schema);
        let files: Vec<PartitionedFile> = snapshot
            .files
            .iter()
            .map(|file| partitioned_file(table, &schema, file))
            .collect::<Result<Vec<_>>>()?;
        let statistics = files
            .iter()
            .filter_map(|file| file.statistics.as_deref().cloned())
            .reduce(|all, one| merged(&all, &one))
            .unwrap_or_else(|| empty_statistics(&schema));
        Ok(Self {
            order: order(&schema, &snapshot.files, options)?,
            store_url: table.root.store_url().clone(),
            schema,
            files,
            statistics,
        })
    }

    /// The files as parts that can be read side by side. A part of an ordered table is one file, or one piece
    /// of it: within it the rows ascend, whatever the other parts hold.
    fn groups(&self, partitions: usize) -> Vec<FileGroup> {
        let partitions = partitions.max(1);
        if self.order.is_empty() || self.files.len() > MOST_ORDERED_GROUPS {
            // The planner splits these further where it helps.
            let size = self.files.len().div_ceil(partitions).max(1);
            return self
                .files
                .chunks(size)
                .map(|files| FileGroup::new(files.to_vec()))
                .collect();
        }
        let pieces = partitions.div_ceil(self.files.len().max(1));
        self.files
            .iter()
            .flat_map(|file| pieces_of(file, pieces))
            .map(|file| FileGroup::new(vec![file]))
            .collect()
    }
}

/// The schema without the comments of its columns, which are metadata of its fields. The planner takes those
/// of one side of a UNION for its rows and those of no side for its columns, and then refuses its own plan.
fn without_metadata(schema: &Schema) -> SchemaRef {
    Arc::new(Schema::new(plain_fields(schema.fields())))
}

fn plain_fields(fields: &Fields) -> Fields {
    fields.iter().map(plain_field).collect()
}

fn plain_field(field: &FieldRef) -> FieldRef {
    let data_type = match field.data_type() {
        DataType::Struct(fields) => DataType::Struct(plain_fields(fields)),
        DataType::List(item) => DataType::List(plain_field(item)),
        DataType::Map(entries, sorted) => DataType::Map(plain_field(entries), *sorted),
        other => other.clone(),
    };
    Arc::new(Field::new(field.name(), data_type, field.is_nullable()))
}

/// Pieces smaller than this are not worth a partition of their own.
const SMALLEST_PIECE_BYTES: u64 = 4 << 20;

/// Cuts a file into byte ranges; each row group belongs to the range that it begins in.
fn pieces_of(file: &PartitionedFile, pieces: usize) -> Vec<PartitionedFile> {
    let size = file.object_meta.size;
    let pieces = (pieces as u64).min(size / SMALLEST_PIECE_BYTES).max(1);
    if pieces == 1 {
        return vec![file.clone()];
    }
    let at = |piece: u64| i64::try_from(size * piece / pieces).unwrap_or(i64::MAX);
    (0..pieces)
        .map(|piece| {
            let mut part = file.clone();
            // The statistics are those of the whole file; a piece has fewer rows.
            part.statistics = part
                .statistics
                .map(|statistics| Arc::new((*statistics).clone().to_inexact()));
            part.with_range(at(piece), at(piece + 1))
        })
        .collect()
}

#[async_trait]
impl TableProvider for PlainScan {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> EngineResult<Vec<TableProviderFilterPushDown>> {
        // Files and row groups are skipped by statistics; the rows that are left are filtered.
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    fn statistics(&self) -> Option<Statistics> {
        Some(self.statistics.clone())
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        let groups = self.groups(session.config().target_partitions());
        if groups.is_empty() {
            // A scan of no files has no partition, which the planner refuses under a sort.
            let schema = match projection {
                Some(columns) => Arc::new(self.schema.project(columns)?),
                None => self.schema.clone(),
            };
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        let is_ordered = !self.order.is_empty() && groups.iter().all(|group| group.len() == 1);
        let options = TableParquetOptions {
            global: session.config().options().execution.parquet.clone(),
            ..TableParquetOptions::default()
        };
        let source = ParquetSource::new(self.schema.clone()).with_table_parquet_options(options);
        let mut config = FileScanConfigBuilder::new(self.store_url.clone(), Arc::new(source))
            .with_file_groups(groups)
            .with_statistics(self.statistics.clone())
            .with_projection_indices(projection.cloned())?
            .with_limit(limit);
        if is_ordered {
            config = config.with_output_ordering(self.ordering());
        }
        Ok(DataSourceExec::from_data_source(config.build()))
    }
}

impl PlainScan {
    fn ordering(&self) -> Vec<LexOrdering> {
        let options = SortOptions {
            descending: false,
            nulls_first: false,
        };
        let columns = self.order.iter().map(|place| {
            let column = Column::new(self.schema.field(*place).name(), *place);
            PhysicalSortExpr::new(Arc::new(column), options)
        });
        LexOrdering::new(columns).into_iter().collect()
    }
}

fn partitioned_file(table: &Table, schema: &SchemaRef, file: &LiveFile) -> Result<PartitionedFile> {
    let refused = |what: &str| {
        BridgeError::new(
            ErrorKind::Unsupported,
            format!("{what} of the log names the file: {}", file.path),
        )
    };
    let version = file
        .default_row_commit_version
        .map_or("an entry".to_string(), |v| format!("entry {v}"));
    let url = table.url.join(&file.path).map_err(|_| refused(&version))?;
    if !url.as_str().starts_with(table.url.as_str()) {
        return Err(refused(&format!("a path outside the table in {version}")));
    }
    let size = u64::try_from(file.size).unwrap_or(0);
    let path = table_path(&url)?;
    let mut scanned = PartitionedFile::new(path.to_string(), size);
    scanned.object_meta.location = path;
    Ok(scanned.with_statistics(Arc::new(statistics(schema, file))))
}

/// The order that all files share with the wanted one, as far as it can be said of top-level columns.
fn order(schema: &SchemaRef, files: &[LiveFile], options: &str) -> Result<Vec<usize>> {
    let wanted: Vec<String> = match options {
        "" => Vec::new(),
        text => {
            let json: Value = serde_json::from_str(text).map_err(|error| {
                BridgeError::invalid(format!("the scan's options are not JSON: {error}"))
            })?;
            let names = json
                .get("sort")
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default();
            names
                .iter()
                .filter_map(|name| name.as_str().map(str::to_string))
                .collect()
        }
    };
    let written_so = |column: &str, place: usize| {
        files.iter().all(|file| {
            let tag = file
                .tags
                .get(SORT_TAG)
                .map(String::as_str)
                .unwrap_or_default();
            tag.split(',').nth(place) == Some(column)
        })
    };
    let mut order = Vec::new();
    for (place, name) in wanted.iter().enumerate() {
        match schema.index_of(name) {
            Ok(column) if written_so(name, place) => order.push(column),
            _ => break,
        }
    }
    Ok(order)
}

fn empty_statistics(schema: &SchemaRef) -> Statistics {
    let mut statistics = Statistics::new_unknown(schema);
    statistics.num_rows = Precision::Exact(0);
    statistics
}

/// What the log says about a file. Minima and maxima of texts may be cut, so they are bounds only.
fn statistics(schema: &SchemaRef, file: &LiveFile) -> Statistics {
    let mut statistics = Statistics::new_unknown(schema);
    let Some(rows) = file.rows().and_then(|rows| usize::try_from(rows).ok()) else {
        return statistics;
    };
    statistics.num_rows = Precision::Exact(rows);
    let of = |group: &str, field: &Field| {
        file.stats
            .get(group)
            .and_then(|values| values.get(field.name()))
    };
    for (field, column) in schema
        .fields()
        .iter()
        .zip(&mut statistics.column_statistics)
    {
        let bound =
            |group: &str| of(group, field).and_then(|value| scalar(field.data_type(), value));
        *column = ColumnStatistics {
            min_value: bound("minValues").unwrap_or(Precision::Absent),
            max_value: bound("maxValues").unwrap_or(Precision::Absent),
            null_count: of("nullCount", field)
                .and_then(Value::as_u64)
                .and_then(|count| usize::try_from(count).ok())
                .map_or(Precision::Absent, Precision::Exact),
            ..ColumnStatistics::new_unknown()
        };
    }
    statistics
}

fn scalar(data_type: &DataType, value: &Value) -> Option<Precision<ScalarValue>> {
    Some(match data_type {
        DataType::Int64 => Precision::Exact(ScalarValue::Int64(Some(value.as_i64()?))),
        DataType::Int32 => Precision::Exact(ScalarValue::Int32(Some(
            i32::try_from(value.as_i64()?).ok()?,
        ))),
        DataType::Boolean => Precision::Exact(ScalarValue::Boolean(Some(value.as_bool()?))),
        DataType::Utf8 => Precision::Inexact(ScalarValue::Utf8(Some(value.as_str()?.to_string()))),
        _ => return None,
    })
}

fn merged(all: &Statistics, one: &Statistics) -> Statistics {
    let mut merged = all.clone();
    merged.num_rows = all.num_rows.add(&one.num_rows);
    for (column, other) in merged
        .column_statistics
        .iter_mut()
        .zip(&one.column_statistics)
    {
        column.min_value = column.min_value.min(&other.min_value);
        column.max_value = column.max_value.max(&other.max_value);
        column.null_count = column.null_count.add(&other.null_count);
    }
    merged
}
