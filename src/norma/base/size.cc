#include "norma/base/size.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

namespace norma {
namespace {

struct Unit {
  std::string_view name;  // lower case
  double bytes;
};

constexpr std::array kUnits = {Unit{"", 1},         Unit{"b", 1},        Unit{"kib", 0x1p10},
                               Unit{"mib", 0x1p20}, Unit{"gib", 0x1p30}, Unit{"tib", 0x1p40},
                               Unit{"kb", 1e3},     Unit{"mb", 1e6},     Unit{"gb", 1e9},
                               Unit{"tb", 1e12},    Unit{"k", 0x1p10},   Unit{"m", 0x1p20},
                               Unit{"g", 0x1p30}};

}  // namespace

std::optional<int64_t> ParseSize(std::string_view text) {
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc() || !(number > 0)) {
    return std::nullopt;
  }
  std::string unit(text.substr(static_cast<size_t>(end - text.data())));
  if (unit.starts_with(' ')) {
    unit.erase(0, 1);
  }
  for (char& c : unit) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  for (const Unit& known : kUnits) {
    if (known.name == unit) {
      const double bytes = std::floor(number * known.bytes);
      const bool fits = bytes >= 1 && bytes < 0x1p62;
      return fits ? std::optional(static_cast<int64_t>(bytes)) : std::nullopt;
    }
  }
  return std::nullopt;
}

std::string SizeText(int64_t bytes) {
  constexpr std::array<std::string_view, 5> kNames = {"KiB", "MiB", "GiB", "TiB", "PiB"};
  if (bytes < 1024) {
    return fmt::format("{} B", bytes);
  }
  double value = static_cast<double>(bytes);
  size_t unit = 0;
  for (value /= 1024; value >= 999.5 && unit + 1 < kNames.size(); value /= 1024) {
    ++unit;
  }
  const int digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return fmt::format("{:.{}f} {}", value, digits, kNames[unit]);
}

}  // namespace norma
