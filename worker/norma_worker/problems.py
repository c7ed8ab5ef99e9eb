"""What the interpreter refuses, and in which unit it counts columns when it does."""

import _ast
import re

from norma_worker.columns import NO_NUMBER, integers, texts

# The name may be no file: CPython looks there for the text of a line when it reports an error.
FILENAME = "<source>"

STAGE_PARSE, STAGE_COMPILE, STAGE_SYMTABLE = 0, 1, 2
CLASS_SYNTAX, CLASS_NESTING, CLASS_MEMORY, CLASS_OTHER = 0, 1, 2, 3
UNIT_UTF32, UNIT_UTF8, UNIT_UNKNOWN = 0, 1, 2


def number_or_none(value):
    fits = isinstance(value, int) and -(2**31) < value < 2**31
    return value if fits else NO_NUMBER


def memory_is_short():
    """Whether the process came near its limit, to tell a full memory from a full parser stack.

    CPython raises MemoryError for both.
    """
    try:
        import resource

        limit = resource.getrlimit(resource.RLIMIT_AS)[0]
        with open("/proc/self/status", "rb") as status:
            peak = re.search(rb"VmPeak:\s+(\d+) kB", status.read())
        return limit != resource.RLIM_INFINITY and int(peak[1]) * 1024 > limit // 2
    except (ImportError, OSError, TypeError):
        return False
    except MemoryError:
        return True


class Problems:
    """What the interpreter refused in one file."""

    def __init__(self):
        self.numbers = []
        self.texts = []

    def add(self, stage, error, unit=UNIT_UTF8):
        if isinstance(error, SyntaxError):
            kind = CLASS_SYNTAX
            place = (error.lineno, error.offset, error.end_lineno, error.end_offset)
            name = next(
                c for c in (TabError, IndentationError, SyntaxError) if isinstance(error, c)
            ).__name__
            message = error.msg
        else:
            deep = isinstance(error, RecursionError) or (
                isinstance(error, MemoryError) and not memory_is_short()
            )
            kind = (
                CLASS_NESTING
                if deep
                else CLASS_MEMORY
                if isinstance(error, MemoryError)
                else CLASS_OTHER
            )
            place = (None,) * 4
            name = type(error).__name__
            message = error
        self.numbers += [stage, kind, unit, *map(number_or_none, place)]
        self.texts += [name, str(message)]

    def sections(self):
        if self.numbers:
            yield b"ERRI", integers(self.numbers)
            yield b"ERRT", texts(self.texts)


def probe_unit(source, as_text, as_bytes, as_tree=False):
    """The unit in which this interpreter gives the column of an error in decoded text."""
    try:
        if as_tree:
            source = compile(source, FILENAME, "exec", _ast.PyCF_ONLY_AST, True)
        compile(source, FILENAME, "exec", 0, True)
    except SyntaxError as error:
        return {as_text: UNIT_UTF32, as_bytes: UNIT_UTF8}.get(error.offset, UNIT_UNKNOWN)
    return UNIT_UNKNOWN


def probe_units():
    """Units of errors of the parser, the tokenizer and the compiler, in this order."""
    return [
        probe_unit("é = = 1\n", 5, 6),
        probe_unit("é = 'x\n", 5, 6),
        probe_unit("é; return é\n", 4, 5, as_tree=True),
    ]
