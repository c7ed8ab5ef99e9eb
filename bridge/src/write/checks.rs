//! What rows must show while they are written: their order, and that no key comes twice.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::SortOptions;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::row::{OwnedRow, RowConverter, Rows, SortField};

use super::conform::violation;
use super::sample::{Sample, column_at};
use crate::error::Result;
use crate::hash::xxh3_128;

/// Columns in the form that compares as their values do: ascending, nulls last, texts by bytes.
struct Encoder {
    paths: Vec<String>,
    converter: Option<RowConverter>,
}

impl Encoder {
    fn new(paths: &[String]) -> Self {
        Self {
            paths: paths.to_vec(),
            converter: None,
        }
    }

    fn encode(&mut self, batch: &RecordBatch) -> Result<Rows> {
        let columns: Vec<ArrayRef> = self
            .paths
            .iter()
            .map(|path| column_at(batch, path))
            .collect::<Result<Vec<_>>>()?;
        let converter = match self.converter.take() {
            Some(converter) => converter,
            None => {
                let options = SortOptions {
                    descending: false,
                    nulls_first: false,
                };
                let field = |column: &ArrayRef| {
                    SortField::new_with_options(column.data_type().clone(), options)
                };
                RowConverter::new(columns.iter().map(field).collect())?
            }
        };
        let rows = self.converter.insert(converter).convert_columns(&columns)?;
        Ok(rows)
    }
}

/// Checks that rows ascend over all batches.
pub struct Order {
    encoder: Encoder,
    last: Option<OwnedRow>,
}

impl Order {
    pub fn new(columns: &[String]) -> Self {
        Self {
            encoder: Encoder::new(columns),
            last: None,
        }
    }

    pub fn check(&mut self, batch: &RecordBatch, sample: &Sample) -> Result<()> {
        let rows = self.encoder.encode(batch)?;
        let mut fallen = Vec::new();
        for place in 0..rows.num_rows() {
            let falls = match place.checked_sub(1) {
                Some(before) => rows.row(before) > rows.row(place),
                None => self
                    .last
                    .as_ref()
                    .is_some_and(|last| last.row() > rows.row(place)),
            };
            if falls {
                fallen.push(place);
                if fallen.len() == Sample::MOST {
                    break;
                }
            }
        }
        if !fallen.is_empty() {
            let columns = self.encoder.paths.join(", ");
            let message = format!(
                "rows are not in the order of {columns}: {}",
                sample.describe(batch, &fallen)
            );
            return Err(violation(message));
        }
        if let Some(last) = rows.num_rows().checked_sub(1) {
            self.last = Some(rows.row(last).owned());
        }
        Ok(())
    }
}

/// Within which rows a key is unique.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    Table,
    /// Within the rows that have the same value in this column, which come one after the other.
    Runs(String),
}

/// Checks that no key comes twice, by 128-bit hashes: with a billion keys, the chance that two different ones
/// are taken for one is about 10^-21.
pub struct Unique {
    encoder: Encoder,
    scope: Scope,
    seen: HashSet<u128, BuildHasherDefault<AlreadyHashed>>,
    /// The value of the scope's column in the last row.
    run: Option<String>,
}

impl Unique {
    pub fn new(key: &[String], scope: Scope) -> Self {
        Self {
            encoder: Encoder::new(key),
            scope,
            seen: HashSet::default(),
            run: None,
        }
    }

    pub fn check(&mut self, batch: &RecordBatch, sample: &Sample) -> Result<()> {
        let hashes = self.hashes(batch)?;
        let runs = match &self.scope {
            Scope::Table => None,
            Scope::Runs(column) => Some(column_at(batch, column)?),
        };
        let runs = runs.as_ref().and_then(|runs| runs.as_string_opt::<i32>());
        let mut twice = Vec::new();
        for (row, hash) in hashes.into_iter().enumerate() {
            if let Some(runs) = runs
                && self.run.as_deref() != Some(runs.value(row))
            {
                self.run = Some(runs.value(row).to_string());
                self.seen.clear();
            }
            if !self.seen.insert(hash) && twice.len() < Sample::MOST {
                twice.push(row);
            }
        }
        if twice.is_empty() {
            return Ok(());
        }
        let key = self.encoder.paths.join(", ");
        Err(violation(format!(
            "key comes more than once ({key}): {}",
            sample.describe(batch, &twice)
        )))
    }

    fn hashes(&mut self, batch: &RecordBatch) -> Result<Vec<u128>> {
        // Most keys are one text, which needs no other form.
        if let [path] = self.encoder.paths.as_slice() {
            let column = column_at(batch, path)?;
            if column.data_type() == &DataType::Utf8 && column.null_count() == 0 {
                let texts = column.as_string::<i32>();
                return Ok((0..texts.len())
                    .map(|row| xxh3_128(texts.value(row).as_bytes()))
                    .collect());
            }
        }
        let rows = self.encoder.encode(batch)?;
        Ok(rows.iter().map(|row| xxh3_128(row.as_ref())).collect())
    }
}

/// The set's keys are hashes themselves.
#[derive(Default)]
struct AlreadyHashed(u64);

impl Hasher for AlreadyHashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u128(&mut self, hash: u128) {
        self.0 = (hash >> 64) as u64;
    }
}
