"""The pipe: one answer for each request, until the input ends."""

import gc
import os
import struct
import sys
import warnings

from norma_worker.analyser import Analyser

# Sections of an answer up to this size are sent in one piece; larger ones are not copied.
MOST_JOINED = 1 << 20
# Garbage is collected by hand: trees hold no cycles, exceptions do.
REQUESTS_PER_COLLECTION = 256


def read_exactly(size):
    """Reads `size` bytes, or None at the end of input."""
    chunks = []
    while size:
        chunk = os.read(0, min(size, 1 << 20))
        if not chunk:
            return None
        chunks.append(chunk)
        size -= len(chunk)
    return b"".join(chunks)


def write_frame(number, sections):
    parts = []
    for tag, content in sections:
        parts += (tag, struct.pack("<I", len(content)), content)
    size = sum(map(len, parts))
    parts.insert(0, b"NRMA" + struct.pack("<II", number, size))
    if size < MOST_JOINED:
        parts = [b"".join(parts)]
    for part in map(memoryview, parts):
        while part:
            part = part[os.write(1, part) :]


def main():
    gc.disable()
    warnings.simplefilter("ignore")
    analyser = Analyser()
    write_frame(0, analyser.greeting())
    gc.freeze()
    requests = 0
    while (header := read_exactly(20)) is not None:
        magic, number, encoding_length, source_length, recode_mode = struct.unpack(
            "<4sIIII", header
        )
        if magic != b"NRMQ":
            sys.exit("request without its mark")
        encoding = read_exactly(encoding_length)
        source = read_exactly(source_length)
        if encoding is None or source is None:
            return
        write_frame(number, analyser.answer(source, encoding.decode("ascii"), recode_mode))
        requests += 1
        if requests % REQUESTS_PER_COLLECTION == 0:
            gc.collect()


main()
