"""Reading a received file for the first time: how it is built, what system it comes from, what feeds what."""

import itertools
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import process_actor
from phcs.core.mapping.dropping import without_dropped
from phcs.core.mapping.templates import UsedTemplate
from phcs.core.options import AskedReading
from phcs.core.states import ImportState
from phcs.models.imports import Import, SourceTable
from phcs.models.mapping_templates import MappingTemplate
from phcs.services import auditing, leasing
from phcs.services.approval import drop_staged
from phcs.services.leasing import Claim
from phcs.services.recognising import Recognised, recognise_file
from phcs.services.repaired_staging import doubt_repairs
from phcs.services.source_tables import about_tables, in_order, known_tables, move_prepared, part_of
from phcs.services.stopwatch import Stopwatch
from phcs.services.transactions import transaction
from phcs.services.working import Workshop

READER = "the reader"


def read_import(*, claim: Claim, found: Import, workshop: Workshop, watch: Stopwatch) -> ImportState:
    """Find out how the file is read and mapped; gives the state that follows.

    Rows that an earlier, failed attempt has staged are forgotten: they are read and checked anew.

    It goes on by itself (`staging`) when every required fact of every table that is taken is fed, else waits for a
    person (`mapping`).
    Raises UnreadableFileError, with a sentence, when the file cannot be used; nothing was changed then.
    """
    with watch.timing("read"), workshop.store.fetched(found.stored_name, sha256=found.file_sha256) as path:
        recognised = recognise_file(path, found=found, workshop=workshop)
    now = workshop.clock()
    with transaction() as session:
        tables = _numbered(session, found, recognised)
        taken = [table for table in tables if not table.left_out]
        after = ImportState.MAPPING if any(table.waits for table in taken) else ImportState.STAGING
        leasing.move(
            session,
            claim,
            after,
            now=now,
            rows_done=0,
            staged_through=0,
            row_counts={},
            finding_counts={},
            timings=watch.added_to(found.timings),
            **about_tables(tables),
        )
        drop_staged(session, found)
        doubt_repairs(session, found)
        _keep_tables(session, found, tables)
        _note_use(session, found, recognised, now)
        _record_read(session, found, now, tables)
    return after


def _numbered(session: Session, found: Import, recognised: list[Recognised]) -> list[SourceTable]:
    """The tables as they will be stored, in order; those that nobody wanted read anew are mapped as they were."""
    asked = AskedReading.from_json(found.asked)
    former = {part_of(table): table for table in known_tables(session, found)} if asked.again else {}
    tables = [
        _as_it_was(_fresh_table(found, one), former.get(one.reading.part), asked.again) for one in recognised
    ]
    for table in former.values():
        session.expunge(table)
    tables = in_order(tables)
    for number, table in enumerate(tables, 1):
        table.table_no = number
    return tables


def _fresh_table(found: Import, one: Recognised) -> SourceTable:
    return SourceTable(
        import_id=found.id,
        table_no=0,
        organisation_id=found.organisation_id,
        name=one.reading.name[:255],
        kind=one.mapping.kind.value,
        source=one.mapping.source,
        rows=one.reading.rows,
        reading=without_dropped(one.reading, one.mapping).as_json(),
        mapping=one.mapping.as_json(),
        template=one.template.as_json() if one.template else {},
        left_out=one.left_out,
        waits=not one.may_go_on,
    )


def _as_it_was(fresh: SourceTable, former: SourceTable | None, again: str) -> SourceTable:
    """The table with its former mapping, where it has the headings of then and is not what was to be read anew."""
    if former is None or part_of(fresh) == again or not _same_columns(fresh, former):
        if part_of(fresh) == again:
            fresh.left_out = ""
        return fresh
    for name in ("kind", "source", "mapping", "template", "left_out", "waits"):
        setattr(fresh, name, getattr(former, name))
    return fresh


def _same_columns(fresh: SourceTable, former: SourceTable) -> bool:
    headings = ([column[1] for column in table.reading["columns"]] for table in (fresh, former))
    return next(headings) == next(headings)


def _keep_tables(session: Session, found: Import, tables: list[SourceTable]) -> None:
    """Store the tables in place of those of an earlier reading; what people prepared follows its table."""
    former = known_tables(session, found)
    for table in former:
        session.expunge(table)
    session.execute(
        sa.delete(SourceTable)
        .where(SourceTable.organisation_id == found.organisation_id, SourceTable.import_id == found.id)
        .execution_options(synchronize_session=False)
    )
    places = {part_of(table): table.table_no for table in tables}
    gone = itertools.count(len(tables) + 1)
    moved = {table.table_no: places.get(part_of(table)) or next(gone) for table in former}
    move_prepared(session, found, moved)
    session.add_all(tables)


def _record_read(session: Session, found: Import, now: datetime, tables: list[SourceTable]) -> None:
    taken = [table for table in tables if not table.left_out]
    detail: dict[str, Any] = {
        "rows": sum(table.rows for table in taken),
        "source": taken[0].source,
        "kind": taken[0].kind,
        "mapped": not any(table.waits for table in taken),
    }
    if len(tables) > 1:
        detail["tables"] = len(taken)
        detail["left_out"] = len(tables) - len(taken)
    if used := UsedTemplate.from_json(taken[0].template):
        detail["template"] = f"{used.name}, version {used.version}"
    auditing.record_on_import(
        session,
        actor=process_actor(organisation_id=found.organisation_id, name=READER),
        now=now,
        action="import.read",
        import_id=found.id,
        detail=detail,
    )


def _note_use(session: Session, found: Import, tables: list[Recognised], now: datetime) -> None:
    """Remember when a saved mapping was used last: of several that fit it is the first choice."""
    used = [one.saved.id for one in tables if one.saved and not one.left_out]
    if not used:
        return
    session.execute(
        sa.update(MappingTemplate)
        .where(MappingTemplate.organisation_id == found.organisation_id, MappingTemplate.id.in_(used))
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
