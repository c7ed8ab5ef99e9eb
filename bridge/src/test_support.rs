//! What tests need to see a panic in each place where one can happen. Nothing else calls these.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{
    ArrayRef, Int32Array, LargeStringArray, RecordBatch, StringArray, StringViewArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{MemTable, Session, TableProvider};
use datafusion::datasource::TableType;
use datafusion::error::Result as EngineResult;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};

use crate::abi::NormaError;
use crate::error::ErrorKind;
use crate::session::{NormaSession, guard_handle};

/// `norma_test_panic(x)`: a function that panics on an engine thread.
#[derive(Debug, PartialEq, Eq, Hash)]
struct PanickingFunction {
    signature: Signature,
}

impl ScalarUDFImpl for PanickingFunction {
    fn name(&self) -> &str {
        "norma_test_panic"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> EngineResult<DataType> {
        Ok(DataType::Int64)
    }

    #[allow(clippy::panic)]
    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> EngineResult<ColumnarValue> {
        panic!("in a function")
    }
}

/// `norma_test_panic_table`: a table whose rows panic when they are read.
#[derive(Debug)]
struct PanickingTable {
    schema: SchemaRef,
}

#[async_trait]
impl TableProvider for PanickingTable {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        limit: Option<usize>,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        let partition = Arc::new(PanickingRows {
            schema: self.schema.clone(),
        });
        let plan = StreamingTableExec::try_new(
            self.schema.clone(),
            vec![partition],
            projection,
            Vec::new(),
            false,
            limit,
        )?;
        Ok(Arc::new(plan))
    }
}

#[derive(Debug)]
struct PanickingRows {
    schema: SchemaRef,
}

impl PartitionStream for PanickingRows {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    #[allow(clippy::panic)]
    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let rows = futures::stream::poll_fn(|_| panic!("in a stream"));
        Box::pin(RecordBatchStreamAdapter::new(self.schema.clone(), rows))
    }
}

/// `norma_test_texts`: the same three texts, the last NULL, in every form that Arrow has for text.
fn texts() -> EngineResult<MemTable> {
    let values = vec![Some("a"), Some("bb"), None];
    let plain: ArrayRef = Arc::new(StringArray::from(values.clone()));
    let keyed = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("plain", plain.clone()),
        ("large", Arc::new(LargeStringArray::from(values.clone()))),
        ("viewed", Arc::new(StringViewArray::from(values))),
        ("keyed", cast(&plain, &keyed)?),
        (
            "small",
            Arc::new(Int32Array::from(vec![Some(1), Some(2), None])),
        ),
    ];
    let batch = RecordBatch::try_from_iter(columns)?;
    MemTable::try_new(batch.schema(), vec![vec![batch]])
}

/// Registers the function and the tables above.
///
/// # Safety
/// `session` is a live handle, `error` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_test_register(
    session: *const NormaSession,
    error: *mut *mut NormaError,
) -> i32 {
    let body = |session: &Arc<NormaSession>| {
        let signature = Signature::any(1, Volatility::Volatile);
        session
            .context()
            .register_udf(ScalarUDF::from(PanickingFunction { signature }));
        let schema = Arc::new(Schema::new(vec![Field::new("n", DataType::Int64, false)]));
        let panicking = Arc::new(PanickingTable { schema });
        session.register_provider("norma_test_panic_table", panicking)?;
        session.register_provider("norma_test_texts", Arc::new(texts()?))
    };
    // SAFETY: the caller's promise.
    unsafe { guard_handle(session, error, body) }
}

/// Panics in the body of an export.
///
/// # Safety
/// `session` is a live handle, `error` is null or writable.
#[unsafe(no_mangle)]
#[allow(clippy::panic)]
pub unsafe extern "C" fn norma_test_panic_in_call(
    session: *const NormaSession,
    error: *mut *mut NormaError,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { guard_handle(session, error, |_| panic!("in a call")) }
}

/// The number of the kind at `index`, or 0 beyond the last.
#[unsafe(no_mangle)]
pub extern "C" fn norma_test_error_kind(index: usize) -> i32 {
    ErrorKind::ALL.get(index).map_or(0, |kind| *kind as i32)
}

/// The name of the kind at `index`, or nothing beyond the last.
#[unsafe(no_mangle)]
pub extern "C" fn norma_test_error_kind_name(index: usize) -> crate::abi::NormaText {
    let name = ErrorKind::ALL.get(index).map(|kind| format!("{kind:?}"));
    crate::abi::NormaText::new(name.unwrap_or_default())
}
