"""What must hold after any process was killed at any moment."""

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.records import RecordKind
from phcs.core.states import ENDS, ImportState
from phcs.extensions import db
from phcs.models.audit import AuditEvent
from phcs.models.base import Base
from phcs.models.imports import Import, StagedRow
from phcs.models.plans import LedgerRow
from phcs.models.records import Case, CasePet, ExternalId, Owner, Pet
from tests.faults.exports import KnownExport, all_of

LIVE = (Owner, Pet, Case)
OF_IMPORT: tuple[type[Base], ...] = (Owner, Pet, Case, ExternalId, LedgerRow)
Files = Mapping[UUID, KnownExport]


def violations(files: Files, organisation_id: UUID) -> list[str]:
    """What does not hold, in words; [] when everything does. Looks at one moment of the database."""
    options = {"isolation_level": "REPEATABLE READ"} if db.engine.dialect.name == "postgresql" else {}
    with Session(db.engine.execution_options(**options)) as session:
        imports = session.scalars(sa.select(Import).where(Import.organisation_id == organisation_id)).all()
        completed = [one for one in imports if one.state is ImportState.COMPLETED]
        others = [one for one in imports if one.state is not ImportState.COMPLETED]
        return [
            *_nothing_of(session, others),
            *_all_of_once(session, organisation_id, [files[one.id] for one in completed]),
            *(sentence for one in completed for sentence in _settled(session, one, files[one.id])),
            *(sentence for one in others for sentence in _whole_chunks(session, one)),
        ]


def unfinished(organisation_id: UUID) -> list[str]:
    """The imports that have not reached an end, each with its state."""
    db.session.rollback()
    rows = db.session.execute(
        sa.select(Import.id, Import.state).where(
            Import.organisation_id == organisation_id, Import.state.not_in(list(ENDS))
        )
    )
    return [f"Import {import_id} is {state} and stays so." for import_id, state in rows]


def _nothing_of(session: Session, others: list[Import]) -> list[str]:
    """Nothing of an import is live before it is completed, and no event says that anything was."""
    ids = [one.id for one in others]
    found = {
        table.__tablename__: _count(session, table, table.__table__.c.import_id.in_(ids))
        for table in OF_IMPORT
    }
    found["events"] = _count(
        session, AuditEvent, AuditEvent.import_id.in_(ids), AuditEvent.row_no.is_not(None)
    )
    return [
        f"{number} rows in {name} are of no completed import." for name, number in found.items() if number
    ]


def _all_of_once(session: Session, organisation_id: UUID, files: list[KnownExport]) -> list[str]:
    """The live records are those of the completed files, each once, and each has its event."""
    visits, customers = all_of(files, "visits"), all_of(files, "customers")
    named = {
        kind: set(session.scalars(sa.select(ExternalId.external_id).where(ExternalId.kind == kind)))
        for kind in (RecordKind.CASE, RecordKind.OWNER)
    }
    told = Counter(
        session.scalars(sa.select(AuditEvent.action).where(AuditEvent.organisation_id == organisation_id))
    )
    of_ours = [table.__table__.c.organisation_id == organisation_id for table in (*LIVE, CasePet)]
    owners, pets, cases, attached = (
        _count(session, table, mine) for table, mine in zip((*LIVE, CasePet), of_ours, strict=True)
    )
    facts = {
        "cases": (cases, len(visits)),
        "owners": (owners, len(customers)),
        "pets": (pets, len(customers)),
        "pets of cases": (attached, len(visits)),
        "external ids of cases that are not of the files": (len(named[RecordKind.CASE] ^ visits), 0),
        "external ids of owners that are not of the files": (len(named[RecordKind.OWNER] ^ customers), 0),
        "events of created cases": (told["case.created"], cases),
        "events of created owners": (told["owner.created"], owners),
        "events of created pets": (told["pet.created"], pets),
        "events of promotions": (told["import.promoted"], len(files)),
    }
    return [f"{found} {what}, not {due}." for what, (found, due) in facts.items() if found != due]


def _settled(session: Session, one: Import, file: KnownExport) -> list[str]:
    """A completed import has one outcome for every row, and no staged row."""
    outcomes = Counter(session.scalars(sa.select(LedgerRow.outcome).where(LedgerRow.import_id == one.id)))
    facts = {
        "rows in the ledger": (outcomes.total(), file.rows),
        "rejected rows": (outcomes["reject"], file.rejected),
        "rows read": (one.rows_total, file.rows),
        "staged rows": (_count(session, StagedRow, StagedRow.import_id == one.id), 0),
    }
    return [f"{one.id}: {found} {what}, not {due}." for what, (found, due) in facts.items() if found != due]


def _whole_chunks(session: Session, one: Import) -> list[str]:
    """While rows are staged, those kept, those counted and the last one noted are the same."""
    kept = _count(session, StagedRow, StagedRow.import_id == one.id)
    last = session.scalar(sa.select(sa.func.max(StagedRow.row_no)).where(StagedRow.import_id == one.id)) or 0
    facts = {
        "rows counted": (sum(one.row_counts.values()), kept),
        "noted as staged": (one.staged_through, last),
    }
    return [f"{one.id}: {found} {what}, not {due}." for what, (found, due) in facts.items() if found != due]


def _count(session: Session, table: type[Base], *where: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(table).where(*where)) or 0
