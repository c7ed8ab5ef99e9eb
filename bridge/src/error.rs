//! The only translator of foreign errors into norma's error kinds.

use std::error::Error;
use std::fmt;

use datafusion::arrow::error::ArrowError;
use datafusion::common::DataFusionError;
use datafusion::parquet::errors::ParquetError;
use deltalake::DeltaTableError;
use deltalake::kernel::transaction::TransactionError;
use tokio::task::JoinError;

use crate::error_text::plain_text;
use crate::panics;

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

impl ErrorKind {
    /// Every kind, in the order of its number.
    pub const ALL: [ErrorKind; 13] = [
        ErrorKind::InvalidArgument,
        ErrorKind::NotFound,
        ErrorKind::ContractViolation,
        ErrorKind::PolicyDenied,
        ErrorKind::CommitConflict,
        ErrorKind::CommitUnknown,
        ErrorKind::Storage,
        ErrorKind::Engine,
        ErrorKind::Internal,
        ErrorKind::LimitExceeded,
        ErrorKind::CorruptData,
        ErrorKind::Unsupported,
        ErrorKind::Cancelled,
    ];
}

/// A failure as it crosses the ABI.
#[derive(Clone, Debug)]
pub struct BridgeError {
    pub kind: ErrorKind,
    pub message: String,
    /// Whether a panic was behind it. The session in which it happened is closed.
    pub panicked: bool,
}

pub type Result<T> = std::result::Result<T, BridgeError>;

impl BridgeError {
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            panicked: false,
        }
    }

    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Internal, message)
    }

    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidArgument, message)
    }

    /// Puts what was being done in front of the message.
    pub fn context(mut self, doing: &str) -> Self {
        self.message = format!("{doing}: {}", self.message);
        self
    }

    /// An error of making a plan from the caller's text, before anything runs: the text is at fault.
    pub fn of_text(error: DataFusionError) -> Self {
        let mut translated = Self::from(error);
        if translated.kind == ErrorKind::Engine {
            translated.kind = ErrorKind::InvalidArgument;
        }
        translated
    }

    /// An error of optimising a plan that was made from the caller's text. Constants are computed
    /// here, so only what is about the plan itself is the caller's argument.
    pub fn of_planning(error: DataFusionError) -> Self {
        let about_text = matches!(
            error.find_root(),
            DataFusionError::SQL(..)
                | DataFusionError::Plan(_)
                | DataFusionError::SchemaError(..)
                | DataFusionError::NotImplemented(_)
        );
        let mut translated = Self::from(error);
        if about_text && translated.kind == ErrorKind::Engine {
            translated.kind = ErrorKind::InvalidArgument;
        }
        translated
    }

    /// Translates any error by its whole chain of sources.
    pub fn translate(error: &(dyn Error + 'static)) -> Self {
        let message = match error.downcast_ref::<DataFusionError>() {
            Some(error) => clean_message(&plain_text(error)),
            None => clean_message(&error.to_string()),
        };
        let mut kind = None;
        let mut panicked = false;
        let mut next = Some(error);
        while let Some(node) = next {
            if let Some(own) = node.downcast_ref::<BridgeError>() {
                return own.clone();
            }
            panicked |= is_panic(node);
            // The deepest node that says something decides, except that a refused allocation is named
            // by the outermost node that knows the consumers.
            if kind != Some(ErrorKind::LimitExceeded) {
                kind = classify(node).or(kind);
            }
            next = node.source();
        }
        if panicked {
            return panics::with_place(message);
        }
        Self::new(kind.unwrap_or(ErrorKind::Engine), message)
    }
}

