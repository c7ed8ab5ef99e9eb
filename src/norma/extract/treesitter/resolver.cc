#include "norma/extract/treesitter/resolver.h"

#include <algorithm>
#include <utility>

#include "norma/extract/treesitter/builtins.h"

namespace norma::extract::treesitter {

std::string_view CandidateSourceName(CandidateSource source) {
  switch (source) {
    case CandidateSource::kImport:
      return "import";
    case CandidateSource::kLocal:
      return "local";
    case CandidateSource::kBuiltin:
      return "builtin";
  }
  return "local";
}

std::string AbsoluteImport(std::string_view target, std::string_view module_name, bool is_package) {
  const size_t dots = std::min(target.find_first_not_of('.'), target.size());
  if (dots == 0) {
    return std::string(target);
  }
  // One dot is the package that holds the module; a package's __init__ is that package itself.
  std::string_view base = module_name;
  for (size_t up = is_package ? 1 : 0; up < dots; ++up) {
    if (base.empty()) {
      return {};
    }
    const size_t dot = base.rfind('.');
    base = dot == std::string_view::npos ? std::string_view() : base.substr(0, dot);
  }
  if (base.empty()) {
    return {};
  }
  std::string absolute(base);
  if (dots < target.size()) {
    absolute += '.';
    absolute += target.substr(dots);
  }
  return absolute;
}

Resolver::Resolver(const source::SourceFile& file, const Analysis& analysis)
    : file_(file), analysis_(analysis), meanings_(1) {}

std::span<const Candidate> Resolver::CandidatesOf(uint32_t scope, NameTable::Id name) {
  return MeaningOf(scope, name).candidates;
}

std::string_view Resolver::TypeTargetOf(uint32_t scope, NameTable::Id name) {
  return MeaningOf(scope, name).type_target;
}

const Resolver::Meaning& Resolver::MeaningOf(uint32_t scope, NameTable::Id name) {
  constexpr uint32_t kUnknown = 0xFFFFFFFF;
  uint32_t& known = by_name_.FindOrAdd(PairKey(scope, name), kUnknown);
  if (known == kUnknown) {
    known = FindMeaning(scope, name);
  }
  return meanings_[known];
}

uint32_t Resolver::FindMeaning(uint32_t scope, NameTable::Id name) {
  const uint32_t first = analysis_.scopes.Resolve(scope, name);
  const bool is_bound = first != kNoBinding;
  const auto fresh = static_cast<uint32_t>(meanings_.size());
  const uint32_t index =
      by_binding_.FindOrAdd(is_bound ? PairKey(0, first) : PairKey(1, name), fresh);
  if (index != fresh) {
    return index;
  }
  Meaning meaning;
  if (is_bound) {
    meaning = MeaningOfBindings(first);
  } else if (const std::string_view text = analysis_.names.Text(name); IsBuiltin(text)) {
    const std::string full = "builtins." + std::string(text);
    meaning.candidates.push_back(Candidate{full, CandidateSource::kBuiltin, full});
  }
  meanings_.push_back(std::move(meaning));
  return index;
}

Resolver::Meaning Resolver::MeaningOfBindings(uint32_t first) const {
  Meaning meaning;
  const auto set_type_target = [&meaning](const Candidate& candidate) {
    if (meaning.type_target.empty()) {
      meaning.type_target = candidate.fqn.empty() ? candidate.name : candidate.fqn;
    }
  };
  for (uint32_t index = first; index != kNoBinding; index = analysis_.scopes.binding(index).next) {
    const Binding& binding = analysis_.scopes.binding(index);
    Candidate candidate;
    switch (binding.kind) {
      case BindingKind::kImport:
        candidate = CandidateOfImport(analysis_.imports[binding.item]);
        set_type_target(candidate);
        break;
      case BindingKind::kFunction:
        candidate = CandidateOfLocal(analysis_.definitions[binding.item].qualname);
        break;
      case BindingKind::kClass:
        candidate = CandidateOfLocal(analysis_.definitions[binding.item].qualname);
        set_type_target(candidate);
        break;
      case BindingKind::kTypeAlias:
        set_type_target(CandidateOfLocal(analysis_.aliases[binding.item].qualname));
        continue;
      case BindingKind::kTypeParameter:
      case BindingKind::kOther:
        continue;
    }
    const bool is_new = std::ranges::none_of(meaning.candidates, [&](const Candidate& other) {
      return other.name == candidate.name && other.source == candidate.source;
    });
    if (is_new && meaning.candidates.size() < kMaxCandidates) {
      meaning.candidates.push_back(std::move(candidate));
    }
  }
  return meaning;
}

Candidate Resolver::CandidateOfImport(const ImportedName& import) const {
  Candidate candidate{import.target, CandidateSource::kImport, {}};
  if (import.relative_level == 0) {
    candidate.fqn = import.target;
  } else if (file_.module_name.has_value()) {
    candidate.fqn = AbsoluteImport(import.target, *file_.module_name, file_.is_package);
  }
  return candidate;
}

Candidate Resolver::CandidateOfLocal(const std::string& qualname) const {
  Candidate candidate{qualname, CandidateSource::kLocal, {}};
  if (file_.module_name.has_value()) {
    candidate.fqn = *file_.module_name + "." + qualname;
  }
  return candidate;
}

}  // namespace norma::extract::treesitter
