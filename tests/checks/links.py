"""Fails when a page links to a file that is not there, or a comment names a page of docs/ that is not."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)")
PAGE = re.compile(r"\bdocs/[\w./-]*\w")


def tracked(*patterns: str) -> list[pathlib.Path]:
    command = ["git", "ls-files", "-z", *patterns]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [ROOT / name for name in listing.split("\0") if name]


def main() -> int:
    failures = []
    for page in tracked("*.md"):
        for link in LINK.findall(page.read_text(encoding="utf-8")):
            if not (page.parent / link).exists():
                failures.append(f"{page.relative_to(ROOT)}: no such file: {link}")
    for file in tracked("src", "bridge", "worker", "cmake", "scripts", "*.md"):
        for name in PAGE.findall(file.read_text(encoding="utf-8", errors="replace")):
            if not any((ROOT / name).parent.glob(pathlib.Path(name).name + "*")):
                failures.append(f"{file.relative_to(ROOT)}: no such page: {name}")
    print("\n".join(failures) or "links: every one leads somewhere")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
