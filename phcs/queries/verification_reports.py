"""Verification reports as they are kept, with their signatures and whether both are what they were."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import NotFoundError
from phcs.core.undoing import ReversalState
from phcs.core.verifying.report import Judgement, Result, report_digest, values_fit
from phcs.core.verifying.requests import OPEN_VERIFICATIONS, VerificationState
from phcs.models.audit import AuditEvent
from phcs.models.reversals import Reversal
from phcs.models.verifications import Verification, VerificationSignature


@dataclass(frozen=True, slots=True)
class Signature:
    """What a person said about a report. It `holds` while report, signature and audit trail name the same digest."""

    by: str
    role: str
    at: datetime
    judgement: Judgement
    remark: str
    digest: str
    holds: bool


@dataclass(frozen=True, slots=True)
class ReportDetails:
    """One verification. `sample` is None when it was purged; the body is {} until there is a report.

    `is_unaltered` says whether the stored report is the one that was made; `is_outdated` whether the import was undone
    or redone since.
    """

    id: UUID
    import_id: UUID
    number: int
    state: VerificationState
    requested_by_name: str
    requested_at: datetime
    finished_at: datetime | None
    seed: str
    sample_size: int
    rows_done: int
    failure: str
    result: str
    problems: int
    digest: str
    body: dict[str, Any]
    sample: list[dict[str, Any]] | None
    is_unaltered: bool
    is_outdated: bool
    signatures: tuple[Signature, ...]

    @property
    def is_open(self) -> bool:
        """Whether it is still being made."""
        return self.state in OPEN_VERIFICATIONS

    @property
    def adds_up(self) -> bool:
        """Whether every equation held and nothing was found."""
        return self.result == Result.ADDS_UP.value

    def as_json(self) -> dict[str, Any]:
        """The whole report as plain data, for files and programs."""
        return {
            **self.body,
            "digest": self.digest,
            "unaltered": self.is_unaltered,
            "outdated": self.is_outdated,
            "rows": self.sample,
            "signatures": [
                {
                    "by": one.by,
                    "role": one.role,
                    "at": one.at.isoformat(),
                    "judgement": one.judgement.value,
                    "remark": one.remark,
                    "digest": one.digest,
                    "holds": one.holds,
                }
                for one in self.signatures
            ],
        }


def is_unaltered(report: Verification) -> bool:
    """Whether a report is the one that was made; its sample may have been purged, but not changed."""
    if report_digest(report.body) != report.digest:
        return False
    if report.sample is None or report.salt is None:
        return report.sample is None and report.salt is None
    return values_fit(report.body, report.sample, bytes.fromhex(report.salt))


def latest_report(session: Session, *, organisation_id: UUID, import_id: UUID) -> ReportDetails | None:
    """The newest report that was made; where there is none, what is being made or has failed."""
    order = (Verification.state == VerificationState.DONE, Verification.number)
    found = session.scalars(
        _of(organisation_id, import_id).order_by(*(key.desc() for key in order)).limit(1)  # type: ignore[attr-defined]
    ).first()
    return None if found is None else _details(session, found)


def open_report(session: Session, *, organisation_id: UUID, import_id: UUID) -> ReportDetails | None:
    """The verification that is being made, if any; also one that has just failed and is the newest."""
    found = session.scalars(
        _of(organisation_id, import_id).order_by(Verification.number.desc()).limit(1)
    ).first()
    return None if found is None or found.state is VerificationState.DONE else _details(session, found)


def report_numbered(
    session: Session, *, organisation_id: UUID, import_id: UUID, number: int
) -> ReportDetails:
    """One report by its number. Raises NotFoundError where there is no such report (yet)."""
    found = session.scalar(_of(organisation_id, import_id).where(Verification.number == number))
    if found is None or found.state is not VerificationState.DONE:
        raise NotFoundError("There is no such verification report.")
    return _details(session, found)


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One verification in a list."""

    number: int
    state: VerificationState
    result: str
    problems: int
    requested_by_name: str
    requested_at: datetime
    finished_at: datetime | None
    signed_by: tuple[str, ...]


