#include "norma/extract/cpython/extractor.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "norma/base/id.h"
#include "norma/base/unicode.h"
#include "norma/extract/cpython/columns.h"
#include "norma/extract/cpython/private_folder.h"
#include "norma/extract/cpython/problems.h"
#include "norma/extract/cpython/scopes.h"
#include "norma/extract/cpython/tree.h"
#include "norma/source/adapter.h"

namespace norma::extract::cpython {
namespace {

/// The most memory that a worker may keep from one file to the next.
constexpr int64_t kMostKeptBytes = int64_t{128} << 20;

/// First integer of the section STAT.
enum class AnswerStatus : int32_t { kTree, kRefused, kUndecodable, kUnknownEncoding };

Failure MakeFailure(std::string_view stage, std::string_view code, std::string message) {
  Failure failure;
  failure.stage = stage;
  failure.code = code;
  failure.message = std::move(message);
  return failure;
}

/// Why a file is not worth sending, if it is not.
std::optional<Failure> RefuseUnread(const source::SourceFile& file) {
  const source::EncodingInfo& encoding = file.encoding;
  switch (encoding.error) {
    case source::EncodingError::kUnknown:
      return MakeFailure("decode", "UNKNOWN_ENCODING",
                         fmt::format("unknown encoding: {}", EscapeForMessage(encoding.cookie)));
    case source::EncodingError::kConflict:
      return MakeFailure("decode", "ENCODING_CONFLICT",
                         fmt::format("byte order mark of UTF-8 with another encoding: {}",
                                     EscapeForMessage(encoding.cookie)));
    case source::EncodingError::kNone:
      break;
  }
  if (encoding.has_nul) {
    return MakeFailure("decode", "NUL_BYTE", "source code holds a NUL byte");
  }
  if (encoding.name == "utf-8" && !encoding.utf8_valid) {
    return MakeFailure("decode", "UNDECODABLE", "source code is not UTF-8, its declared encoding");
  }
  return std::nullopt;
}

RecodeMode RecodeModeOf(const source::SourceFile& file) {
  if (file.recode.state() != source::RecodeMap::State::kMissing) {
    return RecodeMode::kNone;
  }
  return file.encoding.single_byte ? RecodeMode::kTable : RecodeMode::kCharacters;
}

std::span<const uint8_t> AsBytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

/// The recode map of an answer. A map that contradicts the file counts as none: the file's
/// positions then have the reason undecodable_file.
source::RecodeMap ReadRecodeMap(const Sections& sections, const source::SourceFile& file) {
  if (sections.Find("RTAB").has_value()) {
    Result<IntegerColumn> points = sections.Integers("RTAB");
    std::array<uint32_t, 256> table{};
    if (points.ok() && points.value().size() == table.size()) {
      for (uint32_t& point : table) {
        point = static_cast<uint32_t>(points.value().Take());
      }
      return source::RecodeMap::SingleByte(table, file.bytes);
    }
  }
  const std::optional<std::string_view> raw = sections.Find("RRAW");
  const std::optional<std::string_view> utf8 = sections.Find("RUTF");
  if (raw.has_value() && utf8.has_value()) {
    Result<source::RecodeMap> map =
        source::RecodeMap::Characters(AsBytes(*raw), AsBytes(*utf8), file.lines);
    if (map.ok()) {
      return std::move(map).value();
    }
  }
  return source::RecodeMap::Undecodable();
}

std::string_view ParseErrorType(std::string_view type) {
  constexpr std::array<std::string_view, 2> kSpecial = {"IndentationError", "TabError"};
  return std::find(kSpecial.begin(), kSpecial.end(), type) == kSpecial.end() ? "SyntaxError" : type;
}

void AppendParseError(const Problem& problem, const source::SourceFile& file,
                      std::string_view py_tag, arrow::TableBuilder& builder) {
  builder.Text(file.file_id).Text(file.path);
  builder.Text(IdBuilder("parse_error").Text(file.file_id).Text("cpython").Text(py_tag).Build());
  builder.Text("cpython").Text(py_tag).Text(ParseErrorType(problem.type)).Text(problem.message);
  builder.Text(source::ColumnUnitName(problem.unit));
  source::AppendPosition(
      builder,
      source::Convert(file, source::Adapter::kCpythonError, problem.start_line,
                      problem.start_column, problem.end_line, problem.end_column, problem.unit));
  builder.EndRow();
}

/// The failure of a problem that is no syntax error.
Failure FailureOf(const Problem& problem) {
  const std::string message = problem.message.empty()
                                  ? std::string(problem.type)
                                  : fmt::format("{}: {}", problem.type, problem.message);
  switch (problem.problem_class) {
    case ProblemClass::kNesting:
      return MakeFailure(StageName(problem.stage), "NESTING_LIMIT", message);
    case ProblemClass::kMemory:
      return MakeFailure("worker", "WORKER_MEMORY", message);
    case ProblemClass::kSyntax:
    case ProblemClass::kOther:
      break;
  }
  // For example a docstring with a lone surrogate, which 3.13 cannot encode.
  const bool is_text = problem.type.starts_with("Unicode");
  return MakeFailure(StageName(problem.stage), is_text ? "UNDECODABLE" : "WORKER_CRASH", message);
}

Failure FailureOf(const WorkerFailure& lost) {
  Failure failure = MakeFailure("worker", "WORKER_CRASH", lost.message);
  switch (lost.kind) {
    case WorkerFailure::Kind::kCrashed:
      break;
    case WorkerFailure::Kind::kTimedOut:
      failure.code = "WORKER_TIMEOUT";
      break;
    case WorkerFailure::Kind::kOutOfMemory:
      failure.code = "WORKER_MEMORY";
      break;
  }
  if (!lost.signal.empty()) {
    failure.attrs["signal"] = lost.signal;
  }
  if (!lost.last_words.empty()) {
    failure.attrs["stderr"] = lost.last_words;
  }
  return failure;
}

/// What an answer says, checked as a whole before a row is written.
struct Answer {
  AnswerStatus status = AnswerStatus::kRefused;
  std::optional<TreeReader> tree;
  int64_t node_count = 0;
  std::optional<ScopeTree> scopes;
  std::vector<Problem> problems;
  std::optional<source::RecodeMap> recode;
};

Result<Answer> ReadAnswer(std::string_view payload, const source::SourceFile& file,
                          const Greeting& greeting) {
  NORMA_ASSIGN_OR_RETURN(const Sections sections, Sections::Make(payload));
  NORMA_ASSIGN_OR_RETURN(IntegerColumn status, sections.Integers("STAT"));
  const std::optional<int32_t> number = status.Next();
  if (!number.has_value() || *number < 0 || *number > 3) {
    return Malformed("the status is not as declared");
  }
  Answer answer;
  answer.status = static_cast<AnswerStatus>(*number);
  NORMA_ASSIGN_OR_RETURN(answer.problems, ParseProblems(sections));
  if (file.recode.state() == source::RecodeMap::State::kMissing) {
    answer.recode = ReadRecodeMap(sections, file);
  }
  if (answer.status == AnswerStatus::kTree) {
    NORMA_ASSIGN_OR_RETURN(answer.tree, TreeReader::Make(sections, greeting));
    NORMA_ASSIGN_OR_RETURN(answer.node_count, CountNodes(*answer.tree));
    if (sections.Find("SCOP").has_value()) {
      NORMA_ASSIGN_OR_RETURN(answer.scopes, ScopeTree::Parse(sections, greeting));
    }
  }
  if (answer.problems.empty() && (!answer.tree.has_value() || !answer.scopes.has_value())) {
    return Malformed("facts are missing, and no problem says why");
  }
  return answer;
}

bool IsSyntaxError(const Problem& problem, const Answer& answer) {
  return problem.problem_class == ProblemClass::kSyntax &&
         answer.status != AnswerStatus::kUndecodable &&
         answer.status != AnswerStatus::kUnknownEncoding;
}

/// Whether more memory might make the problem go away. CPython has one exception for a full memory
/// and a full parser stack, and the worker's guess depends on its limit.
bool MayComeFromMemory(const Problem& problem) {
  return problem.problem_class == ProblemClass::kMemory || problem.type == "MemoryError";
}

/// The problems that are no syntax errors.
void AppendFailures(const Answer& answer, Outcome& outcome) {
  for (const Problem& problem : answer.problems) {
    if (answer.status == AnswerStatus::kUndecodable) {
      outcome.failures.push_back(
          MakeFailure("decode", "UNDECODABLE", std::string(problem.message)));
    } else if (answer.status == AnswerStatus::kUnknownEncoding) {
      outcome.failures.push_back(
          MakeFailure("decode", "UNKNOWN_ENCODING", std::string(problem.message)));
    } else if (!IsSyntaxError(problem, answer)) {
      outcome.failures.push_back(FailureOf(problem));
    }
  }
}

}  // namespace

struct Extractor::State {
  ExtractorOptions options;
  PrivateFolder folder;
  std::optional<Worker> worker;  // nothing after a failure
  Greeting greeting;
  // Of the file begun:
  Room room = Room::kShared;
  std::optional<Failure> refusal;  // it was not sent
  bool may_lack_memory = false;

