//! The one way an entry gets into a log: sealed, put if absent, read back, and settled when in doubt.

pub mod checkpoint;
pub mod create;
mod entry;
pub mod log;
pub mod snapshot;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use deltalake::kernel::transaction::TransactionError;
use deltalake::logstore::{CommitOrBytes, LogStoreRef};
use object_store::ObjectStoreExt;
use object_store::path::Path;
use serde_json::{Map, Value, json};

use crate::error::{BridgeError, ErrorKind, Result};
use crate::store::{self, Published};
use entry::Sealed;
use snapshot::{LiveFile, Snapshot};

pub const ENGINE_INFO: &str = concat!("norma/", env!("CARGO_PKG_VERSION"));

/// How often an append tries the next version when another writer took the one it wanted.
const RETRIES: u32 = 15;
/// Waits between the tries that settle an unknown outcome: 30 s in all.
const SETTLE_WAITS_MS: [u64; 5] = [100, 900, 4_000, 9_000, 16_000];

/// A data file that is written and checked, but not named by the log yet.
#[derive(Clone, Debug)]
pub struct NewFile {
    pub path: String,
    pub size: i64,
    pub modification_time: i64,
    pub rows: i64,
    pub stats: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Adds files to whatever version is the newest.
    Append,
    /// Takes the place of all files of this version; another newest version is a conflict.
    Replace { planned: u64 },
}

/// What is to be committed.
#[derive(Clone, Debug)]
pub struct Request {
    pub app_id: String,
    pub txn: i64,
    pub operation: String,
    pub run_id: Option<String>,
    /// Further fields of `commitInfo`.
    pub metadata: Map<String, Value>,
    pub mode: Mode,
    pub files: Vec<NewFile>,
    /// The columns that the files are in the order of, joined by commas.
    pub sort: Option<String>,
    /// Whether the rows were made without reading the table.
    pub is_blind: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Committed(u64),
    AlreadyApplied(u64),
}

/// Commits once: the same `app_id` and `txn` are never applied a second time.
///
/// \return kCommitConflict when another writer won and nothing of ours stands; kCommitUnknown when that
///     cannot be said; any other kind when the entry was not put.
pub async fn commit(log: &LogStoreRef, request: &Request) -> Result<Outcome> {
    let mut base = Base::load(log, &request.app_id).await?;
    for attempt in 0..=RETRIES {
        if let Some(version) = already_applied(log, &base, request).await? {
            return Ok(Outcome::AlreadyApplied(version));
        }
        if let Mode::Replace { planned } = request.mode
            && planned != base.version
        {
            let message = format!(
                "the table changed after the replacement was planned on version {planned}, to version {}: {}",
                base.version,
                log::folder(log)
            );
            return Err(conflict(message));
        }
        let version = base.version + 1;
        let sealed = seal(&base, request);
        if put(log, version, &sealed).await? == Standing::Ours {
            confirm(log, version, &sealed, &request.files).await?;
            return Ok(Outcome::Committed(version));
        }
        tokio::time::sleep(jitter(attempt)).await;
        base = base.advance(log, &request.app_id).await?;
    }
    Err(conflict(format!(
        "gave up after {RETRIES} lost races: {}",
        log::folder(log)
    )))
}

/// What an entry is built on.
struct Base {
    version: u64,
    timestamp_ms: i64,
    row_high_water: i64,
    /// The last number of the request's application.
    txn: Option<i64>,
    /// The files of the version, for a replacement.
    files: Vec<LiveFile>,
}

impl Base {
    async fn load(log: &LogStoreRef, app_id: &str) -> Result<Self> {
        let snapshot = Snapshot::load(log, None).await?;
        Ok(Self {
            txn: snapshot.txn(app_id).await?,
            version: snapshot.version,
            timestamp_ms: snapshot.timestamp_ms,
            row_high_water: snapshot.row_high_water,
            files: snapshot.files,
        })
    }

    /// Goes on to the newest version by the new entries alone. Who lost a race is slower than the winners if
    /// it reads the whole table again, and may lose every time.
    async fn advance(mut self, log: &LogStoreRef, app_id: &str) -> Result<Self> {
        while let Some(entry) = log::read_entry(log, self.version + 1).await? {
            entry::check(&log::entry_name(self.version + 1), &entry)?;
            let facts = entry::Facts::read(&entry, app_id);
            // The files of another version, or its features, take the long way.
            if facts.needs_reload || !self.files.is_empty() {
                return Self::load(log, app_id).await;
            }
            self.version += 1;
            self.timestamp_ms = facts.timestamp_ms.unwrap_or(self.timestamp_ms);
            self.row_high_water = facts.row_high_water.unwrap_or(self.row_high_water);
            self.txn = facts.txn.or(self.txn);
        }
        Ok(self)
    }
}

