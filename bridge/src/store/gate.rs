//! A store with gates in front: each operation passes them on its way in, its result on its way out.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt, stream};
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload,
    ObjectMeta, ObjectStore, PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult,
    RenameOptions, Result, UploadPart,
};

/// What an operation does. The names are those of the recording and of fault plans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    PutCreate,
    PutOverwrite,
    MultipartStart,
    Part,
    Complete,
    Abort,
    Get,
    Ranges,
    List,
    Delete,
    Copy,
    Rename,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::PutCreate => "put_create",
            Self::PutOverwrite => "put_overwrite",
            Self::MultipartStart => "multipart_start",
            Self::Part => "part",
            Self::Complete => "complete",
            Self::Abort => "abort",
            Self::Get => "get",
            Self::Ranges => "ranges",
            Self::List => "list",
            Self::Delete => "delete",
            Self::Copy => "copy",
            Self::Rename => "rename",
        }
    }

    pub fn writes(self) -> bool {
        !matches!(self, Self::Get | Self::Ranges | Self::List)
    }
}

/// One operation on one path. `bytes` is what it writes, 0 for a read.
#[derive(Clone, Debug)]
pub struct Operation {
    pub kind: Kind,
    pub path: Path,
    pub bytes: u64,
}

/// What becomes of an operation that a gate lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Go,
    /// Only the first half of the body is written or read, and the answer is success all the same.
    ShortBody,
}

pub trait Gate: fmt::Debug + Send + Sync {
    /// Decides before the operation; an error is its answer.
    fn before(&self, operation: &Operation) -> Result<Verdict>;

    /// Sees the answer; an error takes the place of a success.
    fn after(&self, operation: &Operation, answer: std::result::Result<(), &Error>) -> Result<()>;
}

/// `inner` behind `gates`, the outermost first.
#[derive(Clone, Debug)]
pub struct Gated {
    inner: Arc<dyn ObjectStore>,
    gates: Gates,
}

#[derive(Clone, Debug)]
struct Gates(Arc<[Arc<dyn Gate>]>);

impl Gated {
    pub fn new(inner: Arc<dyn ObjectStore>, gates: Vec<Arc<dyn Gate>>) -> Self {
        Self {
            inner,
            gates: Gates(gates.into()),
        }
    }
}

impl fmt::Display for Gated {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Gated({})", self.inner)
    }
}

impl Gates {
    /// How many gates the operation passed, and the verdict or the error of the one that held it.
    fn enter(&self, operation: &Operation) -> (usize, Result<Verdict>) {
        let mut verdict = Verdict::Go;
        for (passed, gate) in self.0.iter().enumerate() {
            match gate.before(operation) {
                Ok(Verdict::Go) => {}
                Ok(Verdict::ShortBody) => verdict = Verdict::ShortBody,
                Err(error) => return (passed, Err(error)),
            }
        }
        (self.0.len(), Ok(verdict))
    }

    fn leave<T>(&self, operation: &Operation, passed: usize, mut answer: Result<T>) -> Result<T> {
        for gate in self.0.iter().take(passed).rev() {
            if let Err(error) = gate.after(operation, answer.as_ref().map(|_| ())) {
                answer = answer.and(Err(error));
            }
        }
        answer
    }

    async fn pass<T, F: Future<Output = Result<T>> + Send>(
        &self,
        operation: Operation,
        body: impl FnOnce(Verdict) -> F + Send,
    ) -> Result<T> {
        let (passed, entered) = self.enter(&operation);
        let answer = match entered {
            Ok(verdict) => body(verdict).await,
            Err(error) => Err(error),
        };
        self.leave(&operation, passed, answer)
    }
}

fn operation(kind: Kind, path: &Path, bytes: u64) -> Operation {
    Operation {
        kind,
        path: path.clone(),
        bytes,
    }
}

fn shortened(payload: PutPayload, verdict: Verdict) -> PutPayload {
    if verdict == Verdict::Go {
        return payload;
    }
    let whole: Bytes = payload.into();
    whole.slice(..whole.len() / 2).into()
}

