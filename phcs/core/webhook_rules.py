"""Webhooks as Standard Webhooks 1.0.0 has them: which events, how they are signed, when they are sent again.

Source of the rules: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from http import HTTPStatus

SECRET_PREFIX = "whsec_"  # noqa: S105 - the form of secrets, not one of them
SECRET_BYTES = 32
MOST_ATTEMPTS = 10
LONGEST_WAIT = timedelta(hours=24)
FORMER_SECRET_HOURS = 24
"""How long messages carry a second signature by the secret that was replaced."""

_WAITS = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds between one attempt and the next, before jitter: about 76 hours in all (the specification's example)."""
_JITTER = 0.2


class WebhookEvent(StrEnum):
    """What an endpoint may be told."""

    READY_FOR_REVIEW = "import.ready_for_review"
    COMPLETED = "import.completed"
    FAILED = "import.failed"
    UNDONE = "import.undone"


TEST_EVENT = "webhook.test"
"""Sent only when a person asks for it."""


class Verdict(StrEnum):
    """What one attempt means for its message and endpoint."""

    DELIVERED = "delivered"
    AGAIN = "again"
    GONE = "gone"


def new_secret(random_bytes: bytes) -> str:
    """Return a signing secret in its usual form; needs `SECRET_BYTES` bytes from a secure source."""
    return SECRET_PREFIX + base64.b64encode(random_bytes).decode()


def signature_header(secrets: Iterable[str], *, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the header `webhook-signature`: one `v1,…` for each secret, separated by spaces.

    Raises ValueError for a secret that is not in the usual form.
    """
    signed = f"{message_id}.{timestamp}.".encode() + body
    return " ".join(f"v1,{_signature(secret, signed)}" for secret in secrets)


def _signature(secret: str, signed: bytes) -> str:
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("A webhook secret is not base64.") from error
    return base64.b64encode(hmac.digest(key, signed, sha256)).decode()


def verdict(status: int) -> Verdict:
    """Say what an answer means: 2xx is delivered, 410 ends the endpoint, all else (3xx too) is tried again."""
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Verdict.DELIVERED
    return Verdict.GONE if status == HTTPStatus.GONE else Verdict.AGAIN


def next_attempt(
    *, attempts: int, now: datetime, chance: float, retry_after: int | None = None
) -> datetime | None:
    """Return when to try again after `attempts` attempts, None when enough have failed.

    `chance` in [0, 1) spreads attempts by up to 20 %, so that receivers that come back are not flooded. An
    endpoint's own `retry_after` (seconds) is kept where it is longer, up to a day.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    wait = timedelta(seconds=_WAITS[attempts - 1] * (1 + _JITTER * chance))
    if retry_after is not None:
        wait = max(wait, min(timedelta(seconds=retry_after), LONGEST_WAIT))
    return now + wait
