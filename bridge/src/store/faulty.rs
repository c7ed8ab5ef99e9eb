//! Faults on command, for tests: reached through `norma_test_root_open` only.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use object_store::{Error, Result};
use serde_json::Value;

use super::failure::{EffectFailed, Published, translate};
use super::gate::{Gate, Operation, Verdict};
use crate::error::{BridgeError, ErrorKind};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    ErrorBefore,
    ErrorAfter,
    ShortBody,
    PanicBefore,
    ExitBefore,
    ExitAfter,
}

/// The nth operation that matches gets the action.
#[derive(Debug)]
pub struct Faulty {
    /// Name of a kind, or empty for all.
    kind: String,
    /// Part of the path, or empty for all.
    path: String,
    /// Counted from 1.
    nth: u64,
    action: Action,
    /// The system's number of the error; without one it says "injected".
    errno: Option<i32>,
    seen: AtomicU64,
    hit: AtomicU64,
}

impl Faulty {
    /// Reads `{"kind": "put_create", "path": "_delta_log", "nth": 3, "action": "error_after", "errno": 28}`.
    pub fn parse(plan: &Value) -> crate::error::Result<Self> {
        let text = |key: &str| {
            plan.get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_string()
        };
        let action = match text("action").as_str() {
            "error_before" => Action::ErrorBefore,
            "error_after" => Action::ErrorAfter,
            "short_body" => Action::ShortBody,
            "panic_before" => Action::PanicBefore,
            "exit_before" => Action::ExitBefore,
            "exit_after" => Action::ExitAfter,
            other => {
                let message = format!("a fault plan has no such action: {other}");
                return Err(BridgeError::new(ErrorKind::InvalidArgument, message));
            }
        };
        let nth = plan.get("nth").and_then(Value::as_u64).unwrap_or(1);
        let errno = plan.get("errno").and_then(Value::as_i64);
        let (seen, hit) = (AtomicU64::new(0), AtomicU64::new(0));
        Ok(Self {
            kind: text("kind"),
            path: text("path"),
            nth,
            action,
            errno: errno.and_then(|number| i32::try_from(number).ok()),
            seen,
            hit,
        })
    }

    fn matches(&self, operation: &Operation) -> bool {
        (self.kind.is_empty() || self.kind == operation.kind.name())
            && operation.path.as_ref().contains(self.path.as_str())
    }

    fn error(&self, operation: &Operation, published: Published) -> Error {
        let failure = EffectFailed {
            published,
            effect: "an injected fault",
            path: operation.path.to_string(),
            source: self.errno.map_or_else(
                || io::Error::other("injected"),
                io::Error::from_raw_os_error,
            ),
        };
        translate(&operation.path, failure)
    }
}

impl Gate for Faulty {
    #[allow(clippy::panic)]
    fn before(&self, operation: &Operation) -> Result<Verdict> {
        if !self.matches(operation) || self.seen.fetch_add(1, Ordering::SeqCst) + 1 != self.nth {
            return Ok(Verdict::Go);
        }
        match self.action {
            Action::ErrorBefore => Err(self.error(operation, Published::No)),
            Action::PanicBefore => panic!("in the store"),
            Action::ExitBefore => std::process::abort(),
            Action::ShortBody => Ok(Verdict::ShortBody),
            Action::ErrorAfter | Action::ExitAfter => {
                self.hit.store(operation_token(operation), Ordering::SeqCst);
                Ok(Verdict::Go)
            }
        }
    }

    fn after(&self, operation: &Operation, answer: std::result::Result<(), &Error>) -> Result<()> {
        let token = operation_token(operation);
        if self
            .hit
            .compare_exchange(token, 0, Ordering::SeqCst, Ordering::SeqCst)
            .is_err()
        {
            return Ok(());
        }
        match self.action {
            Action::ExitAfter => std::process::abort(),
            _ if answer.is_ok() => Err(self.error(operation, Published::Perhaps)),
            _ => Ok(()),
        }
    }
}

/// Tells the operation that was hit from others in flight; never 0.
fn operation_token(operation: &Operation) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    operation.kind.name().hash(&mut hasher);
    operation.path.as_ref().hash(&mut hasher);
    hasher.finish() | 1
}
