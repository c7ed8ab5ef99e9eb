//! Scalar functions whose code is behind the C ABI.

use std::any::Any;
use std::ffi::{CStr, c_char, c_void};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::mem::offset_of;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, make_array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema};
use datafusion::arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi_and_data_type};
use datafusion::common::{DataFusionError, ScalarValue};
use datafusion::error::Result as EngineResult;
use datafusion::logical_expr::scalar_doc_sections::DOC_SECTION_OTHER;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, Volatility,
};

use crate::abi::{NormaError, NormaSlice};
use crate::error::{BridgeError, ErrorKind, Result};
use crate::session::{NormaSession, guard_handle};

/// The bits of the mask of scalar arguments.
const MOST_ARGUMENTS: usize = 64;
/// Room for the text of a failed call, its end mark included.
const MESSAGE_BYTES: usize = 1024;

type Call = unsafe extern "C" fn(
    user: *mut c_void,
    types: *const FFI_ArrowSchema,
    arguments: *const FFI_ArrowArray,
    rows: i64,
    scalars: u64,
    out: *mut FFI_ArrowArray,
    message: *mut c_char,
    message_size: usize,
) -> i32;

#[repr(C)]
pub struct NormaFunction {
    struct_size: u32,
    name: NormaSlice,
    description: NormaSlice,
    syntax: NormaSlice,
    arguments: *const FFI_ArrowSchema,
    result: *const FFI_ArrowSchema,
    volatility: i32,
    variadic: i32,
    user: *mut c_void,
    call: Option<Call>,
    release: Option<unsafe extern "C" fn(user: *mut c_void)>,
}

const _: () = assert!(size_of::<NormaFunction>() == 104 && offset_of!(NormaFunction, user) == 80);

/// The caller's object. Released when the last plan that uses the function is gone.
struct User {
    pointer: *mut c_void,
    release: Option<unsafe extern "C" fn(user: *mut c_void)>,
}

// SAFETY: the ABI demands that `call` and `release` may run on any thread, `call` many times at once.
unsafe impl Send for User {}
// SAFETY: as above.
unsafe impl Sync for User {}

impl Drop for User {
    fn drop(&mut self) {
        if let Some(release) = self.release {
            // SAFETY: the caller gave both together, and this runs once.
            unsafe { release(self.pointer) };
        }
    }
}

/// One function as DataFusion sees it.
pub struct ForeignFunction {
    name: String,
    arguments: Schema,
    result: Field,
    variadic: bool,
    signature: Signature,
    documentation: Documentation,
    user: Arc<User>,
    call: Call,
}

impl ForeignFunction {
    /// The arguments as the catalogue shows them: "path Utf8, bstart Int64, …".
    pub fn arguments_text(&self) -> String {
        let mut parts: Vec<String> = self
            .arguments
            .fields()
            .iter()
            .map(|field| format!("{} {}", field.name(), field.data_type()))
            .collect();
        if self.variadic {
            parts.push("…".to_string());
        }
        parts.join(", ")
    }

    pub fn result(&self) -> &Field {
        &self.result
    }

    /// Whether a scalar function is one of norma's.
    pub fn of(function: &ScalarUDF) -> Option<&ForeignFunction> {
        let inner: &dyn Any = function.inner().as_ref();
        inner.downcast_ref::<ForeignFunction>()
    }

    /// The arguments as arrays of one type each, and the mask of those with one row for all.
    fn arrays(&self, values: &[ColumnarValue]) -> EngineResult<(Vec<ArrayRef>, u64)> {
        let mut arrays = Vec::with_capacity(values.len());
        let mut scalars = 0_u64;
        for (index, value) in values.iter().enumerate() {
            let array = match value {
                ColumnarValue::Array(array) => array.clone(),
                ColumnarValue::Scalar(scalar) => {
                    scalars |= 1 << index;
                    scalar.to_array()?
                }
            };
            // The planner has cast already; this holds for plans that did not pass it.
            arrays.push(match self.arguments.fields().get(index) {
                Some(field) if field.data_type() != array.data_type() => {
                    cast(&array, field.data_type())?
                }
                _ => array,
            });
        }
        Ok((arrays, scalars))
    }

