#include "norma/extract/cpython/problems.h"

#include <limits>

namespace norma::extract::cpython {
namespace {

constexpr int32_t kNoNumber = std::numeric_limits<int32_t>::min();
constexpr size_t kNumbersPerProblem = 7;
constexpr size_t kMaxProblems = 8;

std::optional<int32_t> TakeOptional(IntegerColumn& numbers) {
  const int32_t number = numbers.Take();
  return number == kNoNumber ? std::nullopt : std::optional(number);
}

}  // namespace

std::string_view StageName(Stage stage) {
  switch (stage) {
    case Stage::kParse:
      return "parse";
    case Stage::kCompile:
      return "compile";
    case Stage::kSymtable:
      return "symtable";
  }
  return "parse";
}

Result<std::vector<Problem>> ParseProblems(const Sections& sections) {
  std::vector<Problem> problems;
  if (!sections.Find("ERRI").has_value()) {
    return problems;
  }
  NORMA_ASSIGN_OR_RETURN(IntegerColumn numbers, sections.Integers("ERRI"));
  NORMA_ASSIGN_OR_RETURN(TextColumn texts, sections.Texts("ERRT"));
  while (numbers.size() >= kNumbersPerProblem && problems.size() < kMaxProblems) {
    Problem problem;
    const int32_t stage = numbers.Take();
    const int32_t problem_class = numbers.Take();
    const int32_t unit = numbers.Take();
    if (stage < 0 || stage > 2 || problem_class < 0 || problem_class > 3 || unit < 0 || unit > 1) {
      return Malformed("a problem is not as declared");
    }
    problem.stage = static_cast<Stage>(stage);
    problem.problem_class = static_cast<ProblemClass>(problem_class);
    problem.unit = unit == 0 ? source::ColumnUnit::kUtf32 : source::ColumnUnit::kUtf8;
    problem.start_line = TakeOptional(numbers);
    problem.start_column = TakeOptional(numbers);
    problem.end_line = TakeOptional(numbers);
    problem.end_column = TakeOptional(numbers);
    const std::optional<std::string_view> type = texts.Next();
    const std::optional<std::string_view> message = texts.Next();
    if (!message.has_value()) {
      return Malformed("a problem has no message");
    }
    problem.type = *type;
    problem.message = *message;
    problems.push_back(problem);
  }
  if (!numbers.empty() || !texts.empty()) {
    return Malformed("the columns of problems do not agree");
  }
  return problems;
}

}  // namespace norma::extract::cpython
