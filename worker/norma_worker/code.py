"""Compiled code, and what the numbers in it mean to this interpreter."""

import marshal
import opcode
from _frozen_importlib_external import MAGIC_NUMBER

from norma_worker.columns import integers, texts
from norma_worker.problems import STAGE_COMPILE

# Each `finally` within another doubles the code of the innermost one: 600 bytes of source can make
# 8 MiB of code. Other source makes about as much as it is long.
CODE_ALLOWANCE, CODE_PER_SOURCE = 4 << 20, 16


def opcode_texts():
    """The opcodes of this interpreter as "number|name|cache entries|traits".

    Traits: a takes an argument, j jumps, l and f name a fast local, n a name, c a constant.
    """
    caches = opcode._inline_cache_entries  # By number before 3.13, by name since.
    with_argument = getattr(
        opcode, "hasarg", [code for code in opcode.opmap.values() if code >= opcode.HAVE_ARGUMENT]
    )
    traits = {
        "a": with_argument,
        "j": [*opcode.hasjrel, *opcode.hasjabs],
        "l": opcode.haslocal,
        "f": opcode.hasfree,
        "n": opcode.hasname,
        "c": opcode.hasconst,
    }
    for name, code in opcode.opmap.items():
        if code < 256:
            entries = caches.get(name, 0) if isinstance(caches, dict) else caches[code]
            letters = "".join(letter for letter, codes in traits.items() if code in codes)
            yield f"{code}|{name}|{entries}|{letters}"


def operand_texts():
    """What numbers in arguments stand for, as "name of the opcode|number|word"."""
    words = {
        "BINARY_OP": [symbol for _, symbol in opcode._nb_ops],
        "CALL_INTRINSIC_1": getattr(opcode, "_intrinsic_1_descs", ()),
        "CALL_INTRINSIC_2": getattr(opcode, "_intrinsic_2_descs", ()),
        "COMPARE_OP": opcode.cmp_op,
        "LOAD_COMMON_CONSTANT": [
            constant.__name__ for constant in getattr(opcode, "_common_constants", ())
        ],
        "LOAD_SPECIAL": getattr(opcode, "_special_method_names", ()),
    }
    for name, operands in words.items():
        for number, word in enumerate(operands):
            yield f"{name}|{number}|{word}"


def format_sections():
    yield b"MAGC", integers([int.from_bytes(MAGIC_NUMBER[:2], "little")])
    yield b"OPCO", texts(list(opcode_texts()))
    yield b"OPND", texts(list(operand_texts()))


def code_section(code, source_size, problems):
    try:
        marshalled = marshal.dumps(code)
    except ValueError as error:  # Nested more deeply than marshal goes.
        problems.add(STAGE_COMPILE, RecursionError(*error.args))
        return
    except MemoryError as error:
        problems.add(STAGE_COMPILE, error)
        return
    if len(marshalled) > CODE_ALLOWANCE + CODE_PER_SOURCE * source_size:
        problems.add(STAGE_COMPILE, RecursionError("nested statements make too much code"))
        return
    yield b"CODE", marshalled
