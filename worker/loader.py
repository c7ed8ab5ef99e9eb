"""Begins the script that norma sends to an interpreter: the package norma_worker, out of memory.

A call of `load` for each of its modules follows, dependencies first. So the worker imports nothing
of its own from a folder, and one argument of the command line holds all of it.
"""

import sys
import types


def load(name, source):
    """Makes the module norma_worker.<name>; __init__ is the package itself."""
    full_name = "norma_worker" if name == "__init__" else f"norma_worker.{name}"
    module = types.ModuleType(full_name)
    if name == "__init__":
        module.__path__ = []
    sys.modules[full_name] = module
    exec(compile(source, f"<{full_name}>", "exec"), module.__dict__)  # norma's own text
