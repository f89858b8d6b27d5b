"""Webhooks sign as the specification says, and are sent again for about three days."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from phcs.core.webhook_rules import (
    MOST_ATTEMPTS,
    Verdict,
    new_secret,
    next_attempt,
    signature_header,
    verdict,
)

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SECRET = new_secret(bytes(range(32)))
FORMER = new_secret(bytes(range(32, 64)))
BODY = b'{"type":"import.completed"}'


def headers(*secrets: str) -> dict[str, str]:
    timestamp = int(datetime.now(UTC).timestamp())  # the library refuses old messages
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature_header(secrets, message_id="msg_1", timestamp=timestamp, body=BODY),
    }


def test_the_specification_s_own_library_accepts_our_signature() -> None:
    assert Webhook(SECRET).verify(BODY, headers(SECRET)) == {"type": "import.completed"}


def test_while_a_secret_is_being_replaced_receivers_with_either_secret_accept() -> None:
    both = headers(SECRET, FORMER)

    assert Webhook(SECRET).verify(BODY, both)
    assert Webhook(FORMER).verify(BODY, both)


def test_another_body_or_secret_is_refused() -> None:
    for secret, body in ((FORMER, BODY), (SECRET, BODY + b" ")):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, headers(SECRET))


def test_a_secret_that_is_not_base64_is_refused() -> None:
    with pytest.raises(ValueError, match="base64"):
        signature_header(["whsec_*"], message_id="msg_1", timestamp=1, body=BODY)


def test_ten_attempts_spread_over_three_days_then_it_is_given_up() -> None:
    at, times = NOW, [NOW]
    for attempt in range(1, MOST_ATTEMPTS):
        following = next_attempt(attempts=attempt, now=at, chance=0.0)
        assert following is not None
        times.append(following)
        at = following

    assert next_attempt(attempts=MOST_ATTEMPTS, now=at, chance=0.0) is None
    waits = [(later - earlier).total_seconds() for earlier, later in pairwise(times)]
    assert waits == sorted(waits)
    assert waits[0] == 5
    assert timedelta(days=3) < times[-1] - times[0] < timedelta(days=4)


def test_chance_spreads_an_attempt_by_a_fifth_and_never_brings_it_forward() -> None:
    sure, late = (next_attempt(attempts=4, now=NOW, chance=chance) for chance in (0.0, 0.999))

    assert sure == NOW + timedelta(hours=2)
    assert late is not None
    assert timedelta(hours=2) < late - NOW <= timedelta(hours=2.4)


@pytest.mark.parametrize(
    ("retry_after", "wait"),
    [
        pytest.param(1, timedelta(seconds=5), id="sooner than our own wait changes nothing"),
        pytest.param(600, timedelta(minutes=10), id="later is kept"),
        pytest.param(10_000_000, timedelta(days=1), id="never longer than a day"),
    ],
)
def test_an_endpoint_s_own_wish_when_to_come_back_is_kept(retry_after: int, wait: timedelta) -> None:
    assert next_attempt(attempts=1, now=NOW, chance=0.0, retry_after=retry_after) == NOW + wait


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (200, Verdict.DELIVERED),
        (204, Verdict.DELIVERED),
        (301, Verdict.AGAIN),
        (404, Verdict.AGAIN),
        (410, Verdict.GONE),
        (429, Verdict.AGAIN),
        (503, Verdict.AGAIN),
    ],
)
def test_only_2xx_is_delivered_and_only_410_ends_the_endpoint(status: int, meaning: Verdict) -> None:
    assert verdict(status) is meaning
