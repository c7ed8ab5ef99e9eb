"""From the bytes of one file to the sections of its answer."""

import _ast
import _symtable
import sys

from norma_worker.code import code_section, format_sections
from norma_worker.columns import constant_sections, integers, recode_sections, texts
from norma_worker.grammar import make_walker, read_grammar
from norma_worker.problems import (
    FILENAME,
    STAGE_COMPILE,
    STAGE_PARSE,
    STAGE_SYMTABLE,
    UNIT_UNKNOWN,
    UNIT_UTF8,
    UNIT_UTF32,
    Problems,
    probe_units,
)
from norma_worker.scopes import scope_sections, scope_types

STATUS_TREE, STATUS_REFUSED, STATUS_UNDECODABLE, STATUS_UNKNOWN_ENCODING = 0, 1, 2, 3

# The walk is written as Python functions that call each other, which needs no C stack. Parsing and
# compiling keep the interpreter's own limit, so that they refuse what CPython refuses.
WALK_RECURSION_LIMIT = 1_000_000
USUAL_RECURSION_LIMIT = sys.getrecursionlimit()


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
        yield from format_sections()

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
        walk = self.make_walk(_ast, numbers, names, constants)
        try:
            sys.setrecursionlimit(WALK_RECURSION_LIMIT)
            try:
                walk[tree.__class__](tree)
            finally:
                sys.setrecursionlimit(USUAL_RECURSION_LIMIT)
            yield b"TREE", integers(numbers)
            yield b"NAME", texts(names)
            yield from constant_sections(constants)
        finally:
            # The walk's functions hold each other and the columns, and would until a collection.
            walk.clear()
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
