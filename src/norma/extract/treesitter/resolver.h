#pragma once

/// \file
/// What a name means by the scopes of its own file.

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "norma/extract/treesitter/analysis.h"

namespace norma::extract::treesitter {

enum class CandidateSource : uint8_t { kImport, kLocal, kBuiltin };

/// import | local | builtin
std::string_view CandidateSourceName(CandidateSource source);

/// One thing that a name can mean.
struct Candidate {
  /// `os.path` (an import, with leading dots if relative), `C.m` (local), `builtins.len`.
  std::string name;
  CandidateSource source = CandidateSource::kLocal;
  /// The full dotted name; empty if it needs a module name that the file does not have.
  std::string fqn;
};

/// The most candidates of one name. More bindings than that are generated code, whose every use
/// would repeat them all.
inline constexpr size_t kMaxCandidates = 32;

/// Resolves names of one file and remembers the answers. Not safe to share.
class Resolver {
 public:
  /// Both must outlive the resolver.
  Resolver(const source::SourceFile& file, const Analysis& analysis);

  /// One candidate for each statement that binds the name where Python looks for it, in source
  /// order, without duplicates, at most kMaxCandidates. Names bound by anything but `def`, `class`
  /// or `import` give none. Valid as long as the resolver.
  std::span<const Candidate> CandidatesOf(uint32_t scope, NameTable::Id name);

  /// What the name stands for in an annotation: the full name of an import, a class or a type
  /// alias; empty if it stands for itself. Of several bindings the first counts.
  std::string_view TypeTargetOf(uint32_t scope, NameTable::Id name);

 private:
  struct Meaning {
    std::vector<Candidate> candidates;
    std::string type_target;
  };

  const Meaning& MeaningOf(uint32_t scope, NameTable::Id name);
  uint32_t FindMeaning(uint32_t scope, NameTable::Id name);
  Meaning MeaningOfBindings(uint32_t first) const;
  Candidate CandidateOfImport(const ImportedName& import) const;
  Candidate CandidateOfLocal(const std::string& qualname) const;

  const source::SourceFile& file_;
  const Analysis& analysis_;
  std::deque<Meaning> meanings_;  // a deque, so that spans stay valid; the first means nothing
  FlatMap by_name_;               // (scope, name) → index into meanings_
  FlatMap by_binding_;            // first binding, or a builtin's name → index into meanings_
};

/// The absolute dotted name of an import target with leading dots, for a file whose own module name
/// is `module_name`. Empty if the dots lead out of the top package.
std::string AbsoluteImport(std::string_view target, std::string_view module_name, bool is_package);

}  // namespace norma::extract::treesitter
