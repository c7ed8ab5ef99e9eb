//! What a statement may be. The first two of the four gates of read-only SQL; the third is that a
//! session has nothing to reach (no URL tables, no file catalogue), the fourth is in the stores.

use std::ops::ControlFlow;

use datafusion::common::DataFusionError;
use datafusion::execution::context::SQLOptions;
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::parser::{DFParserBuilder, Statement as EngineStatement};
use datafusion::sql::sqlparser::ast::{Select, Statement, Visit, Visitor};
use datafusion::sql::sqlparser::parser::ParserError;

use crate::dialect::NormaDialect;
use crate::error::{BridgeError, ErrorKind, Result};
use crate::limits::tokens_within_limits;

/// sqlparser's own limit; the token bound decides first. Nested queries cost two steps a level.
pub const PARSER_RECURSION_LIMIT: usize = 1024;

/// The numbers are those of the C ABI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Queries, SHOW, DESCRIBE, and EXPLAIN of these.
    ReadOnly = 0,
    /// One query and nothing else: what a rule may be.
    Rule = 1,
}

impl Policy {
    pub fn from_number(number: i32) -> Result<Self> {
        match number {
            0 => Ok(Policy::ReadOnly),
            1 => Ok(Policy::Rule),
            _ => Err(BridgeError::invalid(format!("there is no policy {number}"))),
        }
    }
}

/// Parses all statements of a text that keeps the limits. Call on an engine thread.
pub fn parse(sql: &str) -> Result<Vec<EngineStatement>> {
    let tokens = tokens_within_limits(sql)?;
    let statements = DFParserBuilder::new(tokens)
        .with_dialect(&NormaDialect)
        .with_recursion_limit(PARSER_RECURSION_LIMIT)
        .build()
        .and_then(|mut parser| parser.parse_statements())
        .map_err(not_parsed)?;
    Ok(statements.into())
}

fn not_parsed(error: DataFusionError) -> BridgeError {
    let too_deep = matches!(
        error.find_root(),
        DataFusionError::SQL(parser, _) if matches!(**parser, ParserError::RecursionLimitExceeded)
    );
    let mut translated = BridgeError::of_text(error);
    if too_deep {
        translated.kind = ErrorKind::LimitExceeded;
    }
    translated
}

/// Parses a text that must be one statement which the policy allows.
pub fn parse_allowed(sql: &str, policy: Policy) -> Result<EngineStatement> {
    let mut statements = parse(sql)?;
    if statements.len() > 1 {
        return Err(denied(format!(
            "one statement is expected, not {}",
            statements.len()
        )));
    }
    let Some(statement) = statements.pop() else {
        return Err(BridgeError::invalid("the statement is empty"));
    };
    check(&statement, policy)?;
    Ok(statement)
}

fn check(statement: &EngineStatement, policy: Policy) -> Result<()> {
    let mut statement = statement;
    loop {
        match statement {
            EngineStatement::Explain(explain) if policy == Policy::ReadOnly => {
                statement = &explain.statement;
            }
            EngineStatement::Explain(_) => return Err(not_allowed("EXPLAIN")),
            EngineStatement::CreateExternalTable(_) => {
                return Err(not_allowed("CREATE EXTERNAL TABLE"));
            }
            EngineStatement::CopyTo(_) => return Err(not_allowed("COPY")),
            EngineStatement::Reset(_) => return Err(not_allowed("RESET")),
            EngineStatement::Statement(statement) => {
                return match statement.visit(&mut Gate { policy }) {
                    ControlFlow::Continue(()) => Ok(()),
                    ControlFlow::Break(kind) => Err(not_allowed(&kind)),
                };
            }
        }
    }
}

/// Visits a statement and all statements and SELECTs in it; breaks with the kind that is refused.
struct Gate {
    policy: Policy,
}

impl Visitor for Gate {
    type Break = String;

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<String> {
        let allowed = match statement {
            Statement::Query(_) => true,
            Statement::ShowTables { .. }
            | Statement::ShowColumns { .. }
            | Statement::ShowFunctions { .. }
            | Statement::ShowVariable { .. }
            | Statement::ShowCreate { .. }
            | Statement::ExplainTable { .. }
            | Statement::Explain { .. } => self.policy == Policy::ReadOnly,
            _ => false,
        };
        if allowed {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(kind_of(statement))
        }
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<String> {
        match select.into {
            Some(_) => ControlFlow::Break("SELECT INTO".to_string()),
            None => ControlFlow::Continue(()),
        }
    }
}

/// "DROP TABLE": the leading keywords of the statement, which are enough to know it by.
fn kind_of(statement: &Statement) -> String {
    let text = statement.to_string();
    let words: Vec<&str> = text
        .split_whitespace()
        .take(2)
        .take_while(|word| word.chars().all(|character| character.is_ascii_uppercase()))
        .collect();
    if words.is_empty() {
        "this statement".to_string()
    } else {
        words.join(" ")
    }
}

fn not_allowed(kind: &str) -> BridgeError {
    denied(format!(
        "the session is read-only and does not allow {kind}"
    ))
}

fn denied(message: impl Into<String>) -> BridgeError {
    BridgeError::new(ErrorKind::PolicyDenied, message)
}

/// The engine's own switch, on the plan.
pub fn check_plan(plan: &LogicalPlan) -> Result<()> {
    SQLOptions::new()
        .with_allow_ddl(false)
        .with_allow_dml(false)
        .with_allow_statements(false)
        .verify_plan(plan)
        .map_err(|error| {
            let mut translated = BridgeError::of_text(error);
            translated.kind = ErrorKind::PolicyDenied;
            translated
        })
}
