//! Answers what type an operator or call has, by DataFusion's own parser, planner and coercion, so that
//! norma keeps no table of signatures.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{Expr, ExprSchemable, Volatility};
use datafusion::optimizer::analyzer::type_coercion::TypeCoercionRewriter;
use serde_json::{Value as Json, json};

use crate::abi::{NormaError, NormaSlice, NormaText, hand_out};
use crate::error::{BridgeError, ErrorKind, Result};
use crate::runtime::on_engine;
use crate::session::{NormaSession, guard_handle};

/// The column that stands for the conditions of a CASE.
const CONDITION: &str = "condition";

/// Operators that are words. Those made of signs need no list: other characters are refused.
const WORD_OPERATORS: [&str; 14] = [
    "AND",
    "OR",
    "IS DISTINCT FROM",
    "IS NOT DISTINCT FROM",
    "LIKE",
    "NOT LIKE",
    "ILIKE",
    "NOT ILIKE",
    "SIMILAR TO",
    "NOT SIMILAR TO",
    "DIV",
    "XOR",
    "IN",
    "NOT IN",
];
const OPERATOR_SIGNS: &str = "+-*/%=<>!&|^~#@?:";

/// One argument: a column of its type, or a constant.
struct Argument {
    field: Field,
    literal: Option<ScalarValue>,
}

struct Request {
    kind: String,
    name: String,
    arguments: Vec<Argument>,
}

impl Request {
    fn read(text: &str) -> Result<Self> {
        let broken = |what: &str| BridgeError::invalid(format!("the type request has {what}"));
        let json: Json =
            serde_json::from_str(text).map_err(|_| broken("a form that is not JSON"))?;
        let part = |key: &str| json.get(key).and_then(Json::as_str).map(str::to_string);
        let arguments = json.get("args").and_then(Json::as_array);
        let arguments = arguments
            .ok_or_else(|| broken("no args"))?
            .iter()
            .enumerate()
            .map(|(index, json)| Argument::read(index, json))
            .collect::<Result<Vec<_>>>()?;
        Ok(Self {
            kind: part("kind").ok_or_else(|| broken("no kind"))?,
            name: part("name").ok_or_else(|| broken("no name"))?,
            arguments,
        })
    }

    /// The call as SQL over the columns a0, a1, …
    fn sql(&self) -> Result<String> {
        let columns: Vec<String> = (0..self.arguments.len()).map(column_name).collect();
        let list = columns.join(", ");
        let name = self.name.replace('"', "\"\"");
        Ok(match self.kind.as_str() {
            "operator" => self.operator_sql(&columns)?,
            "case" => case_sql(&columns)?,
            "scalar" => format!("\"{name}\"({list})"),
            "aggregate" if self.name == "count" && columns.is_empty() => "count(*)".to_string(),
            "aggregate" => format!("\"{name}\"({list})"),
            "window" => format!("\"{name}\"({list}) OVER ()"),
            other => {
                return Err(BridgeError::invalid(format!(
                    "unknown kind of call: {other}"
                )));
            }
        })
    }

    fn operator_sql(&self, columns: &[String]) -> Result<String> {
        let name = self.name.as_str();
        let known = WORD_OPERATORS.contains(&name)
            || (!name.is_empty() && name.chars().all(|sign| OPERATOR_SIGNS.contains(sign)))
            || ["NOT", "BETWEEN"].contains(&name);
        let unknown = || {
            BridgeError::new(
                ErrorKind::NotFound,
                format!("no operator {name} of {} arguments", columns.len()),
            )
        };
        if !known {
            return Err(unknown());
        }
        Ok(match (name, columns) {
            ("IN" | "NOT IN", [value, list @ ..]) if !list.is_empty() => {
                format!("{value} {name} ({})", list.join(", "))
            }
            ("BETWEEN", [value, low, high]) => format!("{value} BETWEEN {low} AND {high}"),
            ("NOT" | "-" | "+", [value]) => format!("{name} {value}"),
            ("IN" | "NOT IN" | "NOT" | "BETWEEN", _) => return Err(unknown()),
            (_, [left, right]) => format!("{left} {name} {right}"),
            _ => return Err(unknown()),
        })
    }

