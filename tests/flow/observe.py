"""Watches running code: which instruction wrote what a later one reads, frame by frame.

A code object is watched from the moment it is registered, through sys.monitoring, or through opcode
tracing where that does not exist. An observation is a pair of events, definition and use. Cells are
told apart by their address in the frame, so that a write in one frame is seen by a read in another.
"""

import ctypes
import sys
import threading
import types
from collections import Counter

# Where a frame keeps its slots: behind eight pointers and 8 bytes, from 3.14 nine pointers.
SLOTS_AT = 80 if sys.version_info >= (3, 14) else 72
FRAME_AT = 24
TYPE_AT = 8
ADDRESS = ctypes.c_void_p


def slot_address(frame, slot: int) -> int:
    """The address of the object in a slot of a running frame, without its tag bits."""
    inner = ADDRESS.from_address(id(frame) + FRAME_AT).value
    return (ADDRESS.from_address(inner + SLOTS_AT + 8 * slot).value or 0) & ~7


def holds_cell(frame, slot: int) -> bool:
    address = slot_address(frame, slot)
    return address != 0 and ADDRESS.from_address(address + TYPE_AT).value == id(types.CellType)


class Watched:
    """One code object: its events by offset, and its cells by slot."""

    def __init__(self, unit, file: str):
        self.unit, self.file = unit, file
        self.code = unit.code  # held, since it is found again by its address
        self.at = {}
        for event in unit.events:
            if event.instruction is not None:
                for offset in range(event.instruction.start, event.instruction.offset + 1, 2):
                    self.at.setdefault(offset, []).append(event)
        self.make_cell = {}
        for instruction in unit.instructions:
            if instruction.opname == "MAKE_CELL":
                self.make_cell[instruction.offset] = instruction.arg
            if instruction.opname == "RESUME" and instruction.arg & 3 == 0:
                self.start = instruction.offset
        # MAKE_CELL before the first RESUME is part of entering the frame
        self.entry_cells = [slot for at, slot in self.make_cell.items() if at < self.start]
        self.make_cell = {at: slot for at, slot in self.make_cell.items() if at > self.start}
        names = list(unit.code.co_varnames)
        names += [name for name in unit.code.co_cellvars if name not in names]
        self.cell_slots = {("cell", name): slot for slot, name in enumerate(names)}
        for slot, name in enumerate(unit.code.co_freevars, len(names)):
            self.cell_slots["free", name] = slot
        self.parameters = {
            event.variable: event
            for event in unit.events
            if event.instruction is None and event.origin != "free"
        }


class Frame:
    """What one frame remembers: writers of its own variables, and those of saved ones."""

    def __init__(self):
        self.writers, self.saved, self.new_cell = {}, {}, None


