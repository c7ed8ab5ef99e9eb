//! The one seam between norma's tables and the disk: durable, confined, read-only on demand, recorded on demand.

mod durable;
mod effects;
pub mod failure;
mod faulty;
pub mod gate;
mod gates;

use std::fs::OpenOptions;
use std::path::{Component, Path as FilePath, PathBuf};
use std::sync::Arc;

use datafusion::execution::object_store::ObjectStoreUrl;
use object_store::ObjectStore;
use object_store::path::Path;
use serde_json::Value;
use url::Url;

use crate::error::{BridgeError, ErrorKind, Result};
use failure::EffectFailed;
pub use failure::Published;
use gate::{Gate, Gated};

/// An output root: a folder and the store through which everything below it is read and written.
#[derive(Debug)]
pub struct Root {
    path: PathBuf,
    store: Arc<dyn ObjectStore>,
    store_url: ObjectStoreUrl,
}

/// How a root is opened. From the JSON `{"path": …, "read_only": false, "record": null}`.
pub struct RootOptions {
    path: PathBuf,
    read_only: bool,
    record: Option<PathBuf>,
}

impl RootOptions {
    pub fn parse(text: &str) -> Result<Self> {
        let json: Value = serde_json::from_str(text)
            .map_err(|error| invalid(format!("root options: {error}")))?;
        let path = json
            .get("path")
            .and_then(Value::as_str)
            .filter(|path| !path.is_empty());
        Ok(Self {
            path: path
                .ok_or_else(|| invalid("root options name no path".to_string()))?
                .into(),
            read_only: json
                .get("read_only")
                .and_then(Value::as_bool)
                .unwrap_or(false),
            record: json
                .get("record")
                .and_then(Value::as_str)
                .map(PathBuf::from),
        })
    }
}

impl Root {
    /// Opens the root, and makes its folder if it may write.
    pub fn open(options: &RootOptions) -> Result<Self> {
        Self::open_with(options, Vec::new())
    }

    /// The same with faults, each given as `faulty::Faulty::parse` reads it.
    pub fn open_with_faults(options: &RootOptions, plans: &[Value]) -> Result<Self> {
        let faults = plans
            .iter()
            .map(|plan| Ok(Arc::new(faulty::Faulty::parse(plan)?) as Arc<dyn Gate>));
        Self::open_with(options, faults.collect::<Result<Vec<_>>>()?)
    }

    fn open_with(options: &RootOptions, faults: Vec<Arc<dyn Gate>>) -> Result<Self> {
        let shown = options.path.display();
        if !options.read_only {
            std::fs::create_dir_all(&options.path).map_err(|error| {
                storage(format!("cannot make the output root: {error}: {shown}"))
            })?;
        }
        let path = options
            .path
            .canonicalize()
            .map_err(|error| match error.kind() {
                std::io::ErrorKind::NotFound => {
                    BridgeError::new(ErrorKind::NotFound, format!("no such output root: {shown}"))
                }
                _ => storage(format!("cannot open the output root: {error}: {shown}")),
            })?;
        let prefix = Path::from_absolute_path(&path)
            .map_err(|error| invalid(format!("cannot use the output root's path: {error}")))?;
        let durable = durable::Durable::new(&path)
            .map_err(|error| storage(format!("cannot open the output root: {error}: {shown}")))?;

        let mut layers: Vec<Arc<dyn Gate>> = Vec::new();
        if let Some(record) = &options.record {
            let file = OpenOptions::new().create(true).append(true).open(record);
            let file = file.map_err(|error| {
                storage(format!("cannot record: {error}: {}", record.display()))
            })?;
            layers.push(Arc::new(gates::Recording::new(file)));
        }
        layers.extend(faults);
        if options.read_only {
            layers.push(Arc::new(gates::ReadOnly));
        }
        layers.push(Arc::new(gates::Confined { root: prefix }));

        // One name per root and kind of access, so that a session may hold several.
        let access = if options.read_only { 'r' } else { 'w' };
        let digest = crate::hash::xxh3_128(path.as_os_str().as_encoded_bytes());
        let store_url = ObjectStoreUrl::parse(format!("norma://{access}{digest:032x}"))
            .map_err(|error| BridgeError::internal(error.to_string()))?;
        Ok(Self {
            path,
            store: Arc::new(Gated::new(Arc::new(durable), layers)),
            store_url,
        })
    }

    pub fn store(&self) -> Arc<dyn ObjectStore> {
        self.store.clone()
    }

    /// Under this name a session finds the store; paths are the file system's without the leading slash.
    pub fn store_url(&self) -> &ObjectStoreUrl {
        &self.store_url
    }

    /// The folder of a table, as a URL. `location` is relative, with `/` between plain names.
    pub fn table_url(&self, location: &str) -> Result<Url> {
        let plain = |part: &str| {
            let staging = part
                .rsplit_once('#')
                .is_some_and(|(_, digits)| digits.bytes().all(|b| b.is_ascii_digit()));
            !part.is_empty() && !part.contains(['\0', '%', '\\']) && !staging
        };
        let relative = FilePath::new(location);
        let all_normal = relative
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if location.is_empty() || !all_normal || !location.split('/').all(plain) {
            return Err(invalid(format!(
                "a table's location must be a relative path below the root: {location}"
            )));
        }
        let folder = self.path.join(relative);
        self.refuse_links(&folder)?;
        Url::from_directory_path(&folder)
            .map_err(|()| invalid(format!("not a usable location: {location}")))
    }

    /// A link inside the root could lead a reader out of it.
    fn refuse_links(&self, folder: &FilePath) -> Result<()> {
        match folder.canonicalize() {
            Ok(resolved) if resolved == folder => Ok(()),
            Ok(_) => {
                let message = format!(
                    "a table's location must not hold links: {}",
                    folder.display()
                );
                Err(BridgeError::new(ErrorKind::PolicyDenied, message))
            }
            // Not there yet, or not readable: opening it will say so.
            Err(_) => Ok(()),
        }
    }
}

fn invalid(message: String) -> BridgeError {
    BridgeError::new(ErrorKind::InvalidArgument, message)
}

fn storage(message: String) -> BridgeError {
    BridgeError::new(ErrorKind::Storage, message)
}

/// The kind and message of an error. What the store's layers said about it wins over what is wrapped around.
pub fn explain(error: &(dyn std::error::Error + 'static)) -> BridgeError {
    if let Some(own) = failure::find::<BridgeError>(error) {
        return own.clone();
    }
    match failure::find::<EffectFailed>(error) {
        Some(failed) => storage(failed.to_string()),
        None => BridgeError::translate(error),
    }
}

/// Whether the effect behind an error can have become visible. What nobody marked is not known.
pub fn published(error: &(dyn std::error::Error + 'static)) -> Published {
    if failure::find::<BridgeError>(error).is_some() {
        return Published::No;
    }
    failure::find::<EffectFailed>(error).map_or(Published::Perhaps, |failed| failed.published)
}
