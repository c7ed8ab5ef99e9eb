#include "norma/cli/config_file.h"

#include <errno.h>
#include <fmt/format.h>
#include <toml++/toml.h>

#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "norma/base/unicode.h"
#include "norma/cli/argument_table.h"
#include "norma/cli/suggest.h"

namespace norma::cli {
namespace {

/// Settings are a few lines; what is longer is some other file.
constexpr size_t kMaxConfigBytes = size_t{1} << 20;

/// All that a file may set, by name.
std::map<std::string_view, const OptionSpec*> Settings() {
  std::map<std::string_view, const OptionSpec*> settings;
  for (const CommandSpec& command : Commands()) {
    for (const OptionSpec& option : command.options) {
      if (option.has_variable && option.name != "config") {
        settings.emplace(option.name, &option);
      }
    }
  }
  return settings;
}

std::string NearSetting(std::string_view name) {
  std::vector<std::string> known;
  for (const auto& [setting, option] : Settings()) {
    known.emplace_back(setting);
  }
  return Suggestion(name, known);
}

/// The text of a single value; nothing for what is no text and no number.
std::optional<std::string> TextOf(const toml::node& node) {
  if (const auto* text = node.as_string(); text != nullptr && !text->get().empty()) {
    return text->get();
  }
  if (const auto* number = node.as_integer(); number != nullptr) {
    return fmt::format("{}", number->get());
  }
  return std::nullopt;
}

std::optional<std::vector<std::string>> ValuesOf(const OptionSpec& option, const toml::node& node) {
  if (option.kind == OptionKind::kFlag) {
    const auto* is_on = node.as_boolean();
    return is_on == nullptr ? std::nullopt
                            : std::optional(std::vector<std::string>(is_on->get() ? 1 : 0, "1"));
  }
  std::vector<std::string> values;
  const auto* list = option.kind == OptionKind::kList ? node.as_array() : nullptr;
  if (list == nullptr) {
    const std::optional<std::string> text = TextOf(node);
    return text.has_value() ? std::optional(std::vector{*text}) : std::nullopt;
  }
  for (const toml::node& item : *list) {
    const std::optional<std::string> text = TextOf(item);
    if (!text.has_value()) {
      return std::nullopt;
    }
    values.push_back(*text);
  }
  return values;
}

std::string_view FormOf(const OptionSpec& option) {
  switch (option.kind) {
    case OptionKind::kFlag:
      return "true or false";
    case OptionKind::kValue:
      return "a text or a whole number";
    case OptionKind::kList:
      return "a text or a list of texts";
  }
  return "";
}

std::string Place(const std::string& path, const toml::source_region& region) {
  return fmt::format("{}:{}:{}", EscapeForMessage(path), region.begin.line, region.begin.column);
}

}  // namespace

std::variant<ConfigSettings, std::string> ReadConfigFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string content(kMaxConfigBytes + 1, '\0');
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (file.gcount() == 0 && !file.eof()) {
    return fmt::format("cannot read the file of --config, {}: {}",
                       std::generic_category().message(errno), EscapeForMessage(path));
  }
  content.resize(static_cast<size_t>(file.gcount()));
  if (content.size() > kMaxConfigBytes) {
    return fmt::format("the file of --config is longer than 1 MiB: {}", EscapeForMessage(path));
  }
  const toml::parse_result parsed = toml::parse(content);
  if (!parsed) {
    return fmt::format("{}: {}", Place(path, parsed.error().source()),
                       EscapeForMessage(parsed.error().description()));
  }
  const auto known = Settings();
  ConfigSettings settings;
  for (const auto& [key, node] : parsed.table()) {
    const std::string_view name = key.str();
    const auto option = known.find(name);
    if (option == known.end()) {
      return fmt::format("{}: unknown setting: {}{}", Place(path, key.source()),
                         EscapeForMessage(name), NearSetting(name));
    }
    std::optional<std::vector<std::string>> values = ValuesOf(*option->second, node);
    if (!values.has_value()) {
      return fmt::format("{}: setting must be {}: {}", Place(path, node.source()),
                         FormOf(*option->second), EscapeForMessage(name));
    }
    settings.emplace(name, std::move(*values));
  }
  return settings;
}

}  // namespace norma::cli
