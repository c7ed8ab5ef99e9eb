//! Log entries: sealing one with its count and sum, and telling a whole one from a torn one.

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::snapshot::ROW_TRACKING_DOMAIN;
use crate::error::{BridgeError, ErrorKind, Result};
use crate::hash::xxh3_128;

/// An entry ready to be put.
#[derive(Clone, Debug)]
pub struct Sealed {
    pub bytes: Bytes,
    /// The token that tells this attempt's entry from any other.
    pub attempt: String,
}

/// Puts `commit_info` in front of the actions, with what shows damage that is valid JSON: the number of lines
/// and a hash of all that follows the first.
pub fn seal(mut commit_info: Map<String, Value>, actions: &[Value]) -> Sealed {
    let attempt = uuid::Uuid::new_v4().to_string();
    let mut tail = String::new();
    for action in actions {
        tail.push_str(&action.to_string());
        tail.push('\n');
    }
    commit_info.insert("norma.actions".to_string(), json!(actions.len() + 1));
    commit_info.insert("norma.sum".to_string(), json!(sum(tail.as_bytes())));
    commit_info.insert("norma.attempt".to_string(), json!(attempt));
    let bytes = format!("{}\n{tail}", json!({ "commitInfo": commit_info }));
    Sealed {
        bytes: bytes.into(),
        attempt,
    }
}

fn sum(tail: &[u8]) -> String {
    format!("{:032x}", xxh3_128(tail))
}

/// The attempt token of an entry, if norma wrote it.
pub fn attempt_of(entry: &[u8]) -> Option<String> {
    let (head, _) = split(entry)?;
    let first: Value = serde_json::from_slice(head).ok()?;
    first
        .get("commitInfo")?
        .get("norma.attempt")?
        .as_str()
        .map(str::to_string)
}

/// Refuses an entry that is empty, cut or changed. One that norma did not write has no count and no sum; then
/// every line must at least be a JSON object.
pub fn check(name: &str, entry: &[u8]) -> Result<()> {
    let corrupt =
        |what: &str| BridgeError::new(ErrorKind::CorruptData, format!("log entry {what}: {name}"));
    let Some((head, tail)) = split(entry) else {
        return Err(corrupt(if entry.is_empty() {
            "is empty"
        } else {
            "does not end with a line end"
        }));
    };
    let first: Value =
        serde_json::from_slice(head).map_err(|_| corrupt("begins with a line that is not JSON"))?;
    let commit_info = first.get("commitInfo");
    let count = commit_info
        .and_then(|info| info.get("norma.actions"))
        .and_then(Value::as_u64);
    let sealed = commit_info
        .and_then(|info| info.get("norma.sum"))
        .and_then(Value::as_str);
    let (Some(count), Some(sealed)) = (count, sealed) else {
        return check_lines(entry).map_err(|()| corrupt("holds a line that is not JSON"));
    };
    if tail.iter().filter(|byte| **byte == b'\n').count() as u64 + 1 != count {
        return Err(corrupt(
            "does not hold as many actions as it was written with",
        ));
    }
    if sum(tail) != sealed {
        return Err(corrupt("does not have the sum that it was written with"));
    }
    Ok(())
}

fn check_lines(entry: &[u8]) -> std::result::Result<(), ()> {
    for line in entry
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
    {
        serde_json::from_slice::<Map<String, Value>>(line).map_err(|_| ())?;
    }
    Ok(())
}

/// What the next entry must know of this one.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Facts {
    pub timestamp_ms: Option<i64>,
    pub row_high_water: Option<i64>,
    /// The number of the application that was asked for.
    pub txn: Option<i64>,
    /// Whether it changes what the table is.
    pub needs_reload: bool,
}

impl Facts {
    pub fn read(entry: &[u8], app_id: &str) -> Self {
        let mut facts = Self::default();
        let lines = entry
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty());
        for action in lines.filter_map(|line| serde_json::from_slice::<Value>(line).ok()) {
            facts.needs_reload |=
                action.get("protocol").is_some() || action.get("metaData").is_some();
            if let Some(info) = action.get("commitInfo") {
                facts.timestamp_ms = info.get("inCommitTimestamp").and_then(Value::as_i64);
            }
            if let Some(txn) = action
                .get("txn")
                .filter(|txn| txn.get("appId").and_then(Value::as_str) == Some(app_id))
            {
                facts.txn = txn.get("version").and_then(Value::as_i64);
            }
            facts.row_high_water = high_water(&action).or(facts.row_high_water);
        }
        facts
    }
}

fn high_water(action: &Value) -> Option<i64> {
    let domain = action.get("domainMetadata")?;
    if domain.get("domain").and_then(Value::as_str) != Some(ROW_TRACKING_DOMAIN) {
        return None;
    }
    let configuration: Value = serde_json::from_str(domain.get("configuration")?.as_str()?).ok()?;
    configuration.get("rowIdHighWaterMark")?.as_i64()
}

/// The first line without its end, and the rest.
fn split(entry: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = entry.iter().position(|byte| *byte == b'\n')?;
    Some((entry.get(..end)?, entry.get(end + 1..)?))
}

/// The value with the keys of all objects in order: hash maps give another order in every process.
pub fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut keys: Vec<&String> = fields.keys().collect();
            keys.sort();
            keys.into_iter()
                .filter_map(|key| fields.get(key).map(|field| (key.clone(), sorted(field))))
                .collect::<Map<_, _>>()
                .into()
        }
        Value::Array(items) => items.iter().map(sorted).collect::<Vec<_>>().into(),
        other => other.clone(),
    }
}
