"""Turns Python source bytes into flat columns: syntax tree, scopes, symbols, refusals.

norma starts this script as a child process, sends it one file after another as bytes, and reads
one answer for each. The code under study is parsed and compiled and never run: nothing here
imports, executes or opens it. Standard library only, CPython 3.11 and later.

Frames (little-endian, all lengths in bytes):

    request   b"NRMQ", u32 number, u32 encoding length, u32 source length, u32 recode mode;
              encoding, source
    answer    b"NRMA", u32 number of the request, u32 length of all sections; sections
    section   4 bytes tag, u32 length; content

The first answer is unasked: the greeting (see `greeting`), number 0. Integer columns are int32, text columns
are UTF-8 with one NUL after each value, which no identifier, message or repr can hold.

Sections of an answer about a file:

    STAT  1 integer: a STATUS_ constant
    TREE  the nodes in preorder (see `make_walker`)      NAME  names, in the order of TREE
    CKND  one byte a constant: its kind                  CLEN  its length, -1 if it has none
    CREP  its repr, cut at 256 characters
    SCOP  5 integers a scope in preorder: index of the parent or -1, type, line, is nested,
          number of symbols                              SNAM  names of the scopes
    SYMF  flags of the symbols, scope by scope           SYMN  names of the symbols
    CODE  the compiled module as `marshal` writes it
    ERRI  7 integers a problem: stage, class, column unit, line, column, end line, end column
    ERRT  2 texts a problem: the exception's type, its message
    RTAB  256 integers: code point of each byte, -1 if the codec refuses it
    RRAW  one byte a character of the file: its bytes in the file     RUTF  the same in UTF-8
"""

import _ast
import _symtable
import codecs
import gc
import marshal
import opcode
import os
import re
import struct
import sys
import warnings
from _frozen_importlib_external import MAGIC_NUMBER
from array import array

# The name may be no file: CPython looks there for the text of a line when it reports an error.
FILENAME = "<source>"

STATUS_TREE, STATUS_REFUSED, STATUS_UNDECODABLE, STATUS_UNKNOWN_ENCODING = 0, 1, 2, 3
STAGE_PARSE, STAGE_COMPILE, STAGE_SYMTABLE = 0, 1, 2
CLASS_SYNTAX, CLASS_NESTING, CLASS_MEMORY, CLASS_OTHER = 0, 1, 2, 3
UNIT_UTF32, UNIT_UTF8, UNIT_UNKNOWN = 0, 1, 2
RECODE_NONE, RECODE_TABLE, RECODE_CHARACTERS = 0, 1, 2

NO_NUMBER = -(2**31)
CONSTANT_TYPES = (type(None), bool, int, float, complex, str, bytes, type(Ellipsis))
CONSTANT_KIND = {kind: number for number, kind in enumerate(CONSTANT_TYPES)}
MAX_REPR = 256
# Each `finally` within another doubles the code of the innermost one: 600 bytes of source can make
# 8 MiB of code. Other source makes about as much as it is long.
CODE_ALLOWANCE, CODE_PER_SOURCE = 4 << 20, 16
NAME_FIELDS = ("name", "id", "attr", "arg", "asname", "module")

# The walk is written as Python functions that call each other, which needs no C stack. Parsing and
# compiling keep the interpreter's own limit, so that they refuse what CPython refuses.
WALK_RECURSION_LIMIT = 1_000_000
USUAL_RECURSION_LIMIT = sys.getrecursionlimit()
# Garbage is collected by hand: trees hold no cycles, exceptions do.
REQUESTS_PER_COLLECTION = 256


# The grammar of this interpreter


def read_grammar():
    """Reads the node classes and their fields from the docstrings that ASDL generates.

    Returns (nodes, members): nodes lists (class name, has a place, rules of its fields) of the
    classes that get rows; members the classes of enumerations, such as operators and contexts.
    """
    classes = {
        name: cls
        for name, cls in vars(_ast).items()
        if isinstance(cls, type) and issubclass(cls, _ast.AST) and cls is not _ast.AST
    }
    fields = {}
    sums = {}
    for name, cls in classes.items():
        text = " ".join((cls.__doc__ or "").split())
        head, _, body = text.partition(" = ")
        if head == name and body:
            sums[name] = re.findall(r"(?:^|\| )(\w+)", body)
        elif text == name:
            fields[name] = []
        elif match := re.fullmatch(re.escape(name) + r"\((.*)\)", text):
            parts = (part.split() for part in match.group(1).split(","))
            fields[name] = [
                re.fullmatch(r"(\w+)(\W*)", kind).groups() + (field,) for kind, field in parts
            ]
    enumerations = {
        name: members
        for name, members in sums.items()
        if all(not fields.get(member) and not classes[member]._attributes for member in members)
    }
    members = [member for group in enumerations.values() for member in group]
    names = [name for name in sorted(fields) if name not in members]
    node_types = set(sums) - set(enumerations) | set(names)
    nodes = []
    for name in names:
        located = "lineno" in classes[name]._attributes
        nodes.append((name, located, field_rules(name, fields[name], enumerations, node_types)))
    return nodes, members