/// Puts version 0, unless the table is there.
///
/// \return whether it was made by this call.
pub async fn create(
    log: &LogStoreRef,
    commit_info: Map<String, Value>,
    actions: &[Value],
) -> Result<bool> {
    let sealed = entry::seal(commit_info, actions);
    if put(log, 0, &sealed).await? == Standing::Other {
        return Ok(false);
    }
    confirm(log, 0, &sealed, &[]).await?;
    Ok(true)
}

/// The version at which this request was applied before, if it was.
async fn already_applied(log: &LogStoreRef, base: &Base, request: &Request) -> Result<Option<u64>> {
    let Some(last) = base.txn else {
        return Ok(None);
    };
    if last < request.txn {
        return Ok(None);
    }
    match log::find_txn(log, &request.app_id, request.txn).await? {
        Some(version) => Ok(Some(version)),
        // The entry itself may have been cleaned up; the number stands.
        None if last == request.txn => Ok(Some(base.version)),
        None => Err(conflict(format!(
            "transaction {} of {} was passed by {last}: {}",
            request.txn,
            request.app_id,
            log::folder(log)
        ))),
    }
}

fn seal(base: &Base, request: &Request) -> Sealed {
    let version = base.version + 1;
    let now = now_ms().max(base.timestamp_ms + 1);
    let mut next_row_id = base.row_high_water + 1;
    let mut actions = Vec::new();
    for file in &request.files {
        actions.push(add(file, request.sort.as_deref(), next_row_id, version));
        next_row_id += file.rows;
    }
    if matches!(request.mode, Mode::Replace { .. }) {
        actions.extend(base.files.iter().map(|file| remove(file, now)));
    }
    actions.push(
        json!({"txn": {"appId": request.app_id, "version": request.txn, "lastUpdated": now}}),
    );
    if !request.files.is_empty() {
        let mark = json!({"rowIdHighWaterMark": next_row_id - 1});
        actions.push(create::domain(snapshot::ROW_TRACKING_DOMAIN, &mark));
    }
    let mode = match request.mode {
        Mode::Append => "Append",
        Mode::Replace { .. } => "Overwrite",
    };
    let mut info = request.metadata.clone();
    for (key, value) in [
        ("timestamp", json!(now)),
        ("inCommitTimestamp", json!(now)),
        ("operation", json!(request.operation)),
        ("operationParameters", json!({"mode": mode})),
        (
            "isBlindAppend",
            json!(request.is_blind && request.mode == Mode::Append),
        ),
        ("engineInfo", json!(ENGINE_INFO)),
        ("txnId", json!(uuid::Uuid::new_v4().to_string())),
        ("norma.run", json!(request.run_id)),
    ] {
        info.insert(key.to_string(), value);
    }
    entry::seal(info, &actions)
}

fn add(file: &NewFile, sort: Option<&str>, base_row_id: i64, version: u64) -> Value {
    let tags = sort.map(|columns| json!({ (SORT_TAG): columns }));
    json!({"add": {
        "path": file.path, "partitionValues": {}, "size": file.size, "modificationTime": file.modification_time,
        "dataChange": true, "stats": entry::sorted(&file.stats).to_string(), "tags": tags,
        "baseRowId": base_row_id, "defaultRowCommitVersion": version}})
}

/// The tag of a file that says which columns its rows are in the order of.
pub const SORT_TAG: &str = "norma.sort";

fn remove(file: &LiveFile, now: i64) -> Value {
    json!({"remove": {
        "path": file.path, "deletionTimestamp": now, "dataChange": true, "extendedFileMetadata": true,
        "partitionValues": {}, "size": file.size, "stats": entry::sorted(&file.stats).to_string(),
        "baseRowId": file.base_row_id, "defaultRowCommitVersion": file.default_row_commit_version}})
}

/// Whose entry stands at a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Ours,
    Other,
}

