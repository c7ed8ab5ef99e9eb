"""Columns as bytes: numbers, texts, constants, and how the characters of a file lie in its bytes."""

import codecs
import sys
from array import array

NO_NUMBER = -(2**31)
CONSTANT_TYPES = (type(None), bool, int, float, complex, str, bytes, type(Ellipsis))
CONSTANT_KIND = {kind: number for number, kind in enumerate(CONSTANT_TYPES)}
MAX_REPR = 256
RECODE_NONE, RECODE_TABLE, RECODE_CHARACTERS = 0, 1, 2


def integers(values):
    column = array("i", values)
    if sys.byteorder == "big":
        column.byteswap()
    return column.tobytes()


def texts(values):
    if not values:
        return b""
    text = "\0".join(values)
    return text.encode("utf-8", "backslashreplace") + b"\0"


def repr_of(value):
    try:
        text = repr(value)
    except ValueError:
        text = hex(value)  # An integer with more digits than Python prints as decimal.
    return text[:MAX_REPR]


def constant_sections(constants):
    kinds = bytes(map(CONSTANT_KIND.__getitem__, map(type, constants)))
    lengths = [len(value) if value.__class__ in (str, bytes) else -1 for value in constants]
    yield b"CKND", kinds
    yield b"CLEN", integers(lengths)
    try:
        cut = [text if len(text) <= MAX_REPR else text[:MAX_REPR] for text in map(repr, constants)]
    except ValueError:
        cut = list(map(repr_of, constants))
    yield b"CREP", texts(cut)


def recode_sections(source, encoding, mode):
    """How the characters lie in the bytes; nothing if the file does not decode."""
    if mode == RECODE_TABLE:
        points = []
        for byte in range(256):
            try:
                points.append(ord(bytes((byte,)).decode(encoding)))
            except (UnicodeError, TypeError):
                points.append(-1)
        yield b"RTAB", integers(points)
    elif mode == RECODE_CHARACTERS:
        decoder = codecs.getincrementaldecoder(encoding)()
        raw, utf8 = bytearray(), bytearray()
        taken = 0
        for position in range(len(source)):
            characters = decoder.decode(
                source[position : position + 1], position + 1 == len(source)
            )
            for character in characters:
                # Bytes that give two characters belong to the first.
                raw.append(position + 1 - taken)
                utf8.append(len(character.encode("utf-8", "surrogatepass")))
                taken = position + 1
        if raw:
            # Bytes after the last character, such as a shift sequence, end with it.
            raw[-1] += len(source) - taken
        yield b"RRAW", bytes(raw)
        yield b"RUTF", bytes(utf8)
