//! The gates of every store: confinement, read-only, recording.

use std::fs::File;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use object_store::path::Path;
use object_store::{Error, Result};

use super::failure::denied;
use super::gate::{Gate, Kind, Operation, Verdict};

/// Refuses paths outside the root.
#[derive(Debug)]
pub struct Confined {
    pub root: Path,
}

impl Gate for Confined {
    fn before(&self, operation: &Operation) -> Result<Verdict> {
        if operation.path.prefix_matches(&self.root) {
            return Ok(Verdict::Go);
        }
        Err(denied("path is outside the output root", &operation.path))
    }

    fn after(
        &self,
        _operation: &Operation,
        _answer: std::result::Result<(), &Error>,
    ) -> Result<()> {
        Ok(())
    }
}

/// Refuses what writes.
#[derive(Debug)]
pub struct ReadOnly;

impl Gate for ReadOnly {
    fn before(&self, operation: &Operation) -> Result<Verdict> {
        if operation.kind.writes() {
            return Err(denied(
                "the output root is open for reading only",
                &operation.path,
            ));
        }
        Ok(Verdict::Go)
    }

    fn after(
        &self,
        _operation: &Operation,
        _answer: std::result::Result<(), &Error>,
    ) -> Result<()> {
        Ok(())
    }
}

/// Writes one line for each operation: number, kind, path, bytes, result, parted by tabs.
#[derive(Debug)]
pub struct Recording {
    lines: Mutex<(u64, File)>,
}

impl Recording {
    pub fn new(file: File) -> Self {
        Self {
            lines: Mutex::new((0, file)),
        }
    }
}

impl Gate for Recording {
    fn before(&self, _operation: &Operation) -> Result<Verdict> {
        Ok(Verdict::Go)
    }

    fn after(&self, operation: &Operation, answer: std::result::Result<(), &Error>) -> Result<()> {
        let result = match answer {
            Ok(()) => "ok",
            Err(Error::AlreadyExists { .. }) => "exists",
            Err(Error::NotFound { .. }) => "not_found",
            Err(_) => "error",
        };
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.0 += 1;
        let Operation { kind, path, bytes } = operation;
        let line = format!(
            "{}\t{}\t{path}\t{bytes}\t{result}\n",
            lines.0,
            Kind::name(*kind)
        );
        // An artefact: that it could not be written must not fail the operation it describes.
        let _ = lines.1.write_all(line.as_bytes());
        Ok(())
    }
}
