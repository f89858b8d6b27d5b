"""Making a verification report that was asked for: claimed by one worker, counted, kept with its digest."""

import logging
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import process_actor
from phcs.core.errors import LeaseLostError, UseCaseError
from phcs.core.verifying.report import ReportMade, make_report
from phcs.core.verifying.requests import OPEN_VERIFICATIONS, VerificationState
from phcs.core.verifying.sampling import RowKey, sample_of
from phcs.models.imports import Import
from phcs.models.verifications import Verification
from phcs.queries.verification_rows import ledger_keys
from phcs.queries.verification_trail import Anchor, ImportScope
from phcs.services import auditing
from phcs.services.claiming import change_held, row_to_claim
from phcs.services.transactions import transaction
from phcs.services.verification_counting import Counted, count_import
from phcs.services.working import Workshop, WorkStoppedError

LEASE_SECONDS = 300
RENEW_SECONDS = 30
MOST_ATTEMPTS = 3
VERIFIER = "the verifier"
BROKE_OFF = (
    "The verification broke off three times. Ask your operator to look at the log, then ask for it again."
)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class VerificationClaim:
    """The right to make one report until the lease ends."""

    id: UUID
    organisation_id: UUID
    import_id: UUID
    fence: int
    number: int
    seed: str
    sample_size: int
    requested_by_name: str


def make_verification(*, import_id: UUID, workshop: Workshop) -> bool:
    """Make the report that was asked for about an import; gives whether there is one now that was not there before.

    Does nothing when none was asked for, or somebody else is at it. What cannot be done ends in words.
    """
    claim = _claim(import_id, workshop.clock())
    if claim is None:
        return False
    alive = _Alive(claim, workshop)
    try:
        counted = count_import(
            organisation_id=claim.organisation_id,
            import_id=import_id,
            draw=lambda session, scope: _drawn(session, scope, claim),
            workshop=workshop,
            alive=alive,
        )
        _keep(claim, counted, workshop.clock())
    except WorkStoppedError:
        _give_back(claim)
        return False
    except LeaseLostError:
        log.info("the verification of import %s is somebody else's by now", import_id)
        return False
    except UseCaseError as problem:
        _fail(claim, problem.sentence, workshop.clock())
        return False
    return True


def _drawn(session: Session, scope: ImportScope, claim: VerificationClaim) -> Iterable[RowKey]:
    return sample_of(ledger_keys(session, scope), seed=claim.seed, size=claim.sample_size)


class _Alive:
    """Holds the claim on while the work goes on."""

    def __init__(self, claim: VerificationClaim, workshop: Workshop) -> None:
        self._claim = claim
        self._workshop = workshop
        self._renewed = workshop.clock()

    def __call__(self, rows: int) -> None:
        """Renew the lease from time to time. Raises LeaseLostError."""
        now = self._workshop.clock()
        self._workshop.told("verifying", rows, 0)
        if now - self._renewed < timedelta(seconds=RENEW_SECONDS):
            return
        self._renewed = now
        progress = {"rows_done": rows} if rows else {}
        with transaction() as session:
            _guarded(session, self._claim, lease_until=now + timedelta(seconds=LEASE_SECONDS), **progress)


def _claim(import_id: UUID, now: datetime) -> VerificationClaim | None:
    with transaction() as session:
        found = row_to_claim(
            session,
            Verification,
            Verification.import_id == import_id,
            Verification.state.in_(OPEN_VERIFICATIONS),
            now=now,
        )
        if found is None:
            return None
        if found.attempts >= MOST_ATTEMPTS:
            found.state, found.failure, found.finished_at = VerificationState.FAILED, BROKE_OFF, now
            return None
        found.state, found.fence, found.attempts = (
            VerificationState.RUNNING,
            found.fence + 1,
            found.attempts + 1,
        )
        found.lease_until = now + timedelta(seconds=LEASE_SECONDS)
        return VerificationClaim(
            found.id,
            found.organisation_id,
            found.import_id,
            found.fence,
            found.number,
            found.seed,
            found.sample_size,
            found.requested_by_name,
        )


def _keep(claim: VerificationClaim, counted: Counted, now: datetime) -> None:
    made = make_report(
        _head(claim, counted, now), counted.accounts, counted.details, salt=secrets.token_bytes(16)
    )
    with transaction() as session:
        _guarded(
            session,
            claim,
            state=VerificationState.DONE,
            lease_until=None,
            finished_at=now,
            result=made.result.value,
            problems=made.problems,
            reversals=len(counted.anchors) - 1,
            body=made.body,
            sample=made.values,
            salt=made.salt.hex(),
            digest=made.digest,
            failure="",
        )
        _record(session, claim, made, now)


def _head(claim: VerificationClaim, counted: Counted, now: datetime) -> dict[str, Any]:
    """Which import, when, by whom and how: the beginning of the report."""
    found = counted.found
    return {
        "number": claim.number,
        "made_at": now.isoformat(),
        "requested_by": claim.requested_by_name,
        "seed": claim.seed,
        "sample_size": claim.sample_size,
        "import": _import(found),
        "history": [_event(anchor) for anchor in counted.anchors],
        "is_undone": bool(counted.anchors) and counted.anchors[-1].action == "import.undone",
    }


def _import(found: Import) -> dict[str, Any]:
    return {
        "id": str(found.id),
        "file_name": found.file_name,
        "file_size": found.file_size,
        "file_sha256": found.file_sha256,
        "source": found.source,
        "kind": found.kind,
        "state": found.state.value,
        "rows": found.rows_total,
        "uploaded_by": found.uploaded_by_name,
        "uploaded_at": found.created_at.isoformat(),
        "approved_by": found.decided_by_name,
        "approved_at": found.decided_at.isoformat() if found.decided_at else None,
        "promoted_at": found.finished_at.isoformat() if found.finished_at else None,
        "fingerprint": found.approved_fingerprint,
    }


def _event(anchor: Anchor) -> dict[str, Any]:
    return {"action": anchor.action, "by": anchor.by, "at": anchor.at, "events": anchor.head.seq}


def _give_back(claim: VerificationClaim) -> None:
    """Let another worker begin anew at once: this one was asked to stop."""
    with transaction() as session:
        _guarded(session, claim, lease_until=None, attempts=0)


def _fail(claim: VerificationClaim, sentence: str, now: datetime) -> None:
    with transaction() as session:
        _guarded(
            session,
            claim,
            state=VerificationState.FAILED,
            lease_until=None,
            finished_at=now,
            failure=sentence,
        )


def _guarded(session: Session, claim: VerificationClaim, **values: Any) -> None:
    """Change the verification while it is this worker's. Raises LeaseLostError."""
    held = sa.update(Verification).where(
        Verification.organisation_id == claim.organisation_id,
        Verification.id == claim.id,
        Verification.state == VerificationState.RUNNING,
        Verification.fence == claim.fence,
    )
    change = held.values(**values).execution_options(synchronize_session=False)
    change_held(session, change, what="verification")


def _record(session: Session, claim: VerificationClaim, made: ReportMade, now: datetime) -> None:
    auditing.record_on_import(
        session,
        actor=process_actor(organisation_id=claim.organisation_id, name=VERIFIER),
        now=now,
        action="import.verification_made",
        import_id=claim.import_id,
        detail={
            "report": claim.number,
            "digest": made.digest,
            "result": made.result.value,
            "problems": made.problems,
        },
    )
