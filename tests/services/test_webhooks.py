"""Webhooks arrive at least once, signed, with the same id; they say nothing personal and call nothing private."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session
from standardwebhooks import Webhook

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, NotFoundError
from phcs.core.public_addresses import parse_networks
from phcs.core.webhook_rules import MOST_ATTEMPTS, WebhookEvent
from phcs.models.audit import AuditEvent
from phcs.models.webhooks import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from phcs.queries.webhooks import deliveries_of, webhook_endpoint
from phcs.services.webhook_sending import AT_ONCE, forget_old_messages, send_due
from phcs.services.webhooks import (
    NewEndpoint,
    add_endpoint,
    delete_endpoint,
    disable_endpoint,
    enable_endpoint,
    rotate_secret,
    send_again,
    send_test,
)
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import approve, build_promotion, build_review, visit, visits
from tests.receivers import Receiver, webhook_receiver

Db = scoped_session[Session]
HERE = parse_networks("127.0.0.0/8")
EVERY_EVENT = [event.value for event in WebhookEvent]


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with webhook_receiver() as listening:
        yield listening


def add(admin: Actor, receiver: Receiver, *, events: list[str] | None = None) -> NewEndpoint:
    return add_endpoint(actor=admin, now=NOW, url=receiver.url, events=events or EVERY_EVENT, allowed=HERE)


def sent(*, now: datetime) -> int:
    return send_due(now=now, allowed=HERE)


def soon(number: int = 0) -> datetime:
    """A moment after everything that the tests have done; each number is two days later."""
    return datetime.now(NOW.tzinfo) + timedelta(days=2 * number, minutes=1)


def facts(session: Db, admin: Actor, endpoint_id: UUID) -> tuple[str, ...]:
    """Why the endpoint is switched off, and the state of each of its messages."""
    session.rollback()
    endpoint = webhook_endpoint(session, organisation_id=admin.organisation_id, endpoint_id=endpoint_id)
    messages = deliveries_of(session, organisation_id=admin.organisation_id, endpoint_id=endpoint_id)
    return endpoint.disabled_because, *(message.state for message in messages)


def test_a_plan_to_review_and_its_promotion_are_told_signed_and_without_anybody_s_name(
    session: Db, admin: Actor, receiver: Receiver
) -> None:
    endpoint = add(admin, receiver)

    import_id = build_promotion(actor=admin, content=[visit(1, client_name="Zenobia Canary")])
    assert sent(now=soon()) == 2

    told = [Webhook(endpoint.secret).verify(body, headers) for headers, body in receiver.messages]
    told.sort(key=lambda one: one["type"], reverse=True)
    assert [one["type"] for one in told] == ["import.ready_for_review", "import.completed"]
    assert {one["data"]["import"] for one in told} == {str(import_id)}
    assert told[1]["data"]["plan"]["case"]["create"] == 1
    assert b"Canary" not in b"".join(body for _, body in receiver.messages)
    assert sent(now=soon()) == 0


def test_nothing_is_told_before_it_is_so(session: Db, admin: Actor, receiver: Receiver) -> None:
    add(admin, receiver, events=["import.completed"])
    import_id = build_review(actor=admin, content=visits(2))
    waiting = sa.select(sa.func.count()).select_from(WebhookDelivery)
    assert session.scalar(waiting) == 0

    approve(import_id, actor=admin)

    session.rollback()
    assert session.scalar(waiting) == 0


def test_what_does_not_arrive_is_sent_again_with_the_same_id_until_it_does(
    session: Db, admin: Actor, receiver: Receiver
) -> None:
    endpoint = add(admin, receiver)
    receiver.answers = [(503, {"Retry-After": "600"}), (302, {"Location": "http://10.0.0.1/"}), (200, {})]
    send_test(actor=admin, now=NOW, endpoint_id=endpoint.id)

    begun = soon()
    assert sent(now=begun) == 1
    assert sent(now=begun + timedelta(minutes=9)) == 0  # it has asked to be left alone for ten
    assert sent(now=begun + timedelta(minutes=11)) == 1
    assert sent(now=begun + timedelta(hours=1)) == 1

    assert len(set(receiver.ids())) == 1
    assert facts(session, admin, endpoint.id) == ("", "delivered")
    log = deliveries_of(session, organisation_id=admin.organisation_id, endpoint_id=endpoint.id)
    assert [attempt.status for attempt in log[0].attempts] == [200, 302, 503]


def test_after_three_days_without_any_arrival_the_endpoint_is_switched_off_and_the_trail_says_so(
    session: Db, admin: Actor, receiver: Receiver
) -> None:
    endpoint = add(admin, receiver)
    receiver.answers = [(500, {})]
    send_test(actor=admin, now=NOW, endpoint_id=endpoint.id)

    for number in range(MOST_ATTEMPTS):
        sent(now=soon(number))

    assert facts(session, admin, endpoint.id)[0] == "nothing has arrived for three days"
    assert "webhook.disabled" in session.scalars(sa.select(AuditEvent.action)).all()
    assert len(receiver.messages) < MOST_ATTEMPTS  # nobody is called once it is off


def test_an_endpoint_that_says_it_is_gone_is_not_called_again(
    session: Db, admin: Actor, receiver: Receiver
) -> None:
    endpoint = add(admin, receiver)
    receiver.answers = [(410, {})]
    send_test(actor=admin, now=NOW, endpoint_id=endpoint.id)
    sent(now=soon())
    send_test(actor=admin, now=NOW, endpoint_id=endpoint.id)

    sent(now=soon(1))

    assert facts(session, admin, endpoint.id) == ("it answered that it is gone (410)", "waiting", "given_up")
    assert len(receiver.messages) == 1


def test_what_waited_is_sent_when_a_person_switches_the_endpoint_on_again(
    session: Db, admin: Actor, receiver: Receiver
) -> None:
    endpoint = add(admin, receiver)
    disable_endpoint(actor=admin, now=NOW, endpoint_id=endpoint.id)
    send_test(actor=admin, now=NOW, endpoint_id=endpoint.id)
    assert sent(now=soon()) == 0

    enable_endpoint(actor=admin, now=NOW, endpoint_id=endpoint.id)

    assert sent(now=soon()) == 1
    assert facts(session, admin, endpoint.id) == ("", "delivered")


def test_a_person_may_send_a_message_again_though_it_has_arrived(
    session: Db, admin: Actor, receiver: Receiver
) -> None:
    endpoint = add(admin, receiver)
    delivery_id = send_test(actor=admin, now=NOW, endpoint_id=endpoint.id)
    sent(now=soon())

    send_again(actor=admin, now=NOW, delivery_id=delivery_id)
    sent(now=soon())

    assert receiver.ids() == [f"msg_{delivery_id.hex}"] * 2


def test_a_sender_that_died_leaves_its_message_to_the_next_one(
    session: Db, admin: Actor, receiver: Receiver
) -> None:
    endpoint = add(admin, receiver)
    send_test(actor=admin, now=NOW, endpoint_id=endpoint.id)
    begun = soon()
    session.execute(
        sa.update(WebhookDelivery).values(attempts=1, next_at=begun + timedelta(seconds=60))
    )  # as a sender leaves it that was killed before the answer came
    session.commit()

    assert sent(now=begun + timedelta(seconds=59)) == 0
    assert sent(now=begun + timedelta(seconds=61)) == 1
    assert facts(session, admin, endpoint.id) == ("", "delivered")


def test_the_log_forgets_messages_that_ended_a_month_ago(
    session: Db, admin: Actor, receiver: Receiver
) -> None:
    endpoint = add(admin, receiver)
    send_test(actor=admin, now=NOW, endpoint_id=endpoint.id)
    ended = soon()
    sent(now=ended)
    send_test(actor=admin, now=NOW, endpoint_id=endpoint.id)  # it waits still

    assert forget_old_messages(now=ended + timedelta(days=29)) == 0
    assert forget_old_messages(now=ended + timedelta(days=31)) == 1

    assert facts(session, admin, endpoint.id) == ("", "waiting")


def test_a_slow_receiver_does_not_hold_up_the_others(session: Db, admin: Actor, receiver: Receiver) -> None:
    slow = add(admin, receiver)
    receiver.seconds = 0.5
    for _ in range(4):
        send_test(actor=admin, now=NOW, endpoint_id=slow.id)

    begun = datetime.now(NOW.tzinfo)
    assert sent(now=soon()) == 4

    assert datetime.now(NOW.tzinfo) - begun < timedelta(seconds=1.8)  # one after another would take two


def test_what_slow_receivers_have_held_up_is_signed_and_claimed_with_the_time_of_its_own_sending(
    session: Db, admin: Actor, receiver: Receiver
) -> None:
    slow = add(admin, receiver)
    receiver.seconds, receiver.answers = 0.85, [(500, {})]
    for _ in range(AT_ONCE + 1):
        send_test(actor=admin, now=NOW, endpoint_id=slow.id)
    begun = soon().replace(microsecond=200_000)

    assert sent(now=begun) == AT_ONCE + 1

    stamps = [int(headers["webhook-timestamp"]) for headers, _ in receiver.messages]
    assert stamps[0] == int(begun.timestamp()) < stamps[-1]
    told = session.scalars(sa.select(WebhookAttempt.at)).all()
    assert max(told) - begun > timedelta(seconds=1.7)


def test_for_a_day_both_secrets_sign_then_only_the_new_one(
    session: Db, admin: Actor, receiver: Receiver
) -> None:
    old = add(admin, receiver)
    new = rotate_secret(actor=admin, now=NOW, endpoint_id=old.id)
    for moment in (NOW + timedelta(hours=23), NOW + timedelta(hours=25)):
        send_test(actor=admin, now=moment, endpoint_id=old.id)
        sent(now=moment)

    signatures = [headers["webhook-signature"].split() for headers, _ in receiver.messages]
    assert [len(each) for each in signatures] == [2, 1]
    assert new.secret != old.secret


def test_an_address_that_may_not_be_called_is_refused_with_a_sentence(session: Db, admin: Actor) -> None:
    with pytest.raises(InvalidInputError, match="private network"):
        add_endpoint(actor=admin, now=NOW, url="https://localhost/hooks", events=EVERY_EVENT)


def test_a_name_that_leads_to_a_private_address_by_now_is_not_called(
    session: Db, admin: Actor, receiver: Receiver
) -> None:
    endpoint = add(admin, receiver)  # allowed when it was entered
    send_test(actor=admin, now=NOW, endpoint_id=endpoint.id)

    send_due(now=soon())  # and no longer

    assert receiver.messages == []
    log = deliveries_of(session, organisation_id=admin.organisation_id, endpoint_id=endpoint.id)
    assert log[0].attempts[0].problem == "This address leads into a private network; it is not called."


def test_nobody_sees_or_changes_the_webhooks_of_another_organisation(
    session: Db, admin: Actor, receiver: Receiver
) -> None:
    endpoint = add(admin, receiver)
    delivery_id = send_test(actor=admin, now=NOW, endpoint_id=endpoint.id)
    stranger = actor_of(build_person())

    for attempt in (
        lambda: rotate_secret(actor=stranger, now=NOW, endpoint_id=endpoint.id),
        lambda: delete_endpoint(actor=stranger, now=NOW, endpoint_id=endpoint.id),
        lambda: send_again(actor=stranger, now=NOW, delivery_id=delivery_id),
        lambda: webhook_endpoint(session, organisation_id=stranger.organisation_id, endpoint_id=endpoint.id),
    ):
        with pytest.raises(NotFoundError):
            attempt()

    build_promotion(actor=stranger, content=visits(1))
    assert sent(now=soon()) == 1  # only the test message
    delete_endpoint(actor=admin, now=NOW, endpoint_id=endpoint.id)
    assert session.scalars(sa.select(WebhookEndpoint)).all() == []
