#pragma once

/// \file
/// What the engine itself answers about the types of one operator or call.

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"
#include "norma/sql/data_type.h"
#include "norma/sql/literal.h"

namespace norma::sql {

/// What is asked about. The JSON names are those after the k, in snake case.
enum class CallKind : uint8_t {
  kOperator,   ///< `name` is an SQL operator of two arguments: "+", "=", "IS DISTINCT FROM", "LIKE"
  kCase,       ///< `name` is "case", the arguments are the branches' values
  kScalar,     ///< a scalar function, by its primary name
  kAggregate,  ///< an aggregate function; count(*) has no argument
  kWindow,     ///< a window function; an aggregate used as one is kAggregate
};

/// One argument. `literal` is given for constants, since the type of some calls depends on the
/// value of one (`named_struct`, `arrow_cast`).
struct CallArgument {
  DataType type;
  bool nullable = true;
  std::optional<Literal> literal;

  friend bool operator==(const CallArgument&, const CallArgument&) = default;
};

struct CallRequest {
  CallKind kind = CallKind::kScalar;
  std::string name;
  std::vector<CallArgument> args;

  friend bool operator==(const CallRequest&, const CallRequest&) = default;
};

enum class Volatility : uint8_t { kImmutable, kStable, kVolatile };

struct CallTypes {
  DataType type;
  bool nullable = true;
  /// What the arguments are cast to before the call runs, one per argument.
  std::vector<DataType> args;
  Volatility volatility = Volatility::kImmutable;

  friend bool operator==(const CallTypes&, const CallTypes&) = default;
};

/// Answers with the engine's own coercion and return-type code. Answers are the same for the life
/// of the object.
class TypeResolver {
 public:
  virtual ~TypeResolver() = default;

  /// \return kNotFound for a name that the engine does not have, with near names where known;
  ///     kInvalidArgument when it does not take these arguments, with what it takes.
  virtual Result<CallTypes> Resolve(const CallRequest& request) = 0;
};

/// The request as one line of JSON without spaces, keys in this order, so that equal requests are
/// equal texts:
///
///     {"kind":"scalar","name":"lower","args":[{"type":"Utf8","nullable":true}]}
///     {"kind":"scalar","name":"named_struct","args":[{"type":"Utf8","nullable":false,"literal":"a"},…]}
///
/// A literal is null, true, a number, or a text; of Binary its lower-case hex; of other types the
/// text that is cast. A float that JSON cannot hold is the text "NaN", "Infinity", "-Infinity".
std::string EncodeCallRequest(const CallRequest& request);
/// \return kCorruptData for text that EncodeCallRequest does not write.
Result<CallRequest> DecodeCallRequest(std::string_view json);

/// {"type":"Utf8","nullable":true,"args":["Utf8"],"volatility":"immutable"}
std::string EncodeCallTypes(const CallTypes& types);
/// Reads the engine's answer; unknown keys are ignored.
/// \return kInternal for text of another form: both sides are norma's.
Result<CallTypes> DecodeCallTypes(std::string_view json);

/// Asks `source` each question once. Answers and refusals are kept for the life of the object.
/// Safe to call from many threads when `source` is.
class CachingTypeResolver final : public TypeResolver {
 public:
  /// \param source must outlive this object.
  explicit CachingTypeResolver(TypeResolver& source) : source_(source) {}

  Result<CallTypes> Resolve(const CallRequest& request) override;

  /// How many questions reached the source.
  size_t misses() const;

 private:
  TypeResolver& source_;
  mutable std::mutex mutex_;
  std::map<std::string, Result<CallTypes>> answers_;
};

/// Answers from a recording, so that tests of `sql/` and `expr/` need no engine.
class RecordedTypeResolver final : public TypeResolver {
 public:
  /// Reads lines of {"request": {…}, "answer": {…}} or {"request": {…}, "error": {"kind":
  /// "NotFound", "message": "…"}}. Empty lines and lines that start with # are skipped.
  ///
  /// \return kCorruptData with the number of the line that cannot be read or repeats a request.
  static Result<RecordedTypeResolver> Parse(std::string_view lines);

  /// \return kInternal for a request that was not recorded, with the request's text.
  Result<CallTypes> Resolve(const CallRequest& request) override;

  /// The requests in the order of the recording, for a test that asks the engine again.
  const std::vector<CallRequest>& requests() const { return requests_; }

 private:
  RecordedTypeResolver() = default;

  std::vector<CallRequest> requests_;
  std::map<std::string, Result<CallTypes>> answers_;
};

/// One line of a recording, as RecordedTypeResolver::Parse reads it, without the line's end.
std::string EncodeRecording(const CallRequest& request, const Result<CallTypes>& answer);

}  // namespace norma::sql
