"""Exports that a worker writes while nobody waits: asked for, claimed, ended.

The database says what is to be done and who does it: a claim is one guarded UPDATE, every later write proves it by
its fence. `export_writing` does the work itself, `export_files` hands the files out and deletes them.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor, process_actor
from phcs.core.errors import UseCaseError
from phcs.core.exporting.jobs import GAVE_UP, GAVE_UP_SENTENCE, OPEN_EXPORTS, ExportState
from phcs.core.permissions import Permission
from phcs.core.records import RecordKind
from phcs.models.export_jobs import ExportJob
from phcs.queries.exporting import ExportFilter
from phcs.services import auditing
from phcs.services.claiming import change_held, row_to_claim
from phcs.services.exporting import AskedExport, ExportForm, check_filters, told_of
from phcs.services.identifiers import new_id
from phcs.services.noticing import tell_export
from phcs.services.store import StoredFile
from phcs.services.transactions import transaction

WRITER = "the export writer"
MOST_OPEN = 10
"""So many exports of one organisation may wait or be written at once."""
MOST_ATTEMPTS = 3
LEASE_SECONDS = 120


class TooManyExportsError(UseCaseError):
    """The organisation has asked for many exports that are not written yet."""

    code = "export.too_many_open"


@dataclass(frozen=True, slots=True)
class ExportClaim:
    """The right to write one export until the lease ends; `former_name` is what an earlier attempt left behind."""

    export_id: UUID
    organisation_id: UUID
    fence: int
    attempts: int
    asked: AskedExport
    file_id: UUID
    former_name: str


def request_export(*, actor: Actor, now: datetime, asked: AskedExport, export_id: UUID | None = None) -> UUID:
    """Ask for a file that a worker writes; gives the id under which it is found. One with this id is asked for once.

    Raises NotAllowedError, InvalidInputError for filters that cannot be, TooManyExportsError.
    """
    actor.require(Permission.EXPORT_RECORDS)
    check_filters(asked)
    made = export_id or new_id()
    with transaction() as session:
        auditing.take_turn(session, actor.organisation_id)
        mine = sa.select(ExportJob.id).where(ExportJob.organisation_id == actor.organisation_id)
        if session.scalar(mine.where(ExportJob.id == made)) is not None:
            return made
        if len(session.scalars(mine.where(ExportJob.state.in_(OPEN_EXPORTS))).all()) >= MOST_OPEN:
            raise TooManyExportsError(
                f"Your organisation waits for {MOST_OPEN} files already. Ask again when one of them is ready."
            )
        session.add(_job(actor, now, asked, made))
        session.flush()
        record_export(session, actor, now, made, "export.asked", asked)
    return made


def claim_export(*, export_id: UUID, now: datetime) -> ExportClaim | None:
    """Take an export that waits for a worker, or whose worker is gone; None when there is nothing to take.

    After `MOST_ATTEMPTS` claims it fails instead. Safe to call at any time, any number of times.
    """
    with transaction() as session:
        found = row_to_claim(
            session, ExportJob, ExportJob.id == export_id, ExportJob.state.in_(OPEN_EXPORTS), now=now
        )
        if found is None:
            return None
        claim = ExportClaim(
            export_id=found.id,
            organisation_id=found.organisation_id,
            fence=found.fence + 1,
            attempts=found.attempts + 1,
            asked=asked_of(found),
            file_id=new_id(),
            former_name=found.stored_name,
        )
        is_last = found.attempts >= MOST_ATTEMPTS
        _take(session, claim, now, stored_name=found.stored_name if is_last else claim.file_id.hex)
        if is_last:
            sentence = GAVE_UP_SENTENCE.format(attempts=found.attempts)
            fail_export(session, claim, now=now, code=GAVE_UP, sentence=sentence)
            return None
    return claim


def renew(
    session: Session, claim: ExportClaim, *, now: datetime, seconds: int, rows: int, total: int
) -> None:
    """Hold the claim on and write progress. Raises LeaseLostError when the export is somebody else's by now."""
    lease = now + timedelta(seconds=seconds)
    _update(session, claim, claim.fence, {"lease_until": lease, "rows_done": rows, "rows_total": total})


def let_go(session: Session, claim: ExportClaim, *, attempts: int) -> None:
    """Let another worker begin anew at once, with so many attempts counted. Raises LeaseLostError."""
    _update(session, claim, claim.fence, {"lease_until": None, "attempts": attempts})


