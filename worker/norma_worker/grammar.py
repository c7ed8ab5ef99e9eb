"""The grammar of this interpreter, and the walk over its trees."""

import _ast
import re

NAME_FIELDS = ("name", "id", "attr", "arg", "asname", "module")


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
