"""Sending what waits in the outbox of webhooks: at least once, with the same id, until it arrives or days are over.

A message is claimed before it is sent: whoever dies in between leaves it to be claimed again a minute later.
"""

import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import process_actor
from phcs.core.public_addresses import Network
from phcs.core.webhook_rules import Verdict, next_attempt, signature_header, verdict
from phcs.extensions import db
from phcs.models.webhooks import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from phcs.services import auditing
from phcs.services.outbound import UnreachableError, post
from phcs.services.transactions import transaction
from phcs.services.webhook_outbox import DELIVERED, GIVEN_UP, WAITING
from phcs.services.working import clock_from

AT_ONCE = 8
CLAIM_SECONDS = 60
"""Longer than the longest talk: nobody else sends a message while it is being sent."""
DISABLED_AFTER = timedelta(days=3)
KEPT = timedelta(days=30)
"""How long the delivery log shows a message that has ended."""
SENDER = "the webhook sender"


@dataclass(frozen=True, slots=True)
class _Message:
    """A claimed message with all that sending it needs."""

    id: UUID
    organisation_id: UUID
    endpoint_id: UUID
    attempt: int
    url: str
    body: bytes
    secrets: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Outcome:
    message: _Message
    status: int
    milliseconds: int
    problem: str
    retry_after: int | None = None


def send_due(*, now: datetime, allowed: Sequence[Network] = ()) -> int:
    """Send every message whose time has come, several at once, and note what became of each; gives their number.

    `allowed` are networks that may be called though they are not public. Slow receivers may take minutes: claims,
    signatures and notes say the moment at which they are made.
    """
    sent, moment = 0, clock_from(now)
    with ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="webhook") as hands:
        while messages := _claim(due_by=now, now=moment()):
            outcomes = list(hands.map(lambda one: _send(one, moment(), allowed), messages))
            for outcome in outcomes:
                _note(outcome, moment())
            sent += len(outcomes)
    return sent


def forget_old_messages(*, now: datetime) -> int:
    """Delete messages that ended 30 days ago or earlier, with their attempts; gives their number.

    Endpoints of one import go too, once they are so old and nothing waits for them.
    """
    old = (WebhookDelivery.state != WAITING, WebhookDelivery.ended_at < now - KEPT)
    with transaction() as session:
        ids = sa.select(WebhookDelivery.id).where(*old)
        session.execute(sa.delete(WebhookAttempt).where(WebhookAttempt.delivery_id.in_(ids)))
        done = session.execute(sa.delete(WebhookDelivery).where(*old))
        session.execute(
            sa.delete(WebhookEndpoint).where(
                WebhookEndpoint.only_import.is_not(None),
                WebhookEndpoint.created_at < now - KEPT,
                WebhookEndpoint.id.not_in(sa.select(WebhookDelivery.endpoint_id)),
            )
        )
        return int(done.rowcount)  # type: ignore[attr-defined]


def _claim(*, due_by: datetime, now: datetime) -> list[_Message]:
    """Take up to `AT_ONCE` messages due by then, so that nobody else sends them; each attempt counts from here."""
    with transaction() as session:
        due = session.execute(
            sa.select(WebhookDelivery, WebhookEndpoint)
            .join(WebhookEndpoint, WebhookEndpoint.id == WebhookDelivery.endpoint_id)
            .where(
                WebhookDelivery.state == WAITING,
                WebhookDelivery.next_at <= due_by,
                WebhookEndpoint.disabled_at.is_(None),
            )
            .order_by(WebhookDelivery.next_at, WebhookDelivery.id)
            .limit(AT_ONCE)
        ).all()
        messages = [
            _message(delivery, endpoint, now)
            for delivery, endpoint in due
            if _is_mine(session, delivery, now)
        ]
        session.expunge_all()
    db.session.rollback()
    return messages