/// What this node alone says about the kind.
fn classify(node: &(dyn Error + 'static)) -> Option<ErrorKind> {
    if let Some(error) = node.downcast_ref::<DataFusionError>() {
        return match error {
            DataFusionError::ResourcesExhausted(_) => Some(ErrorKind::LimitExceeded),
            DataFusionError::IoError(_) => Some(ErrorKind::Storage),
            _ => None,
        };
    }
    if let Some(error) = node.downcast_ref::<DeltaTableError>() {
        return of_delta(error);
    }
    if let Some(error) = node.downcast_ref::<TransactionError>() {
        return of_transaction(error);
    }
    if let Some(error) = node.downcast_ref::<delta_kernel::Error>() {
        return of_kernel(error);
    }
    if let Some(error) = node.downcast_ref::<object_store::Error>() {
        return Some(of_store(error));
    }
    if node.is::<ParquetError>() {
        return Some(ErrorKind::CorruptData);
    }
    node.is::<std::io::Error>().then_some(ErrorKind::Storage)
}

fn of_delta(error: &DeltaTableError) -> Option<ErrorKind> {
    match error {
        DeltaTableError::NotATable(_)
        | DeltaTableError::InvalidTableLocation(_)
        | DeltaTableError::InvalidVersion(_) => Some(ErrorKind::NotFound),
        DeltaTableError::InvalidJsonLog { .. } | DeltaTableError::InvalidStatsJson { .. } => {
            Some(ErrorKind::CorruptData)
        }
        DeltaTableError::VersionAlreadyExists(_) => Some(ErrorKind::CommitConflict),
        DeltaTableError::MissingFeature { .. } => Some(ErrorKind::Unsupported),
        _ => None,
    }
}

fn of_transaction(error: &TransactionError) -> Option<ErrorKind> {
    match error {
        TransactionError::VersionAlreadyExists(_) | TransactionError::CommitConflict(_) => {
            Some(ErrorKind::CommitConflict)
        }
        TransactionError::UnsupportedTableFeatures(_) => Some(ErrorKind::Unsupported),
        _ => None,
    }
}

fn of_kernel(error: &delta_kernel::Error) -> Option<ErrorKind> {
    use delta_kernel::Error as Kernel;
    match error {
        Kernel::Backtraced { source, .. } => of_kernel(source),
        Kernel::ObjectStore(store) => Some(of_store(store)),
        Kernel::FileNotFound(_) | Kernel::MissingVersion => Some(ErrorKind::NotFound),
        Kernel::IOError(_) => Some(ErrorKind::Storage),
        Kernel::Unsupported(_) => Some(ErrorKind::Unsupported),
        Kernel::MalformedJson(_)
        | Kernel::MissingMetadata
        | Kernel::MissingProtocol
        | Kernel::MissingMetadataAndProtocol
        | Kernel::InvalidProtocol(_)
        | Kernel::InvalidCheckpoint(_)
        | Kernel::DeletionVector(_) => Some(ErrorKind::CorruptData),
        other if other.to_string().contains("contains no actions") => Some(ErrorKind::CorruptData),
        _ => None,
    }
}

fn of_store(error: &object_store::Error) -> ErrorKind {
    match error {
        object_store::Error::NotFound { .. } => ErrorKind::NotFound,
        _ => ErrorKind::Storage,
    }
}

/// Whether a panic is behind this node. Some layers keep only the text of the JoinError.
fn is_panic(node: &(dyn Error + 'static)) -> bool {
    if let Some(join) = node.downcast_ref::<JoinError>() {
        return join.is_panic();
    }
    let text = node.to_string();
    text.starts_with("task ") && text.contains(" panicked with message ")
}

/// The text without a backtrace and without NUL, which Arrow's C strings cannot carry.
fn clean_message(text: &str) -> String {
    let text = text
        .split(DataFusionError::BACK_TRACE_SEP)
        .next()
        .unwrap_or(text);
    let kept: Vec<&str> = text
        .lines()
        .take_while(|line| !is_backtrace_line(line))
        .collect();
    kept.join("\n").replace('\0', "\u{fffd}")
}

/// "   0: some::function", the first line of Rust's own format.
fn is_backtrace_line(line: &str) -> bool {
    line.starts_with("  ") && line.trim_start().starts_with("0: ")
}

impl fmt::Display for BridgeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl Error for BridgeError {}

/// A failure of ours on its way through DataFusion keeps its kind: `translate` finds it in the chain.
impl From<BridgeError> for DataFusionError {
    fn from(error: BridgeError) -> Self {
        DataFusionError::External(Box::new(error))
    }
}

macro_rules! translate_from {
    ($($foreign:ty),+ $(,)?) => {$(
        impl From<$foreign> for BridgeError {
            fn from(error: $foreign) -> Self {
                BridgeError::translate(&error)
            }
        }
    )+};
}

translate_from!(
    ArrowError,
    DataFusionError,
    DeltaTableError,
    JoinError,
    ParquetError,
    TransactionError,
    delta_kernel::Error,
    object_store::Error,
    std::io::Error,
);
