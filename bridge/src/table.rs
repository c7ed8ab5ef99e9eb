//! Tables below an output root: made, opened at a version, described, registered with a session.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use datafusion::arrow::datatypes::Schema;
use datafusion::arrow::ffi::FFI_ArrowSchema;
use deltalake::logstore::LogStoreRef;
use serde_json::{Value, json};
use url::Url;

use crate::abi::{NormaError, NormaSlice, NormaText, guard, hand_out, share};
use crate::commit;
use crate::commit::checkpoint;
use crate::commit::create::TableSpec;
use crate::commit::log;
use crate::commit::snapshot::Snapshot;
use crate::error::{BridgeError, Result};
use crate::plain_scan::PlainScan;
use crate::runtime::on_engine;
use crate::session::{NormaSession, guard_handle};
use crate::store::{Root, RootOptions};

/// Behind a handle made by `Arc::into_raw`.
pub type NormaRoot = Root;
pub type NormaTable = Table;

/// Stands for a version that is not there.
const NO_VERSION: i64 = -1;

/// A version of a table. It stays that version, whatever is committed later.
pub struct Table {
    pub root: Arc<Root>,
    pub url: Url,
    pub log: LogStoreRef,
    pub snapshot: Snapshot,
    /// Whether this handle's call made the table.
    created: bool,
}

impl Table {
    /// Opens a table, at its newest version when `version` is `None`.
    pub async fn open(root: Arc<Root>, location: &str, version: Option<u64>) -> Result<Self> {
        let url = root.table_url(location)?;
        let log = log::log_store(&root, &url)?;
        let snapshot = Snapshot::load(&log, version).await?;
        Ok(Self {
            root,
            url,
            log,
            snapshot,
            created: false,
        })
    }

    /// Makes version 0; a table that is there is opened at its newest version instead.
    pub async fn create(
        root: Arc<Root>,
        location: &str,
        schema: &Schema,
        spec: &TableSpec,
    ) -> Result<Self> {
        let url = root.table_url(location)?;
        let log = log::log_store(&root, &url)?;
        let created = match log::Listing::read(&log).await?.latest() {
            Some(_) => false,
            None => commit::create(&log, spec.commit_info(), &spec.actions(schema)?).await?,
        };
        let snapshot = Snapshot::load(&log, None).await?;
        Ok(Self {
            root,
            url,
            log,
            snapshot,
            created,
        })
    }

    /// What is known of this version without reading rows. `txn` is that of `app_id`, as of this version.
    pub async fn facts(&self, app_id: &str) -> Result<Value> {
        let snapshot = &self.snapshot;
        let txn = match app_id {
            "" => None,
            app_id => snapshot.txn(app_id).await?,
        };
        let contract: Option<Value> = snapshot
            .contract
            .as_deref()
            .and_then(|text| serde_json::from_str(text).ok());
        let files: Vec<Value> = snapshot
            .files
            .iter()
            .map(|file| json!({"path": file.path, "bytes": file.size, "rows": file.rows()}))
            .collect();
        Ok(json!({
            "version": snapshot.version,
            "created": self.created,
            "schema": snapshot.schema_json,
            "properties": snapshot.properties,
            "contract": contract,
            "txn": txn,
            "timestamp_unix_ms": snapshot.timestamp_ms,
            "rows": snapshot.rows(),
            "bytes": snapshot.bytes(),
            "files": files,
        }))
    }
}

/// # Safety
/// The slice is readable; `out` and `error` are writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_root_open(
    options: NormaSlice,
    out: *mut *const NormaRoot,
    error: *mut *mut NormaError,
) -> i32 {
    let body = || {
        // SAFETY: the caller's promise.
        let options = RootOptions::parse(unsafe { options.text("the root's options") }?)?;
        let root = Arc::new(Root::open(&options)?);
        // SAFETY: the caller's promise.
        unsafe { hand_out(out, Arc::into_raw(root)) }
    };
    // SAFETY: the caller's promise.
    unsafe { guard(error, body) }
}

/// As `norma_root_open`, with a JSON list of faults. For tests: no program of norma's refers to it.
///
/// # Safety
/// The slices are readable; `out` and `error` are writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_test_root_open(
    options: NormaSlice,
    faults: NormaSlice,
    out: *mut *const NormaRoot,
    error: *mut *mut NormaError,
) -> i32 {
    let body = || {
        // SAFETY: the caller's promise.
        let (options, faults) = unsafe {
            (
                options.text("the root's options")?,
                faults.text("the faults")?,
            )
        };
        let faults: Vec<Value> = serde_json::from_str(faults).map_err(|error| {
            BridgeError::invalid(format!("the faults are not a JSON list: {error}"))
        })?;
        let root = Arc::new(Root::open_with_faults(
            &RootOptions::parse(options)?,
            &faults,
        )?);
        // SAFETY: the caller's promise.
        unsafe { hand_out(out, Arc::into_raw(root)) }
    };
    // SAFETY: the caller's promise.
    unsafe { guard(error, body) }
}

/// # Safety
/// `root` is null or a live handle, which is gone afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_root_close(root: *const NormaRoot) {
    if !root.is_null() {
        // SAFETY: made by `Arc::into_raw`.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(unsafe { Arc::from_raw(root) })));
    }
}

