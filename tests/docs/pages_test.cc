// docs/error-kinds.md and docs/tables/*.md say what the code says. Run with NORMA_UPDATE_DOCS=1 to
// print them anew; `make docs` does.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "norma/contract/type_names.h"
#include "norma/extract/evidence_tables.h"
#include "norma/rules/catalogue.h"
#include "norma/run/workspace.h"
#include "tests/support/matchers.h"

namespace norma {
namespace {

using testing_support::IsOk;

void ExpectPage(const std::string& path, const std::string& text) {
  if (std::getenv("NORMA_UPDATE_DOCS") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
  }
  std::ifstream stored(path, std::ios::binary);
  EXPECT_EQ(text, std::string(std::istreambuf_iterator<char>(stored), {})) << path;
}

/// Text inside a cell of a Markdown table.
std::string Cell(std::string_view text) {
  std::string cell;
  for (const char character : text) {
    if (character == '|' || character == '<' || character == '*' || character == '_') {
      cell += '\\';
    }
    cell += character;
  }
  return cell;
}

std::string Sentence(std::string_view text) {
  std::string sentence = Cell(text) + ".";
  sentence[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(sentence[0])));
  return sentence;
}

std::string ErrorKindsPage() {
  std::string page =
      "# Error kinds\n\n"
      "Every error of norma has one of these kinds. A command that fails exits with the kind's "
      "code, and `--json`\nprints kind and number. Exit 0 is success, 1 \"done, and the answer is "
      "no\", 2 a wrong command line.\n\n"
      "| number | kind | exit code | whose | meaning |\n| --- | --- | --- | --- | --- |\n";
  const auto row = [&page](int number, std::string_view name, int exit_code, std::string_view whose,
                           std::string_view meaning) {
    page += fmt::format("| {} | `{}` | {} | {} | {} |\n", number, name, exit_code, whose,
                        Cell(meaning));
  };
#define NORMA_ERROR_KIND(number, name, exit_code, whose, meaning) \
  row(number, #name, exit_code, whose, meaning);
#include "norma/base/error_kinds.def"
#undef NORMA_ERROR_KIND
  return page + "\nPrinted from `src/norma/base/error_kinds.def` by `make docs`.\n";
}

/// The place that most tables have several of, too long for a cell.
constexpr std::string_view kSpan =
    "STRUCT<\"bstart\" BIGINT, \"bend\" BIGINT, \"ok\" BOOLEAN, "
    "\"start\" STRUCT<\"line\" INT, \"col\" INT>, \"end\" STRUCT<\"line\" INT, \"col\" INT>, "
    "\"line_base\" INT, \"col_unit\" VARCHAR, \"end_exclusive\" BOOLEAN>";

std::string TypeText(const sql::DataType& type) {
  const std::string name = contract::TypeName(type);
  return name == kSpan ? "SPAN" : name;
}

/// Who fills the table; empty if nobody does yet.
std::string ProducerOf(const contract::Contract& contract) {
  if (contract.kind == contract::ContractKind::kControl) {
    return "every run";
  }
  for (const rules::Rule* rule : rules::Catalogue()) {
    if (rule->output == contract.name) {
      return fmt::format("the rule `{}`", rule->name);
    }
  }
  for (const extract::EvidenceTable table : extract::AllEvidenceTables()) {
    if (extract::EvidenceTableName(table) == contract.name) {
      return "the extractors";
    }
  }
  return {};
}

std::string Quoted(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += fmt::format("{}`{}`", text.empty() ? "" : ", ", name);
  }
  return text;
}

std::string TableSection(const contract::Contract& contract) {
  std::vector<std::string> sort;
  sort.reserve(contract.sort.size());
  for (const contract::ColumnPath& path : contract.sort) {
    sort.push_back(path.ToString());
  }
  std::vector<std::string> references;
  references.reserve(contract.references.size());
  for (const contract::Reference& reference : contract.references) {
    references.push_back(
        fmt::format("{} → {}.{}", reference.column, reference.table, reference.target));
  }
  const std::string producer = ProducerOf(contract);
  std::string section = fmt::format("\n## {}\n\n{}\n\n", contract.name, Sentence(contract.comment));
  const auto line = [&section](std::string_view name, const std::string& value) {
    section += value.empty() ? "" : fmt::format("- {}: {}\n", name, value);
  };
  line("filled by", producer.empty() ? "nothing in this version: the table is empty" : producer);
  line("also named", contract.alias.empty() ? "" : Quoted({contract.alias}));
  line("location", Quoted({contract.location}));
  line("key", Quoted(contract.key));
  line("sorted by", Quoted(sort));
  line("references", Quoted(references));
  section += "\n| column | type | null | meaning |\n| --- | --- | --- | --- |\n";
  for (const contract::ContractColumn& column : contract.columns) {
    section += fmt::format("| `{}` | `{}` | {} | {} |\n", column.name, TypeText(column.type),
                           column.nullable ? "yes" : "no", Cell(column.comment));
  }
  return section;
}

struct KindCase {
  contract::ContractKind kind;
  std::string_view introduction;
};

class TablesPage : public testing::TestWithParam<KindCase> {};

TEST_P(TablesPage, IsWhatLiesInDocs) {
  const auto registry = run::LoadContracts();
  ASSERT_THAT(registry, IsOk());
  const std::string_view kind = contract::ContractKindName(GetParam().kind);
  std::string page = fmt::format("# Tables: {}\n\n{}\n", kind, GetParam().introduction);
  std::string sections;
  for (const contract::Contract& contract : registry.value().contracts()) {
    if (contract.kind == GetParam().kind) {
      sections += TableSection(contract);
    }
  }
  if (sections.find("`SPAN`") != std::string::npos) {
    page += fmt::format("\n`SPAN` stands for `{}`.\n", kSpan);
  }
  page += "\nPrinted from the contracts in `src/norma/rules/contracts/` by `make docs`.\n";
  ExpectPage(fmt::format("docs/tables/{}.md", kind), page + sections);
}

INSTANTIATE_TEST_SUITE_P(
    All, TablesPage,
    testing::Values(KindCase{contract::ContractKind::kEvidence,
                             "What the extractors saw: one row per fact, with the producer's own "
                             "coordinates and raw bytes."},
                    KindCase{contract::ContractKind::kOutput,
                             "What the rules made of the evidence: checked, sorted, keyed."},
                    KindCase{contract::ContractKind::kControl,
                             "What ran: the manifest, settings, functions, plans and events."}),
    [](const auto& test) { return std::string(contract::ContractKindName(test.param.kind)); });

TEST(ErrorKindsPage, IsWhatLiesInDocs) { ExpectPage("docs/error-kinds.md", ErrorKindsPage()); }

}  // namespace
}  // namespace norma
