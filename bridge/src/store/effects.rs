//! File effects below a root that survive a power loss, in the order that makes them do so.
//!
//! A name becomes visible by `link` only, after the bytes behind it are synced; its directory is synced
//! before the effect is answered (reliability: the storage seam).

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use rustix::fs::{AtFlags, Mode, OFlags};

use super::failure::{EffectFailed, Published};

/// Names that start so are staging files: never listed, never read.
pub const STAGING_PREFIX: &str = ".norma-";

/// What happens when the final name is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnExisting {
    /// Fail with `AlreadyExists`. The only choice for entries and data files.
    Fail,
    /// Take its place by rename. For the checkpoint hint alone.
    Replace,
}

/// A directory that all effects stay below: each component is opened without following links.
#[derive(Debug)]
pub struct Root {
    directory: OwnedFd,
    /// Directories that this process has synced together with their parents.
    synced: Mutex<HashSet<PathBuf>>,
}

type Outcome<T> = Result<T, EffectFailed>;

impl Root {
    pub fn open(path: &Path) -> io::Result<Self> {
        let directory = rustix::fs::open(path, OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
        Ok(Self {
            directory,
            synced: Mutex::default(),
        })
    }

    /// Writes a file and answers when it is durable.
    ///
    /// A sync that failed is not repeated on the same file, since the kernel may have dropped the pages and
    /// would call the next one good: the bytes are written once more under a new name.
    pub fn put(&self, path: &Path, body: &[Bytes], existing: OnExisting) -> Outcome<()> {
        let write = || {
            let mut staged = self.stage(path)?;
            staged.append(body)?;
            staged.sync().map(|()| staged)
        };
        let staged = write().or_else(|_| write())?;
        staged.publish(existing)
    }

    /// Starts a file that is written in parts.
    pub fn stage(&self, path: &Path) -> Outcome<Staged> {
        let before = |effect, source| failed(Published::No, effect, path, source);
        let (directory, name) = self
            .parent(path, true)
            .map_err(|source| before("opening the directory", source))?;
        let staging = format!("{STAGING_PREFIX}{}", uuid::Uuid::new_v4().simple());
        // The mode follows the umask, so that other readers can read the tables.
        let file = rustix::fs::openat(
            &directory,
            staging.as_str(),
            OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::RDWR | OFlags::CLOEXEC,
            Mode::from_raw_mode(0o666),
        )
        .map_err(|source| before("creating a staging file", source.into()))?;
        Ok(Staged {
            path: path.to_path_buf(),
            directory,
            name,
            staging: Some(staging),
            file: Arc::new(File::from(file)),
        })
    }

    pub fn remove(&self, path: &Path) -> Outcome<()> {
        let (directory, name) = self
            .parent(path, false)
            .map_err(|source| failed(Published::No, "opening the directory", path, source))?;
        rustix::fs::unlinkat(&directory, name.as_str(), AtFlags::empty())
            .map_err(|source| failed(Published::No, "removing a file", path, source.into()))
    }

    /// Opens the directory that holds `path`, and makes it and those above where they are missing.
    fn parent(&self, path: &Path, create: bool) -> io::Result<(OwnedFd, String)> {
        let unusable = || io::Error::new(io::ErrorKind::InvalidInput, "not a path below the root");
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .ok_or_else(unusable)?
            .to_string();
        let mut directory = self.directory.try_clone()?;
        let mut walked = PathBuf::new();
        for component in path.parent().ok_or_else(unusable)?.components() {
            let Component::Normal(part) = component else {
                return Err(unusable());
            };
            let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let opened = rustix::fs::openat(&directory, part, flags, Mode::empty());
            let child = match opened {
                Err(rustix::io::Errno::NOENT) if create => {
                    match rustix::fs::mkdirat(&directory, part, Mode::from_raw_mode(0o777)) {
                        Ok(()) | Err(rustix::io::Errno::EXIST) => {}
                        Err(error) => return Err(error.into()),
                    }
                    rustix::fs::openat(&directory, part, flags, Mode::empty())?
                }
                other => other?,
            };
            walked.push(part);
            if create {
                self.sync_once(&walked, &directory, &child)?;
            }
            directory = child;
        }
        Ok((directory, name))
    }

    /// Makes a directory durable the first time this process writes below it. One that is there already may
    /// have been made a moment ago by a process that has not synced it yet.
    fn sync_once(&self, path: &Path, parent: &OwnedFd, directory: &OwnedFd) -> io::Result<()> {
        if self
            .synced
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(path)
        {
            return Ok(());
        }
        rustix::fs::fsync(directory)?;
        rustix::fs::fsync(parent)?;
        self.synced
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(path.to_path_buf());
        Ok(())
    }
}

/// A file that has no final name yet. Dropped unpublished, it leaves nothing behind.
#[derive(Debug)]
pub struct Staged {
    path: PathBuf,
    directory: OwnedFd,
    name: String,
    staging: Option<String>,
    file: Arc<File>,
}

impl Staged {
    /// The file, to be written at given places from several threads.
    pub fn file(&self) -> Arc<File> {
        self.file.clone()
    }

    pub fn append(&mut self, body: &[Bytes]) -> Outcome<()> {
        for part in body {
            (&*self.file)
                .write_all(part)
                .map_err(|source| self.before("writing", source))?;
        }
        Ok(())
    }

    pub fn sync(&self) -> Outcome<()> {
        self.file
            .sync_all()
            .map_err(|source| self.before("syncing a file", source))
    }

    /// Gives the synced file its name and makes the name durable.
    pub fn publish(mut self, existing: OnExisting) -> Outcome<()> {
        let Some(staging) = self.staging.take() else {
            return Ok(());
        };
        let (from, to) = (staging.as_str(), self.name.as_str());
        let named = match existing {
            OnExisting::Fail => {
                rustix::fs::linkat(&self.directory, from, &self.directory, to, AtFlags::empty())
            }
            OnExisting::Replace => rustix::fs::renameat(&self.directory, from, &self.directory, to),
        };
        if let Err(error) = named {
            if error == rustix::io::Errno::EXIST {
                // Who is told that a name is taken builds on it, so it must be durable by now.
                rustix::fs::fsync(&self.directory)
                    .map_err(|error| self.before("syncing a directory", error.into()))?;
            }
            self.staging = Some(staging);
            return Err(self.before("naming a file", error.into()));
        }
        let synced = rustix::fs::fsync(&self.directory);
        if existing == OnExisting::Fail {
            // A staging name that stays behind is an orphan, no harm: its content has its name.
            let _ = rustix::fs::unlinkat(&self.directory, from, AtFlags::empty());
        }
        synced.map_err(|error| {
            failed(
                Published::Perhaps,
                "syncing a directory",
                &self.path,
                error.into(),
            )
        })
    }

    fn before(&self, effect: &'static str, source: io::Error) -> EffectFailed {
        failed(Published::No, effect, &self.path, source)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if let Some(staging) = self.staging.take() {
            let _ = rustix::fs::unlinkat(&self.directory, staging.as_str(), AtFlags::empty());
        }
    }
}

/// Writes one part of a staged file.
pub fn write_at(file: &File, path: &Path, body: &[Bytes], mut offset: u64) -> Outcome<()> {
    for part in body {
        file.write_all_at(part, offset)
            .map_err(|source| failed(Published::No, "writing", path, source))?;
        offset += part.len() as u64;
    }
    Ok(())
}

pub fn failed(
    published: Published,
    effect: &'static str,
    path: &Path,
    source: io::Error,
) -> EffectFailed {
    EffectFailed {
        published,
        effect,
        path: path.display().to_string(),
        source,
    }
}
