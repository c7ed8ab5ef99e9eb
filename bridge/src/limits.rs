//! Limits on SQL text, checked on its tokens before a tree exists: a tree that is too deep overflows
//! the stack while it is parsed, planned or even dropped, and that ends the process.

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer};

use crate::dialect::NormaDialect;
use crate::error::{BridgeError, ErrorKind, Result};

const MOST_BYTES: usize = 1 << 20;
const MOST_TOKENS: usize = 100_000;
/// Safe on 16 MiB stacks, and a bound on time as well: planning is quadratic in the depth.
const MOST_DEPTH: u32 = 256;

/// The tokens of a text that keeps the limits.
pub fn tokens_within_limits(sql: &str) -> Result<Vec<TokenWithSpan>> {
    if sql.len() > MOST_BYTES {
        return Err(over(format!(
            "the statement has {} bytes, more than {MOST_BYTES}",
            sql.len()
        )));
    }
    let tokens = Tokenizer::new(&NormaDialect, sql)
        .tokenize_with_location()
        .map_err(|error| BridgeError::invalid(format!("SQL text cannot be read: {error}")))?;
    let count = tokens
        .iter()
        .filter(|token| !is_blank(&token.token))
        .count();
    if count > MOST_TOKENS {
        return Err(over(format!(
            "the statement has {count} tokens, more than {MOST_TOKENS}"
        )));
    }
    let depth = depth_bound(tokens.iter().map(|token| &token.token));
    if depth > MOST_DEPTH {
        return Err(over(format!(
            "the statement nests {depth} deep, more than {MOST_DEPTH}"
        )));
    }
    Ok(tokens)
}

fn over(message: String) -> BridgeError {
    BridgeError::new(ErrorKind::LimitExceeded, message)
}

fn is_blank(token: &Token) -> bool {
    matches!(token, Token::Whitespace(_) | Token::EOF)
}

/// Operators by how tightly they bind. AND and OR are told apart from the rest, since a chain of
/// `a = 1 AND …` is only as deep as its ANDs.
const OR: usize = 0;
const AND: usize = 1;
const OTHER: usize = 2;
const CLASSES: usize = 3;

#[derive(Clone, Copy, Default)]
struct Chain {
    operators: u32,
    /// The deepest operand so far.
    below: u32,
}

/// One open bracket, or one open CASE, or the statement itself.
#[derive(Default)]
struct Level {
    is_case: bool,
    is_query: bool,
    in_with: bool,
    in_from: bool,
    chains: [Chain; CLASSES],
    /// The deepest bracket in the operand that is being read.
    operand: u32,
    /// The deepest expression of this SELECT.
    expression: u32,
    joins: u32,
    /// The deepest SELECT of this level, its joins included.
    select: u32,
    /// Set operations, and the plans of the common table expressions: each may hold the one before.
    stacked: u32,
    /// The deepest plan in a bracket of this level.
    plan: u32,
}

impl Level {
    /// The depth of the chains that bind more tightly than `class`, which end here.
    fn fold(&mut self, class: usize) -> u32 {
        let mut depth = std::mem::take(&mut self.operand);
        for chain in self.chains.iter_mut().skip(class).rev() {
            depth = chain.operators + chain.below.max(depth);
            *chain = Chain::default();
        }
        depth
    }

    fn operator(&mut self, class: usize) {
        let depth = self.fold(class + 1);
        if let Some(chain) = self.chains.get_mut(class) {
            chain.below = chain.below.max(depth);
            chain.operators += 1;
        }
    }

    fn end_expression(&mut self) {
        let depth = self.fold(0);
        self.expression = self.expression.max(depth);
    }

    fn end_select(&mut self) {
        self.end_expression();
        self.select = self.select.max(self.joins + self.expression);
        self.plan = self.plan.max(self.joins);
        self.joins = 0;
        self.expression = 0;
    }

    /// What this level adds to the one around it: depth in all, and depth of plans alone.
    fn close(mut self) -> (u32, u32) {
        self.end_select();
        let plan = self.stacked + self.plan + u32::from(self.is_query);
        (self.stacked + self.select + 1, plan)
    }

    fn take(&mut self, (depth, plan): (u32, u32)) {
        self.operand = self.operand.max(depth);
        if self.in_with {
            self.stacked += plan;
        } else {
            self.plan = self.plan.max(plan);
        }
    }

    fn clause(&mut self, keyword: Keyword) {
        match keyword {
            Keyword::UNION | Keyword::EXCEPT | Keyword::INTERSECT => {
                self.end_select();
                self.stacked += 1;
                self.in_from = false;
            }
            Keyword::JOIN => {
                self.end_expression();
                self.joins += 1;
            }
            _ => {
                self.end_expression();
                self.in_with = keyword == Keyword::WITH;
                self.in_from = keyword == Keyword::FROM;
                self.is_query |= matches!(keyword, Keyword::SELECT | Keyword::VALUES);
            }
        }
    }
}