async fn shortened_result(result: GetResult, verdict: Verdict) -> Result<GetResult> {
    if verdict == Verdict::Go {
        return Ok(result);
    }
    let (meta, range, attributes) = (
        result.meta.clone(),
        result.range.clone(),
        result.attributes.clone(),
    );
    let whole = result.bytes().await?;
    let half = whole.slice(..whole.len() / 2);
    let payload = GetResultPayload::Stream(stream::iter([Ok(half)]).boxed());
    Ok(GetResult {
        payload,
        meta,
        range,
        attributes,
    })
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl ObjectStore for Gated {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        let kind = match options.mode {
            PutMode::Create => Kind::PutCreate,
            PutMode::Overwrite | PutMode::Update(_) => Kind::PutOverwrite,
        };
        let operation = operation(kind, location, payload.content_length() as u64);
        self.gates
            .pass(operation, |verdict| {
                self.inner
                    .put_opts(location, shortened(payload, verdict), options)
            })
            .await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let upload = self
            .gates
            .pass(operation(Kind::MultipartStart, location, 0), |_| {
                self.inner.put_multipart_opts(location, options)
            })
            .await?;
        Ok(Box::new(GatedUpload {
            upload,
            location: location.clone(),
            gates: self.gates.clone(),
        }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.gates
            .pass(operation(Kind::Get, location, 0), |verdict| async move {
                shortened_result(self.inner.get_opts(location, options).await?, verdict).await
            })
            .await
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.gates
            .pass(operation(Kind::Ranges, location, 0), |verdict| async move {
                let mut parts = self.inner.get_ranges(location, ranges).await?;
                if let (Verdict::ShortBody, Some(last)) = (verdict, parts.last_mut()) {
                    last.truncate(last.len() / 2);
                }
                Ok(parts)
            })
            .await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        let (inner, gates) = (self.inner.clone(), self.gates.clone());
        locations
            .then(move |location| {
                let (inner, gates) = (inner.clone(), gates.clone());
                async move {
                    let location = location?;
                    let operation = operation(Kind::Delete, &location, 0);
                    gates
                        .pass(operation, |_| async move {
                            let mut deleted =
                                inner.delete_stream(stream::iter([Ok(location.clone())]).boxed());
                            deleted.next().await.unwrap_or(Ok(location))
                        })
                        .await
                }
            })
            .boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let operation = operation(Kind::List, &prefix.cloned().unwrap_or_default(), 0);
        let (passed, entered) = self.gates.enter(&operation);
        match self.gates.leave(&operation, passed, entered) {
            Ok(_) => self.inner.list(prefix),
            Err(error) => stream::iter([Err(error)]).boxed(),
        }
    }

    fn list_with_offset(
        &self,
        prefix: Option<&Path>,
        offset: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        let operation = operation(Kind::List, &prefix.cloned().unwrap_or_default(), 0);
        let (passed, entered) = self.gates.enter(&operation);
        match self.gates.leave(&operation, passed, entered) {
            Ok(_) => self.inner.list_with_offset(prefix, offset),
            Err(error) => stream::iter([Err(error)]).boxed(),
        }
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        let operation = operation(Kind::List, &prefix.cloned().unwrap_or_default(), 0);
        self.gates
            .pass(operation, |_| self.inner.list_with_delimiter(prefix))
            .await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.gates
            .pass(operation(Kind::Copy, to, 0), |_| {
                self.inner.copy_opts(from, to, options)
            })
            .await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        self.gates
            .pass(operation(Kind::Rename, to, 0), |_| {
                self.inner.rename_opts(from, to, options)
            })
            .await
    }
}

#[derive(Debug)]
struct GatedUpload {
    upload: Box<dyn MultipartUpload>,
    location: Path,
    gates: Gates,
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl MultipartUpload for GatedUpload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        let operation = operation(Kind::Part, &self.location, data.content_length() as u64);
        let gates = self.gates.clone();
        let (passed, entered) = gates.enter(&operation);
        let part = match entered {
            Ok(verdict) => Ok(self.upload.put_part(shortened(data, verdict))),
            Err(error) => Err(error),
        };
        Box::pin(async move {
            let answer = match part {
                Ok(part) => part.await,
                Err(error) => Err(error),
            };
            gates.leave(&operation, passed, answer)
        })
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let operation = operation(Kind::Complete, &self.location, 0);
        let gates = self.gates.clone();
        gates.pass(operation, |_| self.upload.complete()).await
    }

    async fn abort(&mut self) -> Result<()> {
        let operation = operation(Kind::Abort, &self.location, 0);
        let gates = self.gates.clone();
        gates.pass(operation, |_| self.upload.abort()).await
    }
}