    fn invoke(&self, arrays: &[ArrayRef], rows: usize, scalars: u64) -> EngineResult<ArrayRef> {
        let mut types = arrays
            .iter()
            .map(|array| FFI_ArrowSchema::try_from(array.data_type()))
            .collect::<std::result::Result<Vec<_>, _>>()?;
        // A function of any number of arguments finds their end by this released schema.
        types.push(FFI_ArrowSchema::empty());
        let lent: Vec<FFI_ArrowArray> = arrays
            .iter()
            .map(|array| FFI_ArrowArray::new(&array.to_data()))
            .collect();
        let mut out = FFI_ArrowArray::empty();
        let mut message: [c_char; MESSAGE_BYTES] = [0; MESSAGE_BYTES];
        // SAFETY: as many types and arrays as arguments, all alive during the call; `out` and
        // `message` are writable. The callee does not unwind.
        let code = unsafe {
            (self.call)(
                self.user.pointer,
                types.as_ptr(),
                lent.as_ptr(),
                rows as i64,
                scalars,
                &raw mut out,
                message.as_mut_ptr(),
                MESSAGE_BYTES,
            )
        };
        if code != 0 {
            if let Some(last) = message.last_mut() {
                *last = 0;
            }
            // SAFETY: the array ends in 0.
            let text = unsafe { CStr::from_ptr(message.as_ptr()) }.to_string_lossy();
            return Err(BridgeError::new(kind_of(code), format!("{}: {text}", self.name)).into());
        }
        self.import(out, rows).map_err(|error| match error {
            DataFusionError::External(own) => DataFusionError::External(own),
            other => self.breach(format!("broken result: {other}")),
        })
    }

    /// Takes the result over and checks all that later code relies on.
    fn import(&self, out: FFI_ArrowArray, rows: usize) -> EngineResult<ArrayRef> {
        if out.is_released() {
            return Err(self.breach("no result"));
        }
        // SAFETY: `out` was filled by the callee; what it claims is checked next.
        let data = unsafe { from_ffi_and_data_type(out, self.result.data_type().clone()) }?;
        data.validate_full()?;
        if data.len() != rows {
            return Err(self.breach(format!("{} rows, expected {rows}", data.len())));
        }
        if !self.result.is_nullable() && data.null_count() > 0 {
            return Err(self.breach("NULL in a result that has none"));
        }
        Ok(make_array(data))
    }

    fn breach(&self, what: impl fmt::Display) -> DataFusionError {
        BridgeError::internal(format!("the function {} gave {what}", self.name)).into()
    }
}

fn kind_of(code: i32) -> ErrorKind {
    ErrorKind::ALL
        .into_iter()
        .find(|kind| *kind as i32 == code)
        .unwrap_or(ErrorKind::Internal)
}

impl fmt::Debug for ForeignFunction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ForeignFunction({})", self.name)
    }
}

impl PartialEq for ForeignFunction {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && Arc::ptr_eq(&self.user, &other.user)
    }
}

impl Eq for ForeignFunction {}

impl Hash for ForeignFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for ForeignFunction {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> EngineResult<DataType> {
        Ok(self.result.data_type().clone())
    }

    fn return_field_from_args(&self, _: ReturnFieldArgs) -> EngineResult<FieldRef> {
        Ok(Arc::new(self.result.clone().with_name(&self.name)))
    }

    /// Exactly the declared types, whatever form of text, integer or list comes. DataFusion's own
    /// `Exact` signature would make text of anything.
    fn coerce_types(&self, given: &[DataType]) -> EngineResult<Vec<DataType>> {
        let declared = self.arguments.fields();
        let wrong = || {
            let given: Vec<String> = given.iter().map(ToString::to_string).collect();
            DataFusionError::Plan(format!(
                "{} takes ({}), not ({})",
                self.name,
                self.arguments_text(),
                given.join(", ")
            ))
        };
        let enough = match self.variadic {
            true => given.len() >= declared.len() && given.len() <= MOST_ARGUMENTS,
            false => given.len() == declared.len(),
        };
        if !enough {
            return Err(wrong());
        }
        given
            .iter()
            .enumerate()
            .map(|(index, given)| match declared.get(index) {
                Some(field) if fits(given, field.data_type()) => Ok(field.data_type().clone()),
                Some(_) => Err(wrong()),
                None => widened(given).ok_or_else(wrong),
            })
            .collect()
    }

    fn invoke_with_args(&self, given: ScalarFunctionArgs) -> EngineResult<ColumnarValue> {
        let (arrays, scalars) = self.arrays(&given.args)?;
        let all_scalar = given
            .args
            .iter()
            .all(|value| matches!(value, ColumnarValue::Scalar(_)));
        if all_scalar && self.signature.volatility != Volatility::Volatile {
            let one = self.invoke(&arrays, 1, scalars)?;
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&one, 0)?));
        }
        Ok(ColumnarValue::Array(self.invoke(
            &arrays,
            given.number_rows,
            scalars,
        )?))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// Whether a value of one type may be cast to another without changing what it means. An integer that
