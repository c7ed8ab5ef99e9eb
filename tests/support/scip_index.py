"""Writes SCIP indexes from plain Python values, in the protocol's wire format."""

import pathlib
import typing

# By message: name of a field -> number, and what it holds: a message, "text", "number", or "numbers" (packed).
MESSAGES: dict[str, dict[str, tuple[int, str]]] = {
    "Index": {
        "metadata": (1, "Metadata"),
        "documents": (2, "Document"),
        "external_symbols": (3, "SymbolInformation"),
    },
    "Metadata": {
        "version": (1, "number"),
        "tool_info": (2, "ToolInfo"),
        "text_document_encoding": (4, "number"),
    },
    "ToolInfo": {"name": (1, "text"), "version": (2, "text")},
    "Document": {
        "relative_path": (1, "text"),
        "occurrences": (2, "Occurrence"),
        "symbols": (3, "SymbolInformation"),
        "language": (4, "text"),
        "text": (5, "text"),
        "position_encoding": (6, "number"),
    },
    "Occurrence": {
        "range": (1, "numbers"),
        "symbol": (2, "text"),
        "symbol_roles": (3, "number"),
        "override_documentation": (4, "text"),
        "syntax_kind": (5, "number"),
        "diagnostics": (6, "Diagnostic"),
        "enclosing_range": (7, "numbers"),
        "single_line_range": (8, "SingleLineRange"),
        "multi_line_range": (9, "MultiLineRange"),
    },
    "SingleLineRange": {
        "line": (1, "number"),
        "start_character": (2, "number"),
        "end_character": (3, "number"),
    },
    "MultiLineRange": {
        "start_line": (1, "number"),
        "start_character": (2, "number"),
        "end_line": (3, "number"),
        "end_character": (4, "number"),
    },
    "Diagnostic": {
        "severity": (1, "number"),
        "code": (2, "text"),
        "message": (3, "text"),
        "source": (4, "text"),
        "tags": (5, "numbers"),
    },
    "SymbolInformation": {
        "symbol": (1, "text"),
        "documentation": (3, "text"),
        "relationships": (4, "Relationship"),
        "kind": (5, "number"),
        "display_name": (6, "text"),
        "enclosing_symbol": (8, "text"),
    },
    "Relationship": {
        "symbol": (1, "text"),
        "is_reference": (2, "number"),
        "is_implementation": (3, "number"),
        "is_type_definition": (4, "number"),
        "is_definition": (5, "number"),
    },
}
VARINT, BYTES = 0, 2


def varint(number: int) -> bytes:
    number &= 2**64 - 1
    parts = []
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


def field(number: int, content: bytes) -> bytes:
    return varint(number << 3 | BYTES) + varint(len(content)) + content


def value(number: int, kind: str, content: typing.Any) -> bytes:
    if kind == "number":
        return varint(number << 3 | VARINT) + varint(content)
    if kind == "numbers":
        return field(number, b"".join(map(varint, content)))
    if kind == "text":
        return field(number, content.encode() if isinstance(content, str) else content)
    return field(number, message(kind, content))


def message(name: str, values: dict) -> bytes:
    """A serialised message. A list gives a field as often as it has items; packed numbers once."""
    parts = []
    for key, content in values.items():
        number, kind = MESSAGES[name][key]
        many = isinstance(content, list) and kind != "numbers"
        parts += [value(number, kind, item) for item in (content if many else [content])]
    return b"".join(parts)


def index(documents: list[dict], tool: str = "scip-python", **others: typing.Any) -> bytes:
    """A serialised index of these documents."""
    metadata = {"tool_info": {"name": tool, "version": "1.0"}}
    return message("Index", {"metadata": metadata, "documents": documents, **others})


def write(path: pathlib.Path, documents: list[dict], **others: typing.Any) -> pathlib.Path:
    path.write_bytes(index(documents, **others))
    return path


def occurrence(span: list[int], name: str, **others: typing.Any) -> dict:
    """An occurrence of a symbol whose last descriptor is `name`."""
    return {"range": span, "symbol": symbol(name), **others}


def symbol(name: str) -> str:
    return f"t m p 1 mod/{name}."
