"""What must hold after any process was killed at any moment."""

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.records import RecordKind
from phcs.core.states import ENDS, PROMOTED, ImportState
from phcs.core.undoing import Direction, ReversalState
from phcs.extensions import db
from phcs.models.audit import AuditEvent
from phcs.models.base import Base
from phcs.models.imports import Import, StagedRow
from phcs.models.plans import LedgerRow
from phcs.models.records import Case, CasePet, ExternalId, Owner, Pet
from phcs.models.reversals import Reversal
from phcs.models.staging_chunks import StagingChunk
from tests.faults.exports import KnownExport, all_of

LIVE = (Owner, Pet, Case)
CREATED: tuple[type[Base], ...] = (Owner, Pet, Case, ExternalId)
LIVE_STATES = frozenset({ImportState.COMPLETED, ImportState.UNDOING})
Files = Mapping[UUID, KnownExport]


def violations(files: Files, organisation_id: UUID) -> list[str]:
    """What does not hold, in words; [] when everything does. Looks at one moment of the database."""
    options = {"isolation_level": "REPEATABLE READ"} if db.engine.dialect.name == "postgresql" else {}
    with Session(db.engine.execution_options(**options)) as session:
        imports = session.scalars(sa.select(Import).where(Import.organisation_id == organisation_id)).all()
        live = [one for one in imports if one.state in LIVE_STATES]
        undone = [one for one in imports if one.state in PROMOTED - LIVE_STATES]
        others = [one for one in imports if one.state not in PROMOTED]
        return [
            *_nothing_of(session, others, (*CREATED, LedgerRow)),
            *_nothing_of(session, undone, CREATED),
            *_no_events_of(session, others),
            *_all_of_once(session, organisation_id, [files[one.id] for one in live]),
            *_each_told_once(session, organisation_id, [files[one.id] for one in (*live, *undone)]),
            *(sentence for one in live for sentence in _settled(session, one, files[one.id])),
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


def broken_database() -> list[str]:
    """What SQLite itself finds wrong with its file; [] when nothing, and on PostgreSQL."""
    if db.engine.dialect.name != "sqlite":
        return []
    db.session.rollback()
    found = db.session.scalars(sa.text("PRAGMA integrity_check")).all()
    return [line for line in found if line != "ok"]


def _nothing_of(session: Session, others: list[Import], tables: tuple[type[Base], ...]) -> list[str]:
    """Nothing of an import is live before it is completed, nor after it was undone."""
    ids = [one.id for one in others]
    found = {
        table.__tablename__: _count(session, table, table.__table__.c.import_id.in_(ids)) for table in tables
    }
    return [
        f"{number} rows in {name} are of no completed import." for name, number in found.items() if number
    ]


def _no_events_of(session: Session, others: list[Import]) -> list[str]:
    """No event says that anything was live of an import that was never promoted."""
    ids = [one.id for one in others]
    number = _count(session, AuditEvent, AuditEvent.import_id.in_(ids), AuditEvent.row_no.is_not(None))
    return [f"{number} events are of no completed import."] if number else []


def _all_of_once(session: Session, organisation_id: UUID, files: list[KnownExport]) -> list[str]:
    """The live records are those of the completed files, each once, and each has its event."""
    visits, customers = all_of(files, "visits"), all_of(files, "customers")
    named = {
        kind: set(
            session.scalars(
                sa.select(ExternalId.external_id).where(
                    ExternalId.organisation_id == organisation_id, ExternalId.kind == kind
                )
            )
        )
        for kind in (RecordKind.CASE, RecordKind.OWNER)
    }
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
    }
    return [f"{found} {what}, not {due}." for what, (found, due) in facts.items() if found != due]


def _each_told_once(session: Session, organisation_id: UUID, files: list[KnownExport]) -> list[str]:
    """Every record that was ever created has its event, and every promotion, undo and redo has one."""
    visits, customers = all_of(files, "visits"), all_of(files, "customers")
    told = Counter(
        session.scalars(sa.select(AuditEvent.action).where(AuditEvent.organisation_id == organisation_id))
    )
    done = Counter(
        session.scalars(
            sa.select(Reversal.direction).where(
                Reversal.organisation_id == organisation_id, Reversal.state == ReversalState.DONE
            )
        )
    )
    facts = {
        "events of created cases": (told["case.created"], len(visits)),
        "events of created owners": (told["owner.created"], len(customers)),
        "events of created pets": (told["pet.created"], len(customers)),
        "events of promotions": (told["import.promoted"], len(files)),
        "events of undoing": (told["import.undone"], done[Direction.UNDO]),
        "events of redoing": (told["import.redone"], done[Direction.REDO]),
    }
    return [f"{found} {what}, not {due}." for what, (found, due) in facts.items() if found != due]


def _settled(session: Session, one: Import, file: KnownExport) -> list[str]:
    """A completed import has one outcome for every row, and no staged row but the rejected ones."""
    outcomes = Counter(session.scalars(sa.select(LedgerRow.outcome).where(LedgerRow.import_id == one.id)))
    facts = {
        "rows in the ledger": (outcomes.total(), file.rows),
        "rejected rows": (outcomes["reject"], file.rejected),
        "rows read": (one.rows_total, file.rows),
        "staged rows": (_count(session, StagedRow, StagedRow.import_id == one.id), file.rejected),
    }
    return [f"{one.id}: {found} {what}, not {due}." for what, (found, due) in facts.items() if found != due]


def _whole_chunks(session: Session, one: Import) -> list[str]:
    """While rows are staged, those kept and those counted are the same, in the whole and in every part."""
    kept = _count(session, StagedRow, StagedRow.import_id == one.id)
    parts = session.scalars(sa.select(StagingChunk).where(StagingChunk.import_id == one.id)).all()
    facts = {"rows counted": (sum(one.row_counts.values()) + sum(part.rows_staged for part in parts), kept)}
    if not parts and one.staged_through:
        facts["noted as staged"] = (one.staged_through, _last_row(session, one))
    return [f"{one.id}: {found} {what}, not {due}." for what, (found, due) in facts.items() if found != due]


def _last_row(session: Session, one: Import) -> int:
    return session.scalar(sa.select(sa.func.max(StagedRow.row_no)).where(StagedRow.import_id == one.id)) or 0


def _count(session: Session, table: type[Base], *where: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(table).where(*where)) or 0
