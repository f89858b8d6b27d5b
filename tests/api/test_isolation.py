"""Nothing of one organisation reaches another: every route of the URL map, ids of others, of nobody, of no form."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from phcs.core.permissions import SCOPES, Role
from phcs.core.records import RecordKind
from phcs.extensions import db, limiter
from phcs.models.base import Base
from phcs.models.organisations import Organisation, Person
from phcs.models.records import Case, Owner, Pet
from phcs.services.export_jobs import request_export
from phcs.services.exporting import AskedExport, ExportForm
from tests.builders import actor_of, build_api_key, build_organisation, build_person
from tests.import_builders import build_promotion, build_review, visit
from tests.web.pages import Pages

pytestmark = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)

CANARY = "Zanzibarcanary"
OWNERS = AskedExport(kind=RecordKind.OWNER, form=ExportForm.CSV)
MISSING = UUID("00000000-0000-7000-8000-00000000dead")
ID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,}|nonce-[\w-]+|nonce=\"[\w-]+\"|\d{4}-\d\d-\d\dT[\d:.+]+"
)
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
LEAVES = {"account.end_session", "account.sign_out"}
"""Ends the session that the other requests are made with."""

DECIDED_INSIDE = {"api_undo.withdraw"}
"""Open to whoever sees imports; the use case then asks for the right to undo or to approve."""


@dataclass(frozen=True)
class Place:
    """A route with one method."""

    method: str
    rule: Rule

    def address(self, ids: dict[str, str]) -> str:
        path = self.rule.rule
        for name in self.rule.arguments:
            path = re.sub(rf"<[^>]*\b{name}>", ids[name], path)
        return path


@pytest.fixture
def theirs(app: Flask) -> dict[str, str]:
    """Ids of things of an organisation that every request below is not of, by the names that routes give them."""
    with app.app_context():
        limiter.reset()
        admin = build_person(organisation=build_organisation(name=CANARY), name=f"{CANARY} Admin")
        actor = actor_of(admin)
        cells = {"client_name": f"{CANARY} Silva", "pet_name": CANARY, "notes": CANARY}
        build_promotion(actor=actor, content=[visit(1, **cells)], file_name=f"{CANARY}.csv")
        rows = [
            visit(2, **cells),
            visit(3, client_name=f"{CANARY} Siva", client_phone=visit(1)["client_phone"]),
        ]
        import_id = build_review(actor=actor, content=rows, file_name=f"{CANARY}.csv")
        key = build_api_key(admin=admin)
        return {
            "organisation": str(admin.organisation_id),
            "person_id": str(admin.id),
            "key_id": str(key.id),
            "import_id": str(import_id),
            "owner_id": str(db.session.scalars(sa.select(Owner.id)).first()),
            "pet_id": str(db.session.scalars(sa.select(Pet.id)).first()),
            "case_id": str(db.session.scalars(sa.select(Case.id)).first()),
            "export_id": str(request_export(actor=actor, now=datetime.now(UTC), asked=OWNERS)),
        }


@pytest.fixture
def stranger(app: Flask) -> tuple[FlaskClient, dict[str, str]]:
    """A program of another organisation that may do everything."""
    with app.app_context():
        admin = build_person(organisation=build_organisation(name="Elsewhere"))
        key = build_api_key(admin=admin, scopes=frozenset(SCOPES), now=datetime.now(UTC))
    return app.test_client(), {"Authorization": f"Bearer {key.secret}"}


def places(app: Flask, *, api: bool) -> Iterator[Place]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static" or rule.endpoint in LEAVES:
            continue
        if rule.endpoint.startswith("api_") is api:
            yield from (Place(method, rule) for method in METHODS & (rule.methods or set()))


def ids_for(place: Place, known: dict[str, str] | None = None, *, instead: str = "") -> dict[str, str]:
    """What stands in the address: known ids, or something else in the place of every id."""
    ids = known or {}
    return {
        name: instead or ids.get(name, ids["import_id"]) if name.endswith("_id") else _word(name)
        for name in place.rule.arguments
    }


def _word(name: str) -> str:
    return {"kind": "owners"}.get(name, "2")


def told(answer: TestResponse) -> tuple[int, str]:
    """Status and body without what differs from request to request."""
    return answer.status_code, ID.sub("", answer.text)


def rows_of(app: Flask, organisation: str) -> dict[str, list[str]]:
    """Every row of every table that belongs to the organisation."""
    with app.app_context():
        found = {}
        for table in Base.metadata.sorted_tables:
            if "organisation_id" in table.c:
                asked = sa.select(*table.c).where(table.c.organisation_id == UUID(organisation))
                found[table.name] = sorted(map(repr, db.session.execute(asked)))
        db.session.rollback()
        return found


def test_a_program_of_another_organisation_finds_nothing_and_changes_nothing(
    app: Flask, theirs: dict[str, str], stranger: tuple[FlaskClient, dict[str, str]]
) -> None:
    client, key = stranger
    before = rows_of(app, theirs["organisation"])
    leaks, told_apart = [], []

    for place in places(app, api=True):
        answers = [
            client.open(
                place.address(ids),
                method=place.method,
                headers=key,
                json={} if place.method != "GET" else None,
            )
            for ids in (ids_for(place, theirs), ids_for(place, instead=str(MISSING)))
        ]
        leaks += [(place.method, place.rule.rule) for one in answers if CANARY in one.text]
        if place.rule.arguments and told(answers[0]) != told(answers[1]):
            told_apart.append((place.method, place.rule.rule, told(answers[0]), told(answers[1])))

    assert leaks == []
    assert told_apart == []
    assert rows_of(app, theirs["organisation"]) == before


def test_an_id_of_no_form_is_no_error_of_ours(
    app: Flask, stranger: tuple[FlaskClient, dict[str, str]]
) -> None:
    client, key = stranger
    odd = ["not-an-id", "%00", "..%2f..", "0" * 400]

    statuses = {
        (place.method, place.rule.rule, word): client.open(
            place.address(ids_for(place, instead=word)), method=place.method, headers=key
        ).status_code
        for place in places(app, api=True)
        for word in odd
        if place.rule.arguments
    }

    assert {place: status for place, status in statuses.items() if status >= 500} == {}


@pytest.mark.parametrize("secret", ["", "phcs_made_up", "Basic YTpi"])
def test_without_a_key_every_endpoint_is_closed(app: Flask, secret: str) -> None:
    client = app.test_client()
    closed = [
        place for place in places(app, api=True) if getattr(view(app, place), "access", "public") != "public"
    ]

    statuses = {
        (place.method, place.rule.rule): client.open(
            place.address(ids_for(place, instead=str(MISSING))),
            method=place.method,
            headers={"Authorization": f"Bearer {secret}"},
        ).status_code
        for place in closed
    }

    assert {place: status for place, status in statuses.items() if status != 401} == {}
    assert len(closed) > 20


@pytest.mark.parametrize("scope", SCOPES)
def test_a_key_opens_exactly_what_its_scope_says(app: Flask, scope: str) -> None:
    with app.app_context():
        limiter.reset()
        admin = build_person(organisation=build_organisation())
        key = build_api_key(admin=admin, scopes=frozenset({scope}), now=datetime.now(UTC))
    client, headers = app.test_client(), {"Authorization": f"Bearer {key.secret}"}

    wrong = []
    for place in places(app, api=True):
        mark = getattr(view(app, place), "access", None)
        address = place.address(ids_for(place, instead=str(MISSING)))
        status = client.open(
            address, method=place.method, headers=headers, json={} if place.method != "GET" else None
        ).status_code
        if (
            mark != "public"
            and place.rule.endpoint not in DECIDED_INSIDE
            and (status == 403) is (mark in SCOPES[scope])
        ):
            wrong.append((place.method, place.rule.rule, status))

    assert wrong == []


def test_a_person_of_another_organisation_sees_no_page_of_it(app: Flask, theirs: dict[str, str]) -> None:
    with app.app_context():
        organisation = build_organisation(name="Elsewhere")
    app.config["WTF_CSRF_ENABLED"] = False
    pages = Pages(app, organisation)
    pages.sign_in_as(Role.ADMIN)
    before = rows_of(app, theirs["organisation"])

    leaks = [
        (place.method, place.rule.rule)
        for place in places(app, api=False)
        if CANARY in pages.client.open(place.address(ids_for(place, theirs)), method=place.method).text
    ]

    assert leaks == []
    assert rows_of(app, theirs["organisation"]) == before


def test_its_own_people_do_see_it(app: Flask, theirs: dict[str, str]) -> None:
    """The counter-check: the same addresses show the word to those whose it is."""
    with app.app_context():
        organisation = db.session.get_one(Organisation, UUID(theirs["organisation"]))
        db.session.expunge(organisation)
        person = db.session.get_one(Person, UUID(theirs["person_id"]))
        email = person.email
    pages = Pages(app, organisation)
    pages.sign_in(email)

    shown = [
        place.rule.rule
        for place in places(app, api=False)
        if place.method == "GET" and CANARY in pages.client.get(place.address(ids_for(place, theirs))).text
    ]

    assert {"/owners/<uuid:owner_id>", "/imports/<uuid:import_id>", "/pets", "/audit"} <= set(shown)


def view(app: Flask, place: Place) -> object:
    return app.view_functions[place.rule.endpoint]
