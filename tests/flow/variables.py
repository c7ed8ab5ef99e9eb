"""Events of variables: what each instruction defines, uses, unbinds and captures."""

from dataclasses import dataclass

from units import Instruction, Unit

COMPILER = set(
    """__module__ __qualname__ __doc__ __firstlineno__ __static_attributes__ __classcell__
    __classdictcell__ __classdict__ __annotate__ __annotate_func__
    __conditional_annotations__""".split()
)


@dataclass
class Event:
    index: int
    instruction: Instruction | None
    sub_index: int
    kind: str
    variable: tuple  # (var_class, symbol)
    origin: str
    fallback: bool = False
    ordinal: int = 0
    maybe_unbound: bool | None = None
    def_count: int | None = None

    @property
    def symbol(self) -> str:
        return self.variable[1]

    @property
    def synthetic(self) -> bool:
        return self.symbol.startswith(".") or self.origin == "compiler"


def slots_of(code) -> list[tuple]:
    """The variables of the frame's slots in their order."""
    cells = set(code.co_cellvars)
    names = list(code.co_varnames) + [n for n in code.co_cellvars if n not in code.co_varnames]
    slots = [("cell" if name in cells else "local", name) for name in names]
    return slots + [("free", name) for name in code.co_freevars]


class Namer:
    """Makes the events of one unit, `lines` being its file as UTF-8 lines."""

    def __init__(self, unit: Unit, lines: list[bytes]):
        self.unit, self.lines = unit, lines
        self.slots = slots_of(unit.code)
        self.namespace = "global" if unit.is_module else "name"
        self.own_names = {
            name
            for instruction in unit.instructions
            for name in [self.stored_name(instruction)]
            if name is not None
        }
        self.saves = {
            (self.slots[i.arg], i.place)
            for i in unit.instructions
            if i.opname == "LOAD_FAST_AND_CLEAR"
        }

    def stored_name(self, instruction: Instruction) -> str | None:
        """The name that an instruction defines in a namespace that is not the module's."""
        if self.unit.is_module:
            return None
        if instruction.opname == "SETUP_ANNOTATIONS":
            return "__annotations__"
        return instruction.argval if instruction.opname == "STORE_NAME" else None

    def name_all(self) -> None:
        self.enter()
        for block in self.unit.blocks:
            imported = False
            for instruction in block.instructions:
                for sub_index, event in enumerate(self.events_of(instruction)):
                    kind, variable, origin, *fallback = event
                    if origin == "store":
                        origin = self.origin(instruction, variable, imported and sub_index == 0)
                    self.add(instruction, sub_index, kind, variable, origin, bool(fallback))
                if instruction.opname not in ("SWAP", "POP_TOP"):
                    imported = instruction.opname in ("IMPORT_NAME", "IMPORT_FROM")
        ranks: dict[tuple, int] = {}
        for event in self.unit.events:
            key = (event.variable, event.kind)
            event.ordinal = ranks[key] = ranks.get(key, -1) + 1

    def add(self, instruction, sub_index, kind, variable, origin, fallback=False) -> None:
        events = self.unit.events
        events.append(Event(len(events), instruction, sub_index, kind, variable, origin, fallback))

    def enter(self) -> None:
        code = self.unit.code
        plain = code.co_argcount + code.co_kwonlyargcount
        origins = ["param"] * plain
        origins += ["vararg"] * bool(code.co_flags & 0x04) + ["kwarg"] * bool(code.co_flags & 0x08)
        for variable, origin in zip(self.slots, origins):
            self.add(None, 0, "def", variable, "dot0" if variable[1] == ".0" else origin)
        for variable in self.slots:
            if variable[0] == "free":
                self.add(None, 0, "def", variable, "free")

    def origin(self, instruction: Instruction, variable: tuple, imported: bool) -> str:
        if imported:
            return "import"
        if instruction.opname == "STORE_FAST" and (variable, instruction.place) in self.saves:
            return "restore"
        if variable[1] in COMPILER and self.source(instruction) != variable[1].encode():
            return "compiler"
        return "store"

    def source(self, instruction: Instruction) -> bytes | None:
        first, last, start, end = instruction.place
        if None in instruction.place or first != last or first < 1:
            return None
        return self.lines[first - 1][start:end]

    def loaded(self, variable: tuple) -> tuple:
        """A load of a slot: of one that holds a cell it takes the cell, not the value."""
        if variable[0] == "local":
            return ("use", variable, "load")
        return ("capture", variable, "capture")

    def pair(self, instruction: Instruction) -> tuple:
        return self.slots[instruction.arg >> 4], self.slots[instruction.arg & 15]

    def events_of(self, instruction: Instruction) -> list[tuple]:
        """Kind, variable, origin of each event of an instruction; and True for a fallback."""
        match instruction.opname:
            case "LOAD_FAST" | "LOAD_FAST_CHECK" | "LOAD_FAST_BORROW":
                return [self.loaded(self.slots[instruction.arg])]
            case "LOAD_CLOSURE":
                return [("capture", self.slots[instruction.arg], "capture")]
            case "LOAD_FAST_LOAD_FAST" | "LOAD_FAST_BORROW_LOAD_FAST_BORROW":
                return [self.loaded(variable) for variable in self.pair(instruction)]
            case "STORE_FAST" | "STORE_DEREF":
                return [("def", self.slots[instruction.arg], "store")]
            case "STORE_FAST_STORE_FAST":
                return [("def", variable, "store") for variable in self.pair(instruction)]
            case "STORE_FAST_LOAD_FAST":
                first, second = self.pair(instruction)
                return [("def", first, "store"), self.loaded(second)]
            case "DELETE_FAST" | "DELETE_DEREF":
                return [("undef", self.slots[instruction.arg], "delete")]
            case "LOAD_FAST_AND_CLEAR":
                variable = self.slots[instruction.arg]
                return [("use", variable, "save"), ("undef", variable, "save")]
            case "LOAD_DEREF":
                return [("use", self.slots[instruction.arg], "load")]
            case "LOAD_CLASSDEREF" | "LOAD_FROM_DICT_OR_DEREF":
                variable = self.slots[instruction.arg]
                return [*self.in_dictionary(variable[1]), ("use", variable, "load")]
        return self.events_by_name(instruction)

    def events_by_name(self, instruction: Instruction) -> list[tuple]:
        name = instruction.argval
        match instruction.opname:
            case "STORE_NAME":
                return [("def", (self.namespace, name), "store")]
            case "STORE_GLOBAL":
                return [("def", ("global", name), "store")]
            case "DELETE_NAME":
                return [("undef", (self.namespace, name), "delete")]
            case "DELETE_GLOBAL":
                return [("undef", ("global", name), "delete")]
            case "LOAD_GLOBAL":
                return [("use", ("global", name), "load")]
            case "LOAD_NAME" | "LOAD_FROM_DICT_OR_GLOBALS":
                return [*self.in_dictionary(name), ("use", ("global", name), "load")]
            case "SETUP_ANNOTATIONS":
                return [("def", (self.namespace, "__annotations__"), "compiler")]
            case "IMPORT_STAR":
                return [("def", (self.namespace, "*"), "star_import")]
            case "CALL_INTRINSIC_1" if instruction.arg == 2:
                return [("def", (self.namespace, "*"), "star_import")]
        return []

    def in_dictionary(self, name: str) -> list[tuple]:
        if name not in self.own_names:
            return []
        return [("use", ("name", name), "load", True)]
