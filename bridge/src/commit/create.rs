//! Version 0 of a table.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema};
use delta_kernel::engine::arrow_conversion::TryIntoKernel;
use delta_kernel::schema::StructType;
use serde_json::{Map, Value, json};

use super::snapshot::{CONTRACT_DOMAIN, ROW_TRACKING_DOMAIN};
use super::{ENGINE_INFO, now_ms};
use crate::error::{BridgeError, Result};

/// What every table of norma can do. No feature that a reader must know: any reader reads these tables.
const WRITER_FEATURES: [&str; 6] = [
    "appendOnly",
    "invariants",
    "changeDataFeed",
    "domainMetadata",
    "rowTracking",
    "inCommitTimestamp",
];

/// A table to be made. From JSON, with the schema beside it.
#[derive(Debug)]
pub struct TableSpec {
    comment: Option<String>,
    /// By dotted path.
    column_comments: BTreeMap<String, String>,
    properties: BTreeMap<String, String>,
    contract: Value,
}

impl TableSpec {
    pub fn parse(text: &str) -> Result<Self> {
        let json: Value = serde_json::from_str(text).map_err(|error| {
            BridgeError::invalid(format!("the table's specification is not JSON: {error}"))
        })?;
        Ok(Self {
            comment: json
                .get("comment")
                .and_then(Value::as_str)
                .map(str::to_string),
            column_comments: texts(&json, "column_comments")?,
            properties: texts(&json, "properties")?,
            contract: json.get("contract").cloned().unwrap_or(Value::Null),
        })
    }

    /// The actions of version 0, `commitInfo` apart. No `txn`: with one, the first rows of the run that makes
    /// the table would count as written.
    pub fn actions(&self, schema: &Schema) -> Result<Vec<Value>> {
        let commented = with_comments(schema.fields(), "", &self.column_comments);
        let schema: StructType = (&Schema::new(commented)).try_into_kernel()?;
        let schema = serde_json::to_string(&schema)
            .map_err(|error| BridgeError::internal(format!("cannot print the schema: {error}")))?;

        let mut configuration = self.properties.clone();
        for feature in [
            "enableRowTracking",
            "enableInCommitTimestamps",
            "enableChangeDataFeed",
        ] {
            configuration.insert(format!("delta.{feature}"), "true".to_string());
        }
        for (key, prefix) in [
            ("RowId", "row-id"),
            ("RowCommitVersion", "row-commit-version"),
        ] {
            let column = format!("_{prefix}-col-{}", uuid::Uuid::new_v4());
            configuration.insert(
                format!("delta.rowTracking.materialized{key}ColumnName"),
                column,
            );
        }

        let mut actions = vec![
            json!({"protocol": {
                "minReaderVersion": 1, "minWriterVersion": 7, "writerFeatures": WRITER_FEATURES}}),
            json!({"metaData": {
                "id": uuid::Uuid::new_v4().to_string(), "description": self.comment,
                "format": {"provider": "parquet", "options": {}}, "schemaString": schema,
                "partitionColumns": [], "configuration": configuration, "createdTime": now_ms()}}),
            domain(ROW_TRACKING_DOMAIN, &json!({"rowIdHighWaterMark": -1})),
        ];
        if !self.contract.is_null() {
            actions.push(domain(CONTRACT_DOMAIN, &self.contract));
        }
        Ok(actions)
    }

    pub fn commit_info(&self) -> Map<String, Value> {
        let now = now_ms();
        [
            ("timestamp", json!(now)),
            ("inCommitTimestamp", json!(now)),
            ("operation", json!("CREATE TABLE")),
            ("operationParameters", json!({})),
            ("isBlindAppend", json!(true)),
            ("engineInfo", json!(ENGINE_INFO)),
            ("txnId", json!(uuid::Uuid::new_v4().to_string())),
        ]
        .into_iter()
        .map(|(key, value)| (key.to_string(), value))
        .collect()
    }
}

pub fn domain(name: &str, configuration: &Value) -> Value {
    json!({"domainMetadata": {"domain": name, "configuration": configuration.to_string(), "removed": false}})
}

fn texts(json: &Value, key: &str) -> Result<BTreeMap<String, String>> {
    let Some(fields) = json.get(key).and_then(Value::as_object) else {
        return Ok(BTreeMap::new());
    };
    fields
        .iter()
        .map(|(name, value)| match value.as_str() {
            Some(text) => Ok((name.clone(), text.to_string())),
            None => Err(BridgeError::invalid(format!(
                "{key} must hold texts: {name}"
            ))),
        })
        .collect()
}

/// The fields with the comments that are theirs as metadata, which becomes Delta's field metadata.
fn with_comments(
    fields: &Fields,
    parent: &str,
    comments: &BTreeMap<String, String>,
) -> Vec<FieldRef> {
    fields
        .iter()
        .map(|field| {
            let path = if parent.is_empty() {
                field.name().clone()
            } else {
                format!("{parent}.{}", field.name())
            };
            let metadata: HashMap<_, _> = comments
                .get(&path)
                .map(|text| ("comment".to_string(), text.clone()))
                .into_iter()
                .collect();
            let data_type = match field.data_type() {
                DataType::Struct(inner) => {
                    DataType::Struct(with_comments(inner, &path, comments).into())
                }
                DataType::List(item) => DataType::List(commented_item(item, &path, comments)),
                other => other.clone(),
            };
            Arc::new(
                Field::new(field.name(), data_type, field.is_nullable()).with_metadata(metadata),
            )
        })
        .collect()
}

/// A list's item has no name in a path: `params.name` is a field of the structs that `params` lists.
fn commented_item(item: &FieldRef, path: &str, comments: &BTreeMap<String, String>) -> FieldRef {
    let data_type = match item.data_type() {
        DataType::Struct(inner) => DataType::Struct(with_comments(inner, path, comments).into()),
        other => other.clone(),
    };
    Arc::new(Field::new("element", data_type, item.is_nullable()))
}