/// # Safety
/// `root` is a live handle, the slices are readable, `schema` is a valid schema, which is moved; `out` and
/// `error` are writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_table_create(
    root: *const NormaRoot,
    location: NormaSlice,
    schema: *mut FFI_ArrowSchema,
    spec: NormaSlice,
    out: *mut *const NormaTable,
    error: *mut *mut NormaError,
) -> i32 {
    let body = || {
        if schema.is_null() {
            return Err(BridgeError::invalid("the schema is null"));
        }
        // SAFETY: not null, and the caller gives the schema away.
        let schema = unsafe { FFI_ArrowSchema::from_raw(schema) };
        let schema = Schema::try_from(&schema)?;
        // SAFETY: the caller's promise.
        let (root, location, spec) = unsafe {
            (
                share(root, "root")?,
                location.text("the location")?,
                spec.text("the table's specification")?,
            )
        };
        let (location, spec) = (location.to_string(), TableSpec::parse(spec)?);
        let table = on_engine(async move { Table::create(root, &location, &schema, &spec).await })?;
        // SAFETY: the caller's promise.
        unsafe { hand_out(out, Arc::into_raw(Arc::new(table))) }
    };
    // SAFETY: the caller's promise.
    unsafe { guard(error, body) }
}

/// # Safety
/// `root` is a live handle, the slice is readable; `out` and `error` are writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_table_open(
    root: *const NormaRoot,
    location: NormaSlice,
    version: i64,
    out: *mut *const NormaTable,
    error: *mut *mut NormaError,
) -> i32 {
    let body = || {
        // SAFETY: the caller's promise.
        let (root, location) = unsafe {
            (
                share(root, "root")?,
                location.text("the location")?.to_string(),
            )
        };
        let version = u64::try_from(version).ok();
        let table = on_engine(async move { Table::open(root, &location, version).await })?;
        // SAFETY: the caller's promise.
        unsafe { hand_out(out, Arc::into_raw(Arc::new(table))) }
    };
    // SAFETY: the caller's promise.
    unsafe { guard(error, body) }
}

/// # Safety
/// `table` is null or a live handle, which is gone afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_table_free(table: *const NormaTable) {
    if !table.is_null() {
        // SAFETY: made by `Arc::into_raw`.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(unsafe { Arc::from_raw(table) })));
    }
}

/// # Safety
/// `table` is a live handle, the slice is readable; `out` and `error` are writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_table_facts(
    table: *const NormaTable,
    app_id: NormaSlice,
    out: *mut NormaText,
    error: *mut *mut NormaError,
) -> i32 {
    let body = || {
        // SAFETY: the caller's promise.
        let (table, app_id) = unsafe {
            (
                share(table, "table")?,
                app_id.text("the app id")?.to_string(),
            )
        };
        let facts = on_engine(async move { table.facts(&app_id).await })?;
        // SAFETY: the caller's promise.
        unsafe { hand_out(out, NormaText::new(facts.to_string())) }
    };
    // SAFETY: the caller's promise.
    unsafe { guard(error, body) }
}

/// # Safety
/// `table` is a live handle; `out` and `error` are writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_table_schema(
    table: *const NormaTable,
    out: *mut FFI_ArrowSchema,
    error: *mut *mut NormaError,
) -> i32 {
    let body = || {
        // SAFETY: the caller's promise.
        let table = unsafe { share(table, "table") }?;
        let schema = FFI_ArrowSchema::try_from(table.snapshot.schema.as_ref())?;
        // SAFETY: the caller's promise.
        unsafe { hand_out(out, schema) }
    };
    // SAFETY: the caller's promise.
    unsafe { guard(error, body) }
}

/// # Safety
/// `table` is a live handle; `out` and `error` are writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_table_checkpoint(
    table: *const NormaTable,
    every: u64,
    out: *mut i64,
    error: *mut *mut NormaError,
) -> i32 {
    let body = || {
        // SAFETY: the caller's promise.
        let table = unsafe { share(table, "table") }?;
        let written = on_engine(async move { checkpoint::write_if_due(&table.log, every).await })?;
        let version = written.and_then(|version| i64::try_from(version).ok());
        // SAFETY: the caller's promise.
        unsafe { hand_out(out, version.unwrap_or(NO_VERSION)) }
    };
    // SAFETY: the caller's promise.
    unsafe { guard(error, body) }
}

/// # Safety
/// `session` and `table` are live handles, the slices are readable, `error` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_session_register_table(
    session: *const NormaSession,
    name: NormaSlice,
    table: *const NormaTable,
    options: NormaSlice,
    error: *mut *mut NormaError,
) -> i32 {
    let body = |session: &Arc<NormaSession>| {
        // SAFETY: the caller's promise.
        let (name, table, options) = unsafe {
            (
                name.text("the table name")?,
                share(table, "table")?,
                options.text("the scan's options")?,
            )
        };
        let scan = PlainScan::new(&table, options)?;
        let store_url: &Url = table.root.store_url().as_ref();
        session
            .context()
            .register_object_store(store_url, table.root.store());
        session.register_provider(name, Arc::new(scan))
    };
    // SAFETY: the caller's promise.
    unsafe { guard_handle(session, error, body) }
}
