//! Writes a query's rows to one local file.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
use datafusion::arrow::csv;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::arrow::ipc;
use datafusion::arrow::json;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::properties::WriterProperties;
use futures::StreamExt;
use futures::future::{Either, select};

use crate::error::{BridgeError, Result};
use crate::query::{NormaQuery, cancelled};

#[derive(Clone, Copy, Debug)]
pub enum Format {
    Csv,
    Json,
    NdJson,
    Parquet,
    Arrow,
}

impl Format {
    pub fn parse(name: &str) -> Result<Self> {
        match name {
            "csv" => Ok(Format::Csv),
            "json" => Ok(Format::Json),
            "ndjson" => Ok(Format::NdJson),
            "parquet" => Ok(Format::Parquet),
            "arrow" => Ok(Format::Arrow),
            _ => Err(BridgeError::invalid(format!(
                "unknown format {name}, expected csv, json, ndjson, parquet or arrow"
            ))),
        }
    }
}

/// Runs the query into the file and returns the number of rows. A regular file appears under its name
/// only when it is complete; a device or pipe is written directly.
pub async fn save(query: &NormaQuery, format: Format, path: &Path) -> Result<u64> {
    let mut rows = query.execute().await?;
    let target = Target::open(path)?;
    let mut writer = Writer::new(format, target.file()?, rows.schema())?;
    let mut count = 0_u64;
    loop {
        let next = {
            let stop = std::pin::pin!(query.cancelled());
            match select(stop, rows.next()).await {
                Either::Left(((), _)) => return Err(cancelled()),
                Either::Right((next, _)) => next,
            }
        };
        let Some(batch) = next else { break };
        let batch = batch?;
        count += batch.num_rows() as u64;
        writer.write(&batch)?;
    }
    writer.finish()?;
    target.publish()?;
    Ok(count)
}

/// Where the bytes go. The partial file is removed when it is not published.
struct Target {
    path: PathBuf,
    partial: Option<PathBuf>,
}

impl Target {
    fn open(path: &Path) -> Result<Self> {
        let special = path.metadata().is_ok_and(|metadata| !metadata.is_file());
        let partial = (!special).then(|| {
            let mut name = path.as_os_str().to_owned();
            name.push(format!(".{}.partial", uuid::Uuid::new_v4().simple()));
            PathBuf::from(name)
        });
        Ok(Self {
            path: path.to_path_buf(),
            partial,
        })
    }

    fn file(&self) -> Result<BufWriter<File>> {
        let opened = match &self.partial {
            Some(partial) => File::create_new(partial),
            None => File::options().write(true).open(&self.path),
        };
        let doing = || format!("cannot write {}", self.path.display());
        Ok(BufWriter::new(opened.map_err(|error| {
            BridgeError::from(error).context(&doing())
        })?))
    }

    fn publish(mut self) -> Result<()> {
        if let Some(partial) = &self.partial {
            std::fs::rename(partial, &self.path)?;
            self.partial = None;
        }
        Ok(())
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if let Some(partial) = &self.partial {
            // Nothing more can be done about a file that cannot be removed.
            let _ = std::fs::remove_file(partial);
        }
    }
}

type Out = BufWriter<File>;

enum Writer {
    Csv {
        writer: csv::Writer<Out>,
        schema: SchemaRef,
    },
    Json(json::ArrayWriter<Out>),
    NdJson(json::LineDelimitedWriter<Out>),
    Parquet(Box<ArrowWriter<Out>>),
    Arrow(ipc::writer::FileWriter<Out>),
}

impl Writer {
    fn new(format: Format, out: Out, schema: SchemaRef) -> Result<Self> {
        Ok(match format {
            Format::Csv => {
                let schema = flat_schema(&schema);
                let mut writer = csv::WriterBuilder::new().with_header(true).build(out);
                // The header stands even when there are no rows.
                writer.write(&RecordBatch::new_empty(schema.clone()))?;
                Writer::Csv { writer, schema }
            }
            Format::Json => Writer::Json(
                json::WriterBuilder::new()
                    .with_explicit_nulls(true)
                    .build(out),
            ),
            Format::NdJson => Writer::NdJson(
                json::WriterBuilder::new()
                    .with_explicit_nulls(true)
                    .build(out),
            ),
            Format::Parquet => {
                let properties = WriterProperties::builder()
                    .set_compression(Compression::ZSTD(ZstdLevel::default()))
                    .build();
                Writer::Parquet(Box::new(ArrowWriter::try_new(
                    out,
                    schema,
                    Some(properties),
                )?))
            }
            Format::Arrow => Writer::Arrow(ipc::writer::FileWriter::try_new(out, &schema)?),
        })
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        match self {
            Writer::Csv { writer, schema } => writer.write(&flat(batch, schema)?)?,
            Writer::Json(writer) => writer.write(batch)?,
            Writer::NdJson(writer) => writer.write(batch)?,
            Writer::Parquet(writer) => writer.write(batch)?,
            Writer::Arrow(writer) => writer.write(batch)?,
        }
        Ok(())
    }

    fn finish(self) -> Result<()> {
        let mut out = match self {
            Writer::Csv { writer, .. } => writer.into_inner(),
            Writer::Json(mut writer) => {
                writer.finish()?;
                writer.into_inner()
            }
            Writer::NdJson(mut writer) => {
                writer.finish()?;
                writer.into_inner()
            }
            Writer::Parquet(writer) => writer.into_inner()?,
            Writer::Arrow(mut writer) => {
                writer.finish()?;
                writer.into_inner()?
            }
        };
        out.flush()?;
        Ok(())
    }
}

/// CSV has no nested values: lists, structs and maps become text, everything else stays.
fn flat_schema(schema: &Schema) -> SchemaRef {
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .map(|field| match field.data_type().is_nested() {
            true => Field::new(field.name(), DataType::Utf8, true),
            false => field.as_ref().clone(),
        })
        .collect();
    Arc::new(Schema::new(fields))
}

fn flat(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let columns = batch
        .columns()
        .iter()
        .map(flat_column)
        .collect::<Result<Vec<_>>>()?;
    Ok(RecordBatch::try_new(schema.clone(), columns)?)
}

fn flat_column(column: &ArrayRef) -> Result<ArrayRef> {
    if !column.data_type().is_nested() {
        return Ok(column.clone());
    }
    let options = FormatOptions::default().with_null("null");
    let formatter = ArrayFormatter::try_new(column, &options)?;
    let texts = (0..column.len())
        .map(|row| match column.is_null(row) {
            true => Ok(None),
            false => formatter.value(row).try_to_string().map(Some),
        })
        .collect::<std::result::Result<StringArray, _>>()?;
    Ok(Arc::new(texts))
}
