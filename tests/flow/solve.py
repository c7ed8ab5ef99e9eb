"""Reaching definitions: the equations in their plainest form, sets of events and a work list.

A state gives each variable the set of its definitions: indices of events, and the two that have no
row, UNBOUND and FOREIGN, a write by another unit. While a comprehension has a variable put aside, the
state also has ("saved", variable, place): which save did it, and UNBOUND if it was unbound then.
"""

import heapq
from collections import defaultdict

from units import Unit
from variables import Event, slots_of

UNBOUND, FOREIGN = "unbound", "foreign"
NOTHING = frozenset()


class Solution:
    """The states of one unit; `foreign` has its variables that other units write."""

    def __init__(self, unit: Unit, foreign: set[tuple]):
        self.unit, self.foreign = unit, foreign
        self.before: dict[int, frozenset] = {}  # of each reachable use, its variable's definitions
        self.star_before: dict[int, frozenset] = {}
        self.saves: dict[int, frozenset] = {}  # of each restore, the saves that it may end
        self.events = defaultdict(list)
        for event in unit.events:
            if event.instruction is not None:
                self.events[event.instruction.index].append(event)
        self.writes = self.foreign_writes()
        self.solve()

    def entry_of_free(self) -> dict[tuple, int]:
        return {e.variable: e.index for e in self.unit.events if e.origin == "free"}

    def foreign_writes(self) -> dict[tuple, frozenset]:
        entries = self.entry_of_free()
        return {variable: frozenset({entries.get(variable, FOREIGN)}) for variable in self.foreign}

    def entry_state(self) -> dict[tuple, frozenset]:
        state = {v: frozenset({UNBOUND}) for v in slots_of(self.unit.code) if v[0] != "free"}
        for event in self.unit.events:
            if event.variable[0] == "name":
                state[event.variable] = frozenset({UNBOUND})
            if event.variable[0] == "global" and not self.unit.is_module:
                state[event.variable] = frozenset({FOREIGN})
        if not self.unit.is_module:
            state["global", "*"] = frozenset({FOREIGN})
        for event in self.unit.events:
            if event.instruction is None:
                state[event.variable] = frozenset({event.index})
        return state

    def solve(self) -> None:
        rank = {block: n for n, block in enumerate(reverse_post_order(self.unit))}
        successors = defaultdict(list)
        for edge in self.unit.edges:
            successors[edge.source].append(edge)
        incoming = {0: self.entry_state()}
        waiting = [(0, 0)]
        while waiting:
            block = heapq.heappop(waiting)[1]
            if waiting and waiting[0][1] == block:
                continue
            after, raised = self.run(block, incoming[block])
            for edge in successors[block]:
                known = edge.target in incoming
                state = incoming.setdefault(edge.target, {})
                if join(state, raised if edge.kind == "exc" else after) or not known:
                    heapq.heappush(waiting, (rank[edge.target], edge.target))
        for block, state in incoming.items():
            self.run(block, state, record=True)

    def run(self, block: int, state: dict, record: bool = False) -> tuple[dict, dict]:
        """The states after a block and before its instructions that may raise, joined."""
        state, raised = dict(state), {}
        protected = self.unit.blocks[block].handler is not None
        for instruction in self.unit.blocks[block].instructions:
            if instruction.may_raise and protected:
                join(raised, state)
            events = self.events.get(instruction.index, ())
            uses_left = sum(event.kind == "use" for event in events)
            if instruction.may_raise and uses_left == 0:
                join(state, self.writes)
            for event in events:
                self.step(event, state, record)
                uses_left -= event.kind == "use"
                if instruction.may_raise and event.kind == "use" and uses_left == 0:
                    join(state, self.writes)
        return state, raised

    def step(self, event: Event, state: dict, record: bool) -> None:
        variable = event.variable
        before = state.get(variable, NOTHING)
        saved = ("saved", variable, event.instruction.place)
        if event.kind == "use":
            if record:
                self.before[event.index] = before
                self.star_before[event.index] = state.get((variable[0], "*"), NOTHING)
            if event.origin == "save":
                state[saved] = frozenset({event.index}) | (before & {UNBOUND})
            elif variable[0] in ("local", "cell", "free"):
                state[variable] = before - {UNBOUND}
        elif event.kind == "undef":
            state[variable] = frozenset({UNBOUND})
        elif event.origin == "star_import":
            state[variable] = before | {event.index}
        elif event.origin == "restore":
            saves = state.get(saved, NOTHING)
            state[variable] = frozenset({event.index}) | (saves & {UNBOUND})
            if record:
                self.saves[event.index] = saves - {UNBOUND}
        elif event.kind == "def":
            state[variable] = frozenset({event.index})

    def flow(self) -> dict[tuple[int, int], bool]:
        """Pairs of definition and use, and whether the use must see the definition."""
        return {
            (definition, use): len(reaching) == 1
            for use, reaching in self.before.items()
            for definition in reaching - {UNBOUND, FOREIGN}
        }

    def restored(self) -> dict[tuple[int, int], bool]:
        """Pairs that hold through a comprehension that put the variable aside in between."""
        by_use = defaultdict(dict)
        for (definition, use), must in self.flow().items():
            by_use[use][definition] = must
        ends = [
            (r, use, must) for use in by_use for r, must in by_use[use].items() if r in self.saves
        ]
        found, grown = {}, True
        while grown:
            grown = False
            for restore, use, must in ends:
                for save in self.saves[restore]:
                    for definition, saved in list(by_use[save].items()) + list(
                        found.get(save, {}).items()
                    ):
                        into = found.setdefault(use, {})
                        if into.get(definition, -1) < (must and saved):
                            into[definition] = must and saved
                            grown = True
        return {(definition, use): must for use in found for definition, must in found[use].items()}


def join(state: dict, other: dict) -> bool:
    """Adds the definitions of `other`; says whether there were new ones."""
    grown = False
    for variable, definitions in other.items():
        known = state.get(variable)
        if known is None:
            state[variable] = definitions
            grown = grown or bool(definitions)
        elif known is not definitions and not definitions <= known:
            state[variable] = known | definitions
            grown = True
    return grown


def reverse_post_order(unit: Unit) -> list[int]:
    successors = defaultdict(list)
    for edge in unit.edges:
        successors[edge.source].append(edge.target)
    order, seen, stack = [], {0}, [(0, iter(successors[0]))]
    while stack:
        block, rest = stack[-1]
        following = next((b for b in rest if b not in seen), None)
        if following is None:
            order.append(block)
            stack.pop()
        else:
            seen.add(following)
            stack.append((following, iter(successors[following])))
    return order[::-1]
