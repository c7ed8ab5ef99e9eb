"""Writes ids.jsonl: worked inputs of norma_id and the ids that XXH3-128 gives for them.

Needs python-xxhash. The encoding is written down here a second time on purpose: the C++ code must
agree with it. Run from anywhere: python3 tests/golden/ids/generate.py
"""

import base64
import json
import pathlib
import struct

import xxhash

FILE_ID = "A" * 22

# (kind, parts, the input as the specification prints it or None)
CASES = [
    ("file", [None, "src/a.py"], "6e726d01 04 66696c65 02 00 01 08000000 7372632f612e7079"),
    (
        "file",
        ["myrepo", "src/a.py"],
        "6e726d01 04 66696c65 02 01 06000000 6d797265706f 01 08000000 7372632f612e7079",
    ),
    ("type", ["int"], "6e726d01 04 74797065 01 01 03000000 696e74"),
    ("qname", ["é"], "6e726d01 05 716e616d65 01 01 02000000 c3a9"),
    ("qname", [""], "6e726d01 05 716e616d65 01 01 00000000"),
    ("qname", [None], "6e726d01 05 716e616d65 01 00"),
    ("qname", ["None"], "6e726d01 05 716e616d65 01 01 04000000 4e6f6e65"),
    ("test", ["ab", "c"], "6e726d01 04 74657374 02 01 02000000 6162 01 01000000 63"),
    ("test", ["a", "bc"], "6e726d01 04 74657374 02 01 01000000 61 01 02000000 6263"),
    (
        "span",
        [FILE_ID, 10, 13],
        "6e726d01 04 7370616e 03 01 16000000"
        + "41" * 22
        + "02 0a00000000000000 02 0d00000000000000",
    ),
    (
        "block",
        [FILE_ID, -1],
        "6e726d01 05 626c6f636b 02 01 16000000" + "41" * 22 + "02 ffffffffffffffff",
    ),
    ("span", [FILE_ID, 3_000_000_000, 2**63 - 1], None),
    ("span", [FILE_ID, -(2**63), 0], None),
    ("test", [], None),
    ("test", [True], None),
    ("test", [False, 0, None], None),
    ("test", [b"\x00\xff"], None),
    ("test", ["\x00\xff"], None),
    ("test", ["x" * 1000], None),
    ("test", list(range(63)), None),
    ("a_kind_of_thirty_two_characters_", ["x"], None),
]


def encode(kind, parts):
    out = bytearray(b"nrm\x01")
    name = kind.encode("ascii")
    assert 1 <= len(name) <= 32
    out += bytes([len(name)]) + name + bytes([len(parts)])
    for part in parts:
        if part is None:
            out += b"\x00"
        elif isinstance(part, bool):
            out += b"\x03" + bytes([part])
        elif isinstance(part, int):
            out += b"\x02" + struct.pack("<q", part)
        elif isinstance(part, str):
            data = part.encode("utf-8")
            out += b"\x01" + struct.pack("<I", len(data)) + data
        else:
            out += b"\x04" + struct.pack("<I", len(part)) + part
    return bytes(out)


def main():
    lines = []
    for kind, parts, stated in CASES:
        data = encode(kind, parts)
        if stated is not None:
            assert data == bytes.fromhex(stated.replace(" ", "")), (kind, parts)
        digest = xxhash.xxh3_128_digest(data)
        shown = [{"binary": p.hex()} if isinstance(p, bytes) else p for p in parts]
        lines.append(
            json.dumps(
                {
                    "kind": kind,
                    "parts": shown,
                    "input": data.hex(),
                    "id": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
                }
            )
        )
    target = pathlib.Path(__file__).with_name("ids.jsonl")
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
