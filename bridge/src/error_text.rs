//! DataFusion's errors in norma's words: lower case, values last, and what to do next in a line of
//! its own that starts with `help: `.

use datafusion::common::{Column, DataFusionError, SchemaError};
use datafusion::sql::sqlparser::parser::ParserError;

/// Names of DataFusion's layers, which may stand in front of each other. The kind of the error says
/// enough.
const LAYERS: [&str; 8] = [
    "Error during planning: ",
    "Schema error: ",
    "SQL error: ",
    "Execution error: ",
    "Internal error: ",
    "External error: ",
    "Arrow error: ",
    "Cast error: ",
];

/// The message of the error at the root.
pub fn plain_text(error: &DataFusionError) -> String {
    match error.find_root() {
        DataFusionError::SchemaError(schema, _) => of_schema(schema),
        DataFusionError::SQL(parser, _) => of_parser(parser),
        root => of_sentence(&root.to_string()),
    }
}

fn of_schema(error: &SchemaError) -> String {
    match error {
        SchemaError::FieldNotFound {
            field,
            valid_fields,
        } => {
            let message = format!("column not found: {}", field.flat_name());
            match nearest_column(field, valid_fields) {
                Some(near) => format!("{message}\nhelp: did you mean {near}?"),
                None => message,
            }
        }
        SchemaError::AmbiguousReference { field } => {
            format!("more than one table has the column: {}", field.flat_name())
        }
        other => of_sentence(&other.to_string()),
    }
}

/// The name as SQL must write it, so with quotes where it is not in lower case.
fn nearest_column(wanted: &Column, columns: &[Column]) -> Option<String> {
    use datafusion::common::utils::datafusion_strsim::levenshtein;
    let name = wanted.name.to_lowercase();
    columns
        .iter()
        .map(|column| (levenshtein(&name, &column.name.to_lowercase()), column))
        .filter(|(distance, _)| *distance <= 1 + name.len() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, column)| datafusion::common::utils::quote_identifier(&column.name).into_owned())
}

fn of_parser(error: &ParserError) -> String {
    match error {
        ParserError::TokenizerError(text) | ParserError::ParserError(text) => of_sentence(text),
        ParserError::RecursionLimitExceeded => "the statement is nested too deeply".to_string(),
    }
}

fn of_sentence(text: &str) -> String {
    let mut text = text;
    while let Some(rest) = LAYERS.iter().find_map(|layer| text.strip_prefix(layer)) {
        text = rest;
    }
    if let Some(message) = of_missing(text) {
        return message;
    }
    lower_first(text.trim_end().trim_end_matches('.'))
}

/// "table 'norma.public.x' not found" and "Invalid function 'x'.\nDid you mean 'y'?".
fn of_missing(text: &str) -> Option<String> {
    if let Some(rest) = text.strip_prefix("Invalid function '") {
        let (name, rest) = rest.split_once('\'')?;
        let message = format!("function not found: {name}");
        let near = rest
            .split('\'')
            .nth(1)
            .filter(|near| looks_alike(name, near));
        return Some(match near {
            Some(near) => format!("{message}\nhelp: did you mean {near}?"),
            None => format!("{message}\nhelp: norma functions lists the functions"),
        });
    }
    let (what, name) = text.strip_suffix("' not found")?.split_once(" '")?;
    let name = name.strip_prefix("norma.public.").unwrap_or(name);
    Some(format!("{} not found: {name}", lower_first(what)))
}

/// The engine names the nearest function of all, however far it is.
fn looks_alike(name: &str, near: &str) -> bool {
    use datafusion::common::utils::datafusion_strsim::levenshtein;
    levenshtein(name, near) <= 1 + name.len() / 4
}

/// Leaves words such as "SQL" and "NULL" as they are.
fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(first), Some(second)) if first.is_ascii_uppercase() && !second.is_uppercase() => {
            let rest: String = text.chars().skip(1).collect();
            format!("{}{rest}", first.to_ascii_lowercase())
        }
        _ => text.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_lose_what_only_the_engine_needs() {
        for (given, wanted) in [
            (
                "Error during planning: table 'norma.public.x' not found",
                "table not found: x",
            ),
            (
                "table function 'read_csv' not found",
                "table function not found: read_csv",
            ),
            (
                "Invalid function 'norma_spam'.\nDid you mean 'norma_span'?",
                "function not found: norma_spam\nhelp: did you mean norma_span?",
            ),
            (
                "Invalid function 'no_such'.\nDid you mean 'cosh'?",
                "function not found: no_such\nhelp: norma functions lists the functions",
            ),
            ("Arrow error: Divide by zero error", "divide by zero error"),
            (
                "Arrow error: Cast error: Cannot cast string 'x' to value of Int64 type",
                "cannot cast string 'x' to value of Int64 type",
            ),
            ("SQL goes on.", "SQL goes on"),
            ("", ""),
        ] {
            assert_eq!(of_sentence(given), wanted, "{given}");
        }
    }

    #[test]
    fn a_missing_column_comes_with_the_nearest() {
        let missing = |name: &str| {
            of_schema(&SchemaError::FieldNotFound {
                field: Box::new(Column::from_name(name)),
                valid_fields: vec![Column::from_name("Name"), Column::from_name("kind")],
            })
        };
        assert_eq!(
            missing("nmae"),
            "column not found: nmae\nhelp: did you mean \"Name\"?"
        );
        assert_eq!(
            missing("kid"),
            "column not found: kid\nhelp: did you mean kind?"
        );
        assert_eq!(missing("something"), "column not found: something");
    }
}
