"""What Python itself says about a repository, worked out again and compared with norma's tables."""

import ast
import collections
import concurrent.futures
import dataclasses
import io
import pathlib
import re
import tokenize
import unicodedata
import warnings

import deltalake
import duckdb
import polars

from support import FactsCase, read_table, tables_of

# The tree's nodes without a row of their own.
COLUMNS_OF_PARENTS = (ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop)
DEFINITIONS = {
    ast.FunctionDef: "function",
    ast.AsyncFunctionDef: "async_function",
    ast.ClassDef: "class",
}


@dataclasses.dataclass
class FileFacts:
    """A file as `ast` sees it."""

    kinds: dict[str, int]
    definitions: list[tuple[str, str, int, int]]  # kind, name, first byte, byte after


class Places:
    """Turns ast's lines and UTF-8 columns into bytes of the file, the slow and plain way."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.encoding = tokenize.detect_encoding(io.BytesIO(content).readline)[0]
        self.mark = 3 if self.encoding == "utf-8-sig" else 0
        self.starts = [0, *(end.end() for end in re.finditer(rb"\r\n|\r|\n", content))]

    def byte(self, line: int, column: int) -> int:
        start = self.starts[line - 1] + (self.mark if line == 1 else 0)
        if self.encoding.startswith("utf-8"):
            return start + column
        end = self.starts[line] if line < len(self.starts) else len(self.content)
        text = self.content[start:end].decode(self.encoding)
        return start + len(text.encode()[:column].decode().encode(self.encoding))


def examine(file: tuple[str, str]) -> tuple[str, FileFacts | None]:
    """The facts of one file, or None where Python refuses it."""
    path, place = file
    content = pathlib.Path(place).read_bytes()
    warnings.simplefilter("ignore")
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return path, None
    places = Places(content)
    kinds, definitions = collections.Counter(), []
    for node in ast.walk(tree):
        if isinstance(node, COLUMNS_OF_PARENTS):
            continue
        kinds[type(node).__name__] += 1
        if kind := DEFINITIONS.get(type(node)):
            begin = places.byte(node.lineno, node.col_offset)
            end = places.byte(node.end_lineno, node.end_col_offset)
            definitions.append((kind, node.name, begin, end))
    return path, FileFacts(dict(kinds), sorted(definitions))


class JudgedCase(FactsCase):
    """A test that holds the tables of one run against Python and against other readers."""

    def judge(self) -> None:
        """Compares everything; call after the run."""
        self.files = {
            str(place.relative_to(self.repository)): str(place)
            for place in sorted(self.repository.rglob("*.py*"))
            if place.suffix in (".py", ".pyi") and place.is_file() and not place.is_symlink()
        }
        with concurrent.futures.ProcessPoolExecutor() as processes:
            self.truth = dict(processes.map(examine, self.files.items(), chunksize=32))
        for check in (
            self.every_file_is_accounted_for,
            self.nodes_agree,
            self.definitions_agree,
            self.definition_names_are_the_bytes_at_their_span,
            self.ast_names_are_the_bytes_at_their_span,
            self.readers_agree,
        ):
            with self.subTest(check.__name__):
                check()

    def every_file_is_accounted_for(self) -> None:
        self.assertEqual(self.table("repo_files", "path")["path"].to_list(), sorted(self.files))
        with_facts = set(self.table("ast_nodes", "path")["path"])
        self.assertEqual(
            with_facts, {path for path, facts in self.truth.items() if facts is not None}
        )
        with_rows = set(self.failures()) | set(self.refusals())
        self.assertEqual(set(self.files) - with_facts - with_rows, set())

    def nodes_agree(self) -> None:
        found = collections.defaultdict(dict)
        for path, kind, count in (
            self.table("ast_nodes", "path", "kind").group_by("path", "kind").len().iter_rows()
        ):
            found[path][kind] = count
        for path, facts in self.truth.items():
            if facts is not None:
                self.assertEqual(found[path], facts.kinds, path)
        normalised = self.table("ast_nodes_norm_v1", "path", "ast_id")
        self.assertTrue(normalised.equals(self.table("ast_nodes", "path", "ast_id")))

    def definitions_agree(self) -> None:
        found = collections.defaultdict(list)
        rows = self.table("cst_defs", "path", "kind", "name", "bstart", "bend")
        for path, *definition in rows.iter_rows():
            found[path].append(tuple(definition))
        gaps = set(self.table("ts_errors", "path")["path"]) | set(
            self.table("ts_missing", "path")["path"]
        )
        judged = [
            path for path, facts in self.truth.items() if facts is not None and path not in gaps
        ]
        for path in judged:
            self.assertEqual(sorted(found[path]), self.truth[path].definitions, path)
        self.assertGreaterEqual(len(judged), 0.97 * len(self.files))

    def definition_names_are_the_bytes_at_their_span(self) -> None:
        self.names_are_the_bytes_at_their_span("cst_defs_norm_v1", polars.lit(True))

    def ast_names_are_the_bytes_at_their_span(self) -> None:
        self.names_are_the_bytes_at_their_span("ast_nodes_norm_v1", polars.col("kind") == "Name")

    def names_are_the_bytes_at_their_span(self, table: str, which: polars.Expr) -> None:
        encodings = dict(self.table("file_line_index", "path", "encoding").iter_rows())
        rows = self.table(table, "path", "name", "span", *(["kind"] if "ast" in table else []))
        span = polars.col("span").struct
        rows = rows.filter(which).select(
            "path", "name", span.field("ok"), span.field("bstart"), span.field("bend")
        )
        self.assertTrue(rows["ok"].all())
        self.assertGreater(len(rows), 0)
        current, content, encoding = None, b"", "utf-8"
        for path, name, _, begin, end in rows.iter_rows():
            if path != current:
                current, content = path, pathlib.Path(self.files[path]).read_bytes()
                encoding = {"unknown": "utf-8"}.get(encodings[path], encodings[path])
            text = content[begin:end].decode(encoding)
            if text != name:
                self.assertEqual(unicodedata.normalize("NFKC", text), name, (path, begin, end))

    def readers_agree(self) -> None:
        """deltalake with pyarrow, polars and duckdb read the same rows; norma counts them alike."""
        counted = {table["name"]: table["rows"] for table in self.summary["tables"]}
        for name, place in tables_of(self.output, "evidence", "normalize").items():
            files = deltalake.DeltaTable(place).file_uris()
            if not files:
                self.assertEqual(counted.get(name, 0), 0, name)
                continue
            ours = duckdb.read_parquet(files)
            self.assertEqual(ours.count("*").fetchall(), [(counted[name],)], name)
            if counted[name] <= 300_000:
                with_arrow = read_table(self.output, name)
                with_polars = polars.read_delta(place)
                self.assertTrue(with_polars.equals(with_arrow), name)
                self.assertEqual(ours.fetchall(), with_arrow.rows(), name)
