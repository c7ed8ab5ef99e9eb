//! The C ABI of writing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use datafusion::arrow::ffi_stream::{ArrowArrayStreamReader, FFI_ArrowArrayStream};
use serde_json::Value;

use super::NormaWrite;
use crate::abi::{NormaError, NormaSlice, NormaText, guard, hand_out, share};
use crate::error::{BridgeError, ErrorKind};
use crate::query::NormaQuery;
use crate::runtime::on_engine;
use crate::session::guard_session;
use crate::table::NormaTable;

/// # Safety
/// `table` is a live handle, the slice is readable, `out` and `error` are writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_write_begin(
    table: *const NormaTable,
    spec: NormaSlice,
    out: *mut *const NormaWrite,
    error: *mut *mut NormaError,
) -> i32 {
    let body = || {
        // SAFETY: the caller's promise.
        let (table, spec) = unsafe {
            (
                share(table, "table")?,
                spec.text("the write's specification")?,
            )
        };
        let write = Arc::new(NormaWrite::begin(table, spec)?);
        // SAFETY: the caller's promise.
        unsafe { hand_out(out, Arc::into_raw(write)) }
    };
    // SAFETY: the caller's promise.
    unsafe { guard(error, body) }
}

/// # Safety
/// `write` is a live handle, `stream` a valid stream, which is moved; `error` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_write_from_stream(
    write: *const NormaWrite,
    stream: *mut FFI_ArrowArrayStream,
    error: *mut *mut NormaError,
) -> i32 {
    let body = || {
        // SAFETY: the caller's promise.
        let write = unsafe { share(write, "write") }?;
        if stream.is_null() {
            return Err(BridgeError::invalid("the stream is null"));
        }
        // SAFETY: not null, and the caller gives the stream away.
        let reader = unsafe { ArrowArrayStreamReader::from_raw(stream) }?;
        on_engine(async move { write.from_reader(reader).await })
    };
    // SAFETY: the caller's promise.
    unsafe { guard(error, body) }
}

/// # Safety
/// `write` and `query` are live handles; `error` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_write_from_query(
    write: *const NormaWrite,
    query: *const NormaQuery,
    error: *mut *mut NormaError,
) -> i32 {
    // SAFETY: the caller's promise.
    let query = match unsafe { share(query, "query") } {
        Ok(query) => query,
        // SAFETY: the caller's promise.
        Err(failure) => return unsafe { guard(error, || Err(failure)) },
    };
    let session = query.session().clone();
    let body = || {
        // SAFETY: the caller's promise.
        let write = unsafe { share(write, "write") }?;
        on_engine(async move { write.from_query(&query).await })
    };
    // SAFETY: the caller's promise.
    unsafe { guard_session(&session, error, body) }
}

/// # Safety
/// `write` is a live handle, `out` and `error` are writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_write_diverted(
    write: *const NormaWrite,
    out: *mut NormaText,
    error: *mut *mut NormaError,
) -> i32 {
    let body = || {
        // SAFETY: the caller's promise.
        let write = unsafe { share(write, "write") }?;
        let account = write.diverted()?.to_string();
        // SAFETY: the caller's promise.
        unsafe { hand_out(out, NormaText::new(account)) }
    };
    // SAFETY: the caller's promise.
    unsafe { guard(error, body) }
}

/// # Safety
/// `write` is a live handle, the slice is readable, `out` and `error` are writable or null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_write_commit(
    write: *const NormaWrite,
    request: NormaSlice,
    out: *mut NormaText,
    error: *mut *mut NormaError,
) -> i32 {
    let body = || {
        // SAFETY: the caller's promise.
        let (write, request) = unsafe {
            (
                share(write, "write")?,
                request.text("the commit's request")?,
            )
        };
        let request: Value = serde_json::from_str(request).map_err(|error| {
            BridgeError::invalid(format!("the commit's request is not JSON: {error}"))
        })?;
        let committing = write.clone();
        let outcome = on_engine(async move { committing.commit(&request).await });
        let outcome = outcome.map_err(|failure| match failure.panicked {
            // Nobody knows how far a panic let the commit come.
            true => {
                write.keep_files();
                BridgeError {
                    kind: ErrorKind::CommitUnknown,
                    ..failure
                }
            }
            false => failure,
        })?;
        // SAFETY: the caller's promise.
        unsafe { hand_out(out, NormaText::new(outcome.to_string())) }
    };
    // SAFETY: the caller's promise.
    unsafe { guard(error, body) }
}

/// # Safety
/// `write` is null or a live handle. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_write_cancel(write: *const NormaWrite) {
    // SAFETY: the caller's promise; null gives None.
    if let Some(write) = unsafe { write.as_ref() } {
        write.cancel();
    }
}

/// # Safety
/// `write` is null or a live handle, which is gone afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_write_free(write: *const NormaWrite) {
    if write.is_null() {
        return;
    }
    // A panic while freeing has nobody to report to; the process goes on.
    let _ = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: made by `Arc::into_raw`.
        let write = unsafe { Arc::from_raw(write) };
        let _ = on_engine(async move {
            write.abort().await;
            Ok(())
        });
    }));
}
