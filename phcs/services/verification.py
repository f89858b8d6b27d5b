"""Asking for a verification of a promoted import, and signing its report."""

import secrets
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor, ActorKind, process_actor
from phcs.core.errors import (
    AlreadyDecidedError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    UseCaseError,
)
from phcs.core.permissions import Permission
from phcs.core.states import PROMOTED
from phcs.core.verifying.report import Judgement, Result
from phcs.core.verifying.requests import OPEN_VERIFICATIONS, VerificationState
from phcs.core.verifying.sampling import LARGEST_SAMPLE, USUAL_SAMPLE
from phcs.extensions import db
from phcs.models.imports import Import
from phcs.models.verifications import Verification, VerificationSignature
from phcs.queries.verification_reports import is_unaltered
from phcs.services import auditing
from phcs.services.four_eyes import require_second_person
from phcs.services.identifiers import new_id
from phcs.services.import_moves import find_import
from phcs.services.transactions import transaction

NOT_PROMOTED = "Nothing of this import is in PHCS, so there is nothing to verify yet."
LONGEST_SEED = 40
LONGEST_REMARK = 2_000
INLINE_ROWS = 5_000
"""An import of so many rows is verified while the one who asks waits; larger ones are left to a worker."""


class NotPromotedError(UseCaseError):
    """There is nothing to verify yet."""

    code = "import.not_promoted"


class AlteredReportError(UseCaseError):
    """The stored report is not the one that was made."""

    code = "verification.altered"


def request_verification(
    *, actor: Actor, now: datetime, import_id: UUID, seed: str = "", sample_size: int = USUAL_SAMPLE
) -> bool:
    """Ask for a report; gives False when one is being made already.

    Without a seed one is drawn; a seed given again draws the same rows. Raises NotFoundError, NotPromotedError,
    InvalidInputError for a seed or a size that cannot be.
    """
    actor.require(Permission.VERIFY)
    if not 0 <= sample_size <= LARGEST_SAMPLE:
        raise InvalidInputError(f"The sample has from 0 to {LARGEST_SAMPLE} rows.")
    if len(seed) > LONGEST_SEED or not seed.isprintable():
        raise InvalidInputError(f"The seed is a text of at most {LONGEST_SEED} printable characters.")
    with transaction() as session:
        found = find_import(session, actor, import_id)
        if found.state not in PROMOTED:
            raise NotPromotedError(NOT_PROMOTED)
        _lock(session, found)
        if session.scalar(_of(found).where(Verification.state.in_(OPEN_VERIFICATIONS)).limit(1)) is not None:
            return False
        last = session.scalar(_of(found).with_only_columns(sa.func.max(Verification.number)))
        session.add(
            Verification(
                id=new_id(),
                organisation_id=found.organisation_id,
                import_id=found.id,
                number=int(last or 0) + 1,
                state=VerificationState.REQUESTED,
                requested_by_name=actor.name,
                requested_at=now,
                seed=seed or secrets.token_hex(4),
                sample_size=sample_size,
                lease_until=None,
                finished_at=None,
                sample=None,
                salt=None,
                body={},
            )
        )
    return True


def request_by_itself(*, now: datetime, import_id: UUID) -> bool:
    """Ask for a report on behalf of nobody, after a promotion or an undo. Raises NotFoundError, NotPromotedError."""
    organisation_id = db.session.scalar(sa.select(Import.organisation_id).where(Import.id == import_id))
    if organisation_id is None:
        raise NotFoundError("There is no such import.")
    actor = process_actor(organisation_id=organisation_id, name="the system itself")
    return request_verification(actor=actor, now=now, import_id=import_id)


def sign_verification(
    *,
    actor: Actor,
    now: datetime,
    import_id: UUID,
    number: int,
    digest: str,
    judgement: Judgement,
    remark: str = "",
) -> None:
    """Sign exactly the report with this digest, as a person with a name, once.

    Only a report that adds up can be signed as correct; that something wrong was seen can be signed with a remark.
    Raises NotFoundError, NotAllowedError, FourEyesError for who prepared the import, AlteredReportError,
    AlreadyDecidedError when this person has signed, InvalidInputError.
    """
    actor.require(Permission.VERIFY)
    if actor.kind is not ActorKind.PERSON or actor.id is None or actor.role is None:
        raise NotAllowedError("A report is signed by a person, not by a key.")
    said = remark.strip()[:LONGEST_REMARK]
    with transaction() as session:
        found = find_import(session, actor, import_id)
        require_second_person(session, found, actor)
        report = session.scalar(_of(found).where(Verification.number == number).with_for_update())
        if report is None or report.state is not VerificationState.DONE:
            raise NotFoundError("There is no such report.")
        _require_signable(session, report, actor, digest=digest, judgement=judgement, remark=said)
        session.add(
            VerificationSignature(
                organisation_id=found.organisation_id,
                verification_id=report.id,
                signed_by=actor.id,
                signed_by_name=actor.name,
                signed_by_role=actor.role.value,
                signed_at=now,
                judgement=judgement,
                remark=said,
                digest=report.digest,
            )
        )
        auditing.record_on_import(
            session,
            actor=actor,
            now=now,
            action="import.verified",
            import_id=found.id,
            detail={
                "report": number,
                "digest": report.digest,
                "result": report.result,
                "judgement": judgement.value,
            },
            values={"remark": said} if said else {},
        )


def _require_signable(
    session: Session, report: Verification, actor: Actor, *, digest: str, judgement: Judgement, remark: str
) -> None:
    if digest != report.digest:
        raise InvalidInputError("This is not the report that you looked at. Open it again, then sign.")
    if not is_unaltered(report):
        raise AlteredReportError(
            "This report was changed after it was made, so it cannot be signed. Ask for a new one and tell "
            "your operator."
        )
    if judgement is Judgement.CORRECT and report.result != Result.ADDS_UP.value:
        raise InvalidInputError("Something does not add up, so this report cannot be signed as correct.")
    if judgement is Judgement.SEEN and not remark:
        raise InvalidInputError("Write down what you saw and what is to be done about it.")
    if session.get(VerificationSignature, (report.id, actor.id)) is not None:
        raise AlreadyDecidedError("You have signed this report already.")


def _of(found: Import) -> sa.Select[Verification]:
    return sa.select(Verification).where(
        Verification.organisation_id == found.organisation_id, Verification.import_id == found.id
    )


def _lock(session: Session, found: Import) -> None:
    """Let requests for one import take turns."""
    session.execute(
        sa.select(Import.id)
        .where(Import.organisation_id == found.organisation_id, Import.id == found.id)
        .with_for_update()
    )
