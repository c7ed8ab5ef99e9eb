// What a hostile worker may send: every answer is an error or a well-formed tree, never a crash.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>
#include <string_view>

#include "norma/extract/cpython/columns.h"
#include "norma/extract/cpython/private_folder.h"
#include "norma/extract/cpython/problems.h"
#include "norma/extract/cpython/scopes.h"
#include "norma/extract/cpython/testing.h"
#include "norma/extract/cpython/tree.h"
#include "tests/support/matchers.h"

namespace norma::extract::cpython {
namespace {

using testing_support::IsErrorWith;
using testing_support::IsOk;

constexpr std::string_view kSource =
    "import os as o\n"
    "class C(B, k=1):\n"
    "    def m(self, *a: int, b=2.0):\n"
    "        return [x for x in a if x < 1 <= b] or {**self, 'é': -b}\n"
    "return o\n";

std::string Section(std::string_view tag, std::string_view content) {
  const auto size = static_cast<uint32_t>(content.size());
  std::string section(tag);
  section.append(reinterpret_cast<const char*>(&size), sizeof size);
  section += content;
  return section;
}

std::string Numbers(std::initializer_list<int32_t> numbers) {
  std::string bytes;
  for (const int32_t number : numbers) {
    bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
  }
  return bytes;
}

/// A language of three kinds: 0 has a list and an optional child, 1 a name and a place, 2 a
/// constant and operators.
Greeting SmallGreeting() {
  Greeting greeting;
  greeting.version = "3.11.0";
  greeting.py_tag = "cpython-311";
  greeting.node_classes = {
      {"List", false, {{FieldRule::kChildren, "items"}, {FieldRule::kOptionalChild, "last"}}},
      {"Name", true, {{FieldRule::kName, "id"}, {FieldRule::kMember, "ctx"}}},
      {"Value", false, {{FieldRule::kConstant, "value"}, {FieldRule::kMembers, "ops"}}}};
  greeting.members = {{"Load", true}, {"Add", false}};
  return greeting;
}

std::string SmallTree(std::initializer_list<int32_t> numbers, std::string_view names,
                      size_t constants) {
  std::string texts;
  std::string lengths;
  for (size_t i = 0; i < constants; ++i) {
    texts += std::string_view("v\0", 2);
    lengths += Numbers({-1});
  }
  return Section("TREE", Numbers(numbers)) + Section("NAME", names) +
         Section("CKND", std::string(constants, '\2')) + Section("CLEN", lengths) +
         Section("CREP", texts);
}

Result<std::vector<Node>> ReadTree(std::string_view payload, const Greeting& greeting) {
  NORMA_ASSIGN_OR_RETURN(const Sections sections, Sections::Make(payload));
  NORMA_ASSIGN_OR_RETURN(TreeReader reader, TreeReader::Make(sections, greeting));
  std::vector<Node> nodes;
  while (true) {
    NORMA_ASSIGN_OR_RETURN(const Node* node, reader.Next());
    if (node == nullptr) {
      return nodes;
    }
    nodes.push_back(*node);
  }
}

TEST(TreeReader, RebuildsParentsFromPreorder) {
  const Greeting greeting = SmallGreeting();
  const std::string payload =
      SmallTree({0, 3, 1, /*items*/ 1, 0, 1, 2, 3, 4, -1, 2, 2, 1, 1, /*last*/ 0, 0, 0},
                std::string_view("n\0", 2), 1);
  const Result<std::vector<Node>> tree = ReadTree(payload, greeting);
  ASSERT_THAT(tree, IsOk());
  const std::vector<Node>& nodes = tree.value();
  ASSERT_EQ(nodes.size(), 4U);
  EXPECT_EQ(nodes[1].name, "n");
  EXPECT_EQ(nodes[1].context->name, "Load");
  EXPECT_EQ(nodes[1].end_column, 4);
  EXPECT_EQ(nodes[2].field_index, 2) << "the absent item counts";
  EXPECT_EQ(nodes[2].operators.size(), 2U);
  EXPECT_EQ(*nodes[3].field, "last");
  EXPECT_EQ(nodes[3].parent, 0);
  EXPECT_EQ(nodes[3].depth, 1);
}

struct BrokenCase {
  std::string_view label;
  std::string payload;
  std::string_view message;
};

TEST(TreeReader, RefusesWhatContradictsItself) {
  const std::string_view name("n\0", 2);
  const std::vector<BrokenCase> cases = {
      {"nothing", SmallTree({}, "", 0), "kind"},
      {"absent_root", SmallTree({-1}, "", 0), "kind"},
      {"unknown_kind", SmallTree({3}, "", 0), "kind"},
      {"negative_kind", SmallTree({-2147483647 - 1}, "", 0), "kind"},
      {"negative_list", SmallTree({0, -1, 0}, "", 0), "longer"},
      {"long_list", SmallTree({0, 2147483647, 0}, "", 0), "longer"},
      {"missing_item", SmallTree({0, 1, 0}, "", 0), "kind"},
      {"absent_child", SmallTree({0, 0, 1, -1}, "", 0), "kind"},
      {"bad_flag", SmallTree({0, 0, 2}, "", 0), "flag"},
      {"no_name", SmallTree({1, 0, 1, 1, 1, 1}, "", 0), "name"},
      {"no_member", SmallTree({1, 2, 1, 1, 1, 1}, name, 0), "member"},
      {"no_place", SmallTree({1, 0, 1, 1, 1}, name, 0), "place"},
      {"no_constant", SmallTree({2, 0}, "", 0), "constant"},
      {"no_operators", SmallTree({2, 1}, "", 1), "longer"},
      {"spare_number", SmallTree({0, 0, 0, 0}, "", 0), "ends before"},
      {"spare_name", SmallTree({0, 0, 0}, name, 0), "ends before"},
      {"spare_constant", SmallTree({0, 0, 0}, "", 1), "ends before"},
      {"torn_names", SmallTree({0, 0, 0}, "n", 0), "torn"},
      {"bad_utf8", SmallTree({0, 0, 0}, std::string_view("\xFF\0", 2), 0), "UTF-8"},
  };
  const Greeting greeting = SmallGreeting();
  for (const BrokenCase& one : cases) {
    SCOPED_TRACE(one.label);
    EXPECT_THAT(ReadTree(one.payload, greeting),
                IsErrorWith(ErrorKind::kCorruptData, std::string(one.message)));
  }
}

TEST(TreeReader, FollowsAnyDepth) {
  std::string numbers;
  constexpr int32_t kDepth = 1'000'000;
  for (int32_t i = 0; i < kDepth; ++i) {
    numbers += Numbers({0, 0, 1});
  }
  numbers += Numbers({0, 0, 0});
  const std::string payload = Section("TREE", numbers) + Section("NAME", "") + Section("CKND", "") +
                              Section("CLEN", "") + Section("CREP", "");
  const Greeting greeting = SmallGreeting();
  const Result<std::vector<Node>> tree = ReadTree(payload, greeting);
  ASSERT_THAT(tree, IsOk());
  EXPECT_EQ(tree.value().back().depth, kDepth);
}

/// Changes a few bytes, or cuts, or repeats a part.
std::string Damaged(std::string bytes, std::mt19937& random) {
  const auto below = [&random](size_t bound) {
    return std::uniform_int_distribution<size_t>(0, bound - 1)(random);
  };
  const size_t changes = 1 + below(3);
  for (size_t i = 0; i < changes && !bytes.empty(); ++i) {
    const size_t at = below(bytes.size());
    switch (below(5)) {
      case 0:
        bytes[at] = static_cast<char>(below(256));
        break;
      case 1:
        bytes[at] = static_cast<char>(bytes[at] + (below(2) == 0 ? 1 : -1));
        break;
      case 2:
        bytes.resize(at);
        break;
      case 3:
        bytes.erase(at, 4 * (1 + below(3)));
        break;
      default:
        bytes.insert(at, std::string(4, below(2) == 0 ? '\0' : '\xFF'));
        break;
    }
  }
  return bytes;
}

TEST(Answers, ThatAreDamagedAreErrorsOrWellFormed) {
  const Interpreter& interpreter = Interpreters().front();
  auto folder = PrivateFolder::Make();
  ASSERT_THAT(folder, IsOk());
  auto worker = Worker::Start(interpreter, WorkerScript(), folder.value().path(), {});
  ASSERT_THAT(worker, IsOk());
  ASSERT_TRUE(worker.value().Send(kSource, "utf-8", RecodeMode::kNone, Room::kShared));
  const auto received = worker.value().Receive();
  ASSERT_TRUE(received.has_value());
  const std::string payload(*received);
  const Greeting& greeting = worker.value().greeting();
  const source::SourceFile file = source::MakeSourceFileAt("a.py", std::string(kSource));
  auto tables = EvidenceTables::Make();
  ASSERT_THAT(tables, IsOk());

  constexpr uint32_t kSeed = 20260101;
  std::mt19937 random(kSeed);
  int well_formed = 0;
  for (int round = 0; round < 20000; ++round) {
    SCOPED_TRACE(testing::Message() << "seed " << kSeed << " round " << round);
    const std::string damaged = Damaged(payload, random);
    const Result<Sections> sections = Sections::Make(damaged);
    if (!sections.ok()) {
      continue;
    }
    (void)ParseProblems(sections.value());
    if (const Result<std::vector<Node>> tree = ReadTree(damaged, greeting); tree.ok()) {
      ++well_formed;
      for (size_t i = 0; i < tree.value().size(); ++i) {
        ASSERT_LT(tree.value()[i].parent, static_cast<int32_t>(i));
      }
      arrow::TableBuilder& builder = tables.value()[EvidenceTable::kAstNodes];
      const int64_t before = builder.rows();
      AppendTree(TreeReader::Make(sections.value(), greeting).value(), file, greeting.py_tag,
                 builder);
      ASSERT_EQ(builder.rows() - before, static_cast<int64_t>(tree.value().size()));
    }
    if (const Result<ScopeTree> tree = ScopeTree::Parse(sections.value(), greeting); tree.ok()) {
      AppendScopes(tree.value(), file, greeting, tables.value());
    }
  }
  EXPECT_GT(well_formed, 100) << "a changed place is still a tree";
  for (const EvidenceTable table : AllEvidenceTables()) {
    EXPECT_THAT(tables.value()[table].Finish(), IsOk()) << EvidenceTableName(table);
  }
}

TEST(Greetings, MustNameAVersionAndSaneFlags) {
  const auto greeting = [](std::string_view versions, std::string_view nodes,
                           std::string_view flags) {
    return Greeting::Parse(
        Section("VERS", versions) + Section("NODE", nodes) + Section("MEMB", "") +
        Section("SCTY", std::string_view("1=module\0", 9)) + Section("SYMC", flags) +
        Section("UNIT", "") + Section("MAGC", Numbers({3495})) +
        Section("OPCO", std::string_view("0|CACHE|0|\0"
                                         "144|EXTENDED_ARG|0|a\0",
                                         32)) +
        Section("OPND", ""));
  };
  const std::string_view good_version("3.11.2\0cpython-311\0cpython\0", 27);
  const std::string_view good_nodes("Name|1|N id,E ctx\0Pass|1|\0", 26);
  const std::string_view good_flags("USE=16\0SCOPE_OFF=11\0SCOPE_MASK=15\0", 34);
  EXPECT_THAT(greeting(good_version, good_nodes, good_flags), IsOk());
  EXPECT_THAT(greeting(std::string_view("7.3\0pypy-311\0pypy\0", 18), good_nodes, good_flags),
              IsErrorWith(ErrorKind::kInvalidArgument, "no CPython"));
  EXPECT_THAT(greeting(std::string_view("4.0\0cpython-40\0cpython\0", 23), good_nodes, good_flags),
              IsErrorWith(ErrorKind::kCorruptData, "bytecode's version"));
  EXPECT_THAT(greeting("", good_nodes, good_flags),
              IsErrorWith(ErrorKind::kCorruptData, "no version"));
  EXPECT_THAT(greeting(good_version, std::string_view("Name|1|? id\0", 12), good_flags),
              IsErrorWith(ErrorKind::kCorruptData, "field"));
  EXPECT_THAT(greeting(good_version, std::string_view("Name|2|\0", 8), good_flags),
              IsErrorWith(ErrorKind::kCorruptData, "node class"));
  EXPECT_THAT(greeting(good_version, good_nodes,
                       std::string_view("USE=16\0SCOPE_OFF=31\0SCOPE_MASK=15\0", 34)),
              IsErrorWith(ErrorKind::kCorruptData, "flags"));
}

TEST(SectionsOfAFrame, MustFit) {
  EXPECT_THAT(Sections::Make("abc"), IsErrorWith(ErrorKind::kCorruptData, "torn head"));
  EXPECT_THAT(Sections::Make(Section("AAAA", "x") + Section("AAAA", "y")),
              IsErrorWith(ErrorKind::kCorruptData, "comes twice"));
  const std::string section = Section("AAAA", "four");
  EXPECT_THAT(Sections::Make(std::string_view(section).substr(0, section.size() - 1)),
              IsErrorWith(ErrorKind::kCorruptData, "too long"));
}

}  // namespace
}  // namespace norma::extract::cpython
