"""The permanent id of a row: it names import, table and row, and a slip of the hand in it is seen.

`row-12-1-06bzqj5yr1v8t0q2m3n4p5s6t8-4kx9c2`: row 12 of table 1, the import's key, and a check over it all. The letters
are Crockford's base 32 (no I, L, O, U), so that no spreadsheet takes an id for a number or a date.
"""

import re
from dataclasses import dataclass
from hashlib import blake2b
from uuid import UUID

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
_KEY_LETTERS, _CHECK_LETTERS = 26, 6
_FORM = re.compile(
    rf"row-([1-9]\d{{0,9}})-([1-9]\d{{0,3}})-([{_LETTERS}]{{{_KEY_LETTERS}}})-([{_LETTERS}]{{{_CHECK_LETTERS}}})"
)


@dataclass(frozen=True, slots=True)
class RowId:
    """Which row of which import."""

    import_id: UUID
    table_no: int
    row_no: int


def row_id(of: RowId) -> str:
    """The id as people and files write it, the same for ever."""
    named = f"row-{of.row_no}-{of.table_no}-{_lettered(of.import_id.int, _KEY_LETTERS)}"
    return f"{named}-{_check(named)}"


def parse_row_id(text: str) -> RowId | None:
    """The row that an id names; None for whatever is not one, as after a changed character."""
    plain = text.strip().lower()
    found = _FORM.fullmatch(plain)
    if found is None or found[4] != _check(plain[: found.start(4) - 1]):
        return None
    number = 0
    for letter in found[3]:
        number = number * 32 + _LETTERS.index(letter)
    if number >= 1 << 128:
        return None
    return RowId(UUID(int=number), int(found[2]), int(found[1]))


def _check(named: str) -> str:
    digest = int.from_bytes(blake2b(named.encode(), digest_size=8, person=b"phcs row id").digest(), "big")
    return _lettered(digest % 32**_CHECK_LETTERS, _CHECK_LETTERS)


def _lettered(number: int, length: int) -> str:
    letters = []
    for _ in range(length):
        number, rest = divmod(number, 32)
        letters.append(_LETTERS[rest])
    return "".join(reversed(letters))