  bool HasFitWorker() const;

  Status StartWorker() {
    NORMA_ASSIGN_OR_RETURN(
        worker, Worker::Start(options.interpreter, options.script, folder.path(), options.limits));
    greeting = worker->greeting();
    return {};
  }

  bool Send(const source::SourceFile& file) {
    return worker->Send(file.bytes, file.encoding.name, RecodeModeOf(file), room);
  }

  Failure LoseWorker() {
    const WorkerFailure lost = worker->TakeFailure();
    worker.reset();
    may_lack_memory = lost.kind != WorkerFailure::Kind::kTimedOut;
    return FailureOf(lost);
  }

  void ReadPayload(std::string_view payload, source::SourceFile& file, EvidenceTables& tables,
                   Outcome& outcome);
  void Append(const Answer& answer, source::SourceFile& file, EvidenceTables& tables,
              Outcome& outcome);
};

Extractor::Extractor(std::unique_ptr<State> state) : state_(std::move(state)) {}
Extractor::Extractor(Extractor&&) noexcept = default;
Extractor& Extractor::operator=(Extractor&&) noexcept = default;
Extractor::~Extractor() = default;

Result<Extractor> Extractor::Make(const ExtractorOptions& options) {
  NORMA_ASSIGN_OR_RETURN(PrivateFolder folder, PrivateFolder::Make());
  auto state = std::make_unique<State>(State{
      .options = options, .folder = std::move(folder), .worker = std::nullopt, .greeting = {}});
  if (state->options.script.empty()) {
    state->options.script = WorkerScript();
  }
  NORMA_RETURN_IF_ERROR(state->StartWorker());
  return Extractor(std::move(state));
}

const Greeting& Extractor::greeting() const { return state_->greeting; }

int Extractor::worker_pid() const {
  return state_->worker.has_value() ? state_->worker->pid() : -1;
}

Outcome Extractor::Extract(source::SourceFile& file, EvidenceTables& tables, Room room) {
  Begin(file, room);
  return Finish(file, tables);
}

void Extractor::Begin(const source::SourceFile& file, Room room) {
  state_->room = room;
  state_->may_lack_memory = false;
  state_->refusal = RefuseUnread(file);
  if (state_->refusal.has_value()) {
    return;
  }
  if (!state_->HasFitWorker()) {
    state_->worker.reset();
    if (const Status started = state_->StartWorker(); !started.ok()) {
      state_->refusal = MakeFailure("worker", "WORKER_CRASH", started.error().message);
      return;
    }
  }
  if (!state_->Send(file)) {
    state_->refusal = state_->LoseWorker();
  }
}

Outcome Extractor::Finish(source::SourceFile& file, EvidenceTables& tables) {
  Outcome outcome{.producer = "cpython",
                  .producer_version = state_->greeting.version,
                  .py_tag = state_->greeting.py_tag,
                  .status = FileStatus::kFailed};
  const bool needs_recode = file.recode.state() == source::RecodeMap::State::kMissing;
  if (state_->refusal.has_value()) {
    outcome.failures.push_back(*std::exchange(state_->refusal, std::nullopt));
  } else if (const auto payload = state_->worker->Receive(); payload.has_value()) {
    state_->ReadPayload(*payload, file, tables, outcome);
  } else {
    outcome.failures.push_back(state_->LoseWorker());
  }
  outcome.may_lack_memory = state_->room == Room::kShared && state_->may_lack_memory;
  if (!outcome.may_lack_memory && needs_recode &&
      file.recode.state() == source::RecodeMap::State::kMissing) {
    file.recode = source::RecodeMap::Undecodable();
  }
  return outcome;
}

bool Extractor::State::HasFitWorker() const {
  // A worker that ended between two files is no fault of the next one.
  return worker.has_value() && !worker->IsOutOfStep() &&
         (room == Room::kShared || worker->is_fresh());
}

void Extractor::State::ReadPayload(std::string_view payload, source::SourceFile& file,
                                   EvidenceTables& tables, Outcome& outcome) {
  // A worker keeps the memory that a large file filled.
  const bool is_spent = room == Room::kAlone || worker->ResidentBytes() > kMostKeptBytes;
  if (is_spent) {
    worker->EndProcess();
  }
  const Result<Answer> answer = ReadAnswer(payload, file, greeting);
  if (!answer.ok()) {
    outcome.failures.push_back(MakeFailure("worker", "WORKER_CRASH", answer.error().message));
  } else {
    may_lack_memory = std::ranges::any_of(answer.value().problems, MayComeFromMemory);
    if (may_lack_memory && room == Room::kShared) {
      AppendFailures(answer.value(), outcome);
    } else {
      Append(answer.value(), file, tables, outcome);
    }
  }
  if (is_spent || may_lack_memory || !answer.ok()) {
    worker.reset();
  }
}

void Extractor::State::Append(const Answer& answer, source::SourceFile& file,
                              EvidenceTables& tables, Outcome& outcome) {
  if (answer.recode.has_value()) {
    file.recode = *answer.recode;
  }
  if (answer.tree.has_value()) {
    AppendTree(*answer.tree, file, greeting.py_tag, tables[EvidenceTable::kAstNodes]);
    outcome.row_count += answer.node_count;
    outcome.status = answer.problems.empty() ? FileStatus::kOk : FileStatus::kPartial;
  }
  if (answer.scopes.has_value()) {
    outcome.row_count += AppendScopes(*answer.scopes, file, greeting, tables);
  }
  AppendFailures(answer, outcome);
  const auto first = std::ranges::find_if(
      answer.problems, [&](const Problem& problem) { return IsSyntaxError(problem, answer); });
  if (first != answer.problems.end()) {
    AppendParseError(*first, file, greeting.py_tag, tables[EvidenceTable::kCstParseErrors]);
    ++outcome.row_count;
  }
}

}  // namespace norma::extract::cpython
