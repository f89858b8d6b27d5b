"""Python's garbage collector, set for work on many rows."""

import gc

ALLOCATIONS = 2_000_000
_CHUNKS = 8


def collect_seldom() -> None:
    """Look for cyclic garbage seldom: rows hold none, and looking at them all costs a fifth of the time.

    For processes that work on imports, which say themselves when it is a good time (`collect_between_chunks`); what
    was loaded at the start is never looked at again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(ALLOCATIONS, 5, 20)


def collect_between_chunks(chunks: int) -> None:
    """After each eighth chunk, give back what chunks have left in cycles; `chunks` are those done so far.

    SQLAlchemy's statements are cycles, and on SQLite they hold the ids that they were asked about: unlooked for, a
    million rows left 300 MB of them. A look takes 20 ms, since it sees the rows at hand.
    """
    if chunks % _CHUNKS == 0:
        gc.collect(1)