async fn put(log: &LogStoreRef, version: u64, sealed: &Sealed) -> Result<Standing> {
    match put_once(log, version, sealed).await {
        Ok(()) => Ok(Standing::Ours),
        Err(TransactionError::VersionAlreadyExists(_)) => whose(log, version, sealed).await,
        Err(error) if store::published(&error) == Published::No => Err(store::explain(&error)),
        Err(error) => settle(log, version, sealed, &store::explain(&error)).await,
    }
}

async fn put_once(
    log: &LogStoreRef,
    version: u64,
    sealed: &Sealed,
) -> std::result::Result<(), TransactionError> {
    let entry = CommitOrBytes::LogBytes(sealed.bytes.clone());
    log.write_commit_entry(version, entry, uuid::Uuid::new_v4())
        .await
}

/// Tells from the attempt token whose entry took the version.
async fn whose(log: &LogStoreRef, version: u64, sealed: &Sealed) -> Result<Standing> {
    let doubt = |error: &BridgeError| unknown(log, version, &error.message);
    match log::read_entry(log, version).await {
        Ok(Some(found)) if entry::attempt_of(&found).as_deref() == Some(&sealed.attempt) => {
            Ok(Standing::Ours)
        }
        Ok(Some(_)) => Ok(Standing::Other),
        Ok(None) => Err(unknown(
            log,
            version,
            "the entry is there and cannot be found",
        )),
        Err(error) => Err(doubt(&error)),
    }
}

/// Settles a put whose answer was lost. The same bytes are put at the same version again, since an entry that
/// is not there may still land: whichever put does, the table is the same.
async fn settle(
    log: &LogStoreRef,
    version: u64,
    sealed: &Sealed,
    cause: &BridgeError,
) -> Result<Standing> {
    for wait in SETTLE_WAITS_MS {
        match put_once(log, version, sealed).await {
            Ok(()) => return Ok(Standing::Ours),
            Err(TransactionError::VersionAlreadyExists(_)) => {
                if let Ok(standing) = whose(log, version, sealed).await {
                    return Ok(standing);
                }
            }
            Err(_) => {}
        }
        tokio::time::sleep(Duration::from_millis(wait)).await;
    }
    Err(unknown(log, version, &cause.message))
}

/// Reads the entry back and looks for its files: only then a commit is called committed.
async fn confirm(
    log: &LogStoreRef,
    version: u64,
    sealed: &Sealed,
    files: &[NewFile],
) -> Result<()> {
    let mut last = String::new();
    for wait in SETTLE_WAITS_MS.into_iter().take(3) {
        match read_back(log, version, sealed, files).await {
            Ok(()) => return Ok(()),
            Err(error) => last = error.message,
        }
        tokio::time::sleep(Duration::from_millis(wait)).await;
    }
    Err(unknown(log, version, &last))
}

async fn read_back(
    log: &LogStoreRef,
    version: u64,
    sealed: &Sealed,
    files: &[NewFile],
) -> Result<()> {
    let found = log::read_entry(log, version).await?;
    if found.as_ref() != Some(&sealed.bytes) {
        return Err(BridgeError::new(
            ErrorKind::CorruptData,
            "the entry does not hold what was put",
        ));
    }
    let store = log::table_store(log);
    for file in files {
        let meta = store
            .head(&Path::from(file.path.as_str()))
            .await
            .map_err(|error| store::explain(&error))?;
        if i64::try_from(meta.size).ok() != Some(file.size) {
            let message = format!("a file of the commit does not have its size: {}", file.path);
            return Err(BridgeError::new(ErrorKind::CorruptData, message));
        }
    }
    Ok(())
}

fn conflict(message: String) -> BridgeError {
    BridgeError::new(ErrorKind::CommitConflict, message)
}

fn unknown(log: &LogStoreRef, version: u64, cause: &str) -> BridgeError {
    let message = format!(
        "it is not known whether version {version} was committed ({cause}): {}",
        log::folder(log)
    );
    BridgeError::new(ErrorKind::CommitUnknown, message)
}

/// A short wait that differs between writers that collided, and grows when it happens often.
fn jitter(attempt: u32) -> Duration {
    let random = u64::from(
        uuid::Uuid::new_v4()
            .as_bytes()
            .first()
            .copied()
            .unwrap_or(0),
    );
    Duration::from_micros(random * 20 * u64::from(attempt.min(4) + 1))
}

pub fn now_ms() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
