//! XXH3 with 128 bits, from libxxhash, which the C++ side links too: one hash function, one implementation.

#[repr(C)]
struct Hash128 {
    low: u64,
    high: u64,
}

unsafe extern "C" {
    fn XXH3_128bits(data: *const std::ffi::c_void, size: usize) -> Hash128;
}

/// The hash as a number; its canonical text is `{:032x}`.
pub fn xxh3_128(data: &[u8]) -> u128 {
    // SAFETY: the function reads `len` bytes at the pointer, which the slice lends for the call.
    let hash = unsafe { XXH3_128bits(data.as_ptr().cast(), data.len()) };
    (u128::from(hash.high) << 64) | u128::from(hash.low)
}
