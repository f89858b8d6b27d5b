"""A request that carries an `Idempotency-Key` is done once, however often it is sent.

Source of the rule: draft-ietf-httpapi-idempotency-key-header-07. The same word with another request is refused, the
same request gets the same answer for a day, and while the first is at work the second is told to wait.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, UseCaseError
from phcs.models.requests import AnsweredRequest
from phcs.services.identifiers import new_id
from phcs.services.transactions import transaction

KEPT_FOR = timedelta(hours=24)
TAKEN_OVER_AFTER = timedelta(minutes=2)
"""A request without an answer for so long died with its process; no request works for that long."""

LONGEST_KEY = 255


class OtherRequestError(InvalidInputError):
    """The word stands for another request already."""

    code = "idempotency.other_request"


class StillRunningError(UseCaseError):
    """The same request is at work right now."""

    code = "idempotency.running"


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """The answer that was given the first time."""

    status: int
    media_type: str
    location: str
    body: str


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do this request; `subject_id` is the id that whatever it makes has to have."""

    key: str
    subject_id: UUID
    turn: int


def claim_request(*, actor: Actor, now: datetime, key: str, digest: str) -> Claim | GivenAnswer:
    """Take the request up, or give the answer that it got before. `digest` stands for the whole request.

    Raises InvalidInputError for a word that cannot be used, OtherRequestError, and StillRunningError.
    """
    if not key.strip() or not key.isascii() or not key.isprintable() or len(key) > LONGEST_KEY:
        raise InvalidInputError("“Idempotency-Key” must have 1 to 255 printable ASCII characters.")
    try:
        with transaction() as session:
            return _claimed(session, actor, now, key, digest)
    except IntegrityError:  # somebody else took it up at the same moment
        raise StillRunningError(_RUNNING) from None


def keep_answer(*, actor: Actor, claim: Claim, answer: GivenAnswer) -> None:
    """Keep what was answered, unless somebody took the request over meanwhile."""
    with transaction() as session:
        session.execute(
            sa.update(AnsweredRequest)
            .where(*_of(actor, claim.key), AnsweredRequest.turn == claim.turn)
            .values(
                status=answer.status,
                media_type=answer.media_type,
                location=answer.location[:500],
                body=answer.body,
            )
            .execution_options(synchronize_session=False)
        )


def drop_claim(*, actor: Actor, claim: Claim) -> None:
    """Forget a request that was refused: nothing was done, so it may be sent again."""
    with transaction() as session:
        session.execute(
            sa.delete(AnsweredRequest)
            .where(*_of(actor, claim.key), AnsweredRequest.turn == claim.turn)
            .execution_options(synchronize_session=False)
        )


def forget_answers(*, now: datetime) -> int:
    """Delete what is older than a day; gives how many."""
    with transaction() as session:
        done = session.execute(
            sa.delete(AnsweredRequest)
            .where(AnsweredRequest.asked_at < now - KEPT_FOR)
            .execution_options(synchronize_session=False)
        )
    return int(done.rowcount)  # type: ignore[attr-defined] # a DELETE's result counts its rows


_RUNNING = "The same request is at work. Wait a moment, then send it again."


def _claimed(session: Session, actor: Actor, now: datetime, key: str, digest: str) -> Claim | GivenAnswer:
    found = session.scalar(sa.select(AnsweredRequest).where(*_of(actor, key)).with_for_update())
    if found is not None and found.asked_at < now - KEPT_FOR:
        session.delete(found)
        session.flush()
        found = None
    if found is None:
        claim = Claim(key, new_id(), 1)
        session.add(
            AnsweredRequest(
                organisation_id=actor.organisation_id,
                caller_id=actor.id,
                key=key,
                digest=digest,
                subject_id=claim.subject_id,
                asked_at=now,
                turn=claim.turn,
            )
        )
        return claim
    if found.digest != digest:
        raise OtherRequestError("This “Idempotency-Key” was used for another request. Take a new one.")
    if found.status is not None:
        return GivenAnswer(found.status, found.media_type, found.location, found.body)
    if found.asked_at > now - TAKEN_OVER_AFTER:
        raise StillRunningError(_RUNNING)
    found.turn += 1
    found.asked_at = now
    return Claim(key, found.subject_id, found.turn)


def _of(actor: Actor, key: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        AnsweredRequest.organisation_id == actor.organisation_id,
        AnsweredRequest.caller_id == actor.id,
        AnsweredRequest.key == key,
    )
