//! What a session knows: its functions and the settings in force.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, RecordBatchIterator, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema};
use datafusion::arrow::ffi_stream::FFI_ArrowArrayStream;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::function::WindowUDFFieldArgs;
use datafusion::logical_expr::{
    AggregateUDF, Documentation, ReturnFieldArgs, ScalarUDF, Signature, TypeSignature, WindowUDF,
};

use crate::abi::{NormaError, hand_out};
use crate::error::Result;
use crate::function::ForeignFunction;
use crate::runtime::on_engine;
use crate::session::{NormaSession, guard_handle};
use crate::types::volatility_name;

/// One row of the function catalogue: one name with one signature.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    name: String,
    kind: &'static str,
    signature: String,
    result: Option<String>,
    volatility: Option<&'static str>,
    origin: &'static str,
    description: Option<String>,
    syntax: Option<String>,
}

/// The signatures of a function and the result of each as far as types alone tell it.
fn signatures(
    signature: &Signature,
    result: impl Fn(&[FieldRef]) -> Option<DataType>,
) -> Vec<(String, Option<String>)> {
    if signature.type_signature == TypeSignature::Nullary {
        return vec![(
            String::new(),
            result(&[]).map(|data_type| data_type.to_string()),
        )];
    }
    let examples = signature.type_signature.get_example_types();
    if examples.is_empty() {
        return vec![(signature.type_signature.to_string_repr().join(", "), None)];
    }
    examples
        .into_iter()
        .map(|types| {
            let text: Vec<String> = types.iter().map(ToString::to_string).collect();
            let fields: Vec<FieldRef> = types
                .into_iter()
                .enumerate()
                .map(|(index, data_type)| {
                    Arc::new(Field::new(format!("a{index}"), data_type, true))
                })
                .collect();
            (
                text.join(", "),
                result(&fields).map(|data_type| data_type.to_string()),
            )
        })
        .collect()
}

struct Catalogue {
    rows: Vec<Row>,
}

impl Catalogue {
    fn of(state: &SessionState) -> Self {
        let mut catalogue = Self { rows: Vec::new() };
        for (name, function) in state.scalar_functions() {
            catalogue.scalar(name, function);
        }
        for (name, function) in state.aggregate_functions() {
            catalogue.aggregate(name, function);
        }
        for (name, function) in state.window_functions() {
            catalogue.window(name, function);
        }
        for (name, function) in state.higher_order_functions() {
            let volatility = volatility_name(function.signature().volatility);
            catalogue.add(
                name,
                "higher_order",
                vec![(String::new(), None)],
                Some(volatility),
                function.documentation(),
            );
        }
        for name in state.table_functions().keys() {
            catalogue.add(name, "table", vec![(String::new(), None)], None, None);
        }
        catalogue.rows.sort();
        catalogue.rows.dedup();
        catalogue
    }

    fn scalar(&mut self, name: &str, function: &ScalarUDF) {
        let volatility = volatility_name(function.signature().volatility);
        if let Some(own) = ForeignFunction::of(function) {
            let result = own.result().data_type().to_string();
            let signatures = vec![(own.arguments_text(), Some(result))];
            self.add(
                name,
                "scalar",
                signatures,
                Some(volatility),
                function.documentation(),
            );
            if let Some(row) = self.rows.last_mut() {
                row.origin = "norma";
            }
            return;
        }
        let signatures = signatures(function.signature(), |fields| {
            let constants = vec![None; fields.len()];
            let given = ReturnFieldArgs {
                arg_fields: fields,
                scalar_arguments: &constants,
            };
            let field = function.return_field_from_args(given).ok()?;
            Some(field.data_type().clone())
        });
        self.add(
            name,
            "scalar",
            signatures,
            Some(volatility),
            function.documentation(),
        );
    }

    fn aggregate(&mut self, name: &str, function: &AggregateUDF) {
        let signatures = signatures(function.signature(), |fields| {
            Some(function.return_field(fields).ok()?.data_type().clone())
        });
        let volatility = volatility_name(function.signature().volatility);
        self.add(
            name,
            "aggregate",
            signatures,
            Some(volatility),
            function.documentation(),
        );
    }

