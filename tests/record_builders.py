"""Rows for tests of what people see: live records, the imports they came from, and the trail of both."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.mapping.tables import ColumnMapping, TableMapping
from phcs.core.records import CaseStatus, RecordKind
from phcs.core.states import ImportState
from phcs.models.audit import AuditEvent
from phcs.models.history import HISTORY_TABLES, HistoryRecord
from phcs.models.imports import Import, SourceTable
from phcs.models.plans import LedgerRow
from phcs.models.records import Case, CasePet, ExternalId, Owner, Pet
from phcs.services.identifiers import new_id

AnySession = Session | scoped_session[Session]
R = TypeVar("R", Owner, Pet, Case, HistoryRecord)
NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def build_owner(session: AnySession, organisation_id: UUID, full_name: str, **columns: Any) -> Owner:
    return _live(session, Owner, organisation_id, full_name=full_name, **{"tags": [], "custom": {}} | columns)


def build_pet(session: AnySession, owner: Owner, name: str = "Rex", **columns: Any) -> Pet:
    return _live(session, Pet, owner.organisation_id, owner_id=owner.id, name=name, **columns)


def build_case(session: AnySession, owner: Owner, *pets: Pet, **columns: Any) -> Case:
    given = {"status": CaseStatus.NEW, "services": ["food"], "tags": [], "custom": {}, "opened_at": NOON}
    case = _live(session, Case, owner.organisation_id, owner_id=owner.id, **(given | columns))
    for pet in pets:
        session.add(CasePet(organisation_id=owner.organisation_id, case_id=case.id, pet_id=pet.id))
    session.flush()
    return case


def build_history(
    session: AnySession, kind: RecordKind, owner: Owner, *, pet: Pet | None = None, **columns: Any
) -> Any:
    of_pet = {"pet_id": pet.id} if pet else {}
    return _live(
        session, HISTORY_TABLES[kind], owner.organisation_id, owner_id=owner.id, **(of_pet | columns)
    )


def build_import(
    session: AnySession, organisation_id: UUID, file_name: str = "visits.csv", **columns: Any
) -> Import:
    given: dict[str, Any] = {
        "state": ImportState.COMPLETED,
        "file_size": 1000,
        "file_sha256": uuid4().hex * 2,
        "stored_name": uuid4().hex,
        "source": "waitwhile",
        "kind": "case",
        "options": {},
        "uploaded_by_name": "Ada Admin",
        "created_at": NOON,
        "updated_at": NOON,
        "edited_by": [],
        "timings": {},
        "row_counts": {},
        "finding_counts": {},
        "plan_counts": {},
        "approved_fingerprint": "sha256:1",
        "decided_by_name": "Ana Reviewer",
        "decided_at": NOON + timedelta(hours=1),
    }
    batch = Import(id=new_id(), organisation_id=organisation_id, file_name=file_name, **(given | columns))
    session.add(batch)
    session.flush()
    return batch


def build_source_table(
    session: AnySession,
    batch: Import,
    columns: dict[str, str],
    *,
    constants: tuple[tuple[str, str], ...] = (),
    table_no: int = 1,
    name: str = "visits.csv",
) -> None:
    """A table whose `columns` are {heading: target}."""
    mapped = tuple(
        ColumnMapping(position, heading, target, 100, "known heading")
        for position, (heading, target) in enumerate(columns.items())
    )
    mapping = TableMapping("waitwhile", RecordKind.CASE, "headings", mapped, constants)
    session.add(
        SourceTable(
            organisation_id=batch.organisation_id,
            import_id=batch.id,
            table_no=table_no,
            name=name,
            kind="case",
            reading={},
            mapping=mapping.as_json(),
        )
    )
    session.flush()


def build_ledger_row(
    session: AnySession, batch: Import, row_no: int, record: Case, *, table_no: int = 1
) -> None:
    session.add(
        LedgerRow(
            organisation_id=batch.organisation_id,
            import_id=batch.id,
            table_no=table_no,
            row_no=row_no,
            outcome="create",
            record_kind="case",
            record_id=record.id,
            owner_id=record.owner_id,
            row_digest="0" * 32,
        )
    )
    session.flush()


def build_external_id(
    session: AnySession, batch: Import, kind: RecordKind, record_id: UUID, external_id: str
) -> None:
    session.add(
        ExternalId(
            organisation_id=batch.organisation_id,
            source="waitwhile",
            kind=kind,
            external_id=external_id,
            record_id=record_id,
            import_id=batch.id,
            imported={},
            imported_rows=[],
        )
    )
    session.flush()


def build_event(session: AnySession, organisation_id: UUID, action: str, **columns: Any) -> AuditEvent:
    given: dict[str, Any] = {
        "chain_id": uuid4(),
        "seq": 1,
        "at": NOON,
        "actor_kind": "person",
        "actor_id": "",
        "actor_name": "Ana Reviewer",
        "subject_kind": action.partition(".")[0],
        "detail": {},
        "salt": "5a17",
        "digest": "d" * 64,
        "previous_hash": "a" * 64,
        "hash": "b" * 64,
    }
    event = AuditEvent(organisation_id=organisation_id, action=action, **(given | columns))
    session.add(event)
    session.flush()
    return event


def _live(session: AnySession, model: type[R], organisation_id: UUID, **columns: Any) -> R:
    given = {"id": new_id(), "organisation_id": organisation_id, "created_at": NOON, "updated_at": NOON}
    record = model(**given | columns)
    session.add(record)
    session.flush()
    return record


@contextmanager
def counted_queries(engine: sa.Engine) -> Iterator[list[str]]:
    """The statements that the database is sent meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
