#include "norma/sql/type_resolver.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

namespace norma::sql {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 5> kCallKindNames = {"operator", "case", "scalar",
                                                            "aggregate", "window"};
constexpr std::array<std::string_view, 3> kVolatilityNames = {"immutable", "stable", "volatile"};

std::string ToHex(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) {
    hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  }
  return hex;
}

std::optional<std::string> FromHex(std::string_view hex) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    if (digit(hex[i]) < 0 || digit(hex[i + 1]) < 0) {
      return std::nullopt;
    }
    bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  }
  return hex.size() % 2 == 0 ? std::optional(bytes) : std::nullopt;
}

Json EncodeLiteral(const Literal& literal) {
  struct Encoder {
    Json operator()(std::monostate) const { return nullptr; }
    Json operator()(bool value) const { return value; }
    Json operator()(int64_t value) const { return value; }
    Json operator()(double value) const {
      if (std::isfinite(value)) {
        return value;
      }
      return std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
    }
    Json operator()(const std::string& value) const { return value; }
    Json operator()(const Literal::Bytes& value) const { return ToHex(value.bytes); }
    Json operator()(const Literal::CastText& value) const { return value.text; }
  };
  return std::visit(Encoder(), literal.value());
}

Result<Literal> DecodeLiteral(const Json& json, const DataType& type) {
  const Error wrong{ErrorKind::kCorruptData,
                    "literal does not fit its type: " + type.ToString().substr(0, 120)};
  if (json.is_null()) {
    return Literal::Null(type);
  }
  switch (type.kind()) {
    case TypeKind::kBoolean:
      return json.is_boolean() ? Result(Literal::Bool(json.get<bool>())) : Result<Literal>(wrong);
    case TypeKind::kInt64:
      return json.is_number_integer() ? Result(Literal::Int64(json.get<int64_t>()))
                                      : Result<Literal>(wrong);
    case TypeKind::kFloat64:
      if (json.is_number()) {
        return Literal::Float64(json.get<double>());
      }
      if (json == "NaN") {
        return Literal::Float64(std::nan(""));
      }
      if (json == "Infinity") {
        return Literal::Float64(HUGE_VAL);
      }
      if (json == "-Infinity") {
        return Literal::Float64(-HUGE_VAL);
      }
      return wrong;
    case TypeKind::kUtf8:
      return json.is_string() ? Literal::Text(json.get<std::string>()) : Result<Literal>(wrong);
    case TypeKind::kBinary: {
      const auto bytes = json.is_string() ? FromHex(json.get<std::string>()) : std::nullopt;
      return bytes ? Literal::Binary(*bytes) : Result<Literal>(wrong);
    }
    default:
      return json.is_string() ? Literal::Cast(json.get<std::string>(), type)
                              : Result<Literal>(wrong);
  }
}

Json RequestJson(const CallRequest& request) {
  Json args = Json::array();
  for (const CallArgument& arg : request.args) {
    Json json = {{"type", arg.type.ToString()}, {"nullable", arg.nullable}};
    if (arg.literal.has_value()) {
      json["literal"] = EncodeLiteral(*arg.literal);
    }
    args.push_back(std::move(json));
  }
  return Json{{"kind", kCallKindNames.at(static_cast<size_t>(request.kind))},
              {"name", request.name},
              {"args", std::move(args)}};
}

Json TypesJson(const CallTypes& types) {
  Json args = Json::array();
  for (const DataType& type : types.args) {
    args.push_back(type.ToString());
  }
  return Json{{"type", types.type.ToString()},
              {"nullable", types.nullable},
              {"args", std::move(args)},
              {"volatility", kVolatilityNames.at(static_cast<size_t>(types.volatility))}};
}

// The text of a member, or null when there is none or it is no text.
const std::string* TextMember(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found == json.end() ? nullptr : found->get_ptr<const std::string*>();
}

const bool* BoolMember(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found == json.end() ? nullptr : found->get_ptr<const bool*>();
}

template <size_t n>
std::optional<size_t> IndexOf(const std::array<std::string_view, n>& names,
                              const std::string* name) {
  for (size_t i = 0; name != nullptr && i < n; ++i) {
    if (names[i] == *name) {
      return i;
    }
  }
  return std::nullopt;
}

Error Wrong(ErrorKind kind, std::string_view what) {
  return Error{kind, fmt::format("call types as JSON: {}", what)};
}

Result<CallRequest> RequestFrom(const Json& json) {
  if (!json.is_object()) {
    return Wrong(ErrorKind::kCorruptData, "the request is not an object");
  }
  const auto kind = IndexOf(kCallKindNames, TextMember(json, "kind"));
  const std::string* name = TextMember(json, "name");
  const auto args = json.find("args");
  if (!kind.has_value() || name == nullptr || args == json.end() || !args->is_array()) {
    return Wrong(ErrorKind::kCorruptData, "the request needs kind, name and args");
  }
  CallRequest request{static_cast<CallKind>(*kind), *name, {}};
  for (const Json& arg : *args) {
    const std::string* type_text = arg.is_object() ? TextMember(arg, "type") : nullptr;
    const bool* nullable = type_text != nullptr ? BoolMember(arg, "nullable") : nullptr;
    if (nullable == nullptr) {
      return Wrong(ErrorKind::kCorruptData, "an argument needs type and nullable");
    }
    NORMA_ASSIGN_OR_RETURN(const DataType type, DataType::Parse(*type_text));
    CallArgument decoded{type, *nullable, std::nullopt};
    if (const auto literal = arg.find("literal"); literal != arg.end()) {
      NORMA_ASSIGN_OR_RETURN(decoded.literal, DecodeLiteral(*literal, type));
    }
    request.args.push_back(std::move(decoded));
  }
  return request;
}

