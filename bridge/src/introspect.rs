//! What can be said about a query's plan.

use std::sync::Arc;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::physical_plan::{FileSource, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::logical_expr::{LogicalPlan, TableScan};
use datafusion::physical_plan::joins::{
    CrossJoinExec, HashJoinExec, NestedLoopJoinExec, SortMergeJoinExec,
};
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, displayable};
use serde_json::{Value, json};

use crate::error::{BridgeError, Result};
use crate::query::NormaQuery;

/// The metrics of a scan that say what was read and what was skipped.
const SCAN_METRICS: [&str; 6] = [
    "output_rows",
    "bytes_scanned",
    "files_ranges_pruned_statistics",
    "row_groups_pruned_statistics",
    "page_index_rows_pruned",
    "pushdown_rows_pruned",
];

/// The plan as text. Text is for reading; tests and records use `plan_json`.
pub fn explain(query: &NormaQuery, format: &str) -> Result<String> {
    let physical = query.physical_plan();
    let shown = displayable(physical.as_ref());
    Ok(match format {
        "logical" => query.planned().display_indent_schema().to_string(),
        "optimized" => query.optimised().display_indent_schema().to_string(),
        "pgjson" => query.optimised().display_pg_json().to_string(),
        "graphviz" => query.optimised().display_graphviz().to_string(),
        "physical" => shown.indent(false).to_string(),
        "tree" => shown.tree_render().to_string(),
        _ => {
            return Err(BridgeError::invalid(format!(
                "unknown format {format}, expected logical, optimized, pgjson, graphviz, physical \
                 or tree"
            )));
        }
    })
}

/// `{"scans": […], "files": […], "joins": […], "partitions": n, "spills": n, "spilled_bytes": n}`.
///
/// `scans` are the tables as the optimiser left them, subqueries included, in the order of the plan;
/// `files` are the file scans of the physical plan with the metrics of the last run.
pub fn plan_json(query: &NormaQuery) -> Result<Value> {
    let mut scans = Vec::new();
    query.optimised().apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node {
            scans.push(scan_json(scan));
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    let plan = query.physical_plan();
    let mut found = Physical::default();
    found.walk(&plan);
    Ok(json!({
        "scans": scans,
        "files": found.files,
        "joins": found.joins,
        "partitions": plan.output_partitioning().partition_count(),
        "spills": found.spills,
        "spilled_bytes": found.spilled_bytes,
    }))
}

fn scan_json(scan: &TableScan) -> Value {
    let columns: Vec<&String> = scan
        .projected_schema
        .fields()
        .iter()
        .map(|field| field.name())
        .collect();
    let filters: Vec<String> = scan.filters.iter().map(ToString::to_string).collect();
    json!({
        "table": scan.table_name.table(),
        "columns": columns,
        "filters": filters,
        "limit": scan.fetch,
    })
}

#[derive(Default)]
struct Physical {
    files: Vec<Value>,
    joins: Vec<Value>,
    spills: usize,
    spilled_bytes: usize,
}

impl Physical {
    fn walk(&mut self, plan: &Arc<dyn ExecutionPlan>) {
        if let Some(source) = plan.downcast_ref::<DataSourceExec>() {
            self.files.extend(file_scan_json(source));
        }
        self.joins.extend(join_json(plan.as_ref()));
        if let Some(metrics) = plan.metrics() {
            self.spills += metrics.spill_count().unwrap_or(0);
            self.spilled_bytes += metrics.spilled_bytes().unwrap_or(0);
        }
        for child in plan.children() {
            self.walk(child);
        }
    }
}

fn file_scan_json(source: &DataSourceExec) -> Option<Value> {
    let (scan, parquet) = source.downcast_to_file_source::<ParquetSource>()?;
    let columns: Vec<String> = scan
        .projected_schema()
        .map(|schema| {
            schema
                .fields()
                .iter()
                .map(|field| field.name().clone())
                .collect()
        })
        .unwrap_or_default();
    let files: usize = scan
        .file_groups
        .iter()
        .map(|group| group.files().len())
        .sum();
    let mut metrics = serde_json::Map::new();
    if let Some(set) = source.metrics() {
        for metric in set.aggregate_by_name().iter() {
            let name = metric.value().name();
            if SCAN_METRICS.contains(&name) {
                metrics.insert(name.to_string(), json!(metric.value().to_string()));
            }
        }
    }
    Some(json!({
        "columns": columns,
        "predicate": FileSource::filter(parquet).map(|filter| filter.to_string()),
        "files_chosen": files,
        "metrics": metrics,
    }))
}

fn join_json(plan: &dyn ExecutionPlan) -> Option<Value> {
    let (kind, on) = if let Some(join) = plan.downcast_ref::<HashJoinExec>() {
        (
            join.join_type().to_string(),
            join.on()
                .iter()
                .map(|(l, r)| format!("{l} = {r}"))
                .collect(),
        )
    } else if let Some(join) = plan.downcast_ref::<SortMergeJoinExec>() {
        (
            join.join_type().to_string(),
            join.on()
                .iter()
                .map(|(l, r)| format!("{l} = {r}"))
                .collect(),
        )
    } else if let Some(join) = plan.downcast_ref::<NestedLoopJoinExec>() {
        (join.join_type().to_string(), Vec::new())
    } else if plan.downcast_ref::<CrossJoinExec>().is_some() {
        ("Cross".to_string(), Vec::new())
    } else {
        return None;
    };
    Some(json!({ "operator": plan.name(), "type": kind, "on": on }))
}
