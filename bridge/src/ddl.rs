//! `CREATE EXTERNAL TABLE` as JSON. Made from the syntax tree, because DataFusion's plan of the
//! statement has lost column comments and the case of option keys, and refuses CHECK and MAP.

use datafusion::sql::parser::{CreateExternalTable, Statement};
use datafusion::sql::sqlparser::ast::{
    ArrayElemTypeDef, ColumnDef, ColumnOption, DataType, Ident, IndexColumn, TableConstraint, Value,
};
use serde_json::{Value as Json, json};

use crate::abi::{NormaError, NormaSlice, NormaText, guard, hand_out};
use crate::error::{BridgeError, ErrorKind, Result};
use crate::policy::parse;
use crate::runtime::on_engine;

const MOST_COLUMNS: usize = 2_000;
const MOST_TYPE_DEPTH: usize = 16;
const MOST_IDENTIFIER_BYTES: usize = 255;

fn ddl_json(sql: &str) -> Result<Json> {
    let mut statements = parse(sql)?;
    match (statements.pop(), statements.is_empty()) {
        (Some(Statement::CreateExternalTable(table)), true) => table_json(&table),
        _ => Err(BridgeError::invalid(
            "exactly one CREATE EXTERNAL TABLE statement is expected",
        )),
    }
}

fn table_json(table: &CreateExternalTable) -> Result<Json> {
    // Every field by name: what a newer parser adds must not be lost.
    let CreateExternalTable {
        name,
        columns,
        file_type,
        locations,
        table_partition_cols,
        order_exprs,
        if_not_exists,
        or_replace,
        temporary,
        unbounded,
        options,
        constraints,
    } = table;
    for (refused, what) in [
        (!order_exprs.is_empty(), "WITH ORDER"),
        (*or_replace, "OR REPLACE"),
        (*temporary, "TEMPORARY"),
        (*unbounded, "UNBOUNDED"),
    ] {
        if refused {
            return Err(BridgeError::invalid(format!(
                "{what} is not for a contract's table"
            )));
        }
    }
    let table_name = match name.0.as_slice() {
        [part] => part.as_ident().map(identifier).transpose()?,
        _ => None,
    };
    let Some(table_name) = table_name else {
        return Err(BridgeError::invalid(format!(
            "the table's name must be one name, not {name}"
        )));
    };
    let [location] = locations.as_slice() else {
        return Err(BridgeError::invalid(format!(
            "one location is expected, not {}",
            locations.len()
        )));
    };
    if columns.len() > MOST_COLUMNS {
        return Err(over(format!(
            "the table has {} columns, more than {MOST_COLUMNS}",
            columns.len()
        )));
    }
    let mut all_constraints = Vec::new();
    let columns = columns
        .iter()
        .map(|column| column_json(column, &mut all_constraints))
        .collect::<Result<Vec<_>>>()?;
    for constraint in constraints {
        all_constraints.push(constraint_json(constraint)?);
    }
    let options = options
        .iter()
        .map(|(key, value)| Ok(json!([key, option_text(value)?])))
        .collect::<Result<Vec<_>>>()?;
    Ok(json!({
        "name": table_name,
        "if_not_exists": if_not_exists,
        "location": location,
        "stored_as": file_type,
        "columns": columns,
        "constraints": all_constraints,
        "options": options,
        "partitioned_by": table_partition_cols,
    }))
}

fn column_json(column: &ColumnDef, constraints: &mut Vec<Json>) -> Result<Json> {
    let ColumnDef {
        name,
        data_type,
        options,
    } = column;
    let name = identifier(name)?;
    check_type(data_type, 1).map_err(|error| error.context(&format!("column {name}")))?;
    let mut nullable = true;
    let mut comment = Json::Null;
    let mut default = Json::Null;
    for option in options {
        match &option.option {
            ColumnOption::Null => nullable = true,
            ColumnOption::NotNull => nullable = false,
            ColumnOption::Comment(text) => comment = json!(text),
            ColumnOption::Default(value) => default = json!(value.to_string()),
            ColumnOption::PrimaryKey(_) => {
                constraints.push(json!({ "kind": "primary_key", "columns": [name] }));
            }
            ColumnOption::Unique(_) => {
                constraints.push(json!({ "kind": "unique", "columns": [name] }));
            }
            ColumnOption::Check(check) => constraints.push(json!({
                "kind": "check",
                "name": check.name.as_ref().map(identifier).transpose()?,
                "expression": check.expr.to_string(),
            })),
            other => {
                return Err(BridgeError::invalid(format!(
                    "column {name}: {other} is not supported"
                )));
            }
        }
    }
    Ok(json!({
        "name": name,
        "type": data_type.to_string(),
        "nullable": nullable,
        "comment": comment,
        "default": default,
    }))
}

