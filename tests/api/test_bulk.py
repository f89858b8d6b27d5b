"""Records instead of a file: the same way, the same checks, in the callers' own field names."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from standardwebhooks import Webhook

from phcs.core.states import ImportState
from phcs.extensions import db, limiter
from phcs.models.imports import Import
from phcs.models.organisations import Person
from phcs.models.records import Owner
from phcs.tasks import send_webhooks
from tests.api.callers import Program
from tests.builders import actor_of, build_organisation, build_person
from tests.import_builders import advance, approve
from tests.receivers import webhook_receiver

CONTACT = {
    "first_name": "Ana",
    "last_name": "Silva",
    "email": "ana@example.org",
    "phone": "+14155550101",
    "phone_2": "+14155550102",
    "company": "Acme",
    "title": "Dr",
    "address_line_1": "1 Main St",
    "address_line_2": "Apt 2",
    "city": "Oakland",
    "state": "CA",
    "postal_code": "94601",
    "country": "US",
    "tags": ["vip", "foster"],
    "status": "active",
    "custom_fields": {"shirt": "L"},
}


@pytest.fixture
def app_overrides() -> Mapping[str, Any]:
    return {"PHCS_WEBHOOK_NETWORKS": "127.0.0.0/8"}


@pytest.fixture
def admin(app: Flask) -> Person:
    with app.app_context():
        limiter.reset()
        return build_person(organisation=build_organisation())


def sent(app: Flask, admin: Person, body: Any) -> Any:
    return Program(app, admin, "imports:write")("post", "/api/v1/imports/bulk", json={**body, "wait": 0})


def test_a_contact_in_the_usual_field_names_becomes_an_owner_with_nothing_left_behind(
    app: Flask, admin: Person
) -> None:
    answer = sent(app, admin, {"records": [CONTACT], "external_id": "sync 7"})
    with app.app_context():
        import_id = UUID(answer.get_json()["id"])
        assert advance(import_id) is ImportState.REVIEW
        approve(import_id, actor=actor_of(admin), now=datetime.now(UTC))
        assert advance(import_id) is ImportState.COMPLETED
        owner = db.session.scalars(sa.select(Owner)).one()
        found = db.session.get_one(Import, import_id)

        assert answer.status_code == 202
        assert (found.external_id, found.file_name, found.source) == ("sync 7", "sync 7.json", "contacts")
        assert (owner.full_name, owner.phone, owner.phone2) == ("Ana Silva", "+14155550101", "+14155550102")
        assert (owner.address, owner.city, owner.region) == ("1 Main St", "Oakland", "CA")
        assert (owner.postal_code, owner.country, owner.tags) == ("94601", "US", ["vip", "foster"])
        assert owner.custom == {
            "organisation": "Acme",
            "title": "Dr",
            "address_line_2": "Apt 2",
            "status": "active",
            "shirt": "L",
        }


def test_records_in_our_own_names_become_cases(app: Flask, admin: Person) -> None:
    record = {
        "owner.full_name": "Bo Stone",
        "owner.phone": "+14155550103",
        "pet.name": "Rex",
        "pet.species": "dog",
        "case.services": "food",
        "case.status": "new",
        "case.opened_at": "2026-11-02",
    }

    answer = sent(app, admin, {"records": [record]})

    with app.app_context():
        import_id = UUID(answer.get_json()["id"])
        assert advance(import_id) is ImportState.REVIEW
        found = db.session.get_one(Import, import_id)
        assert (found.kind, found.finding_counts, found.row_counts) == ("case", {}, {"valid": 1})


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"duplicate_strategy": "create_new"}, {"duplicates": "create"}),
        ({"duplicate_strategy": "skip"}, {"duplicates": "skip"}),
        ({"match_fields": ["phone", "email"]}, {"matching": "email_or_phone"}),
        ({"match_fields": ["pet", "name", "phone"]}, {"matching": "phone_name_pet"}),
        ({}, {"duplicates": "link", "matching": "evidence"}),
    ],
)
@pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)
def test_callers_words_for_duplicates_and_match_fields_are_understood(
    app: Flask, admin: Person, said: dict[str, Any], kept: dict[str, str]
) -> None:
    answer = sent(app, admin, {"records": [CONTACT], **said})

    with app.app_context():
        options = db.session.get_one(Import, UUID(answer.get_json()["id"])).options
        assert {name: options[name] for name in kept} == kept


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, "“records” must be a list"),
        ({"records": []}, "at least one record"),
        ({"records": ["Ana"]}, "Record 1 is no JSON object"),
        ({"records": [CONTACT, {"custom_fields": "L"}]}, "“custom_fields” of record 2"),
        ({"records": [{}] * 10_001}, "These are 10,001 records"),
        ({"records": [CONTACT], "duplicate_strategy": "merge"}, "“duplicate_strategy” is one of"),
        ({"records": [CONTACT], "match_fields": ["shoe"]}, "“match_fields” is one of"),
        ({"records": [CONTACT], "kind": "planet"}, "There is no kind “planet”"),
        ({"records": [CONTACT], "external_id": 7}, "“external_id” must be a text"),
    ],
)
@pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)
def test_what_cannot_be_taken_is_a_problem_with_a_sentence_and_makes_no_import(
    app: Flask, admin: Person, body: dict[str, Any], sentence: str
) -> None:
    refused = sent(app, admin, body)

    assert refused.status_code == 422
    assert sentence in refused.get_json()["detail"]
    with app.app_context():
        assert db.session.scalars(sa.select(Import)).all() == []


@pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)
def test_an_address_may_hear_of_one_import_only(app: Flask, admin: Person) -> None:
    with webhook_receiver() as receiver:
        told = sent(app, admin, {"records": [CONTACT], "webhook_url": receiver.url})
        sent(app, admin, {"records": [{**CONTACT, "email": "other@example.org"}]})
        with app.app_context():
            for import_id in db.session.scalars(sa.select(Import.id)).all():
                assert advance(import_id) is ImportState.REVIEW
            send_webhooks()

    [(headers, body)] = receiver.messages
    message = Webhook(told.get_json()["webhook_secret"]).verify(body, headers)
    assert (message["type"], message["data"]["import"]) == ("import.ready_for_review", told.get_json()["id"])


@pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)
def test_an_address_that_may_not_be_called_makes_no_import(app: Flask, admin: Person) -> None:
    refused = sent(app, admin, {"records": [CONTACT], "webhook_url": "https://10.0.0.1/hooks"})

    assert refused.status_code == 422
    with app.app_context():
        assert db.session.scalars(sa.select(Import)).all() == []
