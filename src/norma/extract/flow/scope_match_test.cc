#include "norma/extract/flow/scope_match.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace norma::extract::flow {
namespace {

CodeUnit Unit(int32_t parent, std::string name, int32_t line) {
  CodeUnit unit;
  unit.parent = parent;
  unit.name = std::move(name);
  unit.first_line = line;
  return unit;
}

NamedScope Scope(int32_t parent, std::string_view name, int32_t line) {
  return {.parent = parent, .name = name, .line = line};
}
NamedScope Anonymous(int32_t parent, std::string_view name, int32_t line) {
  return {.parent = parent, .name = name, .line = line, .is_anonymous = true};
}
NamedScope TypeParams(int32_t parent, std::string_view name, int32_t line) {
  return {.parent = parent, .name = name, .line = line, .is_type_params = true};
}

using Matched = std::vector<int32_t>;

Matched Match(std::vector<CodeUnit> inner_units, std::vector<NamedScope> inner_scopes) {
  CodeUnits units;
  units.units = {Unit(-1, "<module>", 1)};
  units.units.insert(units.units.end(), inner_units.begin(), inner_units.end());
  std::vector<NamedScope> scopes = {Scope(-1, "top", 0)};
  scopes.insert(scopes.end(), inner_scopes.begin(), inner_scopes.end());
  return MatchScopes(units, scopes);
}

TEST(MatchScopes, MatchesTheModules) { EXPECT_EQ(Match({}, {}), Matched({0})); }

TEST(MatchScopes, MatchesByNameWhateverTheLine) {
  // A decorated function starts at its decorator.
  EXPECT_EQ(Match({Unit(0, "f", 1)}, {Scope(0, "f", 2)}), Matched({0, 1}));
}

TEST(MatchScopes, MatchesEqualNamesByRank) {
  EXPECT_EQ(Match({Unit(0, "f", 5), Unit(0, "f", 1)}, {Scope(0, "f", 1), Scope(0, "f", 6)}),
            Matched({0, 2, 1}));
}

TEST(MatchScopes, LeavesUnequalNumbersAlone) {
  // One is dead code, and nobody knows which.
  EXPECT_EQ(Match({Unit(0, "f", 5)}, {Scope(0, "f", 1), Scope(0, "f", 6)}), Matched({0, -1}));
  EXPECT_EQ(Match({Unit(0, "f", 5), Unit(0, "f", 5)}, {Scope(0, "f", 5)}), Matched({0, -1, -1}));
}

TEST(MatchScopes, MatchesAnonymousOnesByLine) {
  EXPECT_EQ(Match({Unit(0, "<lambda>", 2), Unit(0, "<genexpr>", 3)},
                  {Anonymous(0, "genexpr", 3), Anonymous(0, "lambda", 2)}),
            Matched({0, 2, 1}));
  EXPECT_EQ(Match({Unit(0, "<lambda>", 2)}, {Anonymous(0, "lambda", 3)}), Matched({0, -1}));
}

TEST(MatchScopes, LeavesTwoLambdasOfOneLineAlone) {
  EXPECT_EQ(Match({Unit(0, "<lambda>", 2), Unit(0, "<lambda>", 2)},
                  {Anonymous(0, "lambda", 2), Anonymous(0, "lambda", 2)}),
            Matched({0, -1, -1}));
}

TEST(MatchScopes, TellsAFunctionFromAComprehensionOfItsName) {
  EXPECT_EQ(Match({Unit(0, "<genexpr>", 1), Unit(0, "genexpr", 1)},
                  {Scope(0, "genexpr", 1), Anonymous(0, "genexpr", 1)}),
            Matched({0, 2, 1}));
}

TEST(MatchScopes, MatchesTypeParametersAndWhatTheyHold) {
  EXPECT_EQ(Match({Unit(0, "<generic parameters of f>", 1), Unit(1, "f", 1), Unit(0, "f", 3)},
                  {TypeParams(0, "f", 1), Scope(1, "f", 1), Scope(0, "f", 3)}),
            Matched({0, 1, 2, 3}));
}

TEST(MatchScopes, LooksNotBelowWhatIsUnmatched) {
  EXPECT_EQ(Match({Unit(0, "f", 1), Unit(1, "g", 2)}, {Scope(0, "h", 1), Scope(1, "g", 2)}),
            Matched({0, -1, -1}));
}

TEST(MatchScopes, TakesNoScopesAtAll) {
  CodeUnits units;
  units.units = {Unit(-1, "<module>", 1)};
  EXPECT_EQ(MatchScopes(units, {}), Matched({-1}));
}

}  // namespace
}  // namespace norma::extract::flow
