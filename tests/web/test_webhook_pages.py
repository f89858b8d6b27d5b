"""Webhooks on their pages: added, tried, looked at, switched off; their secret is shown once."""

from collections.abc import Mapping
from typing import Any

import pytest

from phcs.core.permissions import Role
from phcs.tasks import send_webhooks
from tests.receivers import webhook_receiver
from tests.web.pages import Pages


@pytest.fixture
def app_overrides() -> Mapping[str, Any]:
    return {"PHCS_WEBHOOK_NETWORKS": "127.0.0.0/8"}


def test_a_webhook_is_added_tried_and_switched_off(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)
    pages.get("/settings/webhooks/new")
    with webhook_receiver() as receiver:
        made = pages.submit(
            "/settings/webhooks/new", {"url": receiver.url, "events": ["import.completed"]}, status=200
        )
        secret = made.soup.select_one(".secret code").get_text()  # type: ignore[union-attr]
        address = str(made.soup.select_one("a[href^='/settings/webhooks/']")["href"])  # type: ignore[index]
        pages.get(address)
        pages.submit(f"{address}/test")
        send_webhooks()

        shown = pages.get(address)

    assert "Arrived" in shown.text
    assert "answer 204" in shown.text
    assert secret not in shown.text
    assert len(receiver.messages) == 1
    pages.submit(f"{address}/disable")
    assert "switched off by a person" in pages.follow().text
    listed = pages.get("/settings/webhooks")
    assert receiver.url in listed.text
    assert "Switched off" in listed.text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"url": "https://192.168.0.1/", "events": ["import.failed"]}, "leads into a private network"),
        ({"url": "", "events": ["import.failed"]}, "Enter the address"),
        ({"url": "https://8.8.8.8/", "events": []}, "Choose at least one event"),
    ],
)
def test_a_webhook_that_cannot_be_says_why(pages: Pages, fields: dict[str, Any], sentence: str) -> None:
    pages.sign_in_as(Role.ADMIN)
    pages.get("/settings/webhooks/new")

    seen = pages.submit("/settings/webhooks/new", fields, status=422)

    assert sentence in seen.text


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AUDITOR])
def test_only_admins_see_webhooks(pages: Pages, role: Role) -> None:
    pages.sign_in_as(role)

    pages.get("/settings/webhooks", status=403)
