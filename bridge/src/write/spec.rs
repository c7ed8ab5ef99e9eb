//! How a write is asked for.

use serde_json::Value;

use super::checks::Scope;
use crate::commit::Mode;
use crate::error::{BridgeError, Result};

/// From `{"mode": "append"|"replace", "sort": […], "key": […], "key_scope": "path"|"table",
/// "target_file_size": n, "failures_column": …, "divert": bool, "planned_version": n}`.
#[derive(Clone, Debug)]
pub struct WriteSpec {
    pub mode: Mode,
    /// Dotted paths that the rows ascend by.
    pub sort: Vec<String>,
    /// Dotted paths of the columns whose values are unique.
    pub key: Vec<String>,
    pub key_scope: Scope,
    pub file_bytes: Option<u64>,
    pub failures_column: Option<String>,
    /// Set rows with failures aside, instead of failing.
    pub diverts: bool,
}

impl WriteSpec {
    /// \param version the one that a replacement is planned on if the text does not name another.
    pub fn parse(text: &str, version: u64) -> Result<Self> {
        let json: Value = serde_json::from_str(text).map_err(|error| {
            BridgeError::invalid(format!("the write's specification is not JSON: {error}"))
        })?;
        let word = |key: &str| json.get(key).and_then(Value::as_str);
        let number = |key: &str| json.get(key).and_then(Value::as_u64);
        let mode = match word("mode") {
            Some("append") => Mode::Append,
            Some("replace") => Mode::Replace {
                planned: number("planned_version").unwrap_or(version),
            },
            other => {
                return Err(BridgeError::invalid(format!(
                    "no such write mode: {}",
                    other.unwrap_or("none")
                )));
            }
        };
        let sort = names(&json, "sort")?;
        let key_scope = match word("key_scope") {
            None | Some("table") => Scope::Table,
            Some("path") => match sort.first() {
                Some(first) if first == "path" => Scope::Runs(first.clone()),
                _ => {
                    return Err(BridgeError::invalid(
                        "keys by path need rows that are sorted by path first",
                    ));
                }
            },
            Some(other) => return Err(BridgeError::invalid(format!("no such key scope: {other}"))),
        };
        Ok(Self {
            mode,
            sort,
            key: names(&json, "key")?,
            key_scope,
            file_bytes: number("target_file_size").filter(|bytes| *bytes > 0),
            failures_column: word("failures_column").map(str::to_string),
            diverts: json.get("divert").and_then(Value::as_bool) == Some(true),
        })
    }
}

fn names(json: &Value, key: &str) -> Result<Vec<String>> {
    let Some(items) = json.get(key).and_then(Value::as_array) else {
        return Ok(Vec::new());
    };
    let name = |item: &Value| item.as_str().map(str::to_string);
    let named: Option<Vec<String>> = items.iter().map(name).collect();
    named.ok_or_else(|| BridgeError::invalid(format!("{key} must hold column names")))
}
