"""Fetches one source archive from the Python package index, by name, version and hash, and unpacks it.

Usage: fetch_sdist.py NAME VERSION SHA256 FOLDER

pip itself cannot do this without building the package. The index is the one pip is configured for.
FOLDER/NAME-VERSION holds the result; nothing is fetched when it is there already.
"""

import hashlib
import html
import os
import pathlib
import re
import shutil
import ssl
import subprocess
import sys
import tarfile
import tempfile
import urllib.parse
import urllib.request


def index_url() -> str:
    """The simple index that pip would ask."""
    answer = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"],
        capture_output=True,
        text=True,
        check=False,
    )
    configured = os.environ.get("PIP_INDEX_URL") or answer.stdout.strip()
    if configured:
        return configured
    from pip._internal.models.index import PyPI  # pip's own default

    return PyPI.simple_url


def open_url(url: str):
    """Opens `url`, with the certificates that pip is told to use."""
    context = ssl.create_default_context(cafile=os.environ.get("PIP_CERT") or None)
    return urllib.request.urlopen(url, timeout=120, context=context)


def archive_url(name: str, version: str) -> str:
    page = urllib.parse.urljoin(index_url().rstrip("/") + "/", f"{name}/")
    with open_url(page) as answer:
        text = answer.read().decode()
        base = answer.geturl()
    wanted = f"{name}-{version}.tar.gz"
    for reference in re.findall(r'href="([^"]+)"', text):
        link = urllib.parse.urljoin(base, html.unescape(reference))
        if urllib.parse.urlsplit(link).path.endswith(f"/{wanted}"):
            return link
    sys.exit(f"fetch_sdist: the package index has no file {wanted}")


def main() -> None:
    name, version, sha256, folder = sys.argv[1:5]
    target = pathlib.Path(folder, f"{name}-{version}")
    if target.is_dir():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with open_url(archive_url(name, version)) as answer:
        content = answer.read()
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        sys.exit(f"fetch_sdist: {name} {version} has another hash than expected: {found}")
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        archive = pathlib.Path(scratch, "archive.tar.gz")
        archive.write_bytes(content)
        with tarfile.open(archive) as packed:
            packed.extractall(scratch)  # the hash above pins every byte
        try:
            os.rename(pathlib.Path(scratch, f"{name}-{version}"), target)
        except OSError:
            if not target.is_dir():  # else another checkout was faster
                raise
            shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
