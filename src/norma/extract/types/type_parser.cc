#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "norma/extract/types/type_parser_internal.h"

namespace norma::extract {
namespace {

/// CPython reads no deeper than 200 brackets; unary operators count here too.
constexpr int kMaxNesting = 200;

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

TypeText None() { return {.kind = TypeKind::kNone, .text = "None"}; }

/// Rewrites a dotted name: rules 2 and 3 of "Type text", and NoneType of rule 4.
TypeText Name(std::string name) {
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
    return None();
  }
  return {.kind = TypeKind::kName, .text = std::move(name)};
}

/// The text of `inner` inside an expression that binds at least as tightly as `least`.
std::string Wrapped(TypeText inner, Binding least) {
  return inner.binding < least ? "(" + inner.text + ")" : std::move(inner.text);
}

TypeText Star(TypeText inner) {
  return {.kind = TypeKind::kStar,
          .binding = Binding::kLoosest,
          .text = "*" + Wrapped(std::move(inner), Binding::kUnion)};
}

/// What stands as an item of a tuple, a list or a subscript, where Unpack[X] is *X.
TypeText AsItem(TypeText item) {
  if (item.kind == TypeKind::kUnpack) {
    TypeText inner = std::move(item.parts.front());
    return Star(std::move(inner));
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

TypeText Tuple(std::vector<TypeText> items) {
  std::string text = "(" + Joined(items) + (items.size() == 1 ? ",)" : ")");
  return {.kind = TypeKind::kTuple, .text = std::move(text), .parts = std::move(items)};
}

/// Rule 4: one union, flat, without duplicates, sorted bytewise with None last.
TypeText Union(std::vector<TypeText> operands) {
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

/// Whether `item` is an expression of its own, not a star or a slice.
bool IsPlain(const TypeText& item) {
  return item.kind != TypeKind::kStar && item.kind != TypeKind::kSlice;
}

TypeText Subscript(TypeText base, std::vector<TypeText> items) {
  // x[(a, b)] and x[a, b] are the same expression.
  while (items.size() == 1 && items.front().kind == TypeKind::kTuple &&
         !items.front().parts.empty()) {
    std::vector<TypeText> inner = std::move(items.front().parts);
    items = std::move(inner);
  }
  if (base.kind == TypeKind::kName && std::all_of(items.begin(), items.end(), IsPlain)) {
    const bool is_empty_tuple = items.size() == 1 && items.front().kind == TypeKind::kTuple;
    if (base.text == "typing.Union" && !is_empty_tuple) {
      return Union(std::move(items));
    }
    if (base.text == "typing.Optional" && items.size() == 1) {
      items.push_back(None());
      return Union(std::move(items));
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

/// A recursive descent over the tokens. Each method returns nothing when the text is not what it
/// reads; the parse is then over.
class TypeParser {
 public:
  explicit TypeParser(std::string_view text) : lexer_(text) { Advance(); }

  std::optional<TypeText> Parse();

 private:
  using Maybe = std::optional<TypeText>;

  void Advance() { lexer_.Next(token_); }
  bool Take(std::string_view op) {
    if (!token_.Is(op)) {
      return false;
    }
    Advance();
    return true;
  }
  bool Enter() {
    return ++nesting_ <= kMaxNesting && (deepest_ = std::max(deepest_, nesting_)) > 0;
  }
  void Leave() { --nesting_; }

  Maybe ParseItem();
  Maybe ParseExpression();
  Maybe ParseBinary(Binding least);
  Maybe ParseUnary();
  Maybe ParsePostfix();
  Maybe ParseAtom();
  Maybe ParseName();
  Maybe ParseLiteral();
  Maybe ParseParentheses();
  Maybe ParseList();
  Maybe ParseBraces();
  Maybe ParseAttribute(TypeText base);
  Maybe ParseSubscript(TypeText base);
  Maybe ParseSubscriptItem();
  Maybe ParseCall(TypeText function);
  bool ParseArgument(std::vector<TypeText>& arguments);

  TypeLexer lexer_;
  Token token_;
  int nesting_ = 0;
  int deepest_ = 0;
};

std::optional<TypeText> TypeParser::Parse() {
  Maybe first = ParseItem();
  if (!first) {
    return std::nullopt;
  }
  TypeText result = AsItem(std::move(*first));
  if (token_.Is(",")) {
    // The printed form gets parentheses, which must not go past the limit when it is read again.
    if (deepest_ == kMaxNesting) {
      return std::nullopt;
    }
    std::vector<TypeText> items;
    items.push_back(std::move(result));
    while (Take(",") && token_.kind != TokenKind::kEnd) {
      Maybe item = ParseItem();
      if (!item) {
        return std::nullopt;
      }
      items.push_back(AsItem(std::move(*item)));
    }
    result = Tuple(std::move(items));
  }
  return token_.kind == TokenKind::kEnd ? Maybe(std::move(result)) : std::nullopt;
}

TypeParser::Maybe TypeParser::ParseItem() {
  if (!Take("*")) {
    return ParseExpression();
  }
  Maybe inner = ParseExpression();
  return inner ? Maybe(Star(std::move(*inner))) : std::nullopt;
}

TypeParser::Maybe TypeParser::ParseExpression() {
  Maybe first = ParseBinary(Binding::kXor);
  if (!first || !token_.Is("|")) {
    return first;
  }
  // All members of a chain at once, so that a long one is sorted once.
  std::vector<TypeText> members;
  members.push_back(std::move(*first));
  while (Take("|")) {
    Maybe member = ParseBinary(Binding::kXor);
    if (!member) {
      return std::nullopt;
    }
    members.push_back(std::move(*member));
  }
  return Union(std::move(members));
}

Binding BindingOf(const Token& token) {
  if (token.kind != TokenKind::kOperator) {
    return Binding::kLoosest;
  }
  const std::string_view op = token.text;
  if (op == "^") {
    return Binding::kXor;
  }
  if (op == "&") {
    return Binding::kAnd;
  }
  if (op == "<<" || op == ">>") {
    return Binding::kShift;
  }
  if (op == "+" || op == "-") {
    return Binding::kSum;
  }
  if (op == "*" || op == "/" || op == "//" || op == "%" || op == "@") {
    return Binding::kProduct;
  }
  return Binding::kLoosest;
}

TypeParser::Maybe TypeParser::ParseBinary(Binding least) {
  Maybe left = ParseUnary();
  while (left) {
    const Binding binding = BindingOf(token_);
    if (binding < least) {
      return left;
    }
    const std::string op = token_.text;
    Advance();
    const auto tighter = static_cast<Binding>(static_cast<uint8_t>(binding) + 1);
    Maybe right = ParseBinary(tighter);
    if (!right) {
      return std::nullopt;
    }
    std::string text = Wrapped(std::move(*left), binding);
    text += op;
    text += Wrapped(std::move(*right), tighter);
    left = TypeText{.binding = binding, .text = std::move(text)};
  }
  return std::nullopt;
}

TypeParser::Maybe TypeParser::ParseUnary() {
  if (token_.Is("-") || token_.Is("+") || token_.Is("~")) {
    std::string text = token_.text;
    Advance();
    if (!Enter()) {
      return std::nullopt;
    }
    Maybe operand = ParseUnary();
    Leave();
    if (!operand) {
      return std::nullopt;
    }
    text += Wrapped(std::move(*operand), Binding::kUnary);
    return TypeText{.binding = Binding::kUnary, .text = std::move(text)};
  }
  Maybe base = ParsePostfix();
  if (!base || !Take("**")) {
    return base;
  }
  if (!Enter()) {
    return std::nullopt;
  }
  Maybe exponent = ParseUnary();
  Leave();
  if (!exponent) {
    return std::nullopt;
  }
  std::string text = Wrapped(std::move(*base), Binding::kAtom) + "**";
  text += Wrapped(std::move(*exponent), Binding::kUnary);
  return TypeText{.binding = Binding::kPower, .text = std::move(text)};
}

TypeParser::Maybe TypeParser::ParsePostfix() {
  Maybe value = ParseAtom();
  while (value) {
    if (token_.Is(".")) {
      value = ParseAttribute(std::move(*value));
    } else if (token_.Is("[")) {
      value = ParseSubscript(std::move(*value));
    } else if (token_.Is("(")) {
      value = ParseCall(std::move(*value));
    } else {
      return value;
    }
  }
  return std::nullopt;
}

TypeParser::Maybe TypeParser::ParseAtom() {
  if (token_.kind == TokenKind::kName) {
    return ParseName();
  }
  if (token_.Is("(")) {
    return ParseParentheses();
  }
  if (token_.Is("[")) {
    return ParseList();
  }
  if (token_.Is("{")) {
    return ParseBraces();
  }
  return ParseLiteral();
}

/// Reads a whole dotted name before it is rewritten: `List.x` is not `list.x`.
TypeParser::Maybe TypeParser::ParseName() {
  std::string name = token_.text;
  Advance();
  while (Take(".")) {
    if (token_.kind != TokenKind::kName) {
      return std::nullopt;
    }
    name.push_back('.');
    name += token_.text;
    Advance();
  }
  return Name(std::move(name));
}

TypeParser::Maybe TypeParser::ParseLiteral() {
  const TokenKind kind = token_.kind;
  TypeText value;
  if (kind == TokenKind::kNone) {
    value = None();
  } else if (kind == TokenKind::kEllipsis) {
    value.text = "...";
  } else if (kind == TokenKind::kConstant) {
    value.text = token_.text;
  } else if (kind == TokenKind::kNumber) {
    value.kind = TypeKind::kNumber;
    value.text = token_.text;
  } else if (kind == TokenKind::kString || kind == TokenKind::kBytes) {
    std::u32string content = token_.content;
    for (Advance(); token_.kind == kind; Advance()) {
      content += token_.content;
    }
    value.text = PythonRepr(content, kind);
    const bool is_mixed = token_.kind == TokenKind::kString || token_.kind == TokenKind::kBytes;
    return is_mixed ? std::nullopt : Maybe(std::move(value));
  } else {
    return std::nullopt;
  }
  Advance();
  return value;
}

TypeParser::Maybe TypeParser::ParseParentheses() {
  Advance();
  if (!Enter()) {
    return std::nullopt;
  }
  std::vector<TypeText> items;
  bool has_comma = false;
  while (!token_.Is(")")) {
    Maybe item = ParseItem();
    if (!item) {
      return std::nullopt;
    }
    items.push_back(std::move(*item));
    if (!Take(",")) {
      break;
    }
    has_comma = true;
  }
  if (!Take(")")) {
    return std::nullopt;
  }
  Leave();
  if (items.size() == 1 && !has_comma) {
    return IsPlain(items.front()) ? Maybe(std::move(items.front())) : std::nullopt;
  }
  for (TypeText& item : items) {
    item = AsItem(std::move(item));
  }
  return Tuple(std::move(items));
}

TypeParser::Maybe TypeParser::ParseList() {
  Advance();
  if (!Enter()) {
    return std::nullopt;
  }
  std::vector<TypeText> items;
  while (!token_.Is("]")) {
    Maybe item = ParseItem();
    if (!item) {
      return std::nullopt;
    }
    items.push_back(AsItem(std::move(*item)));
    if (!Take(",")) {
      break;
    }
  }
  if (!Take("]")) {
    return std::nullopt;
  }
  Leave();
  return TypeText{.text = "[" + Joined(items) + "]"};
}

/// Reads a set or a dictionary. A mixture of both, which Python refuses, is refused here too.
TypeParser::Maybe TypeParser::ParseBraces() {
  Advance();
  if (!Enter()) {
    return std::nullopt;
  }
  std::vector<TypeText> items;
  bool has_entries = false;
  bool has_members = false;
  while (!token_.Is("}")) {
    Maybe item;
    if (Take("**")) {
      has_entries = true;
      item = ParseExpression();
      if (item) {
        item->text = "**" + item->text;
      }
    } else {
      item = ParseItem();
      if (item && IsPlain(*item) && Take(":")) {
        has_entries = true;
        Maybe value = ParseExpression();
        if (!value) {
          return std::nullopt;
        }
        item->text += ":" + value->text;
      } else {
        has_members = true;
      }
    }
    if (!item) {
      return std::nullopt;
    }
    items.push_back(std::move(*item));
    if (!Take(",")) {
      break;
    }
  }
  if (!Take("}") || (has_entries && has_members)) {
    return std::nullopt;
  }
  Leave();
  return TypeText{.text = "{" + Joined(items) + "}"};
}

TypeParser::Maybe TypeParser::ParseAttribute(TypeText base) {
  Advance();
  // `1 .real` would need parentheses of its own; no type is written so.
  if (token_.kind != TokenKind::kName || base.kind == TypeKind::kNumber) {
    return std::nullopt;
  }
  const bool is_named = base.kind == TypeKind::kName;
  std::string text = Wrapped(std::move(base), Binding::kAtom) + "." + token_.text;
  Advance();
  return is_named ? Name(std::move(text)) : TypeText{.text = std::move(text)};
}

TypeParser::Maybe TypeParser::ParseSubscript(TypeText base) {
  Advance();
  if (!Enter()) {
    return std::nullopt;
  }
  std::vector<TypeText> items;
  while (!token_.Is("]")) {
    Maybe item = ParseSubscriptItem();
    if (!item) {
      return std::nullopt;
    }
    items.push_back(AsItem(std::move(*item)));
    if (!Take(",")) {
      break;
    }
  }
  if (!Take("]") || items.empty()) {
    return std::nullopt;
  }
  Leave();
  return Subscript(std::move(base), std::move(items));
}

/// Reads an item or a slice `start:stop:step`, each part of which may be absent.
TypeParser::Maybe TypeParser::ParseSubscriptItem() {
  Maybe first;
  if (!token_.Is(":")) {
    first = ParseItem();
    if (!first || !token_.Is(":") || !IsPlain(*first)) {
      return first;
    }
  }
  std::string text = first ? std::move(first->text) : std::string();
  for (int colons = 0; colons < 2 && Take(":"); ++colons) {
    const bool is_step = colons == 1;
    const bool is_absent = token_.Is(":") || token_.Is(",") || token_.Is("]");
    if (!is_step || !is_absent) {
      text.push_back(':');
    }
    if (!is_absent) {
      Maybe bound = ParseExpression();
      if (!bound) {
        return std::nullopt;
      }
      text += bound->text;
    }
  }
  return TypeText{.kind = TypeKind::kSlice, .text = std::move(text)};
}

TypeParser::Maybe TypeParser::ParseCall(TypeText function) {
  Advance();
  if (!Enter()) {
    return std::nullopt;
  }
  std::vector<TypeText> arguments;
  while (!token_.Is(")")) {
    if (!ParseArgument(arguments)) {
      return std::nullopt;
    }
    if (!Take(",")) {
      break;
    }
  }
  if (!Take(")")) {
    return std::nullopt;
  }
  Leave();
  if (function.kind == TypeKind::kName && function.text == "type" && arguments.size() == 1 &&
      arguments.front().kind == TypeKind::kNone) {
    return None();
  }
  std::string text = Wrapped(std::move(function), Binding::kAtom) + "(" + Joined(arguments) + ")";
  return TypeText{.text = std::move(text)};
}

bool TypeParser::ParseArgument(std::vector<TypeText>& arguments) {
  TypeText argument;
  if (token_.Is("*") || token_.Is("**")) {
    argument.text = token_.text;
    Advance();
  } else if (token_.kind == TokenKind::kName) {
    // A keyword is not rewritten as a type name would be, so it must be known before.
    TypeLexer ahead = lexer_;
    Token next;
    ahead.Next(next);
    if (next.Is("=")) {
      argument.text = token_.text + "=";
      Advance();
      Advance();
    }
  }
  Maybe value = ParseExpression();
  if (!value) {
    return false;
  }
  if (!argument.text.empty()) {
    value = TypeText{.text = argument.text + value->text};
  }
  arguments.push_back(std::move(*value));
  return true;
}

}  // namespace

std::optional<TypeText> ParseType(std::string_view text) { return TypeParser(text).Parse(); }

}  // namespace norma::extract