    fn window(&mut self, name: &str, function: &WindowUDF) {
        let signatures = signatures(function.signature(), |fields| {
            let given = WindowUDFFieldArgs::new(fields, function.name());
            Some(function.field(given).ok()?.data_type().clone())
        });
        let volatility = volatility_name(function.signature().volatility);
        self.add(
            name,
            "window",
            signatures,
            Some(volatility),
            function.documentation(),
        );
    }

    fn add(
        &mut self,
        name: &str,
        kind: &'static str,
        signatures: Vec<(String, Option<String>)>,
        volatility: Option<&'static str>,
        documentation: Option<&Documentation>,
    ) {
        for (signature, result) in signatures {
            self.rows.push(Row {
                name: name.to_string(),
                kind,
                signature,
                result,
                volatility,
                origin: "engine",
                description: documentation.map(|text| text.description.clone()),
                syntax: documentation.map(|text| text.syntax_example.clone()),
            });
        }
    }

    fn batch(self) -> Result<RecordBatch> {
        let required = |pick: fn(&Row) -> &str| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(self.rows.iter().map(pick)))
        };
        let optional = |pick: fn(&Row) -> Option<&str>| -> ArrayRef {
            Arc::new(self.rows.iter().map(pick).collect::<StringArray>())
        };
        let schema = Schema::new(vec![
            Field::new("name", DataType::Utf8, false),
            Field::new("signature", DataType::Utf8, false),
            Field::new("kind", DataType::Utf8, false),
            Field::new("result", DataType::Utf8, true),
            Field::new("volatility", DataType::Utf8, true),
            Field::new("origin", DataType::Utf8, false),
            Field::new("description", DataType::Utf8, true),
            Field::new("syntax", DataType::Utf8, true),
        ]);
        let columns = vec![
            required(|row| &row.name),
            required(|row| &row.signature),
            required(|row| row.kind),
            optional(|row| row.result.as_deref()),
            optional(|row| row.volatility),
            required(|row| row.origin),
            optional(|row| row.description.as_deref()),
            optional(|row| row.syntax.as_deref()),
        ];
        Ok(RecordBatch::try_new(Arc::new(schema), columns)?)
    }
}

/// Session settings and those of the runtime as they are in force, by name.
fn settings(state: &SessionState) -> Result<RecordBatch> {
    let mut values = BTreeMap::new();
    for entry in state.config_options().entries() {
        values.insert(entry.key, entry.value);
    }
    for entry in state.runtime_env().config_entries() {
        values.insert(entry.key, entry.value);
    }
    let schema = Schema::new(vec![
        Field::new("name", DataType::Utf8, false),
        Field::new("value", DataType::Utf8, true),
    ]);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(values.keys())),
        Arc::new(
            values
                .values()
                .map(Option::as_deref)
                .collect::<StringArray>(),
        ),
    ];
    Ok(RecordBatch::try_new(Arc::new(schema), columns)?)
}

/// # Safety
/// As for `guard_handle`; `out` is writable.
unsafe fn hand_out_table(
    session: *const NormaSession,
    out: *mut FFI_ArrowArrayStream,
    error: *mut *mut NormaError,
    table: fn(&SessionState) -> Result<RecordBatch>,
) -> i32 {
    let body = |session: &Arc<NormaSession>| {
        let state = session.state();
        let batch = on_engine(async move { table(&state) })?;
        let schema = batch.schema();
        let rows = RecordBatchIterator::new(vec![Ok(batch)], schema);
        // SAFETY: the caller's promise.
        unsafe { hand_out(out, FFI_ArrowArrayStream::new(Box::new(rows))) }
    };
    // SAFETY: the caller's promise.
    unsafe { guard_handle(session, error, body) }
}

/// # Safety
/// `session` is a live handle, `out` is writable, `error` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_session_functions(
    session: *const NormaSession,
    out: *mut FFI_ArrowArrayStream,
    error: *mut *mut NormaError,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { hand_out_table(session, out, error, |state| Catalogue::of(state).batch()) }
}

/// # Safety
/// `session` is a live handle, `out` is writable, `error` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn norma_session_settings(
    session: *const NormaSession,
    out: *mut FFI_ArrowArrayStream,
    error: *mut *mut NormaError,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { hand_out_table(session, out, error, settings) }
}
