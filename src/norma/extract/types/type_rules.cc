#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>

#include "norma/extract/types/type_rules_internal.h"

namespace norma::extract {
namespace {

struct Alias {
  std::string_view name;  // after "typing."
  std::string_view target;
};

constexpr std::array kTypingAliases = std::to_array<Alias>({
    {"AbstractSet", "collections.abc.Set"},
    {"AsyncContextManager", "contextlib.AbstractAsyncContextManager"},
    {"AsyncGenerator", "collections.abc.AsyncGenerator"},
    {"AsyncIterable", "collections.abc.AsyncIterable"},
    {"AsyncIterator", "collections.abc.AsyncIterator"},
    {"Awaitable", "collections.abc.Awaitable"},
    {"Buffer", "collections.abc.Buffer"},
    {"ByteString", "collections.abc.ByteString"},
    {"Callable", "collections.abc.Callable"},
    {"ChainMap", "collections.ChainMap"},
    {"Collection", "collections.abc.Collection"},
    {"Container", "collections.abc.Container"},
    {"ContextManager", "contextlib.AbstractContextManager"},
    {"Coroutine", "collections.abc.Coroutine"},
    {"Counter", "collections.Counter"},
    {"DefaultDict", "collections.defaultdict"},
    {"Deque", "collections.deque"},
    {"Dict", "dict"},
    {"FrozenSet", "frozenset"},
    {"Generator", "collections.abc.Generator"},
    {"Hashable", "collections.abc.Hashable"},
    {"ItemsView", "collections.abc.ItemsView"},
    {"Iterable", "collections.abc.Iterable"},
    {"Iterator", "collections.abc.Iterator"},
    {"KeysView", "collections.abc.KeysView"},
    {"List", "list"},
    {"Mapping", "collections.abc.Mapping"},
    {"MappingView", "collections.abc.MappingView"},
    {"Match", "re.Match"},
    {"MutableMapping", "collections.abc.MutableMapping"},
    {"MutableSequence", "collections.abc.MutableSequence"},
    {"MutableSet", "collections.abc.MutableSet"},
    {"NoReturn", "typing.Never"},
    {"OrderedDict", "collections.OrderedDict"},
    {"Pattern", "re.Pattern"},
    {"Reversible", "collections.abc.Reversible"},
    {"Sequence", "collections.abc.Sequence"},
    {"Set", "set"},
    {"Sized", "collections.abc.Sized"},
    {"Text", "str"},
    {"Tuple", "tuple"},
    {"Type", "type"},
    {"ValuesView", "collections.abc.ValuesView"},
});
static_assert(std::is_sorted(kTypingAliases.begin(), kTypingAliases.end(),
                             [](const Alias& a, const Alias& b) { return a.name < b.name; }));

/// Bare names that are read as names of typing.
constexpr std::array<std::string_view, 18> kBareTypingNames = {
    "Annotated", "Any",  "Callable", "ClassVar", "Dict",     "Final",
    "FrozenSet", "List", "Literal",  "Never",    "NoReturn", "Optional",
    "Self",      "Set",  "Tuple",    "Type",     "Union",    "Unpack"};
static_assert(std::is_sorted(kBareTypingNames.begin(), kBareTypingNames.end()));

}  // namespace

TypeText NoneType() { return {.kind = TypeKind::kNone, .text = "None"}; }

TypeText NameType(std::string name) {
  constexpr std::string_view kBuiltins = "builtins.";
  constexpr std::string_view kExtensions = "typing_extensions.";
  constexpr std::string_view kTyping = "typing.";
  while (name.starts_with(kBuiltins)) {
    name.erase(0, kBuiltins.size());
  }
  if (name.starts_with(kExtensions)) {
    name.replace(0, kExtensions.size(), kTyping);
  } else if (std::binary_search(kBareTypingNames.begin(), kBareTypingNames.end(),
                                std::string_view(name))) {
    name.insert(0, kTyping);
  }
  if (name.starts_with(kTyping)) {
    const std::string_view rest = std::string_view(name).substr(kTyping.size());
    const auto* const alias =
        std::lower_bound(kTypingAliases.begin(), kTypingAliases.end(), rest,
                         [](const Alias& a, std::string_view wanted) { return a.name < wanted; });
    if (alias != kTypingAliases.end() && alias->name == rest) {
      name = alias->target;
    }
  } else if (name == "NoneType" || name == "types.NoneType") {
    return NoneType();
  }
  return {.kind = TypeKind::kName, .text = std::move(name)};
}

std::string Wrapped(TypeText inner, Binding least) {
  return inner.binding < least ? "(" + inner.text + ")" : std::move(inner.text);
}

TypeText StarType(TypeText inner) {
  return {.kind = TypeKind::kStar,
          .binding = Binding::kLoosest,
          .text = "*" + Wrapped(std::move(inner), Binding::kUnion)};
}

TypeText AsItem(TypeText item) {
  if (item.kind == TypeKind::kUnpack) {
    TypeText inner = std::move(item.parts.front());
    return StarType(std::move(inner));
  }
  return item;
}

std::string Joined(const std::vector<TypeText>& items) {
  std::string text;
  for (const TypeText& item : items) {
    if (!text.empty()) {
      text += ", ";
    }
    text += item.text;
  }
  return text;
}

TypeText TupleType(std::vector<TypeText> items) {
  std::string text = "(" + Joined(items) + (items.size() == 1 ? ",)" : ")");
  return {.kind = TypeKind::kTuple, .text = std::move(text), .parts = std::move(items)};
}

TypeText UnionType(std::vector<TypeText> operands) {
  std::vector<TypeText> members;
  for (TypeText& operand : operands) {
    if (operand.kind == TypeKind::kUnion) {
      std::move(operand.parts.begin(), operand.parts.end(), std::back_inserter(members));
    } else {
      members.push_back(std::move(operand));
    }
  }
  const auto precedes = [](const TypeText& a, const TypeText& b) {
    const bool a_is_none = a.kind == TypeKind::kNone;
    const bool b_is_none = b.kind == TypeKind::kNone;
    return a_is_none != b_is_none ? b_is_none : a.text < b.text;
  };
  std::sort(members.begin(), members.end(), precedes);
  const auto equal = [](const TypeText& a, const TypeText& b) { return a.text == b.text; };
  members.erase(std::unique(members.begin(), members.end(), equal), members.end());
  if (members.size() == 1) {
    TypeText only = std::move(members.front());
    return only;
  }
  std::string text;
  for (const TypeText& member : members) {
    if (!text.empty()) {
      text += " | ";
    }
    text += member.text;
  }
  return {.kind = TypeKind::kUnion,
          .binding = Binding::kUnion,
          .text = std::move(text),
          .parts = std::move(members)};
}

bool IsPlain(const TypeText& item) {
  return item.kind != TypeKind::kStar && item.kind != TypeKind::kSlice;
}

TypeText SubscriptType(TypeText base, std::vector<TypeText> items) {
  // x[(a, b)] and x[a, b] are the same expression.
  while (items.size() == 1 && items.front().kind == TypeKind::kTuple &&
         !items.front().parts.empty()) {
    std::vector<TypeText> inner = std::move(items.front().parts);
    items = std::move(inner);
  }
  if (base.kind == TypeKind::kName && std::all_of(items.begin(), items.end(), IsPlain)) {
    const bool is_empty_tuple = items.size() == 1 && items.front().kind == TypeKind::kTuple;
    if (base.text == "typing.Union" && !is_empty_tuple) {
      return UnionType(std::move(items));
    }
    if (base.text == "typing.Optional" && items.size() == 1) {
      items.push_back(NoneType());
      return UnionType(std::move(items));
    }
    if (base.text == "typing.Unpack" && items.size() == 1) {
      return {.kind = TypeKind::kUnpack,
              .text = "typing.Unpack[" + items.front().text + "]",
              .parts = std::move(items)};
    }
  }
  const bool is_named = base.kind == TypeKind::kName;
  std::string head = is_named ? base.text : std::string();
  std::string text = Wrapped(std::move(base), Binding::kAtom) + "[" + Joined(items) + "]";
  return {.kind = is_named ? TypeKind::kApplied : TypeKind::kOther,
          .text = std::move(text),
          .head = std::move(head)};
}

TypeText CallType(TypeText function, const std::vector<TypeText>& arguments) {
  const bool is_type = function.kind == TypeKind::kName && function.text == "type";
  if (is_type && arguments.size() == 1 && arguments.front().kind == TypeKind::kNone) {
    return NoneType();
  }
  return {.text = Wrapped(std::move(function), Binding::kAtom) + "(" + Joined(arguments) + ")"};
}

}  // namespace norma::extract
