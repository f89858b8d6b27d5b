"""Time-ordered keys (UUID version 7, RFC 9562), from a time and bits that the caller gives."""

from hashlib import blake2b
from uuid import UUID

_VERSION = 7 << 76
_VARIANT = 2 << 62
_ROW_BITS = 32
_PART_BITS = 8
_TAIL_BITS = 74 - _ROW_BITS - _PART_BITS


def uuid7(*, milliseconds: int, random_bits: int) -> UUID:
    """A UUID of version 7: 48 bits of Unix time, then 74 bits as given."""
    bits = random_bits & ((1 << 74) - 1)
    high, low = bits >> 62, bits & ((1 << 62) - 1)
    return UUID(int=(milliseconds & ((1 << 48) - 1)) << 80 | _VERSION | high << 64 | _VARIANT | low)


class PlannedKeys:
    """The keys of records that one import's plan creates: the same row gives the same keys again.

    A plan made anew (after a decision, or by another worker) so names the same records. Keys sort by the
    time of the import, then by row. At most 256 records a row and 2³² rows; the rest of the key comes
    from the import's own id, so two imports of one millisecond do not collide.
    """

    def __init__(self, import_id: UUID) -> None:
        self._milliseconds = import_id.int >> 80
        digest = blake2b(import_id.bytes, digest_size=8).digest()
        self._tail = int.from_bytes(digest) & ((1 << _TAIL_BITS) - 1)
        self._row = 0
        self._part = 0

    def at_row(self, position: int) -> None:
        """Give the keys of this row from now on."""
        self._row, self._part = position, 0

    def __call__(self) -> UUID:
        """Give the row's next key."""
        if self._part >= 1 << _PART_BITS:
            raise OverflowError("One row cannot create more than 256 records.")
        bits = (self._row << _PART_BITS | self._part) << _TAIL_BITS | self._tail
        self._part += 1
        return uuid7(milliseconds=self._milliseconds, random_bits=bits)

    def stand_in(self) -> UUID:
        """Give the key of the one owner who stands for owners that are not there; no row has it."""
        bits = ((1 << _PART_BITS) - 1) << _TAIL_BITS | self._tail
        return uuid7(milliseconds=self._milliseconds, random_bits=bits)
