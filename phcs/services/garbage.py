"""Python's garbage collector, set for work on many rows."""

import gc

ALLOCATIONS = 500_000


def collect_seldom() -> None:
    """Look for cyclic garbage seldom: rows hold none, and looking at them all costs a fifth of the time.

    For processes that work on imports; what was loaded at the start is never looked at again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(ALLOCATIONS, 50, 100)
