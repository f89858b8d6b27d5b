"""Modules whose code runs when they are first asked for something.

Each import starts two reading children, and most files are CSV: what only workbooks or calendars need would be a third
of a child's start.
"""

import importlib.util
import sys
from typing import Any


def loaded_when_used(name: str) -> Any:
    """Return the module; raises ModuleNotFoundError at once where there is none.

    For modules that nothing imports by itself: then they are loaded at once, as ever.
    """
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(name)
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
