#include "norma/extract/treesitter/scopes.h"

namespace norma::extract::treesitter {

void ScopeTable::Clear() {
  scopes_.clear();
  bindings_.clear();
  lists_.clear();
  list_of_.Clear();
  declared_.Clear();
  has_declarations_ = false;
  deferred_.clear();
}

uint32_t ScopeTable::Add(const Scope& scope) {
  scopes_.push_back(scope);
  return static_cast<uint32_t>(scopes_.size() - 1);
}

void ScopeTable::DeclareGlobal(uint32_t scope, NameTable::Id name) {
  declared_.FindOrAdd(PairKey(scope, name), static_cast<uint32_t>(Declaration::kGlobal));
  has_declarations_ = true;
}

void ScopeTable::DeclareNonlocal(uint32_t scope, NameTable::Id name) {
  declared_.FindOrAdd(PairKey(scope, name), static_cast<uint32_t>(Declaration::kNonlocal));
  has_declarations_ = true;
}

bool ScopeTable::IsDeclaredGlobal(uint32_t scope, NameTable::Id name) const {
  return DeclarationOf(scope, name) == Declaration::kGlobal;
}

std::optional<ScopeTable::Declaration> ScopeTable::DeclarationOf(uint32_t scope,
                                                                 NameTable::Id name) const {
  if (!has_declarations_) {
    return std::nullopt;
  }
  const uint32_t* found = declared_.Find(PairKey(scope, name));
  return found == nullptr ? std::nullopt : std::optional(static_cast<Declaration>(*found));
}

void ScopeTable::Bind(uint32_t scope, NameTable::Id name, BindingKind kind, uint32_t item) {
  const Binding binding{kind, item, kNoBinding};
  const auto declaration = DeclarationOf(scope, name);
  if (declaration == Declaration::kGlobal) {
    Append(0, name, binding);
  } else if (declaration == Declaration::kNonlocal) {
    deferred_.push_back(Deferred{scope, name, binding});
  } else {
    Append(scope, name, binding);
  }
}

void ScopeTable::Append(uint32_t scope, NameTable::Id name, Binding binding) {
  const auto fresh = static_cast<uint32_t>(lists_.size());
  const uint32_t list = list_of_.FindOrAdd(PairKey(scope, name), fresh);
  if (binding.kind == BindingKind::kOther && list != fresh) {
    return;  // it gives no candidate; that the name is bound here is known already
  }
  const auto index = static_cast<uint32_t>(bindings_.size());
  bindings_.push_back(binding);
  if (list == fresh) {
    lists_.push_back(List{index, index});
  } else {
    bindings_[lists_[list].last].next = index;
    lists_[list].last = index;
  }
}

uint32_t ScopeTable::FirstIn(uint32_t scope, NameTable::Id name) const {
  const uint32_t* list = list_of_.Find(PairKey(scope, name));
  return list == nullptr ? kNoBinding : lists_[*list].first;
}

std::optional<uint32_t> ScopeTable::NonlocalTarget(uint32_t scope, NameTable::Id name) const {
  while (scope != 0) {
    scope = scopes_[scope].parent;
    const ScopeKind kind = scopes_[scope].kind;
    const bool is_function = kind == ScopeKind::kFunction || kind == ScopeKind::kLambda;
    if (is_function && !DeclarationOf(scope, name).has_value() &&
        FirstIn(scope, name) != kNoBinding) {
      return scope;
    }
  }
  return std::nullopt;
}

void ScopeTable::FinishBinding() {
  for (const Deferred& late : deferred_) {
    // Without a target Python refuses the file; the binding then has no place.
    if (const auto target = NonlocalTarget(late.scope, late.name); target.has_value()) {
      Append(*target, late.name, late.binding);
    }
  }
  deferred_.clear();
}

uint32_t ScopeTable::Resolve(uint32_t scope, NameTable::Id name) const {
  // A class is seen by its own code and by annotation scopes directly in it, not by functions.
  bool sees_class = true;
  while (true) {
    const Scope& here = scopes_[scope];
    if (here.kind != ScopeKind::kClass || sees_class) {
      const auto declaration = DeclarationOf(scope, name);
      if (declaration == Declaration::kGlobal) {
        return FirstIn(0, name);
      }
      if (!declaration.has_value()) {
        if (const uint32_t first = FirstIn(scope, name); first != kNoBinding) {
          return first;
        }
      }
    }
    if (scope == 0) {
      return kNoBinding;
    }
    sees_class = sees_class && here.kind == ScopeKind::kTypeParameters;
    scope = here.parent;
  }
}

}  // namespace norma::extract::treesitter
