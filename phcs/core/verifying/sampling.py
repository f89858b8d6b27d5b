"""A random sample of rows that anybody can draw again: by the seed, without knowing how a program shuffles."""

import heapq
from collections.abc import Iterable
from hashlib import sha256

RowKey = tuple[int, int]
"""Table and row number."""

USUAL_SAMPLE = 20
LARGEST_SAMPLE = 500


def sample_of(rows: Iterable[RowKey], *, seed: str, size: int) -> tuple[RowKey, ...]:
    """The rows whose SHA-256 of `seed:table:row` is smallest, in file order; memory does not grow with the rows."""
    drawn = heapq.nsmallest(size, ((_rank(seed, key), key) for key in rows))
    return tuple(sorted(key for _, key in drawn))


def _rank(seed: str, key: RowKey) -> bytes:
    return sha256(f"{seed}:{key[0]}:{key[1]}".encode()).digest()
