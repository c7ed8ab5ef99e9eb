"""Code units as the specification sees them: instructions, basic blocks, edges. Read with `dis`."""

import dis
import types
from dataclasses import dataclass, field

CONDITION = {"TRUE": True, "FALSE": False, "NONE": True, "NOT_NONE": False}
GOTO = {"JUMP_FORWARD", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT"}
LOOPS = {"FOR_ITER", "SEND"}
RETURNS = {"RETURN_VALUE", "RETURN_CONST"}
RAISES = {"RAISE_VARARGS", "RERAISE"}
ENDS = RETURNS | RAISES | {"INTERPRETER_EXIT"}
# Jumps by dis that do not change where control goes.
NO_JUMPS = {"END_ASYNC_FOR"}
QUIET = set(
    """NOP NOT_TAKEN POP_TOP POP_EXCEPT PUSH_NULL PUSH_EXC_INFO COPY SWAP LOAD_CONST LOAD_SMALL_INT
    LOAD_FAST LOAD_FAST_BORROW LOAD_FAST_LOAD_FAST LOAD_FAST_BORROW_LOAD_FAST_BORROW
    LOAD_FAST_AND_CLEAR LOAD_CLOSURE STORE_FAST STORE_FAST_LOAD_FAST STORE_FAST_STORE_FAST MAKE_CELL
    COPY_FREE_VARS END_FOR IS_OP JUMP_FORWARD RETURN_VALUE RETURN_CONST""".split()
)
# In 3.11 the ordinary load also checks that the variable is bound.
if "LOAD_FAST_CHECK" not in dis.opmap:
    QUIET.remove("LOAD_FAST")


def condition_of(opname: str) -> bool | None:
    """What a conditional jump that is taken says, None for all other instructions."""
    if not opname.startswith(("POP_JUMP", "JUMP_IF")):
        return None
    return CONDITION[opname.split("IF_")[1].removesuffix("_OR_POP")]


def may_raise(opname: str) -> bool:
    return opname not in QUIET and not (opname.startswith("POP_JUMP") and opname.endswith("NONE"))


@dataclass
class Instruction:
    index: int
    start: int  # of the first EXTENDED_ARG
    offset: int
    end: int
    opname: str
    arg: int | None
    argval: object
    place: tuple
    target: int | None = None  # index of the instruction that it jumps to
    block: int = -1
    may_raise: bool = False


@dataclass
class Block:
    index: int
    instructions: list
    kind: str = "normal"
    exit_kind: str = ""
    handler: int | None = None
    exc_index: int | None = None
    reachable: bool = False

    @property
    def start(self) -> int:
        return self.instructions[0].start

    @property
    def end(self) -> int:
        return self.instructions[-1].end


@dataclass
class Edge:
    source: int
    target: int
    kind: str
    condition: int | None = None
    exc_index: int | None = None


@dataclass
class Unit:
    """One code object, with the events and the solution that other modules add."""

    code: types.CodeType
    path: str
    parent: "Unit | None"
    instructions: list = field(default_factory=list)
    blocks: list = field(default_factory=list)
    edges: list = field(default_factory=list)
    events: list = field(default_factory=list)

    @property
    def is_module(self) -> bool:
        return self.parent is None


def units_of(code: types.CodeType, path: str = "", parent: Unit | None = None):
    """The unit of a code object and of all inside it; a path tells equal names apart by rank."""
    unit = Unit(code, path or f"{code.co_name}#0", parent)
    decode(unit)
    split(unit)
    connect(unit)
    yield unit
    seen: dict[str, int] = {}
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            rank = seen[inner.co_name] = seen.get(inner.co_name, -1) + 1
            yield from units_of(inner, f"{unit.path}/{inner.co_name}#{rank}", unit)


def decode(unit: Unit) -> None:
    prefix = None
    targets = {}
    for raw in dis.get_instructions(unit.code):
        start = raw.offset if prefix is None else prefix
        if raw.opname == "EXTENDED_ARG":
            prefix = start
            continue
        if prefix is None and unit.instructions:
            unit.instructions[-1].end = start
        elif unit.instructions:
            unit.instructions[-1].end = prefix
        prefix = None
        place = tuple(raw.positions) if raw.positions else (None,) * 4
        instruction = Instruction(
            len(unit.instructions), start, raw.offset, len(unit.code.co_code),
            raw.opname, raw.arg, raw.argval, place, may_raise=may_raise(raw.opname),
        )  # fmt: skip
        jumps = raw.opname in GOTO | LOOPS or condition_of(raw.opname) is not None
        by_dis = raw.opcode in dis.hasjrel or raw.opcode in dis.hasjabs
        assert jumps == (by_dis and raw.opname not in NO_JUMPS), raw.opname
        if jumps:
            targets[instruction.index] = raw.argval
        unit.instructions.append(instruction)
    at = starts_and_opcodes(unit)
    for index, offset in targets.items():
        unit.instructions[index].target = at[offset].index


def starts_and_opcodes(unit: Unit) -> dict[int, Instruction]:
    """The instruction at each offset where one may be entered: its prefixes and its opcode."""
    return {
        offset: instruction
        for instruction in unit.instructions
        for offset in range(instruction.start, instruction.offset + 1, 2)
    }


def split(unit: Unit) -> None:
    at = starts_and_opcodes(unit)
    leaders = {0}
    for instruction in unit.instructions:
        if instruction.target is not None:
            leaders |= {instruction.target, instruction.index + 1}
        if instruction.opname in ENDS:
            leaders.add(instruction.index + 1)
    entries = dis.Bytecode(unit.code).exception_entries
    for entry in entries:
        for offset in (entry.start, entry.end, entry.target):
            if offset in at:
                leaders.add(at[offset].index)
    for instruction in unit.instructions:
        if instruction.index in leaders:
            unit.blocks.append(Block(len(unit.blocks), []))
        unit.blocks[-1].instructions.append(instruction)
        instruction.block = unit.blocks[-1].index
    for number, entry in enumerate(entries):
        handler = unit.blocks[at[entry.target].block]
        handler.kind = "handler"
        for block in unit.blocks:
            if entry.start <= block.start < entry.end:
                assert block.handler is None, "entries overlap"
                block.handler, block.exc_index = handler.index, number
    unit.blocks[0].kind = "entry"


def connect(unit: Unit) -> None:
    for block in unit.blocks:
        block.exit_kind = leave(unit, block)
        if block.handler is not None and any(i.may_raise for i in block.instructions):
            unit.edges.append(Edge(block.index, block.handler, "exc", None, block.exc_index))
    successors = {block.index: [] for block in unit.blocks}
    for edge in unit.edges:
        successors[edge.source].append(edge.target)
    waiting = [0]
    while waiting:
        block = unit.blocks[waiting.pop()]
        if not block.reachable:
            block.reachable = True
            waiting += successors[block.index]


def leave(unit: Unit, block: Block) -> str:
    """Adds the edges of a block's last instruction, and says how control leaves the block."""
    last = block.instructions[-1]
    following = block.index + 1

    def add(target: int, kind: str, condition: int | None = None) -> None:
        unit.edges.append(Edge(block.index, target, kind, condition))

    if last.opname in RETURNS:
        return "return"
    if last.opname in RAISES:
        return "raise"
    if last.opname in GOTO:
        add(unit.instructions[last.target].block, "jump")
        return "jump"
    taken = condition_of(last.opname)
    if taken is not None:
        kinds = ("branch_true", "branch_false") if taken else ("branch_false", "branch_true")
        add(unit.instructions[last.target].block, kinds[0], last.index)
        add(following, kinds[1], last.index)
        return "branch"
    if last.opname in LOOPS:
        add(following, "loop_iter", last.index)
        add(unit.instructions[last.target].block, "loop_exit", last.index)
        return "loop"
    if following == len(unit.blocks):
        return "end"
    add(following, "next")
    return "fallthrough"
