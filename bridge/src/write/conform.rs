//! Brings batches into a table's schema, and refuses what does not fit.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::buffer::{BooleanBuffer, NullBuffer};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::sample::Sample;
use crate::error::{BridgeError, ErrorKind, Result};

/// The way from one incoming schema to a table's.
pub struct Conform {
    target: SchemaRef,
    /// Where the table's columns are in the incoming batches.
    places: Vec<usize>,
    failures: Option<usize>,
}

impl Conform {
    /// \param failures_column the one column that is not the table's.
    /// \return kContractViolation that names the column when one is missing, unknown or of another type.
    pub fn new(
        incoming: &Schema,
        target: SchemaRef,
        failures_column: Option<&str>,
    ) -> Result<Self> {
        let failures = failures_column.and_then(|name| incoming.index_of(name).ok());
        if let (Some(name), None) = (failures_column, failures) {
            return Err(violation(format!(
                "the rows have no column for their failures: {name}"
            )));
        }
        for (place, field) in incoming.fields().iter().enumerate() {
            if Some(place) != failures && target.index_of(field.name()).is_err() {
                return Err(violation(format!(
                    "column is not in the table: {}",
                    field.name()
                )));
            }
        }
        let place = |field: &Arc<Field>| {
            let place = incoming.index_of(field.name());
            let place =
                place.map_err(|_| violation(format!("column is missing: {}", field.name())))?;
            let given = incoming.field(place).data_type();
            if let Some(path) = misfit(given, field.data_type(), field.name()) {
                return Err(violation(format!(
                    "column does not have the table's type {}, but {given}: {path}",
                    field.data_type()
                )));
            }
            Ok(place)
        };
        let places = target
            .fields()
            .iter()
            .map(place)
            .collect::<Result<Vec<_>>>()?;
        Ok(Self {
            target,
            places,
            failures,
        })
    }

    /// The batch with the table's columns, types and names, every NOT NULL checked.
    pub fn apply(&self, batch: &RecordBatch, sample: &Sample) -> Result<RecordBatch> {
        let mut columns = Vec::with_capacity(self.places.len());
        for (place, field) in self.places.iter().zip(self.target.fields()) {
            let column = batch.column(*place);
            if let Some((path, rows)) = null_violation(column, field) {
                let message = format!(
                    "column must not be null: {path}, in rows: {}",
                    sample.describe(batch, &rows)
                );
                return Err(violation(message));
            }
            columns.push(if column.data_type() == field.data_type() {
                column.clone()
            } else {
                cast(column, field.data_type())?
            });
        }
        Ok(RecordBatch::try_new(self.target.clone(), columns)?)
    }

    /// Fails when a row carries a failure: the text "CODE column_path" in the failures column.
    pub fn check_failures(&self, batch: &RecordBatch, sample: &Sample) -> Result<()> {
        let Some(place) = self.failures else {
            return Ok(());
        };
        let column = batch.column(place);
        if column.logical_null_count() == column.len() {
            return Ok(());
        }
        let nulls = column.logical_nulls();
        let failed: Vec<usize> = (0..column.len())
            .filter(|row| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(*row)))
            .take(Sample::MOST)
            .collect();
        let texts = cast(column, &DataType::Utf8)?;
        let texts = texts.as_string::<i32>();
        let rows: Vec<String> = failed
            .iter()
            .map(|row| {
                format!(
                    "{} ({})",
                    texts.value(*row),
                    sample.describe(batch, &[*row])
                )
            })
            .collect();
        Err(violation(format!(
            "rows break the contract: {}",
            rows.join("; ")
        )))
    }
}

pub fn violation(message: String) -> BridgeError {
    BridgeError::new(ErrorKind::ContractViolation, message)
}

