"""The rows of a file as lines that people can check against its source.

    block f [0,16) entry branch
    edge f 0>20 branch_false
    use f@4:11 x local load unbound
    f@3:8 x > f@4:11 flow may

A place is the unit and the line and column of the instruction; `entry` stands for entry events.
"""

from reference import COLUMNS


def named(kind: str, rows: list[list]) -> list[dict]:
    return [dict(zip(COLUMNS[kind], row)) for row in rows]


def short(unit: str) -> str:
    """A unit's path without the module and without ranks of 0."""
    parts = [part.removesuffix("#0") for part in unit.split("/")]
    return "/".join(parts[1:]) or "module"


def place(event: dict) -> str:
    line, column = event["raw_start_line"], event["raw_start_col"]
    where = "nowhere" if line is None else f"{line}:{column}"
    where = "entry" if event["instr"] is None else where
    return f"{short(event['unit'])}@{where}"


def describe(rows: dict[str, list]) -> list[str]:
    """One line for each block, edge, event and reach, sorted."""
    events = named("events", rows["events"])
    by_key = {(event["unit"], event["event"]): event for event in events}
    start = {(b["unit"], b["block"]): b["start"] for b in named("blocks", rows["blocks"])}
    lines = [
        f"block {short(b['unit'])} [{b['start']},{b['end']}) {b['kind']} {b['exit_kind']}"
        + ("" if b["reachable"] else " unreachable")
        for b in named("blocks", rows["blocks"])
    ]
    for edge in named("edges", rows["edges"]):
        line = f"edge {short(edge['unit'])} {start[edge['unit'], edge['src']]}"
        line += f">{start[edge['unit'], edge['dst']]} {edge['kind']}"
        lines.append(line if edge["exc_index"] is None else f"{line} {edge['exc_index']}")
    for event in events:
        line = f"{event['kind']} {place(event)} {event['symbol']} {event['var_class']} {event['origin']}"
        marks = {"fallback": "fallback", "maybe_unbound": "unbound", "synthetic": "synthetic"}
        lines.append(" ".join([line, *(word for mark, word in marks.items() if event[mark])]))
    for reach in named("reaches", rows["reaches"]):
        definition = by_key[reach["def_unit"], reach["def_event"]]
        use = by_key[reach["unit"], reach["event"]]
        line = f"{place(definition)} {definition['symbol']} > {place(use)}"
        lines.append(f"{line} {reach['via']} {reach['certainty']}")
    return sorted(lines)
