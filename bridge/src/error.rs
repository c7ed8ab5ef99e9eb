//! The only translator of foreign errors into norma's error kinds.

use std::fmt;

/// Why a call failed. The numbers are those of `src/norma/base/error_kinds.def`; a test compares them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum ErrorKind {
    InvalidArgument = 1,
    NotFound = 2,
    ContractViolation = 3,
    PolicyDenied = 4,
    CommitConflict = 5,
    CommitUnknown = 6,
    Storage = 7,
    Engine = 8,
    Internal = 9,
    LimitExceeded = 10,
    CorruptData = 11,
    Unsupported = 12,
    Cancelled = 13,
}

/// A failure as it crosses the ABI.
#[derive(Clone, Debug)]
pub struct BridgeError {
    pub kind: ErrorKind,
    pub message: String,
    /// The whole chain and other particulars, as JSON; `Null` when there are none.
    pub detail: serde_json::Value,
    pub retryable: bool,
}

pub type Result<T> = std::result::Result<T, BridgeError>;

impl BridgeError {
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), detail: serde_json::Value::Null, retryable: false }
    }

    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Internal, message)
    }

    /// Puts what was being done in front of the message.
    pub fn context(mut self, doing: &str) -> Self {
        self.message = format!("{doing}: {}", self.message);
        self
    }
}

impl fmt::Display for BridgeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}: {}", self.kind, self.message)
    }
}

impl std::error::Error for BridgeError {}
