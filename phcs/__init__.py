"""PHCS Import: moves an organisation's history into PHCS, reviewed, atomic, explained, undoable.

Importing this package loads nothing else, so that the limited child that reads untrusted files starts in
some tens of milliseconds. `create_app` is found when it is first asked for (docs/adr/0004).
"""

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    """Give `create_app`; raise AttributeError for every other name (PEP 562)."""
    if name == "create_app":
        return import_module("phcs.app").create_app
    raise AttributeError(f"module 'phcs' has no attribute {name!r}")