class Observer:
    """Collects pairs ((file, unit, event index), (file, unit, event index)) and how often each was seen."""

    def __init__(self):
        self.watched, self.frames = {}, {}
        self.cells, self.globals = {}, {}
        self.pairs, self.unbound = Counter(), Counter()
        self.values = set()  # captures that took a value, not a cell
        self.reads = 0

    def resume(self) -> None:
        """Forgets who wrote what, since it may have been away, and takes up to ENOUGH reads."""
        self.frames, self.cells, self.globals = {}, {}, {}
        self.reads = 0
        if MONITORING is None:
            trace_opcodes(self)

    @property
    def resting(self) -> bool:
        return self.reads >= ENOUGH

    def register(self, unit, file: str) -> None:
        self.watched[id(unit.code)] = Watched(unit, file)
        if MONITORING:
            events = MONITORING.events
            MONITORING.set_local_events(TOOL, unit.code, events.PY_START | events.INSTRUCTION)

    def enter(self, watched: Watched, frame) -> None:
        state = self.frames[id(frame)] = Frame()
        for variable, event in watched.parameters.items():
            if variable[0] == "local":
                state.writers[variable] = (watched, event, ())
        for slot in watched.entry_cells:
            self.cells.pop(slot_address(frame, slot), None)
        for variable, event in watched.parameters.items():
            if variable[0] == "cell":
                address = slot_address(frame, watched.cell_slots[variable])
                self.cells[address] = (watched, event, ())

    def step(self, watched: Watched, frame, offset: int) -> None:
        """Called before the instruction at `offset` runs."""
        state = self.frames.get(id(frame))
        if state is None:
            return
        if state.new_cell is not None:
            self.cells.pop(slot_address(frame, state.new_cell), None)
            state.new_cell = None
        state.new_cell = watched.make_cell.get(offset)
        found = False
        for event in watched.at.get(offset, ()):
            if event.kind == "use" and not found:
                found = self.use(watched, state, frame, event)
            elif event.kind == "def":
                self.define(watched, state, frame, event)
                found = False
            elif event.kind == "undef":
                writers, key = self.place(watched, state, frame, event)
                writers.pop(key, None)
            elif event.kind == "capture" and not holds_cell(
                frame, watched.cell_slots[event.variable]
            ):
                self.values.add((watched.file, watched.unit.path, event.index))

    def place(self, watched: Watched, state: Frame, frame, event) -> tuple[dict, object]:
        """Where the writer of an event's variable is kept."""
        var_class, symbol = event.variable
        if var_class == "global":
            return self.globals, (id(frame.f_globals), symbol)
        # a save and its restore move the cell itself in and out of the slot
        if var_class in ("cell", "free") and event.origin not in ("save", "restore"):
            return self.cells, slot_address(frame, watched.cell_slots[event.variable])
        return state.writers, event.variable

    def use(self, watched: Watched, state: Frame, frame, event) -> bool:
        """Notes who wrote what the use reads; False if that is not known or it is unbound."""
        writers, key = self.place(watched, state, frame, event)
        writer = writers.get(key)
        if event.origin == "save":
            state.saved[event.variable, event.instruction.place] = writer
        if writer is None:
            if event.variable[0] == "local" and event.origin != "save":
                self.unbound[watched.file, watched.unit.path, event.index] += 1
            return not event.fallback
        self.reads += 1
        used = (watched.file, watched.unit.path, event.index)
        definer, definition, earlier = writer
        self.pairs[(definer.file, definer.unit.path, definition.index), used] += 1
        for before in earlier:
            self.pairs[(definer.file, definer.unit.path, before.index), used] += 1
        return True

    def define(self, watched: Watched, state: Frame, frame, event) -> None:
        writers, key = self.place(watched, state, frame, event)
        if event.origin != "restore":
            writers[key] = (watched, event, ())
            return
        before = state.saved.pop((event.variable, event.instruction.place), None)
        if before is None:
            writers.pop(key, None)
        else:
            writers[key] = (watched, event, (before[1], *before[2]))


ENOUGH = 100_000  # reads of one test module; the rest of it runs unwatched
MONITORING = getattr(sys, "monitoring", None)
TOOL = 3


def watch(observer: Observer) -> None:
    """Has sys.monitoring tell the observer; without it `resume` begins."""
    if MONITORING is None:
        return

    def start(code, offset):
        if not observer.resting:
            observer.enter(observer.watched[id(code)], sys._getframe(1))

    def instruction(code, offset):
        watched = observer.watched[id(code)]
        if offset not in watched.at and not watched.make_cell:
            return MONITORING.DISABLE
        if not observer.resting:
            observer.step(watched, sys._getframe(1), offset)

    MONITORING.use_tool_id(TOOL, "observe")
    MONITORING.register_callback(TOOL, MONITORING.events.PY_START, start)
    MONITORING.register_callback(TOOL, MONITORING.events.INSTRUCTION, instruction)


def trace_opcodes(observer: Observer) -> None:
    def local(frame, event, argument):
        if observer.resting:
            sys.settrace(None)
            return None
        if event == "opcode":
            watched = observer.watched[id(frame.f_code)]
            if frame.f_lasti == watched.start:
                observer.enter(watched, frame)
            observer.step(watched, frame, frame.f_lasti)
        return local

    def call(frame, event, argument):
        watched = observer.watched.get(id(frame.f_code))
        if watched is None:
            return None
        if frame.f_lasti <= watched.start:
            observer.enter(watched, frame)
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return local

    threading.settrace(call)
    sys.settrace(call)