/// An upper bound for the depth of the tree that these tokens parse to.
///
/// A chain of operators is as deep as it is long, and its deepest operand comes on top; brackets and
/// CASE add one. Joins, set operations and common table expressions nest plans in the same way.
fn depth_bound<'a>(tokens: impl Iterator<Item = &'a Token>) -> u32 {
    let mut outer: Vec<Level> = Vec::new();
    let mut level = Level::default();
    // A keyword after an operator or a dot is a name, which must not end the chain.
    let mut name_expected = false;
    // Whether an expression begins here, so that a star is a wildcard and no product.
    let mut begins = false;
    let mut dot = false;
    for token in tokens.filter(|token| !is_blank(token)) {
        let mut name_next = false;
        let begun = std::mem::take(&mut begins);
        let after_dot = std::mem::take(&mut dot);
        match token {
            Token::LParen | Token::LBracket | Token::LBrace => {
                if matches!(token, Token::LBracket) {
                    level.operator(OTHER); // a[1][2]… is a chain of calls
                }
                outer.push(std::mem::take(&mut level));
                begins = true;
            }
            Token::RParen | Token::RBracket | Token::RBrace => {
                let mut closed = level.close();
                level = outer.pop().unwrap_or_default();
                while level.is_case {
                    level.take(closed);
                    closed = level.close();
                    level = outer.pop().unwrap_or_default();
                }
                level.take(closed);
            }
            Token::Comma => {
                level.end_expression();
                level.joins += u32::from(level.in_from); // FROM a, b is a join
                begins = true;
            }
            Token::Mul if begun || after_dot => {}
            Token::SemiColon => level.end_select(),
            Token::Period => {
                name_next = true;
                dot = true;
            }
            Token::Word(word) if word.quote_style.is_none() && !name_expected => {
                match role(word.keyword) {
                    Role::Name => {
                        let quantifier = [Keyword::DISTINCT, Keyword::ALL].contains(&word.keyword);
                        begins = begun && quantifier;
                    }
                    Role::Clause => {
                        level.clause(word.keyword);
                        begins = true;
                    }
                    Role::Operator(class) => level.operator(class),
                    Role::Case => {
                        outer.push(std::mem::take(&mut level));
                        level.is_case = true;
                    }
                    Role::End => {
                        if level.is_case {
                            let closed = level.close();
                            level = outer.pop().unwrap_or_default();
                            level.take(closed);
                        }
                    }
                }
            }
            Token::Word(word) => {
                // After an operator, NOT, CASE and the like still begin an operand.
                match role(word.keyword) {
                    Role::Operator(class) if word.quote_style.is_none() => level.operator(class),
                    Role::Case if word.quote_style.is_none() => {
                        outer.push(std::mem::take(&mut level));
                        level.is_case = true;
                    }
                    _ => {}
                }
            }
            token if is_operand(token) => {}
            _ => {
                level.operator(OTHER);
                name_next = true;
            }
        }
        name_expected = name_next;
    }
    let mut closed = level.close();
    while let Some(mut around) = outer.pop() {
        around.take(closed);
        closed = around.close();
    }
    // The statement itself is no bracket.
    closed.0.saturating_sub(1)
}

enum Role {
    Name,
    Clause,
    Operator(usize),
    Case,
    End,
}

fn role(keyword: Keyword) -> Role {
    match keyword {
        Keyword::SELECT
        | Keyword::FROM
        | Keyword::WHERE
        | Keyword::GROUP
        | Keyword::HAVING
        | Keyword::QUALIFY
        | Keyword::ORDER
        | Keyword::LIMIT
        | Keyword::OFFSET
        | Keyword::WINDOW
        | Keyword::ON
        | Keyword::USING
        | Keyword::VALUES
        | Keyword::WITH
        | Keyword::JOIN
        | Keyword::UNION
        | Keyword::EXCEPT
        | Keyword::INTERSECT
        | Keyword::WHEN
        | Keyword::THEN
        | Keyword::ELSE => Role::Clause,
        Keyword::OR | Keyword::XOR => Role::Operator(OR),
        Keyword::AND => Role::Operator(AND),
        Keyword::NOT
        | Keyword::IS
        | Keyword::IN
        | Keyword::BETWEEN
        | Keyword::LIKE
        | Keyword::ILIKE
        | Keyword::RLIKE
        | Keyword::REGEXP
        | Keyword::SIMILAR
        | Keyword::ESCAPE
        | Keyword::COLLATE
        | Keyword::DIV
        | Keyword::OVERLAPS
        | Keyword::AT
        | Keyword::INTERVAL
        // Statements in statements.
        | Keyword::EXPLAIN
        | Keyword::DESCRIBE
        | Keyword::DESC
        | Keyword::ANALYZE
        | Keyword::PREPARE => Role::Operator(OTHER),
        Keyword::CASE => Role::Case,
        Keyword::END => Role::End,
        _ => Role::Name,
    }
}

/// Tokens that are operands or punctuation without depth. What a newer parser adds counts as an
/// operator, which errs on the safe side.
fn is_operand(token: &Token) -> bool {
    matches!(
        token,
        Token::Number(..)
            | Token::Char(_)
            | Token::SingleQuotedString(_)
            | Token::DoubleQuotedString(_)
            | Token::TripleSingleQuotedString(_)
            | Token::TripleDoubleQuotedString(_)
            | Token::DollarQuotedString(_)
            | Token::SingleQuotedByteStringLiteral(_)
            | Token::DoubleQuotedByteStringLiteral(_)
            | Token::TripleSingleQuotedByteStringLiteral(_)
            | Token::TripleDoubleQuotedByteStringLiteral(_)
            | Token::SingleQuotedRawStringLiteral(_)
            | Token::DoubleQuotedRawStringLiteral(_)
            | Token::TripleSingleQuotedRawStringLiteral(_)
            | Token::TripleDoubleQuotedRawStringLiteral(_)
            | Token::NationalStringLiteral(_)
            | Token::QuoteDelimitedStringLiteral(_)
            | Token::NationalQuoteDelimitedStringLiteral(_)
            | Token::EscapedStringLiteral(_)
            | Token::UnicodeStringLiteral(_)
            | Token::HexStringLiteral(_)
            | Token::Placeholder(_)
    )
}
