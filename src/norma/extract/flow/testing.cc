#include "norma/extract/flow/testing.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <utility>

#include "norma/base/id.h"

namespace norma::extract::flow {
namespace {

std::string ReadFixture(std::string_view name) {
  std::ifstream stream(fmt::format("tests/fixtures/bytecode/{}", name));
  EXPECT_TRUE(stream.good()) << name;
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// The lines below "== name".
std::string Section(const std::string& text, std::string_view name) {
  const std::string title = fmt::format("== {}\n", name);
  const size_t at = text.starts_with(title) ? 0 : text.find("\n" + title);
  if (at == std::string::npos) {
    ADD_FAILURE() << "no section: " << name;
    return {};
  }
  const size_t first = at + title.size() + (at == 0 ? 0 : 1);
  const size_t end = text.find("\n== ", first);
  return text.substr(first, end == std::string::npos ? end : end + 1 - first);
}

int32_t ReadNumber(std::istringstream& words) {
  std::string word;
  words >> word;
  return word == "-" ? -1 : std::stoi(word);
}

CodeUnit ReadUnit(std::istringstream& words) {
  CodeUnit unit;
  unit.parent = ReadNumber(words);
  unit.argument_count = ReadNumber(words);
  unit.positional_only_count = ReadNumber(words);
  unit.keyword_only_count = ReadNumber(words);
  unit.flags = ReadNumber(words);
  unit.first_line = ReadNumber(words);
  std::getline(words >> std::ws, unit.name);
  return unit;
}

Slot ReadSlot(std::istringstream& words) {
  Slot slot;
  std::string kind;
  words >> slot.name >> kind;
  slot.is_local = kind.find("local") != std::string::npos;
  slot.is_cell = kind.find("cell") != std::string::npos;
  slot.is_free = kind.find("free") != std::string::npos;
  return slot;
}

/// jump_target is the offset until ResolveJumps().
Instruction ReadInstruction(int32_t start, std::istringstream& words) {
  Instruction instruction;
  instruction.start_offset = start;
  instruction.offset = ReadNumber(words);
  instruction.end_offset = ReadNumber(words);
  std::string name;
  words >> name;
  instruction.op = OpFromName(name);
  const int32_t argument = ReadNumber(words);
  instruction.has_oparg = argument >= 0;
  instruction.oparg = std::max(argument, 0);
  instruction.jump_target = ReadNumber(words);
  instruction.position.start_line = ReadNumber(words);
  instruction.position.start_column = ReadNumber(words);
  instruction.position.end_line = ReadNumber(words);
  instruction.position.end_column = ReadNumber(words);
  return instruction;
}

ExceptionEntry ReadException(std::istringstream& words) {
  ExceptionEntry entry;
  entry.start_offset = ReadNumber(words);
  entry.end_offset = ReadNumber(words);
  entry.target_offset = ReadNumber(words);
  entry.depth = ReadNumber(words);
  entry.lasti = ReadNumber(words) != 0;
  return entry;
}

void ResolveJumps(CodeUnit& unit) {
  for (Instruction& instruction : unit.instructions) {
    const int32_t target = instruction.jump_target;
    if (target >= 0) {
      const auto after =
          std::ranges::upper_bound(unit.instructions, target, {}, &Instruction::start_offset);
      instruction.jump_target = static_cast<int32_t>(after - unit.instructions.begin()) - 1;
    }
  }
}

void SetIds(CodeUnits& units, std::string_view py_tag, const source::SourceFile& file) {
  std::map<std::pair<int32_t, std::string>, int> counts;
  for (CodeUnit& unit : units.units) {
    const std::string& parent =
        unit.is_module() ? file.file_id : units.units[static_cast<size_t>(unit.parent)].id;
    unit.id = IdBuilder("code_unit")
                  .Text(parent)
                  .Text(py_tag)
                  .Text(unit.name)
                  .Int(counts[{unit.parent, unit.name}]++)
                  .Build();
  }
}

std::string EventName(const Example& example, size_t unit, int32_t event) {
  const UnitEvents& events = example.flow.units[unit].events;
  const Event& one = events.events[static_cast<size_t>(event)];
  const std::string_view symbol =
      example.flow.symbols[events.variables[static_cast<size_t>(one.variable)].symbol];
  if (one.instruction < 0) {
    return fmt::format("{}@entry", symbol);
  }
  return fmt::format(
      "{}@{}", symbol,
      example.units.units[unit].instructions[static_cast<size_t>(one.instruction)].offset);
}

}  // namespace

size_t Example::Unit(std::string_view name) const {
  for (size_t i = 0; i < units.units.size(); ++i) {
    if (units.units[i].name == name) {
      return i;
    }
  }
  ADD_FAILURE() << "no unit: " << name;
  return 0;
}

CodeUnits ReadListing(std::string_view section, std::string_view py_tag,
                      const source::SourceFile& file) {
  CodeUnits units;
  units.version_minor = std::stoi(std::string(py_tag.substr(py_tag.size() - 2)));
  std::istringstream lines{std::string(section)};
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string first;
    words >> first;
    if (first == "unit") {
      units.units.push_back(ReadUnit(words));
    } else if (first == "slot") {
      units.units.back().slots.push_back(ReadSlot(words));
    } else if (first == "name") {
      std::getline(words >> std::ws, units.units.back().names.emplace_back());
    } else if (first == "exc") {
      units.units.back().exceptions.push_back(ReadException(words));
    } else {
      units.units.back().instructions.push_back(ReadInstruction(std::stoi(first), words));
    }
  }
  std::ranges::for_each(units.units, ResolveJumps);
  SetIds(units, py_tag, file);
  return units;
}

Example LoadExample(std::string_view py_tag, std::string_view name) {
  Example example;
  example.file = source::MakeSourceFileAt("a.py", Section(ReadFixture("sources.txt"), name));
  example.units =
      ReadListing(Section(ReadFixture(fmt::format("{}.txt", py_tag)), name), py_tag, example.file);
  example.flow = Analyse(example.units, example.file);
  return example;
}

std::vector<std::string> BlockLines(const Example& example, std::string_view unit) {
  const size_t at = example.Unit(unit);
  const std::vector<Instruction>& instructions = example.units.units[at].instructions;
  std::vector<std::string> lines;
  for (const Block& block : example.flow.units[at].cfg.blocks) {
    lines.push_back(
        fmt::format("{} [{},{}) {} {}{}{}", lines.size(),
                    instructions[static_cast<size_t>(block.first_instruction)].start_offset,
                    instructions[static_cast<size_t>(block.end_instruction) - 1].end_offset,
                    BlockKindName(block.kind), ExitKindName(block.exit),
                    block.handler < 0 ? "" : fmt::format(" handled by {}", block.handler),
                    block.is_reachable ? "" : " unreachable"));
  }
  return lines;
}

std::vector<std::string> EdgeLines(const Example& example, std::string_view unit) {
  const size_t at = example.Unit(unit);
  std::vector<std::string> lines;
  for (const Edge& edge : example.flow.units[at].cfg.edges) {
    std::string line = fmt::format("{}->{} {}", edge.source, edge.target, EdgeKindName(edge.kind));
    if (edge.condition >= 0) {
      line += fmt::format(
          " at {}",
          example.units.units[at].instructions[static_cast<size_t>(edge.condition)].offset);
    }
    if (edge.exception >= 0) {
      line += fmt::format(" entry {}", edge.exception);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<std::string> EventLines(const Example& example, std::string_view unit) {
  const size_t at = example.Unit(unit);
  const UnitEvents& events = example.flow.units[at].events;
  std::vector<std::string> lines;
  for (size_t i = 0; i < events.events.size(); ++i) {
    const Event& event = events.events[i];
    const Variable& variable = events.variables[static_cast<size_t>(event.variable)];
    const std::string name = EventName(example, at, static_cast<int32_t>(i));
    const size_t split = name.rfind('@');
    lines.push_back(
        fmt::format("{} {} {} {} {}{}{}{}", name.substr(split + 1), EventKindName(event.kind),
                    name.substr(0, split), VarClassName(variable.var_class),
                    OriginName(event.origin), event.synthetic ? " synthetic" : "",
                    event.fallback ? " fallback" : "", event.maybe_unbound ? " unbound" : ""));
  }
  return lines;
}

std::vector<std::string> ReachLines(const Example& example, std::string_view unit) {
  const size_t at = example.Unit(unit);
  std::vector<std::string> lines;
  for (const Reach& reach : example.flow.units[at].reaches) {
    const auto def_unit = static_cast<size_t>(reach.def_unit);
    lines.push_back(fmt::format("{} <- {}{} {} {}", EventName(example, at, reach.use),
                                def_unit == at ? "" : example.units.units[def_unit].name + ":",
                                EventName(example, def_unit, reach.def), ViaName(reach.via),
                                reach.is_must ? "must" : "may"));
  }
  std::ranges::sort(lines);
  return lines;
}

std::vector<std::string> ReachLines(const Example& example, std::string_view unit,
                                    std::string_view use) {
  std::vector<std::string> lines;
  const std::string start = fmt::format("{} <- ", use);
  for (const std::string& line : ReachLines(example, unit)) {
    if (line.starts_with(start)) {
      lines.push_back(line.substr(start.size()));
    }
  }
  return lines;
}

}  // namespace norma::extract::flow