Result<CallTypes> TypesFrom(const Json& json) {
  if (!json.is_object()) {
    return Wrong(ErrorKind::kInternal, "the answer is not an object");
  }
  const std::string* type_text = TextMember(json, "type");
  const bool* nullable = BoolMember(json, "nullable");
  const auto args = json.find("args");
  const auto volatility = IndexOf(kVolatilityNames, TextMember(json, "volatility"));
  if (type_text == nullptr || nullable == nullptr || args == json.end() || !args->is_array() ||
      !volatility.has_value()) {
    return Wrong(ErrorKind::kInternal, "the answer needs type, nullable, args and volatility");
  }
  CallTypes types;
  NORMA_ASSIGN_OR_RETURN(types.type, DataType::Parse(*type_text));
  types.nullable = *nullable;
  types.volatility = static_cast<Volatility>(*volatility);
  for (const Json& arg : *args) {
    if (!arg.is_string()) {
      return Wrong(ErrorKind::kInternal, "an argument's type is not a text");
    }
    NORMA_ASSIGN_OR_RETURN(DataType type, DataType::Parse(arg.get<std::string>()));
    types.args.push_back(std::move(type));
  }
  return types;
}

// An answer, a refusal that was recorded, or why neither can be read.
using ReadAnswer = Result<Result<CallTypes>>;

ReadAnswer ErrorFrom(const Json& json) {
  const std::string* kind_name = json.is_object() ? TextMember(json, "kind") : nullptr;
  const std::string* message = kind_name != nullptr ? TextMember(json, "message") : nullptr;
  if (message == nullptr) {
    return ReadAnswer(Wrong(ErrorKind::kCorruptData, "an error needs kind and message"));
  }
  for (int32_t number = 1; number < 64; ++number) {
    const ErrorKind kind = ErrorKindFromNumber(number);
    if (static_cast<int32_t>(kind) == number && ErrorKindName(kind) == *kind_name) {
      return ReadAnswer(Result<CallTypes>(Error{kind, *message}));
    }
  }
  return ReadAnswer(Wrong(ErrorKind::kCorruptData, "unknown kind of error: " + *kind_name));
}

ReadAnswer AnswerFrom(const Json& line) {
  if (const auto answer = line.find("answer"); answer != line.end()) {
    auto types = TypesFrom(*answer);
    return types.ok() ? ReadAnswer(std::move(types)) : ReadAnswer(types.error());
  }
  if (const auto error = line.find("error"); error != line.end()) {
    return ErrorFrom(*error);
  }
  return ReadAnswer(Wrong(ErrorKind::kCorruptData, "no answer and no error"));
}

}  // namespace

std::string EncodeCallRequest(const CallRequest& request) { return RequestJson(request).dump(); }

Result<CallRequest> DecodeCallRequest(std::string_view json) {
  return RequestFrom(Json::parse(json, nullptr, false));
}

std::string EncodeCallTypes(const CallTypes& types) { return TypesJson(types).dump(); }

Result<CallTypes> DecodeCallTypes(std::string_view json) {
  return TypesFrom(Json::parse(json, nullptr, false));
}

Result<CallTypes> CachingTypeResolver::Resolve(const CallRequest& request) {
  std::string key = EncodeCallRequest(request);
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = answers_.find(key); found != answers_.end()) {
      return found->second;
    }
  }
  // Not under the lock: two threads may ask the same question, and get the same answer.
  Result<CallTypes> answer = source_.Resolve(request);
  const std::lock_guard lock(mutex_);
  return answers_.emplace(std::move(key), std::move(answer)).first->second;
}

size_t CachingTypeResolver::misses() const {
  const std::lock_guard lock(mutex_);
  return answers_.size();
}

Result<RecordedTypeResolver> RecordedTypeResolver::Parse(std::string_view lines) {
  RecordedTypeResolver resolver;
  for (size_t number = 1; !lines.empty(); ++number) {
    const size_t end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if (line.empty() || line.front() == '#') {
      continue;
    }
    const std::string place = fmt::format("recorded types, line {}", number);
    const Json json = Json::parse(line, nullptr, false);
    if (!json.is_object() || !json.contains("request")) {
      return Error{ErrorKind::kCorruptData, place + ": no request"};
    }
    auto request = RequestFrom(json["request"]);
    if (!request.ok()) {
      return request.error().WithContext(place);
    }
    auto answer = AnswerFrom(json);
    if (!answer.ok()) {
      return answer.error().WithContext(place);
    }
    if (!resolver.answers_.emplace(EncodeCallRequest(request.value()), std::move(answer).value())
             .second) {
      return Error{ErrorKind::kCorruptData, place + ": the request was recorded before"};
    }
    resolver.requests_.push_back(std::move(request).value());
  }
  return resolver;
}

Result<CallTypes> RecordedTypeResolver::Resolve(const CallRequest& request) {
  const std::string key = EncodeCallRequest(request);
  const auto found = answers_.find(key);
  if (found == answers_.end()) {
    return Error{ErrorKind::kInternal, "no recorded answer: " + key};
  }
  return found->second;
}

std::string EncodeRecording(const CallRequest& request, const Result<CallTypes>& answer) {
  Json line = {{"request", RequestJson(request)}};
  if (answer.ok()) {
    line["answer"] = TypesJson(answer.value());
  } else {
    line["error"] =
        Json{{"kind", ErrorKindName(answer.error().kind)}, {"message", answer.error().message}};
  }
  return line.dump();
}

}  // namespace norma::sql
