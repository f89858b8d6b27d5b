"""A new import that brings rejected rows of a promoted one, repaired; it is mapped and checked as that one was."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError
from phcs.core.mapping.dropping import without_dropped
from phcs.core.mapping.tables import TableMapping
from phcs.core.options import AskedReading
from phcs.core.permissions import Permission
from phcs.core.reading.choices import ReadingChoices
from phcs.core.reading.tables import TableReading
from phcs.core.sample_files import BYTE_ORDER_MARK
from phcs.core.states import ENDS, ImportState
from phcs.models.imports import Import, SourceTable
from phcs.models.quality import CorrectedRow
from phcs.queries.among import among
from phcs.services import auditing, bulk
from phcs.services.identifiers import new_id
from phcs.services.import_moves import find_import
from phcs.services.limited_reading import inspect_file
from phcs.services.resource_limits import limits_in_words
from phcs.services.store import StoredFile
from phcs.services.transactions import transaction
from phcs.services.working import Workshop

AS_WRITTEN = ReadingChoices(encoding="utf-8", delimiter=",", header_row=1)
FIRST_ROW = 2
COLUMNS = ("organisation_id", "import_id", "table_no", "row_no", "corrected_in", "corrected_row_no")
_LINKED = ("source", "kind", "options")


@dataclass(frozen=True, slots=True)
class _NewFile:
    """The file of the corrected rows: as it is stored, how it is read, and which of the import's rows it holds."""

    import_id: UUID
    stored: StoredFile
    reading: TableReading
    rows: Sequence[int]


def begin_correcting_import(
    *,
    actor: Actor,
    now: datetime,
    import_id: UUID,
    rows: Mapping[int, Sequence[str]],
    workshop: Workshop,
) -> UUID:
    """Make an import of these rows (cells by row number), which then waits for a worker; gives its id.

    Its file is a CSV with the headings of the promoted import, its mapping and options are that one's. Raises
    InvalidInputError when one of the rows was brought before, or cannot stand in a file.
    """
    actor.require(Permission.UPLOAD)
    with transaction() as session:
        former = find_import(session, actor, import_id)
        table = session.get_one(SourceTable, (import_id, 1))
        headings = [column.heading_given for column in TableReading.from_json(table.reading).columns]
    key, numbers = new_id(), sorted(rows)
    with limits_in_words():
        content = _as_csv([headings, *(rows[row_no] for row_no in numbers)])
        stored = workshop.store.save(
            io.BytesIO(content), file_id=key, max_bytes=max(len(content), workshop.limits.file_bytes)
        )
    try:
        name = f"corrected rows of {former.file_name}"[:250].removesuffix(".csv") + ".csv"
        new = _NewFile(key, stored, _read_back(stored, name, workshop, rows=len(numbers)), numbers)
        with transaction() as session:
            _keep(session, actor, now, import_id, new, name)
    except BaseException:
        workshop.store.delete(stored.name)
        raise
    return key


def _as_csv(table: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    text.write(BYTE_ORDER_MARK)
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(table)
    return text.getvalue().encode()


def _read_back(stored: StoredFile, name: str, workshop: Workshop, *, rows: int) -> TableReading:
    """How the new file is read; each of its rows must be one, so that rows of both imports can be told apart."""
    with workshop.store.fetched(stored.name, sha256=stored.sha256) as path:
        reading = inspect_file(
            path,
            name=name,
            limits=workshop.limits,
            child=workshop.child,
            split_rows=workshop.split_rows,
            choices=AS_WRITTEN,
        )[0]
    if reading.rows != rows:
        raise InvalidInputError(
            "One of the corrected rows is empty, or repeats the headings. Take it out of the file."
        )
    return reading


def _keep(session: Session, actor: Actor, now: datetime, import_id: UUID, new: _NewFile, name: str) -> None:
    auditing.take_turn(
        session, actor.organisation_id
    )  # of the same rows at the same moment one file comes first
    former = find_import(session, actor, import_id)
    table = session.get_one(SourceTable, (import_id, 1))
    _require_not_brought(session, former, new.rows)
    session.add(_new_import(former, actor, now, new, name))
    session.flush()
    mapping = TableMapping.from_json(table.mapping)
    session.add(
        SourceTable(
            import_id=new.import_id,
            table_no=1,
            organisation_id=former.organisation_id,
            name=name,
            kind=table.kind,
            reading=without_dropped(new.reading, mapping).as_json(),
            mapping=table.mapping,
            template={},
        )
    )
    session.flush()
    bulk.insert_rows(
        session,
        CorrectedRow,
        COLUMNS,
        [
            (former.organisation_id, former.id, 1, row_no, new.import_id, number)
            for number, row_no in enumerate(new.rows, FIRST_ROW)
        ],
    )
    _record(session, actor, now, former, new, name)


def _require_not_brought(session: Session, former: Import, rows: Sequence[int]) -> None:
    """Raise when another import that is not given up brings one of these rows already."""
    earlier = session.execute(
        sa.select(CorrectedRow.row_no, Import.file_name)
        .join(Import, Import.id == CorrectedRow.corrected_in)
        .where(
            CorrectedRow.organisation_id == former.organisation_id,
            CorrectedRow.import_id == former.id,
            among(session, CorrectedRow.row_no, rows),
            Import.state.not_in(ENDS - {ImportState.COMPLETED}),
        )
        .order_by(CorrectedRow.row_no)
        .limit(1)
    ).first()
    if earlier is not None:
        raise InvalidInputError(
            f"Row {earlier.row_no} of the import came back corrected before, in “{earlier.file_name}”. Go on there, or "
            "take the row out of this file."
        )


def _new_import(former: Import, actor: Actor, now: datetime, new: _NewFile, name: str) -> Import:
    """An import that has been read and mapped already, so that its rows are checked next."""
    return Import(
        id=new.import_id,
        organisation_id=former.organisation_id,
        state=ImportState.STAGING,
        file_name=name,
        file_size=new.stored.size,
        file_sha256=new.stored.sha256,
        stored_name=new.stored.name,
        corrects=former.id,
        **{column: getattr(former, column) for column in _LINKED},
        asked=AskedReading(choices=AS_WRITTEN, source=former.source, kind=former.kind).as_json(),
        uploaded_by=actor.id,
        uploaded_by_name=actor.name,
        created_at=now,
        updated_at=now,
        edited_by=[],
        rows_total=new.reading.rows,
        timings={},
        row_counts={},
        finding_counts={},
        plan_counts={},
    )


def _record(session: Session, actor: Actor, now: datetime, former: Import, new: _NewFile, name: str) -> None:
    told: tuple[tuple[str, UUID, dict[str, Any]], ...] = (
        (
            "import.corrections_sent_on",
            former.id,
            {"corrected_in": str(new.import_id), "rows": len(new.rows)},
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