def _is_mine(session: Session, delivery: WebhookDelivery, now: datetime) -> bool:
    done = session.execute(
        sa.update(WebhookDelivery)
        .where(
            WebhookDelivery.id == delivery.id,
            WebhookDelivery.state == WAITING,
            WebhookDelivery.attempts == delivery.attempts,
            WebhookDelivery.next_at <= now,
        )
        .values(attempts=WebhookDelivery.attempts + 1, next_at=now + timedelta(seconds=CLAIM_SECONDS))
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def _message(delivery: WebhookDelivery, endpoint: WebhookEndpoint, now: datetime) -> _Message:
    signed_by = [endpoint.secret]
    if endpoint.former_secret and endpoint.former_secret_until and now < endpoint.former_secret_until:
        signed_by.append(endpoint.former_secret)
    return _Message(
        id=delivery.id,
        organisation_id=delivery.organisation_id,
        endpoint_id=endpoint.id,
        attempt=delivery.attempts + 1,
        url=endpoint.url,
        body=delivery.body.encode(),
        secrets=tuple(signed_by),
    )


def _send(message: _Message, now: datetime, allowed: Sequence[Network]) -> _Outcome:
    message_id, timestamp = f"msg_{message.id.hex}", int(now.timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "PHCS-Import",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature_header(
            message.secrets, message_id=message_id, timestamp=timestamp, body=message.body
        ),
    }
    started = time.monotonic()
    status, problem, retry_after = 0, "", None
    try:
        answer = post(message.url, body=message.body, headers=headers, allowed=allowed)
        status, retry_after = answer.status, answer.retry_after
    except UnreachableError as error:
        problem = error.sentence
    return _Outcome(message, status, round((time.monotonic() - started) * 1_000), problem, retry_after)


def _note(outcome: _Outcome, now: datetime) -> None:
    """Keep what one attempt has come to: delivered, again later, or given up; and what that means for the endpoint."""
    message = outcome.message
    meaning = verdict(outcome.status) if outcome.status else Verdict.AGAIN
    later = next_attempt(
        attempts=message.attempt,
        now=now,
        chance=random.random(),  # noqa: S311 - it spreads load, it hides nothing
        retry_after=outcome.retry_after,
    )
    values: dict[str, Any] = {"state": WAITING, "next_at": later}
    if meaning is Verdict.DELIVERED:
        values = {"state": DELIVERED, "next_at": None, "ended_at": now}
    elif meaning is Verdict.GONE or later is None:
        values = {"state": GIVEN_UP, "next_at": None, "ended_at": now}
    with transaction() as session:
        session.merge(
            WebhookAttempt(
                delivery_id=message.id,
                attempt=message.attempt,
                organisation_id=message.organisation_id,
                at=now,
                status=outcome.status,
                milliseconds=outcome.milliseconds,
                problem=outcome.problem,
            )
        )
        session.execute(
            sa.update(WebhookDelivery)
            .where(WebhookDelivery.id == message.id, WebhookDelivery.attempts == message.attempt)
            .values(**values)
        )
        _judge_endpoint(session, message, meaning, now)


def _judge_endpoint(session: Session, message: _Message, meaning: Verdict, now: datetime) -> None:
    """An endpoint is switched off when it says that it is gone, or when nothing has arrived for three days."""
    endpoint = session.get(WebhookEndpoint, message.endpoint_id, with_for_update=True)
    if endpoint is None or endpoint.disabled_at is not None:
        return
    if meaning is Verdict.DELIVERED:
        endpoint.failing_since = None
        return
    endpoint.failing_since = endpoint.failing_since or now
    because = "it answered that it is gone (410)" if meaning is Verdict.GONE else ""
    if not because and now - endpoint.failing_since >= DISABLED_AFTER:
        because = "nothing has arrived for three days"
    if because:
        endpoint.disabled_at, endpoint.disabled_because = now, because
        auditing.record(
            session,
            actor=process_actor(organisation_id=message.organisation_id, name=SENDER),
            now=now,
            action="webhook.disabled",
            subject_kind="webhook",
            subject_id=endpoint.id,
            detail={"because": because},
        )
