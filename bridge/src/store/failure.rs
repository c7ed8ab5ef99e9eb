//! What the store's layers say about an effect that failed, and how to find it again in an error chain.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use object_store::path::Path;

use crate::error::{BridgeError, ErrorKind};

/// Whether a name can have become visible before the failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// The effect failed before its name was linked: nothing of it can be seen.
    No,
    /// The name was linked, or nobody knows: the effect may stand, and may stand after a power loss or not.
    Perhaps,
}

/// A file effect that failed.
#[derive(Debug)]
pub struct EffectFailed {
    pub published: Published,
    pub effect: &'static str,
    pub path: String,
    pub source: io::Error,
}

impl fmt::Display for EffectFailed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} failed: {}: {}",
            self.effect, self.source, self.path
        )
    }
}

impl StdError for EffectFailed {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.source)
    }
}

impl From<EffectFailed> for object_store::Error {
    fn from(failure: EffectFailed) -> Self {
        Self::Generic {
            store: "norma",
            source: Box::new(failure),
        }
    }
}

/// The store's error for a failed effect; callers tell a taken and a missing name from the rest.
pub fn translate(location: &Path, failure: EffectFailed) -> object_store::Error {
    let path = location.to_string();
    match failure.source.kind() {
        io::ErrorKind::AlreadyExists => object_store::Error::AlreadyExists {
            path,
            source: Box::new(failure),
        },
        io::ErrorKind::NotFound => object_store::Error::NotFound {
            path,
            source: Box::new(failure),
        },
        _ => failure.into(),
    }
}

/// A path or an operation that the root does not allow. The kind travels inside the error.
pub fn denied(reason: &str, path: &Path) -> object_store::Error {
    let refusal = BridgeError::new(ErrorKind::PolicyDenied, format!("{reason}: {path}"));
    object_store::Error::Generic {
        store: "norma",
        source: Box::new(refusal),
    }
}

/// Finds the first error of type `T` in a chain. `io::Error` hides what it carries from `source()`, so it is
/// opened here.
pub fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(current) = next {
        if let Some(found) = current.downcast_ref::<T>() {
            return Some(found);
        }
        next = match current
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
        {
            Some(carried) => Some(carried),
            None => current.source(),
        };
    }
    None
}
