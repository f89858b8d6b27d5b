"""Reading a received file for the first time: how it is built, what system it comes from, what feeds what."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import process_actor
from phcs.core.mapping.dropping import without_dropped
from phcs.core.states import ImportState
from phcs.models.imports import Import, SourceTable
from phcs.models.mapping_templates import MappingTemplate
from phcs.services import auditing, leasing
from phcs.services.approval import drop_staged
from phcs.services.leasing import Claim
from phcs.services.recognising import Recognised, recognise_file
from phcs.services.repaired_staging import doubt_repairs
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
    with watch.timing("read"), workshop.store.fetched(found.stored_name, sha256=found.file_sha256) as path:
        table = recognise_file(path, found=found, workshop=workshop)
    after = ImportState.STAGING if table.may_go_on else ImportState.MAPPING
    now = workshop.clock()
    with transaction() as session:
        leasing.move(
            session,
            claim,
            after,
            now=now,
            source=table.mapping.source,
            kind=table.mapping.kind.value,
            rows_total=table.reading.rows,
            rows_done=0,
            staged_through=0,
            row_counts={},
            finding_counts={},
            timings=watch.added_to(found.timings),
        )
        drop_staged(session, found)
        doubt_repairs(session, found)
        _keep_table(session, found, table)
        _note_use(session, found, table, now)
        _record_read(session, found, now, table)
    return after


def _record_read(session: Session, found: Import, now: datetime, table: Recognised) -> None:
    detail: dict[str, Any] = {
        "rows": table.reading.rows,
        "source": table.mapping.source,
        "kind": table.mapping.kind.value,
        "mapped": table.may_go_on,
    }
    if table.template:
        detail["template"] = f"{table.template.name}, version {table.template.version}"
    auditing.record_on_import(
        session,
        actor=process_actor(organisation_id=found.organisation_id, name=READER),
        now=now,
        action="import.read",
        import_id=found.id,
        detail=detail,
    )


def _keep_table(session: Session, found: Import, table: Recognised) -> None:
    session.merge(
        SourceTable(
            import_id=found.id,
            table_no=1,
            organisation_id=found.organisation_id,
            name=table.reading.name,
            kind=table.mapping.kind.value,
            reading=without_dropped(table.reading, table.mapping).as_json(),
            mapping=table.mapping.as_json(),
            template=table.template.as_json() if table.template else {},
        )
    )


def _note_use(session: Session, found: Import, table: Recognised, now: datetime) -> None:
    """Remember when a saved mapping was used last: of several that fit it is the first choice."""
    if table.saved is None:
        return
    session.execute(
        sa.update(MappingTemplate)
        .where(MappingTemplate.organisation_id == found.organisation_id, MappingTemplate.id == table.saved.id)
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