def name_field(fields):
    """The field that gives a node its name, or None."""
    known = [
        field
        for kind, quantifier, field in fields
        if kind == "identifier" and "*" not in quantifier
    ]
    return next((field for field in NAME_FIELDS if field in known), None)


def field_rules(name, fields, enumerations, node_types):
    """Says how each field of a node class is sent, as (rule, field).

    Rules: C a child, O an optional child, L a list of children; E a member of an enumeration, M a
    list of members; N the name, P the name if there is one; V the value of a constant; X not sent.
    """
    the_name = name_field(fields)
    rules = []
    for kind, quantifier, field in fields:
        if kind in node_types:
            rule = {"": "C", "?": "O"}.get(quantifier, "L")
        elif kind in enumerations:
            rule = "M" if quantifier else "E"
        elif field == the_name:
            rule = "P" if quantifier else "N"
        elif name == "Constant" and field == "value":
            rule = "V"
        else:
            rule = "X"
        rules.append((rule, field))
    return rules


def make_walker(nodes):
    """Writes one function per node class and compiles them, which halves the time of a walk.

    A node is, as integers: its kind; for each field in the order of the grammar

        O, P: 1 if set, else 0      L, M: the number of items      E: the member's number

    then line, column, end line, end column if the class has a place; then the members of M; then
    its children, in the order of the fields. An item of L that is None is -1. Names (N, P) and
    constants (V) go to their own columns in preorder.
    """
    lines = ["def make(ast, numbers, names, constants):"]
    lines += [
        "    extend = numbers.extend; add_name = names.append; add_constant = constants.append"
    ]
    lines += ["    walk = {}"]
    lines += ["    def nothing(node): numbers.append(-1)", "    walk[type(None)] = nothing"]
    for number, (name, located, rules) in enumerate(nodes):
        head, before, after, children = [str(number)], [], [], []
        for rule, field in rules:
            value = f"node.{field}"
            if rule in "OPL":
                before.append(f"{field} = {value}")
            if rule in "OP":
                head.append(f"{field} is not None")
            match rule:
                case "C":
                    children.append(f"child = {value}; walk[child.__class__](child)")
                case "O":
                    children.append(f"if {field} is not None: walk[{field}.__class__]({field})")
                case "L":
                    head.append(f"len({field})")
                    children.append(f"for child in {field}: walk[child.__class__](child)")
                case "E":
                    head.append(f"{value}._norma_number")
                case "M":
                    head.append(f"len({value})")
                    after.append(f"extend([member._norma_number for member in {value}])")
                case "N":
                    after.append(f"add_name({value})")
                case "P":
                    after.append(f"if {field} is not None: add_name({field})")
                case "V":
                    after.append(f"add_constant({value})")
        if located:
            head += ["node.lineno", "node.col_offset", "node.end_lineno", "node.end_col_offset"]
        body = [*before, f"extend(({', '.join(head)},))", *after, *children]
        lines += [f"    def {name}(node):", *(f"        {line}" for line in body)]
        lines += [f"    walk[ast.{name}] = {name}"]
    lines += ["    return walk"]
    space = {}
    exec("\n".join(lines), space)  # noqa: S102 (our own text, made of class names of _ast)
    return space["make"]


SCOPE_TYPES = {
    "TYPE_MODULE": "module",
    "TYPE_FUNCTION": "function",
    "TYPE_CLASS": "class",
    "TYPE_ANNOTATION": "annotation",
    "TYPE_TYPE_ALIAS": "type_alias",
    "TYPE_TYPE_PARAM": "type_params",
    "TYPE_TYPE_PARAMETERS": "type_params",
    "TYPE_TYPE_VAR_BOUND": "type_var",
    "TYPE_TYPE_VARIABLE": "type_var",
}


def scope_types():
    """The scope types of this interpreter as (number, word)."""
    return [
        (getattr(_symtable, name), word)
        for name, word in SCOPE_TYPES.items()
        if hasattr(_symtable, name)
    ]


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


# Problems


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


# Columns


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


def scope_sections(top):
    rows, names, flags, symbols = [], [], [], []
    pending = [(top, -1)]
    while pending:
        scope, parent = pending.pop()
        index = len(names)
        table = scope.symbols
        rows += (parent, scope.type, scope.lineno, bool(scope.nested), len(table))
        names.append(scope.name)
        flags.extend(table.values())
        symbols.extend(table)
        pending.extend((child, index) for child in reversed(scope.children))
    yield b"SCOP", integers(rows)
    yield b"SNAM", texts(names)
    yield b"SYMF", integers(flags)
    yield b"SYMN", texts(symbols)


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


# One file


