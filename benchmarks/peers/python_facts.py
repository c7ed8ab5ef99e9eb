"""What people write today: the facts of a repository with ast, symtable and LibCST, into Delta tables.

Usage: python_facts.py REPOSITORY OUTPUT

A fair peer for norma: several processes, batches instead of row-by-row writes, the writer of the
deltalake package. It takes the same kinds of facts (definitions, imports, calls, references, type
expressions, AST nodes, scopes, symbols), but exact byte spans only where Python gives them.
"""

import ast
import concurrent.futures
import json
import os
import pathlib
import symtable
import sys

import deltalake
import libcst
import pyarrow
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper

BATCH_FILES = 64


class Facts(libcst.CSTVisitor):
    """Definitions, imports, calls, references and annotations of one file, with byte spans."""

    METADATA_DEPENDENCIES = (ByteSpanPositionProvider,)

    def __init__(self, path: str, module: libcst.Module) -> None:
        self.path = path
        self.module = module
        self.owners: list[str] = []
        self.rows: dict[str, list[tuple]] = {
            name: [] for name in ("defs", "imports", "calls", "refs", "types")
        }

    def span(self, node: libcst.CSTNode) -> tuple[int, int]:
        span = self.get_metadata(ByteSpanPositionProvider, node)
        return span.start, span.start + span.length

    def text(self, node: libcst.CSTNode) -> str:
        return self.module.code_for_node(node)

    def add(self, table: str, node: libcst.CSTNode, *values: object) -> None:
        self.rows[table].append((self.path, *self.span(node), ".".join(self.owners), *values))

    def visit_FunctionDef(self, node: libcst.FunctionDef) -> None:
        self.add("defs", node.name, "function", node.name.value)
        self.owners.append(node.name.value)

    def leave_FunctionDef(self, original_node: libcst.FunctionDef) -> None:
        self.owners.pop()

    def visit_ClassDef(self, node: libcst.ClassDef) -> None:
        self.add("defs", node.name, "class", node.name.value)
        self.owners.append(node.name.value)

    def leave_ClassDef(self, original_node: libcst.ClassDef) -> None:
        self.owners.pop()

    def visit_ImportAlias(self, node: libcst.ImportAlias) -> None:
        self.add("imports", node, "alias", self.text(node))

    def visit_Call(self, node: libcst.Call) -> None:
        self.add("calls", node, "call", self.text(node.func)[:512])

    def visit_Name(self, node: libcst.Name) -> None:
        self.add("refs", node, "name", node.value)

    def visit_Attribute(self, node: libcst.Attribute) -> None:
        self.add("refs", node, "attribute", node.attr.value)

    def visit_Annotation(self, node: libcst.Annotation) -> None:
        self.add("types", node.annotation, "annotation", self.text(node.annotation))


def ast_rows(path: str, tree: ast.AST) -> list[tuple]:
    rows = []
    for node in ast.walk(tree):
        rows.append(
            (
                path,
                type(node).__name__,
                getattr(node, "lineno", None),
                getattr(node, "col_offset", None),
                getattr(node, "end_lineno", None),
                getattr(node, "end_col_offset", None),
            )
        )
    return rows


def scope_rows(path: str, table: symtable.SymbolTable) -> tuple[list[tuple], list[tuple]]:
    scopes, symbols, waiting = [], [], [table]
    while waiting:
        scope = waiting.pop()
        scopes.append((path, scope.get_name(), str(scope.get_type()), scope.get_lineno()))
        for symbol in scope.get_symbols():
            symbols.append((path, scope.get_name(), symbol.get_name(), symbol.is_assigned()))
        waiting.extend(scope.get_children())
    return scopes, symbols


COLUMNS = {
    **{
        name: ("path", "bstart", "bend", "owner", "kind", "text")
        for name in ("defs", "imports", "calls", "refs", "types")
    },
    "ast_nodes": ("path", "kind", "lineno", "col_offset", "end_lineno", "end_col_offset"),
    "scopes": ("path", "name", "type", "lineno"),
    "symbols": ("path", "scope", "name", "is_assigned"),
    "failures": ("path", "message"),
}


def facts_of(root: str, path: str) -> dict[str, list[tuple]]:
    found: dict[str, list[tuple]] = {name: [] for name in COLUMNS}
    source = pathlib.Path(root, path).read_bytes()
    try:
        tree = ast.parse(source)
        found["ast_nodes"] = ast_rows(path, tree)
        text = source.decode()
        found["scopes"], found["symbols"] = scope_rows(path, symtable.symtable(text, path, "exec"))
        compile(tree, path, "exec", dont_inherit=True)
        wrapper = MetadataWrapper(libcst.parse_module(source), unsafe_skip_copy=True)
        visitor = Facts(path, wrapper.module)
        wrapper.visit(visitor)
        found.update(visitor.rows)
    except Exception as error:  # one bad file must not end the script
        found["failures"].append((path, repr(error)))
    return found


def batch_of(root: str, paths: list[str]) -> dict[str, pyarrow.Table]:
    rows: dict[str, list[tuple]] = {name: [] for name in COLUMNS}
    for path in paths:
        for name, found in facts_of(root, path).items():
            rows[name].extend(found)
    return {
        name: pyarrow.table(dict(zip(columns, map(list, zip(*rows[name])))))
        for name, columns in COLUMNS.items()
        if rows[name]
    }


def main() -> None:
    root, output = sys.argv[1:3]
    paths = sorted(
        str(path.relative_to(root)) for path in pathlib.Path(root).rglob("*.py") if path.is_file()
    )
    batches = [paths[i : i + BATCH_FILES] for i in range(0, len(paths), BATCH_FILES)]
    collected: dict[str, list[pyarrow.Table]] = {name: [] for name in COLUMNS}
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        for tables in pool.map(batch_of, [root] * len(batches), batches):
            for name, table in tables.items():
                collected[name].append(table)
    for name, tables in collected.items():
        if tables:
            deltalake.write_deltalake(
                os.path.join(output, name),
                pyarrow.concat_tables(tables, promote_options="permissive"),
            )
    rows = {name: sum(map(len, tables)) for name, tables in collected.items()}
    print(json.dumps({"files": len(paths), "rows": rows}))


if __name__ == "__main__":
    main()
