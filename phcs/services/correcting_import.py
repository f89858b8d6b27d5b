"""A new import that brings rejected rows of a promoted one, repaired; it is mapped and checked as that one was."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError
from phcs.core.mapping.dropping import without_dropped
from phcs.core.mapping.tables import TableMapping
from phcs.core.options import AskedReading, AskedTable
from phcs.core.permissions import Permission
from phcs.core.reading.choices import ReadingChoices
from phcs.core.reading.tables import TableReading
from phcs.core.row_places import RowPlace
from phcs.core.sample_files import BYTE_ORDER_MARK
from phcs.core.states import ENDS, ImportState
from phcs.models.imports import Import, SourceTable
from phcs.models.quality import CorrectedRow
from phcs.queries.among import at_places
from phcs.services import auditing, bulk
from phcs.services.correcting_files import content_of, packed
from phcs.services.identifiers import new_id
from phcs.services.import_moves import find_import
from phcs.services.limited_reading import inspect_file
from phcs.services.resource_limits import limits_in_words
from phcs.services.source_tables import about_tables, part_of
from phcs.services.store import StoredFile
from phcs.services.transactions import transaction
from phcs.services.working import Workshop

AS_WRITTEN = ReadingChoices(encoding="utf-8", delimiter=",", header_row=1)
FIRST_ROW = 2
COLUMNS = (
    "organisation_id",
    "import_id",
    "table_no",
    "row_no",
    "corrected_in",
    "corrected_row_no",
    "corrected_table_no",
)


@dataclass(frozen=True, slots=True)
class _NewTable:
    """A table of the new file: its number there and in the former import, how it is read, which rows it holds."""

    table_no: int
    former_no: int
    reading: TableReading
    rows: Sequence[int]


@dataclass(frozen=True, slots=True)
class _NewFile:
    """The file of the corrected rows as it is stored, and its tables."""

    import_id: UUID
    stored: StoredFile
    tables: Sequence[_NewTable]

    @property
    def rows(self) -> int:
        """How many rows it holds."""
        return sum(len(table.rows) for table in self.tables)


def begin_correcting_import(
    *,
    actor: Actor,
    now: datetime,
    import_id: UUID,
    rows: Mapping[RowPlace, Sequence[str]],
    workshop: Workshop,
) -> UUID:
    """Make an import of these rows (cells by row), which then waits for a worker; gives its id.

    Its file is a CSV with the headings of the promoted import, or a ZIP with one for each table and with the documents
    that the rows name, as long as the promoted import's own file is kept; its mappings and options are that one's.
    Raises InvalidInputError when one of the rows was brought before, or cannot stand in a file, and
    UnreadableFileError when the documents cannot be read any more.
    """
    actor.require(Permission.UPLOAD)
    by_table: dict[int, list[int]] = {}
    for place in sorted(rows):
        by_table.setdefault(place.table_no, []).append(place.row_no)
    with transaction() as session:
        former = find_import(session, actor, import_id)
        by_cells = {
            former_no: [rows[RowPlace(former_no, row_no)] for row_no in numbers]
            for former_no, numbers in by_table.items()
        }
        tables_as_csv = {
            former_no: _content(session, former, former_no, cells) for former_no, cells in by_cells.items()
        }
        content = content_of(session, former, tables_as_csv, by_cells)
    key = new_id()
    with limits_in_words(), packed(content, former, workshop) as stream:
        most = workshop.limits.file_bytes + content.table_bytes
        stored = workshop.store.save(stream, file_id=key, max_bytes=most)
    try:
        ending = ".csv" if content.is_one_table else ".zip"
        name = f"corrected rows of {former.file_name}"[:250].removesuffix(ending) + ending
        tables = [
            _NewTable(number, former_no, _read_back(stored, name, member, workshop, len(numbers)), numbers)
            for number, ((former_no, numbers), member) in enumerate(
                zip(by_table.items(), content.members, strict=True), 1
            )
        ]
        with transaction() as session:
            _keep(session, actor, now, import_id, _NewFile(key, stored, tables), name)
    except BaseException:
        workshop.store.delete(stored.name)
        raise
    return key


def _content(session: Session, former: Import, table_no: int, rows: Sequence[Sequence[str]]) -> bytes:
    """A table's rows as a CSV with its headings."""
    table = session.get_one(SourceTable, (former.id, table_no))
    headings = [column.heading_given for column in TableReading.from_json(table.reading).columns]
    return _as_csv([headings, *rows])