class Analyser:
    """Answers requests, one file at a time."""

    def __init__(self):
        self.nodes, self.members = read_grammar()
        for number, member in enumerate(self.members):
            getattr(_ast, member)._norma_number = number
        self.make_walk = make_walker(self.nodes)
        self.units = probe_units()

    def greeting(self):
        """Sections that say what this interpreter is.

        VERS version, cache tag and implementation; NODE one text a kind, in the order of their
        numbers: "name|has a place|rule field,rule field"; MEMB the members of enumerations; SCTY
        "number=word" of scope types; SYMC "name=number" of symbol flags; UNIT the probed units;
        MAGC the number of the bytecode format; OPCO its opcodes; OPND words of their arguments.
        """
        grammar = []
        for name, located, rules in self.nodes:
            fields = ",".join(f"{rule} {field}" for rule, field in rules)
            grammar.append(f"{name}|{located:d}|{fields}")
        constants = [
            f"{name}={value}" for name, value in vars(_symtable).items() if isinstance(value, int)
        ]
        implementation = sys.implementation
        yield (
            b"VERS",
            texts([sys.version.split()[0], implementation.cache_tag or "", implementation.name]),
        )
        yield b"NODE", texts(grammar)
        yield b"MEMB", texts(self.members)
        yield b"SCTY", texts([f"{number}={word}" for number, word in scope_types()])
        yield b"SYMC", texts(constants)
        yield b"UNIT", integers(self.units)
        yield b"MAGC", integers([int.from_bytes(MAGIC_NUMBER[:2], "little")])
        yield b"OPCO", texts(list(opcode_texts()))
        yield b"OPND", texts(list(operand_texts()))

    def sections(self, source, encoding, recode_mode):
        problems = Problems()
        status, tree = self.parse(source, encoding, problems)
        yield b"STAT", integers([status])
        if status in (STATUS_TREE, STATUS_REFUSED):
            yield from self.recode(source, encoding, recode_mode)
        if tree is not None:
            facts = self.facts(source, tree, problems)
            del tree  # The facts let go of it before the source is parsed once more.
            yield from facts
        yield from problems.sections()

    def parse(self, source, encoding, problems):
        try:
            return STATUS_TREE, compile(source, FILENAME, "exec", _ast.PyCF_ONLY_AST, True)
        except SyntaxError as error:
            first = error
        except Exception as error:  # noqa: BLE001 (becomes a row)
            problems.add(STAGE_PARSE, error)
            return STATUS_REFUSED, None
        # Of bytes, some versions count an error's columns in bytes; of text, all count alike.
        try:
            text = source.decode("utf-8-sig" if encoding == "utf-8" else encoding)
        except LookupError as error:
            problems.add(STAGE_PARSE, error)
            return STATUS_UNKNOWN_ENCODING, None
        except ValueError as error:
            problems.add(STAGE_PARSE, error)
            return STATUS_UNDECODABLE, None
        try:
            compile(text, FILENAME, "exec", _ast.PyCF_ONLY_AST, True)
            problems.add(STAGE_PARSE, first, UNIT_UTF8)
        except SyntaxError as error:
            unit = self.units[0]
            problems.add(STAGE_PARSE, error, UNIT_UTF32 if unit == UNIT_UNKNOWN else unit)
        except Exception as error:  # noqa: BLE001 (becomes a row)
            problems.add(STAGE_PARSE, error)
        return STATUS_REFUSED, None

    def recode(self, source, encoding, mode):
        try:
            yield from list(recode_sections(source, encoding, mode))
        except (LookupError, ValueError):
            return  # Left out; norma then knows that the file cannot be decoded.

    def facts(self, source, tree, problems):
        numbers, names, constants = [], [], []
        try:
            walk = self.make_walk(_ast, numbers, names, constants)
            sys.setrecursionlimit(WALK_RECURSION_LIMIT)
            try:
                walk[tree.__class__](tree)
            finally:
                sys.setrecursionlimit(USUAL_RECURSION_LIMIT)
            yield b"TREE", integers(numbers)
            yield b"NAME", texts(names)
            yield from constant_sections(constants)
        finally:
            del numbers, names, constants
        unit = self.units[2]
        unit = UNIT_UTF8 if unit == UNIT_UNKNOWN else unit
        refused = False
        try:
            code = compile(tree, FILENAME, "exec", 0, True, 0)
        except Exception as error:  # noqa: BLE001 (becomes a row)
            refused = True
            problems.add(STAGE_COMPILE, error, unit)
        else:
            yield from code_section(code, len(source), problems)
            del code
        del tree
        try:
            yield from scope_sections(_symtable.symtable(source, FILENAME, "exec"))
        except Exception as error:  # noqa: BLE001 (becomes a row)
            if not refused:  # The compiler met the same error before.
                problems.add(STAGE_SYMTABLE, error, unit)

    def answer(self, source, encoding, recode_mode):
        try:
            return list(self.sections(source, encoding, recode_mode))
        except Exception as error:  # noqa: BLE001 (becomes a row)
            problems = Problems()
            problems.add(STAGE_PARSE, error)
            return [(b"STAT", integers([STATUS_REFUSED])), *problems.sections()]


# The pipe


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
    payload = b"".join(parts)
    frame = memoryview(b"NRMA" + struct.pack("<II", number, len(payload)) + payload)
    while frame:
        frame = frame[os.write(1, frame) :]


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
