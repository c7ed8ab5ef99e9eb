//! The log as files: which entries there are, and that those in use are whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use deltalake::DeltaTableBuilder;
use deltalake::logstore::LogStoreRef;
use futures::TryStreamExt;
use object_store::path::Path;
use serde_json::Value;
use url::Url;

use super::entry;
use crate::error::{BridgeError, ErrorKind, Result};
use crate::store::{self, Root};

/// An entry larger than this is not one that anybody wrote in good faith, and is not read.
const MOST_ENTRY_BYTES: u64 = 1 << 30;
/// How many digits a version has in a file name of the log.
const VERSION_DIGITS: usize = 20;

/// The log store of a table below a root.
pub fn log_store(root: &Root, url: &Url) -> Result<LogStoreRef> {
    DeltaTableBuilder::from_url(url.clone())
        .and_then(|builder| {
            builder
                .with_storage_backend(root.store(), url.clone())
                .build_storage()
        })
        .map_err(|error| store::explain(&error))
}

pub fn entry_name(version: u64) -> String {
    format!("_delta_log/{version:0VERSION_DIGITS$}.json")
}

/// What a log folder holds.
#[derive(Debug, Default)]
pub struct Listing {
    /// Entries by version, with their size.
    pub entries: BTreeMap<u64, u64>,
    pub checkpoints: Vec<u64>,
}

impl Listing {
    pub async fn read(log: &LogStoreRef) -> Result<Self> {
        let mut found = Self::default();
        let mut files = log.object_store(None).list(Some(log.log_path()));
        while let Some(file) = files
            .try_next()
            .await
            .map_err(|error| store::explain(&error))?
        {
            let name = file.location.filename().unwrap_or_default();
            let Some((digits, rest)) = name.split_at_checked(VERSION_DIGITS) else {
                continue;
            };
            let Ok(version) = digits.parse::<u64>() else {
                continue;
            };
            if rest == ".json" {
                found.entries.insert(version, file.size);
            } else if rest.starts_with(".checkpoint") && rest.ends_with(".parquet") {
                found.checkpoints.push(version);
            }
        }
        Ok(found)
    }

    pub fn latest(&self) -> Option<u64> {
        let entry = self.entries.keys().next_back().copied();
        entry.max(self.checkpoints.iter().max().copied())
    }

    /// The versions whose entries make up `version`: those since the newest checkpoint, or all.
    fn needed(&self, version: u64) -> std::ops::RangeInclusive<u64> {
        let checkpoint = self
            .checkpoints
            .iter()
            .filter(|found| **found <= version)
            .max();
        checkpoint.map_or(0, |found| found + 1)..=version
    }
}

/// Refuses a version whose entries are missing, empty, torn or changed: the kernel would read some of these
/// as a version with fewer actions.
///
/// \param version the newest one when `None`.
/// \return the checked version; kNotFound when there is no log or no such version.
pub async fn verify(log: &LogStoreRef, version: Option<u64>) -> Result<u64> {
    let listing = Listing::read(log).await?;
    let not_found = |what: String| BridgeError::new(ErrorKind::NotFound, what);
    let latest = listing
        .latest()
        .ok_or_else(|| not_found(format!("no such table: {}", folder(log))))?;
    let version = version.unwrap_or(latest);
    if version > latest {
        let message = format!(
            "table has no version {version}, its newest is {latest}: {}",
            folder(log)
        );
        return Err(not_found(message));
    }
    for needed in listing.needed(version) {
        let Some(size) = listing.entries.get(&needed) else {
            return Err(corrupt(log, "log entry is missing", needed));
        };
        if *size > MOST_ENTRY_BYTES {
            return Err(corrupt(log, "log entry is larger than 1 GiB", needed));
        }
        let bytes = read_entry(log, needed).await?.unwrap_or_default();
        if bytes.len() as u64 != *size {
            return Err(corrupt(
                log,
                "log entry does not have its listed size",
                needed,
            ));
        }
        entry::check(&format!("{}/{}", folder(log), entry_name(needed)), &bytes)?;
    }
    Ok(version)
}

pub async fn read_entry(log: &LogStoreRef, version: u64) -> Result<Option<Bytes>> {
    log.read_commit_entry(version)
        .await
        .map_err(|error| store::explain(&error))
}

/// The version whose entry holds this transaction, looking back from the newest.
pub async fn find_txn(log: &LogStoreRef, app_id: &str, number: i64) -> Result<Option<u64>> {
    let listing = Listing::read(log).await?;
    for version in listing.entries.keys().rev() {
        let Some(bytes) = read_entry(log, *version).await? else {
            continue;
        };
        let holds = bytes.split(|byte| *byte == b'\n').any(|line| {
            let action: Option<Value> = serde_json::from_slice(line).ok();
            action
                .as_ref()
                .and_then(|action| action.get("txn"))
                .is_some_and(|txn| {
                    txn.get("appId").and_then(Value::as_str) == Some(app_id)
                        && txn.get("version").and_then(Value::as_i64) == Some(number)
                })
        });
        if holds {
            return Ok(Some(*version));
        }
    }
    Ok(None)
}

fn corrupt(log: &LogStoreRef, what: &str, version: u64) -> BridgeError {
    let message = format!("{what}: {}/{}", folder(log), entry_name(version));
    BridgeError::new(ErrorKind::CorruptData, message)
}

/// The table's folder for messages.
pub fn folder(log: &LogStoreRef) -> String {
    let url = log.root_url();
    let path = url.to_file_path().map(|path| path.display().to_string());
    path.unwrap_or_else(|()| url.path().to_string())
}

/// The store as seen from the table's folder.
pub fn table_store(log: &LogStoreRef) -> Arc<dyn object_store::ObjectStore> {
    log.object_store(None)
}

/// The table's folder as the root's store names it.
pub fn table_path(url: &Url) -> Result<Path> {
    Path::from_url_path(url.path()).map_err(|error| BridgeError::internal(error.to_string()))
}
