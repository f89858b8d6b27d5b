"""Python's garbage collector, set for work on many rows."""

import gc

ALLOCATIONS = 2_000_000


def collect_seldom() -> None:
    """Look for cyclic garbage seldom: rows hold none, and looking at them all costs a fifth of the time.

    For processes that work on imports, which say themselves when it is a good time (`collect_between_chunks`); what
    was loaded at the start is never looked at again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(ALLOCATIONS, 5, 20)


def collect_between_chunks() -> None:
    """Give back what a chunk has left in cycles, while few objects are young: a thousandth of the chunk's time.

    SQLAlchemy's statements are cycles, and on SQLite they hold the ids that they were asked about: unlooked for, a
    million rows left 300 MB of them.
    """
    gc.collect(1)
