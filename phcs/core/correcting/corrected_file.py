"""A repaired file taken back: which of its columns are the import's, which row each of its rows is, what changed.

Everything is refused as a whole, in words: half a correction helps nobody.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from phcs.core.correcting.error_file import REASONS_HEADING, ROW_ID_HEADING
from phcs.core.correcting.row_ids import parse_row_id
from phcs.core.errors import InvalidInputError
from phcs.core.reading.cells import column_letters
from phcs.core.reading.tables import SourceRow
from phcs.core.row_places import RowPlace
from phcs.core.spreadsheet_text import unguarded

_SHOWN = 5
_SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class CorrectedRow:
    """One row as it came back; `cells` by the import's own columns, None where the file has no such column.

    `line` is the row's number in the file that came back, `row_no` its number in the import's file.
    """

    line: int
    table_no: int
    row_no: int
    cells: tuple[str | None, ...]

    @property
    def place(self) -> RowPlace:
        """Where the row stands in the import."""
        return RowPlace(self.table_no, self.row_no)


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """One cell that somebody changed; `position` counts the import's columns from 0."""

    row_no: int
    position: int
    before: str
    after: str
    table_no: int = 1


@dataclass(frozen=True, slots=True)
class CorrectedTable:
    """Where in the file the row's id and each of the import's columns stand; -1 where a column is not there."""

    id_position: int
    positions: tuple[int, ...]
    headings: tuple[str, ...]
    spare: tuple[int, ...]
    """Columns that belong to nothing; they must be empty."""

    @classmethod
    def of(cls, headings: Sequence[str], *, own: Sequence[str]) -> "CorrectedTable":
        """Find the import's `own` headings among those of the file; columns may have moved.

        Raises InvalidInputError when a column with a heading is missing, or one came along that is not the import's.
        """
        places: dict[str, list[int]] = defaultdict(list)
        for position, heading in enumerate(headings):
            places[_plain(heading)].append(position)
        if not places[ROW_ID_HEADING]:
            raise InvalidInputError(
                f"The first row of the file has no column “{ROW_ID_HEADING}”, so its rows cannot be told apart. Use "
                "the file of rejected rows as it was downloaded, with its headings in the first row."
            )
        id_position = places[ROW_ID_HEADING].pop(0)
        if places[REASONS_HEADING]:
            places[REASONS_HEADING].pop(0)
        positions = tuple(_taken(places[_plain(heading)]) for heading in own)
        missing = [heading for heading, at in zip(own, positions, strict=True) if at < 0 and _plain(heading)]
        if missing:
            raise InvalidInputError(
                f"The file lacks {_listed(missing)}. Put {_them(missing)} back, or correct the rows in a new download."
            )
        added = [heading for heading, left in places.items() if left and heading]
        if added:
            raise InvalidInputError(
                f"The file has {_listed(added)}, which this import does not know. Take {_them(added)} out."
            )
        return cls(id_position, positions, tuple(own), tuple(places[""]))

    def row(self, row: SourceRow, *, import_id: UUID) -> CorrectedRow | None:
        """The row as it came back, None for one without any cell. Raises InvalidInputError for what it cannot be."""
        own = tuple(unguarded(row.cells[at]) if at >= 0 else None for at in self.positions)
        given = row.cells[self.id_position].strip()
        if not given and not any(own):
            return None
        found = parse_row_id(unguarded(given))
        if found is None:
            raise InvalidInputError(_unknown_id(row.row_no, given))
        if found.import_id != import_id:
            raise InvalidInputError(
                f"Row {row.row_no} of the file belongs to another import. Take it back on that import's page."
            )
        self._require_sound(row)
        return CorrectedRow(row.row_no, found.table_no, found.row_no, own)

    def _require_sound(self, row: SourceRow) -> None:
        """Raise where cells have moved, or a spreadsheet shows an error instead of a value."""
        if "wide" in row.flags or "beyond" in row.flags or any(row.cells[at].strip() for at in self.spare):
            raise InvalidInputError(
                f"Row {row.row_no} of the file has cells beyond the last heading. Move them back below theirs."
            )
        for flag in row.flags:
            kind, _, at = flag.partition(":")
            if kind in {"error", "uncalculated"} and int(at) in {*self.positions, self.id_position}:
                what = "an error" if kind == "error" else "a formula without a result"
                raise InvalidInputError(
                    f"Cell {column_letters(int(at))}{row.row_no} of the file holds {what}. Put the value itself there."
                )


def table_of_file(headings: Sequence[str], rows: Iterable[SourceRow], *, import_id: UUID) -> int:
    """The table whose rows a file brings, by the first row id of this import in it; 1 where there is none."""
    position = next((at for at, heading in enumerate(headings) if _plain(heading) == ROW_ID_HEADING), -1)
    for row in rows if position >= 0 else ():
        found = parse_row_id(unguarded(row.cells[position].strip()))
        if found is not None and found.import_id == import_id:
            return found.table_no
    return 1


def read_corrected(
    headings: Sequence[str], rows: Iterable[SourceRow], *, own: Sequence[str], import_id: UUID
) -> list[CorrectedRow]:
    """The rows of a file that came back, each once. Raises InvalidInputError with what to put right."""
    table = CorrectedTable.of(headings, own=own)
    found: dict[tuple[int, int], CorrectedRow] = {}
    for source_row in rows:
        row = table.row(source_row, import_id=import_id)
        if row is None:
            continue
        earlier = found.setdefault((row.table_no, row.row_no), row)
        if earlier is not row:
            raise InvalidInputError(
                f"Rows {earlier.line} and {row.line} of the file have the same row id: both are row {row.row_no} of "
                "the import. Keep one of them."
            )
    if not found:
        raise InvalidInputError(
            "The file has no row to take back. Upload the rejected rows with your corrections."
        )
    return list(found.values())


def changed_cells(row: CorrectedRow, cells: Sequence[str]) -> Iterator[ChangedCell]:
    """What differs from the `cells` that are kept; another kind of line break alone is no change."""
    for position, after in enumerate(row.cells):
        before = cells[position] if position < len(cells) else ""
        if after is not None and after != before and _one_break(after) != _one_break(before):
            yield ChangedCell(row.row_no, position, before, after, row.table_no)


def _plain(heading: str) -> str:
    return " ".join(unguarded(heading.strip("\ufeff \t")).split())


def _taken(places: list[int]) -> int:
    return places.pop(0) if places else -1


def _one_break(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _listed(headings: Sequence[str]) -> str:
    shown = ", ".join(f"“{heading[:_SHOWN_CHARACTERS]}”" for heading in headings[:_SHOWN])
    more = f" and {len(headings) - _SHOWN:,} more" if len(headings) > _SHOWN else ""
    return f"the column{'' if len(headings) == 1 else 's'} {shown}{more}"


def _them(headings: Sequence[str]) -> str:
    return "it" if len(headings) == 1 else "them"


def _unknown_id(line: int, given: str) -> str:
    if not given:
        return f"Row {line} of the file has no row id. Copy it from the download; rows cannot be added here."
    return (
        f"“{given[:_SHOWN_CHARACTERS]}” in row {line} of the file is not a row id of PHCS. Copy it from the download, "
        "letter for letter."
    )
