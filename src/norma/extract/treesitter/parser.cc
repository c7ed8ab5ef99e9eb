#include "norma/extract/treesitter/parser.h"

#include <fmt/format.h>
#include <time.h>

#include <limits>
#include <string_view>

#include "norma/extract/treesitter/parser_memory.h"
#include "norma/source/nesting.h"

namespace norma::extract::treesitter {
namespace {

int64_t ThreadCpuNs() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// Where a parse must stop, and what stopped it.
struct Bounds {
  int64_t cpu_ns;
  int64_t memory_bytes;
  int64_t memory_before;
  bool is_late = false;
  bool is_full = false;
};

bool StopAtBounds(TSParseState* state) {
  auto* bounds = static_cast<Bounds*>(state->payload);
  bounds->is_late = ThreadCpuNs() > bounds->cpu_ns;
  bounds->is_full = ParserMemory() - bounds->memory_before > bounds->memory_bytes;
  return bounds->is_late || bounds->is_full;
}

NoTree WhyNoTree(const Bounds& bounds) {
  if (bounds.is_full) {
    return LackOfMemory();
  }
  return NoTree{"PARSE_TIMEOUT",
                bounds.is_late ? "parsing took longer than its limit of processor time"
                               : "the parser gave no tree",
                -1};
}

const char* ReadBytes(void* payload, uint32_t offset, TSPoint /*position*/, uint32_t* length) {
  const auto* bytes = static_cast<const std::string_view*>(payload);
  if (offset >= bytes->size()) {
    *length = 0;
    return "";
  }
  *length = static_cast<uint32_t>(bytes->size() - offset);
  return bytes->data() + offset;
}

uint32_t DecodeLatin1(const uint8_t* text, uint32_t length, int32_t* code_point) {
  if (length == 0) {
    *code_point = 0;
    return 0;
  }
  *code_point = *text;
  return 1;
}

void ReplaceLoneCr(std::string_view bytes, std::string& copy) {
  copy.assign(bytes);
  for (size_t at = copy.find('\r'); at != std::string::npos; at = copy.find('\r', at + 1)) {
    if (at + 1 == copy.size() || copy[at + 1] != '\n') {
      copy[at] = '\n';
    }
  }
}

}  // namespace

NoTree LackOfMemory() {
  return NoTree{"PARSE_CANCELLED",
                "the file's syntax takes more memory than --memory leaves for one file", -1};
}

int64_t ParseBudgetNs(int64_t file_bytes) {
  constexpr int64_t kSecond = 1'000'000'000;
  return 5 * kSecond + (file_bytes >> 20) * kSecond;
}

Result<Parser> Parser::Make(const Grammar& grammar) {
  CountParserMemory();
  Parser parser(ts_parser_new());
  if (!ts_parser_set_language(parser.parser_.get(), grammar.language())) {
    return Error{ErrorKind::kInternal, "the grammar does not fit the tree-sitter library"};
  }
  return parser;
}

std::variant<Tree, NoTree> Parser::Parse(const source::SourceFile& file,
                                         const ParseLimits& limits) {
  if (const auto excess = source::FindNestingExcess(file.bytes); excess.has_value()) {
    return NoTree{"NESTING_LIMIT",
                  fmt::format("nested deeper than CPython accepts: {}", excess->what),
                  excess->offset};
  }
  if (file.bytes.size() > std::numeric_limits<uint32_t>::max() / 2) {
    return NoTree{"PARSE_CANCELLED", "the file is too large for the 32-bit offsets of tree-sitter",
                  -1};
  }
  std::string_view bytes = file.bytes;
  if (file.lines.has_lone_cr()) {
    ReplaceLoneCr(bytes, without_lone_cr_);
    bytes = without_lone_cr_;
  }
  TSInput input{};
  input.payload = &bytes;
  input.read = ReadBytes;
  const bool is_latin1 = file.encoding.name == "iso-8859-1" && !file.encoding.ascii;
  input.encoding = is_latin1 ? TSInputEncodingCustom : TSInputEncodingUTF8;
  input.decode = is_latin1 ? DecodeLatin1 : nullptr;

  Bounds bounds{.cpu_ns = ThreadCpuNs() + limits.cpu_ns,
                .memory_bytes = limits.memory_bytes,
                .memory_before = ParserMemory()};
  TSParseOptions options{};
  options.payload = &bounds;
  options.progress_callback = StopAtBounds;
  Tree tree(ts_parser_parse_with_options(parser_.get(), nullptr, input, options));
  if (tree == nullptr) {
    ts_parser_reset(parser_.get());  // else the next file would continue this one
    return WhyNoTree(bounds);
  }
  return tree;
}

}  // namespace norma::extract::treesitter