def reports_of(session: Session, *, organisation_id: UUID, import_id: UUID) -> tuple[ReportLine, ...]:
    """The verifications of an import, newest first, the last fifty."""
    rows = session.execute(
        sa.select(
            Verification.id,
            Verification.number,
            Verification.state,
            Verification.result,
            Verification.problems,
            Verification.requested_by_name,
            Verification.requested_at,
            Verification.finished_at,
        )
        .where(Verification.organisation_id == organisation_id, Verification.import_id == import_id)
        .order_by(Verification.number.desc())
        .limit(50)
    ).all()
    signed: dict[UUID, list[str]] = {}
    for report_id, name in session.execute(
        sa.select(VerificationSignature.verification_id, VerificationSignature.signed_by_name)
        .where(
            VerificationSignature.organisation_id == organisation_id,
            VerificationSignature.verification_id.in_([row.id for row in rows]),
        )
        .order_by(VerificationSignature.signed_at)
    ):
        signed.setdefault(report_id, []).append(name)
    return tuple(ReportLine(*row[1:], signed_by=tuple(signed.get(row.id, ()))) for row in rows)


def verifications_without_worker(session: Session, *, now: datetime) -> tuple[UUID, ...]:
    """Imports whose verification was asked for and is nobody's at this moment, oldest first."""
    found = session.scalars(
        sa.select(Verification.import_id)
        .where(
            Verification.state.in_(OPEN_VERIFICATIONS),
            sa.or_(Verification.lease_until.is_(None), Verification.lease_until < now),
        )
        .order_by(Verification.requested_at)
        .limit(20)
    )
    return tuple(found)


def _of(organisation_id: UUID, import_id: UUID) -> sa.Select[Verification]:
    return sa.select(Verification).where(
        Verification.organisation_id == organisation_id, Verification.import_id == import_id
    )


def _details(session: Session, found: Verification) -> ReportDetails:
    is_done = found.state is VerificationState.DONE
    unaltered = is_done and is_unaltered(found)
    return ReportDetails(
        id=found.id,
        import_id=found.import_id,
        number=found.number,
        state=found.state,
        requested_by_name=found.requested_by_name,
        requested_at=found.requested_at,
        finished_at=found.finished_at,
        seed=found.seed,
        sample_size=found.sample_size,
        rows_done=found.rows_done,
        failure=found.failure,
        result=found.result,
        problems=found.problems,
        digest=found.digest,
        body=found.body,
        sample=None if found.sample is None else found.sample["sample"],
        is_unaltered=unaltered,
        is_outdated=is_done and _reversals(session, found) != found.reversals,
        signatures=_signatures(session, found, unaltered=unaltered),
    )


def _reversals(session: Session, found: Verification) -> int:
    done = sa.select(sa.func.count()).where(
        Reversal.organisation_id == found.organisation_id,
        Reversal.import_id == found.import_id,
        Reversal.state == ReversalState.DONE,
    )
    return session.scalar(done) or 0


def _signatures(session: Session, found: Verification, *, unaltered: bool) -> tuple[Signature, ...]:
    signed: Sequence[VerificationSignature] = session.scalars(
        sa.select(VerificationSignature)
        .where(
            VerificationSignature.organisation_id == found.organisation_id,
            VerificationSignature.verification_id == found.id,
        )
        .order_by(VerificationSignature.signed_at)
    ).all()
    told = _told(session, found) if signed else frozenset()
    return tuple(
        Signature(
            by=one.signed_by_name,
            role=one.signed_by_role,
            at=one.signed_at,
            judgement=one.judgement,
            remark=one.remark,
            digest=one.digest,
            holds=unaltered
            and one.digest == found.digest
            and (str(one.signed_by), one.digest, one.judgement.value) in told,
        )
        for one in signed
    )


def _told(session: Session, found: Verification) -> frozenset[tuple[str, str, str]]:
    """Who signed which digest with which judgement, as the audit trail tells it."""
    rows = session.execute(
        sa.select(AuditEvent.actor_id, AuditEvent.detail).where(
            AuditEvent.organisation_id == found.organisation_id,
            AuditEvent.import_id == found.import_id,
            AuditEvent.action == "import.verified",
        )
    )
    return frozenset((actor, detail["digest"], detail["judgement"]) for actor, detail in rows)
