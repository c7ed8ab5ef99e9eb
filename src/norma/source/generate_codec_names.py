"""Writes codec_names.inc: every name of every text codec of this Python, and what it does to ASCII.

Run with the oldest supported interpreter: python3 src/norma/source/generate_codec_names.py
"""

import codecs
import encodings
import encodings.aliases
import pathlib
import pkgutil

# Codecs whose meaning of a byte depends on what came before, although plain ASCII survives them.
STATEFUL = {"hz", "idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"}


def decodes_to_one(codec, data):
    try:
        return len(codec.decode(data)[0]) == 1
    except Exception:
        return False


def is_stateful(name):
    return name in STATEFUL or name.startswith("iso2022")


def is_single_byte(name, codec):
    """Some byte is a character, and no pair of bytes is one."""
    if is_stateful(name) or name in ("utf-8", "utf-8-sig"):
        return False
    if not any(decodes_to_one(codec, bytes([b])) for b in range(256)):
        return False
    return not any(decodes_to_one(codec, bytes([a, b])) for a in range(256) for b in range(256))


def is_ascii_transparent(name, codec):
    ascii_bytes = bytes(range(128))
    try:
        return not is_stateful(name) and codec.decode(ascii_bytes)[0] == ascii_bytes.decode("ascii")
    except Exception:
        return False


def main():
    names = set(encodings.aliases.aliases) | set(encodings.aliases.aliases.values())
    names |= {module.name for module in pkgutil.iter_modules(encodings.__path__)}
    found = {}
    for name in sorted(names):
        try:
            codec = codecs.lookup(name)
        except LookupError:
            continue
        if codec._is_text_encoding:
            found.setdefault(codec.name, (codec, []))[1].append(name)

    lines = ["// Written by generate_codec_names.py.", "constexpr Codec kCodecs[] = {"]
    index = {}
    for name, (codec, aliases) in sorted(found.items()):
        single = is_single_byte(name, codec)
        transparent = is_ascii_transparent(name, codec)
        for alias in aliases:
            index[alias] = len(lines) - 2
        shown = "iso-8859-1" if name == "iso8859-1" else name
        lines.append(f'    {{"{shown}", {str(single).lower()}, {str(transparent).lower()}}},')
    lines += ["};", "constexpr CodecAlias kCodecAliases[] = {"]
    for name, at in sorted(index.items()):
        is_alias = str(name in encodings.aliases.aliases).lower()
        lines.append(f'    {{"{name}", {at}, {is_alias}}},')
    lines.append("};")
    target = pathlib.Path(__file__).with_name("codec_names.inc")
    target.write_text("\n".join(lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
