"""Scopes and symbols, as the interpreter's symbol table has them."""

import _symtable

from norma_worker.columns import integers, texts

SCOPE_TYPES = {
    "TYPE_MODULE": "module",
    "TYPE_FUNCTION": "function",
    "TYPE_CLASS": "class",
    "TYPE_ANNOTATION": "annotation",
    "TYPE_TYPE_ALIAS": "type_alias",
    "TYPE_TYPE_PARAM": "type_params",
    "TYPE_TYPE_PARAMETERS": "type_params",
    "TYPE_TYPE_VAR_BOUND": "type_var",
    "TYPE_TYPE_VARIABLE": "type_var",
}


def scope_types():
    """The scope types of this interpreter as (number, word)."""
    return [
        (getattr(_symtable, name), word)
        for name, word in SCOPE_TYPES.items()
        if hasattr(_symtable, name)
    ]


def scope_sections(top):
    rows, names, flags, symbols = [], [], [], []
    pending = [(top, -1)]
    while pending:
        scope, parent = pending.pop()
        index = len(names)
        table = scope.symbols
        rows += (parent, scope.type, scope.lineno, bool(scope.nested), len(table))
        names.append(scope.name)
        flags.extend(table.values())
        symbols.extend(table)
        pending.extend((child, index) for child in reversed(scope.children))
    yield b"SCOP", integers(rows)
    yield b"SNAM", texts(names)
    yield b"SYMF", integers(flags)
    yield b"SYMN", texts(symbols)
