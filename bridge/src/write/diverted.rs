//! Rows that break their table's contract, set aside while the others are written.

use std::collections::BTreeMap;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::{cast, filter_record_batch, is_null, not};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::util::display::array_value_to_string;
use serde_json::{Value, json};

use super::conform::violation;
use super::sample::column_at;
use crate::error::Result;

/// More rows than this are no odd rows, but a wrong rule.
const MOST_ROWS: usize = 100_000;
/// How a value is cut, in bytes.
const SAMPLE_BYTES: usize = 512;
/// How a NULL in a key reads.
const NULL_PART: &str = "∅";

/// Collects failures by the row's key, the failure's code and its place.
pub struct Diverted {
    failures_column: String,
    key: Vec<String>,
    input_rows: usize,
    bad_rows: usize,
    errors: BTreeMap<(String, String, String), Failure>,
}

/// One failure of the rows that share a key.
struct Failure {
    path: Option<String>,
    sample: Option<String>,
    rows: usize,
}

impl Diverted {
    /// \param failures_column holds NULL, or "CODE place" joined by "; ".
    /// \param key dotted paths of the columns that name a row.
    pub fn new(failures_column: &str, key: &[String]) -> Self {
        Self {
            failures_column: failures_column.to_string(),
            key: key.to_vec(),
            input_rows: 0,
            bad_rows: 0,
            errors: BTreeMap::new(),
        }
    }

    /// Takes the rows that carry a failure out of a batch.
    ///
    /// \return kContractViolation when they are too many.
    pub fn take(&mut self, batch: &RecordBatch) -> Result<RecordBatch> {
        self.input_rows += batch.num_rows();
        let failures = column_at(batch, &self.failures_column)?;
        if failures.logical_null_count() == failures.len() {
            return Ok(batch.clone());
        }
        let is_good = is_null(&failures)?;
        let bad = filter_record_batch(batch, &not(&is_good)?)?;
        self.bad_rows += bad.num_rows();
        self.record(&bad)?;
        if self.bad_rows > MOST_ROWS {
            let (row, code) = self.errors.first_key_value().map_or_else(
                || (String::new(), String::new()),
                |((row, code, place), _)| (row.clone(), format!("{code} {place}")),
            );
            return Err(violation(format!(
                "more than {MOST_ROWS} rows break the contract, for example: {code} ({row})"
            )));
        }
        Ok(filter_record_batch(batch, &is_good)?)
    }

    /// `{"input_rows", "bad_rows", "errors": [{"row_key", "code", "place", "path", "sample", "rows"}]}`, in
    /// the order of the first three.
    pub fn account(&self) -> Value {
        let errors: Vec<Value> = self
            .errors
            .iter()
            .map(|((row_key, code, place), failure)| {
                json!({"row_key": row_key, "code": code, "place": place, "path": failure.path,
                       "sample": failure.sample, "rows": failure.rows})
            })
            .collect();
        json!({"input_rows": self.input_rows, "bad_rows": self.bad_rows, "errors": errors})
    }

    fn record(&mut self, bad: &RecordBatch) -> Result<()> {
        let key = self
            .key
            .iter()
            .map(|path| column_at(bad, path))
            .collect::<Result<Vec<ArrayRef>>>()?;
        let texts = cast(&column_at(bad, &self.failures_column)?, &DataType::Utf8)?;
        let texts = texts.as_string::<i32>();
        let path = bad.column_by_name("path");
        for row in 0..bad.num_rows() {
            let row_key = key
                .iter()
                .map(|column| text_at(column, row).unwrap_or_else(|| NULL_PART.to_string()))
                .collect::<Vec<_>>()
                .join(":");
            let path = path.and_then(|column| text_at(column, row));
            for failure in texts.value(row).split("; ") {
                let (code, place) = failure.split_once(' ').unwrap_or((failure, ""));
                let sample = self.sample(bad, code, place, row);
                let found = self
                    .errors
                    .entry((row_key.clone(), code.to_string(), place.to_string()))
                    .or_insert_with(|| Failure {
                        path: path.clone(),
                        sample: sample.clone(),
                        rows: 0,
                    });
                found.rows += 1;
                // Rows that share a key come in no order of their own.
                if (&path, &sample) < (&found.path, &found.sample) {
                    found.path.clone_from(&path);
                    found.sample = sample;
                }
            }
        }
        Ok(())
    }

    /// The value that is wrong; of a check, which is about several, the whole row.
    fn sample(&self, batch: &RecordBatch, code: &str, place: &str, row: usize) -> Option<String> {
        if code != "CHECK_FAILED" {
            let column = place.split(['.', '[']).next()?;
            return text_at(batch.column_by_name(column)?, row).map(cut);
        }
        let schema = batch.schema();
        let values = schema.fields().iter().zip(batch.columns());
        let shown = values
            .filter(|(field, _)| *field.name() != self.failures_column)
            .map(|(field, column)| {
                let value = text_at(column, row).unwrap_or_else(|| "NULL".to_string());
                format!("{}={value}", field.name())
            });
        Some(cut(shown.collect::<Vec<_>>().join(" ")))
    }
}

fn text_at(column: &ArrayRef, row: usize) -> Option<String> {
    match column.is_null(row) {
        true => None,
        false => array_value_to_string(column, row).ok(),
    }
}

fn cut(mut text: String) -> String {
    let mut end = SAMPLE_BYTES.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text
}