def _as_csv(table: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    text.write(BYTE_ORDER_MARK)
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(table)
    return text.getvalue().encode()


def _read_back(stored: StoredFile, name: str, member: str, workshop: Workshop, rows: int) -> TableReading:
    """How a table of the new file is read; each of its rows must be one, so that both imports tell them apart."""
    with workshop.store.fetched(stored.name, sha256=stored.sha256) as path:
        reading = inspect_file(
            path,
            name=name,
            limits=workshop.limits,
            child=workshop.child,
            split_rows=workshop.split_rows,
            choices=replace(AS_WRITTEN, part=member),
        )[0]
    if reading.rows != rows:
        raise InvalidInputError(
            "One of the corrected rows is empty, or repeats the headings. Take it out of the file."
        )
    return reading


def _keep(session: Session, actor: Actor, now: datetime, import_id: UUID, new: _NewFile, name: str) -> None:
    former = find_import(session, actor, import_id)
    session.refresh(former, with_for_update=True)  # before the turn, as whoever undoes it
    if former.state is not ImportState.COMPLETED or former.rows_purge_begun_at is not None:
        raise InvalidInputError(
            "The import was taken back, or its rows deleted, at this moment. Look at it again."
        )
    auditing.take_turn(session, actor.organisation_id)  # of the same rows at once one file comes first
    _require_not_brought(session, former, new)
    tables = [_new_table(session, former, one, new, name) for one in new.tables]
    session.add(_new_import(former, actor, now, new, name, tables))
    session.flush()
    session.add_all(tables)
    session.flush()
    bulk.insert_rows(
        session,
        CorrectedRow,
        COLUMNS,
        [
            (former.organisation_id, former.id, one.former_no, row_no, new.import_id, number, one.table_no)
            for one in new.tables
            for number, row_no in enumerate(one.rows, FIRST_ROW)
        ],
    )
    _record(session, actor, now, former, new, name)


def _new_table(session: Session, former: Import, one: _NewTable, new: _NewFile, name: str) -> SourceTable:
    """A table of the new import, mapped as the one of the former import that its rows come from."""
    table = session.get_one(SourceTable, (former.id, one.former_no))
    return SourceTable(
        import_id=new.import_id,
        table_no=one.table_no,
        organisation_id=former.organisation_id,
        name=name if len(new.tables) == 1 else table.name,
        kind=table.kind,
        source=table.source or former.source,
        rows=one.reading.rows,
        reading=without_dropped(one.reading, TableMapping.from_json(table.mapping)).as_json(),
        mapping=table.mapping,
        template={},
        left_out="",
    )


def _require_not_brought(session: Session, former: Import, new: _NewFile) -> None:
    """Raise when another import that is not given up brings one of these rows already."""
    places = [RowPlace(one.former_no, row_no) for one in new.tables for row_no in one.rows]
    earlier = session.execute(
        sa.select(CorrectedRow.row_no, Import.file_name)
        .join(Import, Import.id == CorrectedRow.corrected_in)
        .where(
            CorrectedRow.organisation_id == former.organisation_id,
            CorrectedRow.import_id == former.id,
            at_places(session, CorrectedRow, places),
            Import.state.not_in(ENDS - {ImportState.COMPLETED}),
        )
        .order_by(CorrectedRow.table_no, CorrectedRow.row_no)
        .limit(1)
    ).first()
    if earlier is not None:
        raise InvalidInputError(
            f"Row {earlier.row_no} of the import came back corrected before, in “{earlier.file_name}”. Go on there, or "
            "take the row out of this file."
        )


def _asked(tables: Sequence[SourceTable], about: Mapping[str, Any]) -> AskedReading:
    """How the new file is read, should it be read anew: each table as the source and kind that it is of."""
    several = {part_of(one): AskedTable(AS_WRITTEN, one.source, one.kind) for one in tables if part_of(one)}
    return AskedReading(choices=AS_WRITTEN, source=about["source"], kind=about["kind"], tables=several)


def _new_import(
    former: Import, actor: Actor, now: datetime, new: _NewFile, name: str, tables: Sequence[SourceTable]
) -> Import:
    """An import that has been read and mapped already, so that its rows are checked next."""
    about = about_tables(tables)
    return Import(
        id=new.import_id,
        organisation_id=former.organisation_id,
        state=ImportState.STAGING,
        file_name=name,
        file_size=new.stored.size,
        file_sha256=new.stored.sha256,
        stored_name=new.stored.name,
        corrects=former.id,
        options=former.options,
        asked=_asked(tables, about).as_json(),
        uploaded_by=actor.id,
        uploaded_by_name=actor.name,
        created_at=now,
        updated_at=now,
        edited_by=[],
        timings={},
        row_counts={},
        finding_counts={},
        plan_counts={},
        **about,
    )


def _record(session: Session, actor: Actor, now: datetime, former: Import, new: _NewFile, name: str) -> None:
    told: tuple[tuple[str, UUID, dict[str, Any]], ...] = (
        (
            "import.corrections_sent_on",
            former.id,
            {"corrected_in": str(new.import_id), "rows": new.rows},
        ),
        (
            "import.received",
            new.import_id,
            {"size": new.stored.size, "sha256": new.stored.sha256, "corrects": str(former.id)},
        ),
    )
    for action, subject_id, detail in told:
        auditing.record_on_import(
            session,
            actor=actor,
            now=now,
            action=action,
            import_id=subject_id,
            detail=detail,
            values={"file_name": name} if subject_id == new.import_id else None,
        )