fn constraint_json(constraint: &TableConstraint) -> Result<Json> {
    let optional = |name: &Option<Ident>| name.as_ref().map(identifier).transpose();
    Ok(match constraint {
        TableConstraint::PrimaryKey(key) => json!({
            "kind": "primary_key",
            "name": optional(&key.name)?,
            "columns": column_names(&key.columns)?,
        }),
        TableConstraint::Unique(key) => json!({
            "kind": "unique",
            "name": optional(&key.name)?,
            "columns": column_names(&key.columns)?,
        }),
        TableConstraint::Check(check) => json!({
            "kind": "check",
            "name": optional(&check.name)?,
            "expression": check.expr.to_string(),
        }),
        other => {
            return Err(BridgeError::invalid(format!(
                "the constraint {other} is not supported"
            )));
        }
    })
}

fn column_names(columns: &[IndexColumn]) -> Result<Vec<String>> {
    columns
        .iter()
        .map(|column| match &column.column.expr {
            datafusion::sql::sqlparser::ast::Expr::Identifier(name) => identifier(name),
            other => Err(BridgeError::invalid(format!(
                "a key is made of columns, not of {other}"
            ))),
        })
        .collect()
}

/// The name as the planner has it: bare names fold to lower case.
fn identifier(name: &Ident) -> Result<String> {
    if name.value.len() > MOST_IDENTIFIER_BYTES {
        return Err(over(format!(
            "a name has {} bytes, more than {MOST_IDENTIFIER_BYTES}",
            name.value.len()
        )));
    }
    Ok(match name.quote_style {
        Some(_) => name.value.clone(),
        None => name.value.to_lowercase(),
    })
}

fn option_text(value: &Value) -> Result<String> {
    match value {
        Value::SingleQuotedString(text)
        | Value::DoubleQuotedString(text)
        | Value::EscapedStringLiteral(text) => Ok(text.clone()),
        Value::Number(digits, _) => Ok(digits.clone()),
        Value::Boolean(truth) => Ok(truth.to_string()),
        other => Err(BridgeError::invalid(format!(
            "an option's value is a text, not {other}"
        ))),
    }
}

/// Refuses a type that nests too deep. The token bound keeps the recursion itself safe.
fn check_type(data_type: &DataType, depth: usize) -> Result<()> {
    if depth > MOST_TYPE_DEPTH {
        return Err(over(format!(
            "the type nests deeper than {MOST_TYPE_DEPTH}"
        )));
    }
    match data_type {
        DataType::Array(
            ArrayElemTypeDef::AngleBracket(item)
            | ArrayElemTypeDef::SquareBracket(item, _)
            | ArrayElemTypeDef::Parenthesis(item),
        )
        | DataType::Nullable(item)
        | DataType::LowCardinality(item) => check_type(item, depth + 1),
        DataType::Struct(fields, _) | DataType::Tuple(fields) => fields
            .iter()
            .try_for_each(|field| check_type(&field.field_type, depth + 1)),
        DataType::Map(key, value) => {
            check_type(key, depth + 1)?;
            check_type(value, depth + 1)
        }
        DataType::Nested(columns) => columns
            .iter()
            .try_for_each(|column| check_type(&column.data_type, depth + 1)),
        DataType::Union(fields) => fields
            .iter()
            .try_for_each(|field| check_type(&field.field_type, depth + 1)),
        _ => Ok(()),
    }
}

fn over(message: String) -> BridgeError {
    BridgeError::new(ErrorKind::LimitExceeded, message)
}

/// # Safety
/// `sql` is readable, `out` is writable, `error` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_ddl_json(
    sql: NormaSlice,
    out: *mut NormaText,
    error: *mut *mut NormaError,
) -> i32 {
    let body = || {
        // SAFETY: the caller's promise.
        let sql = unsafe { sql.text("the statement") }?.to_string();
        let text = on_engine(async move { ddl_json(&sql).map(|json| json.to_string()) })?;
        // SAFETY: the caller's promise.
        unsafe { hand_out(out, NormaText::new(text)) }
    };
    // SAFETY: the caller's promise.
    unsafe { guard(error, body) }
}