    /// Functions are looked up first, so that "there is none" and "it does not take these" differ.
    fn check_name(&self, state: &SessionState) -> Result<()> {
        let known = match self.kind.as_str() {
            "scalar" => state.scalar_functions().contains_key(&self.name),
            "aggregate" => state.aggregate_functions().contains_key(&self.name),
            "window" => {
                state.window_functions().contains_key(&self.name)
                    || state.aggregate_functions().contains_key(&self.name)
            }
            _ => true,
        };
        if known {
            return Ok(());
        }
        let names: Vec<&String> = match self.kind.as_str() {
            "scalar" => state.scalar_functions().keys().collect(),
            "aggregate" => state.aggregate_functions().keys().collect(),
            _ => state.window_functions().keys().collect(),
        };
        let near = nearest(&self.name, names);
        let message = format!("no {} function {}{near}", self.kind, self.name);
        Err(BridgeError::new(ErrorKind::NotFound, message))
    }
}

/// ", did you mean lower?", or nothing when no name is near.
fn nearest(name: &str, names: Vec<&String>) -> String {
    use datafusion::common::utils::datafusion_strsim::levenshtein;
    let mut near: Vec<(usize, &String)> = names
        .into_iter()
        .map(|other| (levenshtein(name, other), other))
        .filter(|(distance, _)| *distance <= 1 + name.len() / 4)
        .collect();
    near.sort();
    let names: Vec<&str> = near.iter().take(3).map(|(_, name)| name.as_str()).collect();
    if names.is_empty() {
        String::new()
    } else {
        format!(", did you mean {}?", names.join(", "))
    }
}

fn column_name(index: usize) -> String {
    format!("a{index}")
}

/// The last of several values is the ELSE.
fn case_sql(columns: &[String]) -> Result<String> {
    let (then, otherwise) = match columns {
        [] => return Err(BridgeError::invalid("a CASE has values")),
        [only] => (std::slice::from_ref(only), None),
        [then @ .., last] => (then, Some(last)),
    };
    let mut sql = "CASE".to_string();
    for value in then {
        sql += &format!(" WHEN {CONDITION} THEN {value}");
    }
    if let Some(value) = otherwise {
        sql += &format!(" ELSE {value}");
    }
    Ok(sql + " END")
}

impl Argument {
    fn read(index: usize, json: &Json) -> Result<Self> {
        let text = json.get("type").and_then(Json::as_str).unwrap_or_default();
        let data_type = DataType::from_str(text)
            .map_err(|_| BridgeError::invalid(format!("argument {index} has no type: {text}")))?;
        let nullable = json.get("nullable").and_then(Json::as_bool).unwrap_or(true);
        let literal = json
            .get("literal")
            .map(|json| literal(json, &data_type))
            .transpose()?;
        Ok(Self {
            field: Field::new(column_name(index), data_type, nullable),
            literal,
        })
    }
}

fn literal(json: &Json, data_type: &DataType) -> Result<ScalarValue> {
    let wrong = || BridgeError::invalid(format!("a literal does not fit {data_type}: {json}"));
    Ok(match json {
        Json::Null => ScalarValue::try_from(data_type)?,
        Json::Bool(value) => ScalarValue::Boolean(Some(*value)).cast_to(data_type)?,
        Json::Number(value) => {
            ScalarValue::try_from_string(value.to_string(), data_type).map_err(|_| wrong())?
        }
        Json::String(text) if *data_type == DataType::Binary => {
            ScalarValue::Binary(Some(from_hex(text).ok_or_else(wrong)?))
        }
        Json::String(text) => {
            ScalarValue::try_from_string(text.clone(), data_type).map_err(|_| wrong())?
        }
        _ => return Err(wrong()),
    })
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text
        .chars()
        .map(|digit| digit.to_digit(16))
        .collect::<Option<Vec<u32>>>()?;
    if digits.len() % 2 != 0 {
        return None;
    }
    digits
        .chunks_exact(2)
        .map(|pair| match pair {
            [high, low] => u8::try_from(high * 16 + low).ok(),
            _ => None,
        })
        .collect()
}

