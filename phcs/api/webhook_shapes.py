"""What the endpoints of webhooks take and give, with examples."""

from typing import TypedDict


class WebhookRequestShape(TypedDict):
    """An address, and what it is told of."""

    url: str
    events: list[str]


class WebhookShape(TypedDict):
    """An address that is told about imports."""

    id: str
    url: str
    events: list[str]
    created_at: str
    waiting: int
    failing_since: str | None
    disabled_at: str | None
    disabled_because: str


class WebhooksShape(TypedDict):
    """All of them."""

    webhooks: list[WebhookShape]


class WebhookSecretShape(TypedDict):
    """What signs its messages, shown only now."""

    id: str
    secret: str


class WebhookAttemptShape(TypedDict):
    """One attempt; status 0 where nobody answered."""

    at: str
    status: int
    milliseconds: int
    problem: str


class WebhookMessageShape(TypedDict):
    """One message with its attempts, the newest first."""

    id: str
    message_id: str
    event: str
    import_id: str | None
    state: str
    created_at: str
    next_attempt_at: str | None
    attempts: list[WebhookAttemptShape]


class WebhookMessagesShape(TypedDict):
    """The newest hundred messages."""

    messages: list[WebhookMessageShape]


class WebhookTestShape(TypedDict):
    """The message that is on its way."""

    message: str


_ID = "01990000-0000-7000-8000-000000000001"
_AT = "2026-11-21T09:00:00+00:00"
WEBHOOK: WebhookShape = {
    "id": _ID,
    "url": "https://example.org/hooks",
    "events": ["import.ready_for_review", "import.completed"],
    "created_at": _AT,
    "waiting": 0,
    "failing_since": None,
    "disabled_at": None,
    "disabled_because": "",
}
SECRET: WebhookSecretShape = {"id": _ID, "secret": "whsec_…"}
MESSAGE: WebhookMessageShape = {
    "id": _ID,
    "message_id": "msg_01990000000070008000000000000001",
    "event": "import.completed",
    "import_id": _ID,
    "state": "delivered",
    "created_at": _AT,
    "next_attempt_at": None,
    "attempts": [{"at": _AT, "status": 204, "milliseconds": 80, "problem": ""}],
}
REQUEST: WebhookRequestShape = {"url": WEBHOOK["url"], "events": WEBHOOK["events"]}
SENT: WebhookTestShape = {"message": _ID}
