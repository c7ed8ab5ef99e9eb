//! The local store whose puts are durable. Reads are object_store's own.

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyMode, CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions,
    RenameTargetMode, Result, UploadPart,
};

use super::effects::{OnExisting, Root, STAGING_PREFIX, Staged, failed, write_at};
use super::failure::{EffectFailed, Published, translate};

/// Paths are those of the file system without the leading slash; effects happen below one root only.
#[derive(Debug)]
pub struct Durable {
    reads: Arc<LocalFileSystem>,
    root: Arc<Root>,
    root_path: PathBuf,
}

impl Durable {
    /// \param root_path an absolute path without links.
    pub fn new(root_path: &FilePath) -> io::Result<Self> {
        Ok(Self {
            reads: Arc::new(LocalFileSystem::new()),
            root: Arc::new(Root::open(root_path)?),
            root_path: root_path.to_path_buf(),
        })
    }

    fn below_root(&self, location: &Path) -> Result<PathBuf> {
        let path = PathBuf::from(format!("/{location}"));
        path.strip_prefix(&self.root_path)
            .map(FilePath::to_path_buf)
            .map_err(|_| {
                let source = io::Error::new(io::ErrorKind::InvalidInput, "not below the root");
                failed(Published::No, "writing", &path, source).into()
            })
    }

    async fn put(
        &self,
        location: &Path,
        payload: PutPayload,
        existing: OnExisting,
    ) -> Result<PutResult> {
        let root = self.root.clone();
        let path = self.below_root(location)?;
        let body: Vec<Bytes> = payload.into_iter().collect();
        blocking(location, move || root.put(&path, &body, existing)).await?;
        Ok(PutResult {
            e_tag: None,
            version: None,
        })
    }
}

impl fmt::Display for Durable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Durable")
    }
}

/// Only the checkpoint hint is ever overwritten. All other names are fresh, and a name that is taken after all
/// is an error, whatever the mode.
fn on_existing(location: &Path) -> OnExisting {
    match location.filename() {
        Some("_last_checkpoint") => OnExisting::Replace,
        _ => OnExisting::Fail,
    }
}

/// Runs a file effect off the engine's threads. Its panic is an unknown outcome.
async fn blocking<T: Send + 'static>(
    location: &Path,
    effect: impl FnOnce() -> std::result::Result<T, EffectFailed> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(effect).await {
        Ok(done) => done.map_err(|failure| translate(location, failure)),
        Err(join) => Err(EffectFailed {
            published: Published::Perhaps,
            effect: "a file effect",
            path: location.to_string(),
            source: io::Error::other(join),
        }
        .into()),
    }
}

fn is_visible(meta: &ObjectMeta) -> bool {
    !meta
        .location
        .filename()
        .is_some_and(|name| name.starts_with(STAGING_PREFIX))
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl ObjectStore for Durable {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        let existing = match options.mode {
            PutMode::Create => OnExisting::Fail,
            PutMode::Overwrite => on_existing(location),
            PutMode::Update(_) => {
                return Err(Error::NotImplemented {
                    operation: "a conditional update".to_string(),
                    implementer: self.to_string(),
                });
            }
        };
        self.put(location, payload, existing).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        _options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let root = self.root.clone();
        let path = self.below_root(location)?;
        let staged = blocking(location, move || root.stage(&path)).await?;
        Ok(Box::new(Upload {
            location: location.clone(),
            staged: Some(staged),
            offset: 0,
        }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.reads.get_opts(location, options).await
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.reads.get_ranges(location, ranges).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        let root = self.root.clone();
        let root_path = self.root_path.clone();
        locations
            .and_then(move |location| {
                let root = root.clone();
                let path = PathBuf::from(format!("/{location}"));
                let below = path
                    .strip_prefix(&root_path)
                    .map(FilePath::to_path_buf)
                    .unwrap_or_default();
                async move {
                    blocking(&location, move || root.remove(&below)).await?;
                    Ok(location)
                }
            })
            .boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.reads
            .list(prefix)
            .try_filter(|meta| std::future::ready(is_visible(meta)))
            .boxed()
    }

    fn list_with_offset(
        &self,
        prefix: Option<&Path>,
        offset: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        self.reads
            .list_with_offset(prefix, offset)
            .try_filter(|meta| std::future::ready(is_visible(meta)))
            .boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        let mut listed = self.reads.list_with_delimiter(prefix).await?;
        listed.objects.retain(is_visible);
        Ok(listed)
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        let existing = match options.mode {
            CopyMode::Create => OnExisting::Fail,
            CopyMode::Overwrite => on_existing(to),
        };
        let body = self
            .reads
            .get_opts(from, GetOptions::default())
            .await?
            .bytes()
            .await?;
        self.put(to, body.into(), existing).await.map(|_| ())
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        let mode = match options.target_mode {
            RenameTargetMode::Create => CopyMode::Create,
            RenameTargetMode::Overwrite => CopyMode::Overwrite,
        };
        self.copy_opts(from, to, CopyOptions::new().with_mode(mode))
            .await?;
        let root = self.root.clone();
        let path = self.below_root(from)?;
        blocking(from, move || root.remove(&path)).await
    }
}

/// A file written in parts; it gets its name when complete. Dropped before, it leaves nothing behind.
#[derive(Debug)]
struct Upload {
    location: Path,
    staged: Option<Staged>,
    offset: u64,
}

impl Upload {
    fn closed(&self) -> Error {
        let source = io::Error::other("the upload is closed");
        failed(
            Published::No,
            "writing",
            FilePath::new(self.location.as_ref()),
            source,
        )
        .into()
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl MultipartUpload for Upload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        let Some(staged) = &self.staged else {
            let error = self.closed();
            return Box::pin(async move { Err(error) });
        };
        let file = staged.file();
        let offset = self.offset;
        self.offset += data.content_length() as u64;
        let location = self.location.clone();
        Box::pin(async move {
            let path = PathBuf::from(location.as_ref());
            let body: Vec<Bytes> = data.into_iter().collect();
            blocking(&location, move || write_at(&file, &path, &body, offset)).await
        })
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let staged = self.staged.take().ok_or_else(|| self.closed())?;
        blocking(&self.location, move || {
            staged.sync()?;
            staged.publish(OnExisting::Fail)
        })
        .await?;
        Ok(PutResult {
            e_tag: None,
            version: None,
        })
    }

    async fn abort(&mut self) -> Result<()> {
        self.staged = None;
        Ok(())
    }
}