fn resolve(state: &SessionState, request: &str) -> Result<Json> {
    let request = Request::read(request)?;
    request.check_name(state)?;
    let mut fields: Vec<Field> = request
        .arguments
        .iter()
        .map(|argument| argument.field.clone())
        .collect();
    fields.push(Field::new(CONDITION, DataType::Boolean, false));
    let schema = DFSchema::from_unqualified_fields(Fields::from(fields), HashMap::new())?;
    let planned = state
        .create_logical_expr(&request.sql()?, &schema)
        .and_then(|expression| put_literals(expression, &request.arguments))
        .and_then(|expression| expression.rewrite(&mut TypeCoercionRewriter::new(&schema)))
        .map_err(BridgeError::of_text)?
        .data;
    let (_, field) = planned.to_field(&schema).map_err(BridgeError::of_text)?;
    let arguments = argument_types(&planned, &schema, &request)?;
    Ok(json!({
        "type": field.data_type().to_string(),
        "nullable": field.is_nullable(),
        "args": arguments,
        "volatility": volatility_name(volatility(&planned)),
    }))
}

/// Puts the constants in place of their columns: some types depend on them.
fn put_literals(expression: Expr, arguments: &[Argument]) -> datafusion::error::Result<Expr> {
    let by_name: HashMap<&str, &ScalarValue> = arguments
        .iter()
        .filter_map(|argument| Some((argument.field.name().as_str(), argument.literal.as_ref()?)))
        .collect();
    let put = expression.transform(|node| {
        Ok(match &node {
            Expr::Column(column) => match by_name.get(column.name.as_str()) {
                Some(value) => Transformed::yes(Expr::Literal((*value).clone(), None)),
                None => Transformed::no(node),
            },
            _ => Transformed::no(node),
        })
    })?;
    Ok(put.data)
}

/// The types that the arguments are cast to. They are the node's children in the order of the call.
fn argument_types(planned: &Expr, schema: &DFSchema, request: &Request) -> Result<Vec<String>> {
    let mut types = Vec::new();
    planned.apply_children(|child| {
        types.push(child.get_type(schema)?.to_string());
        Ok(TreeNodeRecursion::Continue)
    })?;
    if request.kind == "case" {
        // WHEN, THEN, WHEN, THEN, …, ELSE: conditions are no arguments.
        let whole = types.len();
        types = types
            .into_iter()
            .enumerate()
            .filter(|(index, _)| index % 2 == 1 || *index + 1 == whole)
            .map(|(_, data_type)| data_type)
            .collect();
    }
    types.truncate(request.arguments.len());
    if types.len() != request.arguments.len() {
        return Err(BridgeError::internal(format!(
            "the planner made {planned} of {} arguments",
            request.arguments.len()
        )));
    }
    Ok(types)
}

fn volatility(planned: &Expr) -> Volatility {
    match planned {
        Expr::ScalarFunction(call) => call.func.signature().volatility,
        Expr::AggregateFunction(call) => call.func.signature().volatility,
        Expr::WindowFunction(call) => call.fun.signature().volatility,
        _ => Volatility::Immutable,
    }
}

pub fn volatility_name(volatility: Volatility) -> &'static str {
    match volatility {
        Volatility::Immutable => "immutable",
        Volatility::Stable => "stable",
        Volatility::Volatile => "volatile",
    }
}

/// # Safety
/// `session` is a live handle, `request` is readable, `out` is writable, `error` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_resolve_types(
    session: *const NormaSession,
    request: NormaSlice,
    out: *mut NormaText,
    error: *mut *mut NormaError,
) -> i32 {
    let body = |session: &Arc<NormaSession>| {
        // SAFETY: the caller's promise.
        let request = unsafe { request.text("the type request") }?.to_string();
        let state = session.state();
        let answer = on_engine(async move { resolve(&state, &request) })?;
        // SAFETY: the caller's promise.
        unsafe { hand_out(out, NormaText::new(answer.to_string())) }
    };
    // SAFETY: the caller's promise.
    unsafe { guard_handle(session, error, body) }
}
