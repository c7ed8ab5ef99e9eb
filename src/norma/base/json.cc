#include "norma/base/json.h"

#include <fmt/format.h>

#include <iterator>

#include "norma/base/unicode.h"

namespace norma {

Result<nlohmann::json> ParseJson(std::string_view text) {
  bool is_too_deep = false;
  // `depth` is that of the parent.
  const auto bound_depth = [&](int depth, nlohmann::json::parse_event_t event, nlohmann::json&) {
    const bool opens = event == nlohmann::json::parse_event_t::object_start ||
                       event == nlohmann::json::parse_event_t::array_start;
    is_too_deep = is_too_deep || (opens && depth >= static_cast<int>(kMaxJsonDepth));
    return !is_too_deep;
  };
  nlohmann::json value = nlohmann::json::parse(text, bound_depth, /*allow_exceptions=*/false);
  if (is_too_deep) {
    return Error{ErrorKind::kLimitExceeded,
                 fmt::format("JSON nests too deep, allowed levels: {}", kMaxJsonDepth)};
  }
  if (value.is_discarded()) {
    return Error{ErrorKind::kCorruptData,
                 fmt::format("not a JSON value: {}", EscapeForMessage(text))};
  }
  return value;
}

std::string JsonText(const nlohmann::json& value) {
  return value.dump(-1, ' ', /*ensure_ascii=*/false, nlohmann::json::error_handler_t::replace);
}

void AppendJsonString(std::string_view text, std::string& out) {
  out.push_back('"');
  for (size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) >= 0x80) {
      const Utf8Step step = DecodeUtf8(text.substr(i));
      out += step.valid ? text.substr(i, step.length) : kReplacementCharacter;
      i += step.length;
      continue;
    }
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out.push_back(c);
    }
    ++i;
  }
  out.push_back('"');
}

}  // namespace norma