def finish_export(
    session: Session, claim: ExportClaim, *, now: datetime, stored: StoredFile, rows: int, keep: timedelta
) -> None:
    """The file is whole: whoever may export can fetch it for a while. Raises LeaseLostError."""
    values = {
        "state": ExportState.READY,
        "lease_until": None,
        "finished_at": now,
        "expires_at": now + keep,
        "rows_done": rows,
        "rows_total": rows,
        "file_size": stored.size,
        "file_sha256": stored.sha256,
        "token": secrets.token_urlsafe(32),
    }
    _update(session, claim, claim.fence, values)
    _record_ended(session, claim, now, "export.ready", {"rows": rows, "size": stored.size})


def fail_export(session: Session, claim: ExportClaim, *, now: datetime, code: str, sentence: str) -> None:
    """End an export in words; nothing is left of it but that. Raises LeaseLostError."""
    values = {
        "state": ExportState.FAILED,
        "lease_until": None,
        "finished_at": now,
        "expires_at": now,
        "failure_code": code,
        "failure": sentence,
    }
    _update(session, claim, claim.fence, values)
    _record_ended(session, claim, now, "export.failed", {"code": code})


def _job(actor: Actor, now: datetime, asked: AskedExport, export_id: UUID) -> ExportJob:
    wanted = asked.wanted
    filters = {
        "text": wanted.text,
        "status": wanted.status,
        "source": wanted.source,
        "import_id": str(wanted.import_id or ""),
        "since": wanted.since.isoformat() if wanted.since else "",
        "until": wanted.until.isoformat() if wanted.until else "",
        "tag": wanted.tag,
    }
    return ExportJob(
        id=export_id,
        organisation_id=actor.organisation_id,
        kind=asked.kind.value,
        form=asked.form.value,
        wanted={name: value for name, value in filters.items() if value},
        state=ExportState.WAITING,
        asked_at=now,
        asked_by=actor.id,
        asked_by_name=actor.name,
    )


def asked_of(job: ExportJob) -> AskedExport:
    """What was asked for; everything of its kind once the filters are deleted."""
    said: dict[str, Any] = dict(job.wanted)
    said |= {name: datetime.fromisoformat(said[name]) for name in ("since", "until") if name in said}
    if "import_id" in said:
        said["import_id"] = UUID(said["import_id"])
    wanted = ExportFilter(**said)
    return AskedExport(kind=RecordKind(job.kind), form=ExportForm(job.form), wanted=wanted)


def _take(session: Session, claim: ExportClaim, now: datetime, *, stored_name: str) -> None:
    """The guarded UPDATE of a claim: of two workers that saw the same, one takes it."""
    _update(
        session,
        claim,
        claim.fence - 1,
        {
            "state": ExportState.WRITING,
            "fence": claim.fence,
            "attempts": claim.attempts,
            "lease_until": now + timedelta(seconds=LEASE_SECONDS),
            "stored_name": stored_name,
        },
    )


def _update(session: Session, claim: ExportClaim, fence: int, values: dict[str, Any]) -> None:
    held = sa.update(ExportJob).where(
        ExportJob.organisation_id == claim.organisation_id,
        ExportJob.id == claim.export_id,
        ExportJob.state.in_(OPEN_EXPORTS),
        ExportJob.fence == fence,
    )
    change_held(session, held.values(**values).execution_options(synchronize_session=False), what="export")


def record_export(
    session: Session, actor: Actor, now: datetime, export_id: UUID, action: str, asked: AskedExport
) -> None:
    """Tell the trail who did this with an export."""
    detail, values = told_of(asked)
    auditing.record(
        session,
        actor=actor,
        now=now,
        action=action,
        subject_kind="export",
        subject_id=export_id,
        import_id=asked.wanted.import_id,
        detail=detail,
        values=values,
    )


def _record_ended(
    session: Session, claim: ExportClaim, now: datetime, action: str, detail: dict[str, Any]
) -> None:
    auditing.record(
        session,
        actor=process_actor(organisation_id=claim.organisation_id, name=WRITER),
        now=now,
        action=action,
        subject_kind="export",
        subject_id=claim.export_id,
        detail=detail,
    )
    tell_export(session, export_id=claim.export_id, organisation_id=claim.organisation_id, now=now)