/// The path of the first place where `given` does not become `wanted` without loss. Names of list items and
/// map entries do not count, nor do the several layouts of texts and lists.
fn misfit(given: &DataType, wanted: &DataType, path: &str) -> Option<String> {
    use DataType::{
        Binary, BinaryView, Dictionary, LargeBinary, LargeList, LargeUtf8, List, ListView, Map,
        Null, Struct, Utf8, Utf8View,
    };
    match (given, wanted) {
        (given, wanted) if given == wanted => None,
        (Null, _) | (LargeUtf8 | Utf8View, Utf8) | (LargeBinary | BinaryView, Binary) => None,
        (Dictionary(_, values), wanted) => misfit(values, wanted, path),
        (List(item) | LargeList(item) | ListView(item), List(wanted)) => {
            misfit(item.data_type(), wanted.data_type(), path)
        }
        (Struct(given), Struct(wanted)) if given.len() == wanted.len() => {
            given.iter().zip(wanted).find_map(|(given, wanted)| {
                let path = format!("{path}.{}", wanted.name());
                if given.name() != wanted.name() {
                    return Some(path);
                }
                misfit(given.data_type(), wanted.data_type(), &path)
            })
        }
        (Map(given, _), Map(wanted, _)) => match (given.data_type(), wanted.data_type()) {
            (Struct(given), Struct(wanted)) if given.len() == wanted.len() => given
                .iter()
                .zip(wanted)
                .find_map(|(given, wanted)| misfit(given.data_type(), wanted.data_type(), path)),
            _ => Some(path.to_string()),
        },
        _ => Some(path.to_string()),
    }
}

/// The path of the first NOT NULL column or field that holds nulls, and some of the rows.
fn null_violation(column: &ArrayRef, field: &Field) -> Option<(String, Vec<usize>)> {
    let nulls = column.logical_nulls();
    if !field.is_nullable() && column.logical_null_count() > 0 {
        let rows = nulls
            .iter()
            .flat_map(invalid_rows)
            .take(Sample::MOST)
            .collect();
        return Some((field.name().clone(), rows));
    }
    inner_violation(column, field.data_type(), field.name(), nulls.as_ref())
}

/// Looks for nulls in NOT NULL fields inside `column`, where all that is around them is there.
///
/// \param present which values of `column` are there, seen from the outside.
fn inner_violation(
    column: &ArrayRef,
    wanted: &DataType,
    path: &str,
    present: Option<&NullBuffer>,
) -> Option<(String, Vec<usize>)> {
    match wanted {
        DataType::Struct(fields) => {
            let parent = column.as_struct_opt()?;
            fields
                .iter()
                .zip(parent.columns())
                .find_map(|(field, child)| {
                    let path = format!("{path}.{}", field.name());
                    let nulls = child.logical_nulls();
                    if !field.is_nullable()
                        && nulls.as_ref().is_some_and(|nulls| nulls.null_count() > 0)
                    {
                        let hollow =
                            |row: &usize| present.is_none_or(|present| present.is_valid(*row));
                        let rows: Vec<usize> = nulls
                            .iter()
                            .flat_map(invalid_rows)
                            .filter(hollow)
                            .take(Sample::MOST)
                            .collect();
                        if !rows.is_empty() {
                            return Some((path, rows));
                        }
                    }
                    let present = NullBuffer::union(present, nulls.as_ref());
                    inner_violation(child, field.data_type(), &path, present.as_ref())
                })
        }
        DataType::List(item) => {
            let lists = column.as_list_opt::<i32>()?;
            let values = lists.values();
            if values.logical_null_count() == 0 && !matches!(item.data_type(), DataType::Struct(_))
            {
                return None;
            }
            // An item is there when a list that is there holds it.
            let mut held = vec![false; values.len()];
            let mut row_of = vec![0; values.len()];
            for (row, window) in lists.value_offsets().windows(2).enumerate() {
                let [start, end] = window else { continue };
                let is_present = present.is_none_or(|present| present.is_valid(row));
                for place in usize::try_from(*start).ok()?..usize::try_from(*end).ok()? {
                    if let (Some(held), Some(of)) = (held.get_mut(place), row_of.get_mut(place)) {
                        *held = is_present;
                        *of = row;
                    }
                }
            }
            let held = NullBuffer::new(BooleanBuffer::from(held));
            let to_rows = |items: Vec<usize>| -> Vec<usize> {
                items
                    .into_iter()
                    .filter_map(|item| row_of.get(item).copied())
                    .collect()
            };
            let nulls = values.logical_nulls();
            if !item.is_nullable() {
                let items: Vec<usize> = nulls
                    .iter()
                    .flat_map(invalid_rows)
                    .filter(|item| held.is_valid(*item))
                    .take(Sample::MOST)
                    .collect();
                if !items.is_empty() {
                    return Some((path.to_string(), to_rows(items)));
                }
            }
            let present = NullBuffer::union(Some(&held), nulls.as_ref());
            inner_violation(values, item.data_type(), path, present.as_ref())
                .map(|(path, items)| (path, to_rows(items)))
        }
        _ => None,
    }
}

fn invalid_rows(nulls: &NullBuffer) -> impl Iterator<Item = usize> + '_ {
    (0..nulls.len()).filter(|row| nulls.is_null(*row))
}
