//! Columns by dotted path, and rows as a message shows them.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch, make_array};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::util::display::array_value_to_string;

use crate::error::{BridgeError, Result};

/// How values of data are cut in messages, in bytes.
const SHOWN_BYTES: usize = 120;

/// Names rows by the values of some columns.
pub struct Sample {
    columns: Vec<String>,
}

impl Sample {
    /// How many rows a message names at most.
    pub const MOST: usize = 5;

    pub fn new(columns: Vec<String>) -> Self {
        Self { columns }
    }

    /// "path=a.py id=x; path=b.py id=y".
    pub fn describe(&self, batch: &RecordBatch, rows: &[usize]) -> String {
        let columns: Vec<(&str, ArrayRef)> = self
            .columns
            .iter()
            .filter_map(|path| Some((path.as_str(), column_at(batch, path).ok()?)))
            .collect();
        let describe = |row: &usize| {
            let values = columns
                .iter()
                .map(|(path, column)| format!("{path}={}", shown(column, *row)));
            values.collect::<Vec<_>>().join(" ")
        };
        rows.iter()
            .take(Self::MOST)
            .map(describe)
            .collect::<Vec<_>>()
            .join("; ")
    }
}

/// A value with control characters escaped, cut.
fn shown(column: &ArrayRef, row: usize) -> String {
    if column.is_null(row) {
        return "NULL".to_string();
    }
    let text = array_value_to_string(column, row).unwrap_or_default();
    let mut escaped = String::new();
    for character in text.chars() {
        if escaped.len() >= SHOWN_BYTES {
            escaped.push('…');
            break;
        }
        match character.is_control() {
            true => escaped.extend(character.escape_default()),
            false => escaped.push(character),
        }
    }
    escaped
}

/// A column, or a field of a struct: "span.bstart". Null where anything around it is null.
pub fn column_at(batch: &RecordBatch, path: &str) -> Result<ArrayRef> {
    let missing = || BridgeError::invalid(format!("no such column: {path}"));
    if let Some(column) = batch.column_by_name(path) {
        return Ok(column.clone());
    }
    let mut names = path.split('.');
    let mut column = names
        .next()
        .and_then(|name| batch.column_by_name(name))
        .ok_or_else(missing)?
        .clone();
    for name in names {
        let parent = column.as_struct_opt().ok_or_else(missing)?.clone();
        let child = parent.column_by_name(name).ok_or_else(missing)?;
        let nulls = NullBuffer::union(parent.nulls(), child.nulls());
        column = match parent.null_count() {
            0 => child.clone(),
            _ => make_array(child.to_data().into_builder().nulls(nulls).build()?),
        };
    }
    Ok(column)
}
