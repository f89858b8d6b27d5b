"""Webhooks for programs: the same as on the pages, within one organisation and one scope."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from phcs.extensions import limiter
from phcs.tasks import send_webhooks
from tests.builders import build_api_key, build_organisation, build_person
from tests.receivers import webhook_receiver


@pytest.fixture
def app_overrides() -> Mapping[str, Any]:
    return {"PHCS_WEBHOOK_NETWORKS": "127.0.0.0/8"}


def caller(app: Flask, *, scope: str = "webhooks:write") -> tuple[FlaskClient, dict[str, str]]:
    """A client, and the header with a key of this scope, of an organisation of its own."""
    with app.app_context():
        limiter.reset()
        admin = build_person(organisation=build_organisation())
        key = build_api_key(admin=admin, scopes=frozenset({scope}), now=datetime.now(UTC))
    return app.test_client(), {"Authorization": f"Bearer {key.secret}"}


def test_a_program_adds_tries_and_deletes_a_webhook(app: Flask) -> None:
    client, key = caller(app)
    with webhook_receiver() as receiver:
        asked = {"url": receiver.url, "events": ["import.completed"]}
        made = client.post("/api/v1/webhooks", json=asked, headers=key)
        path = f"/api/v1/webhooks/{made.json['id']}"  # type: ignore[index]
        assert client.post(f"{path}/test", headers=key).status_code == 202
        with app.app_context():
            send_webhooks()
        log = client.get(f"{path}/messages", headers=key).get_json()["messages"]
        again = client.post(f"/api/v1/webhooks/messages/{log[0]['id']}/send-again", headers=key)
        with app.app_context():
            send_webhooks()

    assert made.status_code == 201
    assert made.get_json()["secret"].startswith("whsec_")
    assert [(one["event"], one["state"], one["attempts"][0]["status"]) for one in log] == [
        ("webhook.test", "delivered", 204)
    ]
    assert again.status_code == 202
    assert receiver.ids() == [log[0]["message_id"]] * 2
    assert "secret" not in client.get(path, headers=key).get_json()
    assert client.delete(path, headers=key).status_code == 204
    assert client.get("/api/v1/webhooks", headers=key).get_json() == {"webhooks": []}


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"url": 5, "events": []},
        {"url": "https://8.8.8.8/", "events": ["import.eaten"]},
        {"url": "https://10.0.0.1/", "events": ["import.failed"]},
    ],
)
def test_a_webhook_that_cannot_be_is_a_problem_with_a_sentence(app: Flask, asked: dict[str, Any]) -> None:
    client, key = caller(app)

    refused = client.post("/api/v1/webhooks", json=asked, headers=key)

    assert refused.status_code == 422
    assert refused.get_json()["detail"]


def test_another_organisation_s_webhook_is_not_there(app: Flask) -> None:
    client, key = caller(app)
    asked = {"url": "http://127.0.0.1:9/", "events": ["import.failed"]}
    path = f"/api/v1/webhooks/{client.post('/api/v1/webhooks', json=asked, headers=key).get_json()['id']}"
    _, other = caller(app)

    answers = [
        client.get(path, headers=other),
        client.put(path, json=asked, headers=other),
        client.delete(path, headers=other),
        client.get(f"{path}/messages", headers=other),
        *(client.post(f"{path}/{verb}", headers=other) for verb in ("disable", "enable", "rotate", "test")),
    ]

    assert {answer.status_code for answer in answers} == {404}


def test_a_key_without_the_scope_may_not(app: Flask) -> None:
    client, key = caller(app, scope="imports:write")

    assert client.get("/api/v1/webhooks", headers=key).status_code == 403
