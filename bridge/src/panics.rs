//! Panics: the hook that notes them instead of printing, and the errors that they become.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{PanicHookInfo, set_hook};
use std::sync::{Mutex, Once, PoisonError};

use crate::error::BridgeError;

/// Panics that are remembered until their errors are made; more never happen at once.
const MOST_NOTES: usize = 32;

static INSTALLED: Once = Once::new();
static NOTES: Mutex<VecDeque<Note>> = Mutex::new(VecDeque::new());

/// What the hook saw of a panic.
struct Note {
    message: String,
    place: String,
}

/// Puts the hook in place of the default one, which prints to stderr: a host's terminal is not ours.
pub fn note_instead_of_printing() {
    INSTALLED.call_once(|| set_hook(Box::new(note)));
}

fn note(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map_or_else(String::new, |at| {
        format!("{}:{}", within_crate(at.file()), at.line())
    });
    let message = message_of(panic.payload());
    let mut notes = NOTES.lock().unwrap_or_else(PoisonError::into_inner);
    if notes.len() == MOST_NOTES {
        notes.pop_front();
    }
    notes.push_back(Note { message, place });
}

/// The error for a caught panic. The payload is forgotten: dropping it could panic again.
pub fn panicked(payload: Box<dyn Any + Send>) -> BridgeError {
    let message = message_of(payload.as_ref());
    std::mem::forget(payload);
    with_place(format!("the engine panicked: {message}"))
}

/// The error for a panic that is reported by `text`, with the place where it happened.
pub fn with_place(text: String) -> BridgeError {
    let notes = NOTES.lock().unwrap_or_else(PoisonError::into_inner);
    let noted = notes.iter().rev().find(|note| text.contains(&note.message));
    let mut error = BridgeError::internal(match noted {
        Some(note) => format!("{text}: {}", note.place),
        None => text,
    });
    error.panicked = true;
    error
}

fn message_of(payload: &(dyn Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_string())
        .or_else(|| payload.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "no message".to_string())
}

/// "arrow-array-59.3.2/src/cast.rs": a file from its crate on, without the folders of the machine
/// that built it.
fn within_crate(file: &str) -> &str {
    let Some(source) = file.rfind("/src/") else {
        return file;
    };
    let before = file.get(..source).unwrap_or_default();
    let start = before.rfind('/').map_or(0, |slash| slash + 1);
    file.get(start..).unwrap_or(file)
}
