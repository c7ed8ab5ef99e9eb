"""Fetches the CPython versions of pythons.txt that the flow tests run, and unpacks them.

Usage: fetch_pythons.py FOLDER

They come as jars for Java, from the registry that Maven is configured for: whole interpreters with
their standard library and its tests, pinned by hash. FOLDER/3.13/bin/python3.13 is the result, and
nothing is fetched when it is there. One that cannot be had is told and left out; the tests say which
versions they ran.
"""

import hashlib
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile

LIST = pathlib.Path(__file__).with_name("pythons.txt")
INSIDE = "org/bytedeco/cpython/linux-x86_64/"
LEFT_OUT = {"__pycache__", "site-packages", "ensurepip", "idlelib", "tkinter"}


class Unavailable(Exception):
    """Says why an interpreter cannot be had."""


def fetch(release: str, sha256: str, scratch: pathlib.Path) -> pathlib.Path:
    """Has Maven put the jar of a release into `scratch`, and compares its hash."""
    artifact = f"org.bytedeco:cpython:{release}:jar:linux-x86_64"
    goal = "org.apache.maven.plugins:maven-dependency-plugin:3.6.0:copy"
    command = ["mvn", "-q", "-B", goal, f"-Dartifact={artifact}", f"-DoutputDirectory={scratch}"]
    command += ["-Dmdep.useBaseVersion=true", f"-Dmaven.repo.local={scratch / 'maven'}"]
    done = subprocess.run(command, cwd=scratch, capture_output=True, text=True, timeout=600)
    jar = scratch / f"cpython-{release}-linux-x86_64.jar"
    if not jar.is_file():
        raise Unavailable(f"Maven did not fetch {artifact}, exit {done.returncode}")
    found = hashlib.sha256(jar.read_bytes()).hexdigest()
    if found != sha256:
        raise Unavailable(f"{artifact} has another hash than expected: {found}")
    return jar


def unpack(jar: pathlib.Path, version: str, target: pathlib.Path) -> None:
    """Unpacks the interpreter and its library, and nothing of Java or for building against it."""
    program = f"bin/python{version}"
    with zipfile.ZipFile(jar) as packed:
        for entry in packed.infolist():
            name = entry.filename.removeprefix(INSIDE)
            wanted = name == program or name.startswith(
                (f"lib/python{version}/", "libpython", "libffi")
            )
            if not entry.is_dir() and wanted and LEFT_OUT.isdisjoint(name.split("/")):
                place = target / name
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(packed.read(entry))
    (target / program).chmod(0o755)
    said = subprocess.run([target / program, "-c", "import sys; print(sys.version_info[:2])"],
                          capture_output=True, text=True)  # fmt: skip
    if said.stdout.strip() != str(tuple(map(int, version.split(".")))):
        raise Unavailable(f"python{version} does not start: {said.stderr.strip()[-200:]}")


def provide(version: str, release: str, sha256: str, scratch: pathlib.Path) -> None:
    target = scratch.parent / version
    if (target / "release").is_file() and (target / "release").read_text() == release:
        return
    if shutil.which("mvn") is None:
        raise Unavailable("mvn is not installed")
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise Unavailable("there is none for this machine")
    print(f"setup: fetching Python {version} for the flow tests", file=sys.stderr)
    made = scratch / version
    unpack(fetch(release, sha256, scratch), version, made)
    (made / "release").write_text(release)
    shutil.rmtree(target, ignore_errors=True)
    os.rename(made, target)


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        for line in LIST.read_text().splitlines():
            version, release, sha256 = line.split()
            try:
                provide(version, release, sha256, pathlib.Path(scratch))
            except (Unavailable, OSError, subprocess.SubprocessError) as why:
                print(f"setup: the flow tests go without Python {version}: {why}", file=sys.stderr)


if __name__ == "__main__":
    main()