/// is too large for the target fails its query.
fn fits(given: &DataType, target: &DataType) -> bool {
    if given == target || given.is_null() {
        return true;
    }
    if let DataType::Dictionary(_, values) = given {
        return fits(values, target);
    }
    match target {
        DataType::Utf8 => is_text(given),
        DataType::Binary => is_binary(given),
        DataType::Int32 | DataType::Int64 => given.is_integer(),
        DataType::Float32 | DataType::Float64 => given.is_numeric(),
        DataType::List(target) => match given {
            DataType::List(item)
            | DataType::LargeList(item)
            | DataType::ListView(item)
            | DataType::LargeListView(item)
            | DataType::FixedSizeList(item, _) => fits(item.data_type(), target.data_type()),
            _ => false,
        },
        DataType::Struct(target) => match given {
            DataType::Struct(given) if given.len() == target.len() => {
                given.iter().zip(target.iter()).all(|(given, target)| {
                    given.name() == target.name() && fits(given.data_type(), target.data_type())
                })
            }
            _ => false,
        },
        DataType::Map(_, _) => matches!(given, DataType::Map(_, _)),
        _ => false,
    }
}

fn is_text(given: &DataType) -> bool {
    matches!(
        given,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
    )
}

fn is_binary(given: &DataType) -> bool {
    matches!(
        given,
        DataType::Binary
            | DataType::LargeBinary
            | DataType::BinaryView
            | DataType::FixedSizeBinary(_)
    )
}

/// The type in which a variadic argument is passed.
fn widened(given: &DataType) -> Option<DataType> {
    match given {
        DataType::Dictionary(_, values) => widened(values),
        DataType::Null => Some(DataType::Null),
        DataType::Boolean => Some(DataType::Boolean),
        given if given.is_integer() => Some(DataType::Int64),
        given if is_text(given) => Some(DataType::Utf8),
        given if is_binary(given) => Some(DataType::Binary),
        _ => None,
    }
}

/// Reads the caller's description of a function. Owns `user` from the moment it succeeds.
///
/// # Safety
/// `function` is null or a valid struct whose pointers live for the call.
unsafe fn read(function: *const NormaFunction) -> Result<ForeignFunction> {
    // SAFETY: the caller's promise; null gives None.
    let function =
        unsafe { function.as_ref() }.ok_or_else(|| BridgeError::invalid("the function is null"))?;
    if function.struct_size as usize != size_of::<NormaFunction>() {
        return Err(BridgeError::invalid(format!(
            "NormaFunction has the size {}, expected {}",
            function.struct_size,
            size_of::<NormaFunction>()
        )));
    }
    // SAFETY: the caller's promise.
    let name = unsafe { function.name.text("the function's name") }?.to_string();
    let invalid = |what: &str| BridgeError::invalid(format!("the function {name}: {what}"));
    // SAFETY: the caller's promise.
    let description = unsafe { function.description.text("the description") }?;
    // SAFETY: the caller's promise.
    let syntax = unsafe { function.syntax.text("the syntax") }?;
    // SAFETY: the caller's promise; null gives None.
    let arguments =
        unsafe { function.arguments.as_ref() }.ok_or_else(|| invalid("no arguments"))?;
    // SAFETY: the caller's promise; null gives None.
    let result = unsafe { function.result.as_ref() }.ok_or_else(|| invalid("no result type"))?;
    let call = function.call.ok_or_else(|| invalid("no code"))?;
    let volatility = match function.volatility {
        0 => Volatility::Immutable,
        1 => Volatility::Stable,
        2 => Volatility::Volatile,
        _ => return Err(invalid("unknown volatility")),
    };
    if name.is_empty() || name.to_lowercase() != name {
        return Err(invalid("the name must be in lower case and not empty"));
    }
    let arguments = Schema::try_from(arguments)?;
    if arguments.fields().len() > MOST_ARGUMENTS {
        return Err(invalid("too many arguments"));
    }
    let mut documentation = Documentation::builder(DOC_SECTION_OTHER, description, syntax);
    for field in arguments.fields() {
        documentation =
            documentation.with_argument(field.name(), format!("of type {}", field.data_type()));
    }
    Ok(ForeignFunction {
        arguments,
        result: Field::try_from(result)?,
        variadic: function.variadic != 0,
        signature: Signature::user_defined(volatility),
        documentation: documentation.build(),
        user: Arc::new(User {
            pointer: function.user,
            release: function.release,
        }),
        call,
        name,
    })
}

/// # Safety
/// `session` is a live handle, `function` is a valid struct, `error` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_session_register_function(
    session: *const NormaSession,
    function: *const NormaFunction,
    error: *mut *mut NormaError,
) -> i32 {
    let body = |session: &Arc<NormaSession>| {
        // SAFETY: the caller's promise; null gives None.
        if let Some(given) = unsafe { function.as_ref() } {
            // SAFETY: the caller's promise.
            let name = unsafe { given.name.text("the function's name") }?;
            // Asked before `user` changes hands: a refused function is not released.
            if session.has_function(name) {
                return Err(BridgeError::invalid(format!(
                    "the function {name} exists already"
                )));
            }
        }
        // SAFETY: the caller's promise.
        let function = unsafe { read(function) }?;
        session.context().register_udf(ScalarUDF::from(function));
        Ok(())
    };
    // SAFETY: the caller's promise.
    unsafe { guard_handle(session, error, body) }
}
