"""Reading a received file for the first time: how it is built, what system it comes from, what feeds what."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from phcs.core.actors import process_actor
from phcs.core.mapping.corrections import remap
from phcs.core.mapping.tables import TableMapping
from phcs.core.options import ImportOptions
from phcs.core.reading.tables import TableReading
from phcs.core.sources import recognise
from phcs.core.states import ImportState
from phcs.models.imports import Import, SourceTable
from phcs.services import auditing, leasing
from phcs.services.approval import drop_staged
from phcs.services.leasing import Claim
from phcs.services.limited_reading import inspect_file
from phcs.services.stopwatch import Stopwatch
from phcs.services.transactions import transaction
from phcs.services.working import Workshop

READER = "the reader"


def read_import(*, claim: Claim, found: Import, workshop: Workshop, watch: Stopwatch) -> ImportState:
    """Find out how the file is read and mapped; gives the state that follows.

    Rows that an earlier, failed attempt has staged are forgotten: they are read and checked anew.

    It goes on by itself (`staging`) when every required fact is fed, else waits for a person (`mapping`).
    Raises UnreadableFileError, with a sentence, when the file cannot be used; nothing was changed then.
    """
    with watch.timing("read"):
        with workshop.store.fetched(found.stored_name, sha256=found.file_sha256) as path:
            readings = inspect_file(
                path,
                name=found.file_name,
                limits=workshop.limits,
                child=workshop.child,
                split_rows=workshop.split_rows,
            )
        options = ImportOptions.from_json(found.options)
        mappings = [_mapping(reading, found, options) for reading in readings]
    after = ImportState.STAGING if all(mapping.is_complete for mapping in mappings) else ImportState.MAPPING
    now = workshop.clock()
    with transaction() as session:
        leasing.move(
            session,
            claim,
            after,
            now=now,
            source=mappings[0].source,
            kind=mappings[0].kind.value,
            rows_total=sum(reading.rows for reading in readings),
            rows_done=0,
            staged_through=0,
            row_counts={},
            finding_counts={},
            timings=watch.added_to(found.timings),
        )
        drop_staged(session, found)
        _add_tables(session, found, readings, mappings)
        detail = {
            "rows": sum(reading.rows for reading in readings),
            "source": mappings[0].source,
            "kind": mappings[0].kind.value,
            "mapped": after is ImportState.STAGING,
        }
        _record_read(session, found, now, detail)
    return after


def _record_read(session: Session, found: Import, now: datetime, detail: dict[str, Any]) -> None:
    auditing.record(
        session,
        actor=process_actor(organisation_id=found.organisation_id, name=READER),
        now=now,
        action="import.read",
        subject_kind="import",
        subject_id=found.id,
        import_id=found.id,
        detail=detail,
    )


def _mapping(reading: TableReading, found: Import, options: ImportOptions) -> TableMapping:
    mapping = recognise(reading, source=found.source, kind=found.kind)
    if options.service:
        return remap(mapping, targets={}, constants={"case.services": options.service})
    return mapping


def _add_tables(
    session: Session, found: Import, readings: list[TableReading], mappings: list[TableMapping]
) -> None:
    for number, (reading, mapping) in enumerate(zip(readings, mappings, strict=True), start=1):
        session.merge(
            SourceTable(
                import_id=found.id,
                table_no=number,
                organisation_id=found.organisation_id,
                name=reading.name,
                kind=mapping.kind.value,
                reading=reading.as_json(),
                mapping=mapping.as_json(),
            )
        )
