//! What every export shares: slices in, owned errors and texts out, and the guard against panics.

use std::ffi::c_char;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::error::{BridgeError, ErrorKind, Result};
use crate::panics::panicked;

/// Raised with every change of `include/norma/bridge.h`.
const ABI: u32 = 2;

/// Bytes lent for one call. Text is UTF-8; the pointer may be null when the length is 0.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NormaSlice {
    pub data: *const c_char,
    pub len: usize,
}

impl NormaSlice {
    pub const EMPTY: NormaSlice = NormaSlice {
        data: std::ptr::null(),
        len: 0,
    };

    /// A view of `text`, which must outlive the use of the slice.
    pub fn of(text: &str) -> Self {
        Self {
            data: text.as_ptr().cast(),
            len: text.len(),
        }
    }

    /// # Safety
    /// The slice's bytes must be readable and stay unchanged for `'a`.
    pub unsafe fn bytes<'a>(self) -> &'a [u8] {
        if self.data.is_null() || self.len == 0 {
            return &[];
        }
        // SAFETY: not null, and the caller vouches for `len` bytes.
        unsafe { std::slice::from_raw_parts(self.data.cast(), self.len) }
    }

    /// The slice as text; `what` names it in the error.
    ///
    /// # Safety
    /// As for `bytes`.
    pub unsafe fn text<'a>(self, what: &str) -> Result<&'a str> {
        // SAFETY: the caller's promise.
        std::str::from_utf8(unsafe { self.bytes() }).map_err(|error| {
            BridgeError::new(
                ErrorKind::InvalidArgument,
                format!("{what} is not UTF-8 at byte {}", error.valid_up_to()),
            )
        })
    }
}

/// Bytes that the caller owns and gives back to `norma_text_free`.
#[repr(C)]
pub struct NormaText {
    data: *mut c_char,
    len: usize,
}

impl NormaText {
    pub fn new(text: String) -> Self {
        let bytes: Box<[u8]> = text.into_bytes().into_boxed_slice();
        let len = bytes.len();
        Self {
            data: Box::into_raw(bytes).cast(),
            len,
        }
    }
}

// The layouts that C++ asserts too (src/norma/engine/session.cc).
const _: () = assert!(size_of::<NormaSlice>() == 16 && size_of::<NormaText>() == 16);

/// A failure as C++ holds it.
pub struct NormaError {
    kind: ErrorKind,
    message: String,
}

/// Hands a result over: 0, or the kind's number with the owned error in `*error`.
///
/// # Safety
/// `error` is null or writable.
pub unsafe fn report(result: Result<()>, error: *mut *mut NormaError) -> i32 {
    let Err(failure) = result else { return 0 };
    let kind = failure.kind;
    if !error.is_null() {
        let owned = NormaError {
            kind,
            message: failure.message,
        };
        // SAFETY: not null, and the caller vouches for it.
        unsafe { error.write(Box::into_raw(Box::new(owned))) };
    }
    kind as i32
}

/// Runs the body of an export. A panic in it becomes kInternal. Exports that hold a session use
/// `NormaSession::guard`, which closes it as well.
///
/// # Safety
/// `error` is null or writable.
pub unsafe fn guard(error: *mut *mut NormaError, body: impl FnOnce() -> Result<()>) -> i32 {
    let result = catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|panic| Err(panicked(panic)));
    // SAFETY: the caller's promise.
    unsafe { report(result, error) }
}

/// Writes an out parameter, which is refused when null.
///
/// # Safety
/// `out` is null or writable.
pub unsafe fn hand_out<T>(out: *mut T, value: T) -> Result<()> {
    if out.is_null() {
        return Err(BridgeError::new(
            ErrorKind::InvalidArgument,
            "the out parameter is null",
        ));
    }
    // SAFETY: not null, and the caller vouches for it.
    unsafe { out.write(value) };
    Ok(())
}

/// Another owner of what a handle made by `Arc::into_raw` refers to.
///
/// # Safety
/// `handle` is null or such a handle that has not been freed.
pub unsafe fn share<T>(handle: *const T, what: &str) -> Result<Arc<T>> {
    if handle.is_null() {
        return Err(BridgeError::new(
            ErrorKind::InvalidArgument,
            format!("the {what} handle is null"),
        ));
    }
    // SAFETY: the handle owns one count, so the count is at least 1 here.
    unsafe {
        Arc::increment_strong_count(handle);
        Ok(Arc::from_raw(handle))
    }
}

/// Reads an option struct that begins with its size, so that it can grow: what an older caller does
/// not have keeps the value of `defaults`.
///
/// # Safety
/// `options` is null or points to as many bytes as its first `u32` says. `T` is plain data.
pub unsafe fn read_options<T: Copy>(options: *const T, mut defaults: T, what: &str) -> Result<T> {
    if options.is_null() {
        return Ok(defaults);
    }
    // SAFETY: every option struct begins with its size.
    let size = unsafe { options.cast::<u32>().read_unaligned() } as usize;
    if size < size_of::<u32>() || size > size_of::<T>() {
        return Err(BridgeError::new(
            ErrorKind::InvalidArgument,
            format!(
                "{what} has the size {size}, expected at most {}",
                size_of::<T>()
            ),
        ));
    }
    // SAFETY: `size` bytes are readable there, and `defaults` is at least as large.
    unsafe {
        std::ptr::copy_nonoverlapping(options.cast::<u8>(), (&raw mut defaults).cast::<u8>(), size);
    }
    Ok(defaults)
}

#[unsafe(no_mangle)]
pub extern "C" fn norma_bridge_abi() -> u32 {
    ABI
}

/// # Safety
/// `error` was handed out by the bridge and not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_error_kind(error: *const NormaError) -> i32 {
    // SAFETY: the caller's promise; null gives None.
    unsafe { error.as_ref() }.map_or(0, |error| error.kind as i32)
}

/// # Safety
/// `error` was handed out by the bridge and not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_error_message(error: *const NormaError) -> NormaSlice {
    // SAFETY: the caller's promise; null gives None.
    unsafe { error.as_ref() }.map_or(NormaSlice::EMPTY, |error| NormaSlice::of(&error.message))
}

/// # Safety
/// `error` is null, or was handed out by the bridge and not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_error_free(error: *mut NormaError) {
    if !error.is_null() {
        // SAFETY: made by `Box::into_raw` in `report`.
        drop(unsafe { Box::from_raw(error) });
    }
}

/// # Safety
/// `data` and `len` are those of one `NormaText` that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_text_free(data: *mut c_char, len: usize) {
    if !data.is_null() {
        let bytes = std::ptr::slice_from_raw_parts_mut(data.cast::<u8>(), len);
        // SAFETY: made by `Box::into_raw` in `NormaText::new`, with this length.
        drop(unsafe { Box::from_raw(bytes) });
    }
}
