"""Compares what each rule makes of a small input with committed text, or writes that text anew.

Usage: norma_golden.py [--update] [RULE ...]

A folder of a rule holds input/ (what a person reads; a link where two rules share one; documents of a SCIP
index in index.json), and what a run over it must give:

    emitted.sql      the SQL that runs
    fingerprint.txt  the fingerprint of the rule's query
    rows.csv         the rows of its output. Structs are one column a field, lists and maps are JSON,
                     NULL is ∅. The last column, slice, is the file's own bytes at the row's span.

--update rewrites the three; the diff is then the review. What depends on the Python in use reads
<py_tag> and <parse_error_id>.
"""

import argparse
import concurrent.futures
import csv
import difflib
import functools
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator

import deltalake
import pyarrow

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.append(str(ROOT / "tests/support"))
import scip_index  # noqa: E402

NORMA = os.environ.get("NORMA_PROGRAM", str(ROOT / "build/release/norma"))
ESCAPES = {
    ord("\\"): "\\\\",
    **{code: f"\\x{code:02x}" for code in (*range(32), 127)},
    ord("\n"): "\\n",
}


def rules() -> list[str]:
    return sorted(place.parent.name for place in HERE.glob("*/input"))


class Facts:
    """The output root of a run over one input."""

    def __init__(self, input_folder: pathlib.Path, scratch: pathlib.Path) -> None:
        self.input = input_folder
        self.output = scratch / "facts"
        command = [
            NORMA,
            "run",
            input_folder,
            "--out",
            self.output,
            "--python",
            sys.executable,
            "--quiet",
        ]
        documents = input_folder / "index.json"
        if documents.exists():
            values = json.loads(documents.read_text(encoding="utf-8"))
            command += ["--scip", scip_index.write(scratch / "index.scip", values)]
        subprocess.run(command, check=True)

    def table(self, place: str) -> pyarrow.Table:
        return deltalake.DeltaTable(str(self.output / place)).to_pyarrow_table()

    def read(self, place: str) -> list[dict]:
        return self.table(place).to_pylist()

    def artifact(self, rule: str, kind: str) -> str:
        (content,) = [
            row["content"]
            for row in self.read("control/plan_artifacts_v1")
            if (row["subject"], row["kind"]) == (rule, kind)
        ]
        return content

    def slice(self, row: dict, encodings: dict[str, str]) -> str | None:
        """The file's own bytes at the row's span; None if the row has no bytes."""
        span = row.get("span", row)
        if span["bstart"] is None:
            return None
        content = (self.input / row["path"]).read_bytes()[span["bstart"] : span["bend"]]
        return content.decode(encodings.get(row["path"], "utf-8"), "replace")

    def rows(self, rule: str) -> str:
        table = self.table("normalize/" + json.loads(self.artifact(rule, "output"))["table"])
        leaves = list(leaves_of(table.schema))
        encodings = {row["path"]: row["encoding"] for row in self.read("evidence/file_line_index")}
        has_place = bool({"span", "bstart"} & set(table.column_names))
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([".".join(leaf) for leaf in leaves] + ["slice"] * has_place)
        for row in table.to_pylist(maps_as_pydicts="strict"):
            values = [functools.reduce(dict.get, leaf, row) for leaf in leaves]
            if has_place:
                values.append(self.slice(row, encodings))
            writer.writerow(map(show, values))
        return self.portable(text.getvalue())

    def portable(self, text: str) -> str:
        """The text without what depends on the Python in use."""
        for row in self.read("evidence/cst_parse_errors"):
            text = text.replace(row["parse_error_id"], "<parse_error_id>")
        for row in self.read("evidence/extract_status"):
            if row["producer"] == "cpython":
                text = text.replace(row["py_tag"], "<py_tag>")
        return text


def leaves_of(fields: Iterable[pyarrow.Field]) -> Iterator[tuple[str, ...]]:
    """The paths to the columns that are no structs."""
    for field in fields:
        if pyarrow.types.is_struct(field.type):
            yield from ((field.name, *leaf) for leaf in leaves_of(field.type))
        else:
            yield (field.name,)


def show(value: object) -> str:
    if value is None:
        return "∅"
    if isinstance(value, str):
        return value.translate(ESCAPES)
    return json.dumps(value, ensure_ascii=False)


def made(rule: str) -> dict[str, str]:
    """The texts that a run gives."""
    with tempfile.TemporaryDirectory(prefix="norma-golden-") as scratch:
        facts = Facts(HERE / rule / "input", pathlib.Path(scratch))
        return {
            "emitted.sql": facts.artifact(rule, "sql") + "\n",
            "fingerprint.txt": facts.artifact(rule, "def") + "\n",
            "rows.csv": facts.rows(rule),
        }


def differences(rule: str, texts: dict[str, str]) -> list[str]:
    found = []
    for name, text in texts.items():
        file = HERE / rule / name
        committed = file.read_text(encoding="utf-8") if file.exists() else ""
        if committed != text:
            found += difflib.unified_diff(
                committed.splitlines(),
                text.splitlines(),
                f"committed {rule}/{name}",
                f"made {rule}/{name}",
                lineterm="",
            )
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--update", action="store_true", help="write the texts instead of comparing them"
    )
    parser.add_argument("rule", nargs="*", help="rules to look at (default: all)")
    options = parser.parse_args()
    chosen = options.rule or rules()
    failures = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as threads:
        for rule, texts in zip(chosen, threads.map(made, chosen)):
            if options.update:
                for name, text in texts.items():
                    (HERE / rule / name).write_text(text, encoding="utf-8")
            elif found := differences(rule, texts):
                failures += 1
                print("\n".join(found))
    print(f"{len(chosen)} rules, {failures} differ" + (" (written)" if options.update else ""))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
