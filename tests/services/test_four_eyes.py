"""Four eyes: whoever prepared an import cannot approve it, through no door; anybody else who may, can."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor, ActorKind, process_actor
from phcs.core.errors import FourEyesError
from phcs.core.permissions import Role
from phcs.core.states import ImportState
from phcs.models.imports import Import
from phcs.models.organisations import Organisation, Person
from phcs.models.plans import MatchDecision
from phcs.services.approval import approve_import
from phcs.services.transactions import transaction
from tests.builders import NOW, PASSWORD, actor_of, build_api_key, build_organisation, build_person
from tests.import_builders import build_review, change_behind_the_back, seen, visits

Db = scoped_session[Session]


@pytest.fixture
def organisation(session: Db) -> Organisation:
    return build_organisation(four_eyes=True)


@pytest.fixture
def admin(organisation: Organisation) -> Person:
    return build_person(organisation=organisation, name="Ada Admin", email="ada@example.org")


@pytest.fixture
def reviewer(organisation: Organisation) -> Person:
    return build_person(
        organisation=organisation, role=Role.REVIEWER, name="Rui Reviewer", email="rui@example.org"
    )


@pytest.fixture
def uploaded(admin: Person) -> UUID:
    return build_review(actor=actor_of(admin), content=visits(2))


def approve_as(actor: Actor, import_id: UUID) -> None:
    approve_import(actor=actor, now=NOW, import_id=import_id, fingerprint=seen(import_id).plan_fingerprint)


def state_of(import_id: UUID) -> ImportState:
    return seen(import_id).row.state


def actor_of_key(key_id: UUID, organisation_id: UUID) -> Actor:
    return Actor(
        kind=ActorKind.KEY,
        organisation_id=organisation_id,
        id=key_id,
        name="Nightly export",
        scopes=frozenset({"imports:write", "imports:approve"}),
    )


def test_a_second_person_approves(uploaded: UUID, reviewer: Person) -> None:
    approve_as(actor_of(reviewer), uploaded)

    assert state_of(uploaded) is ImportState.APPROVED


@pytest.mark.parametrize("door", ["page", "endpoint", "mission's endpoint", "command", "key of their own"])
def test_whoever_uploaded_it_comes_through_no_door(
    app: Flask, admin: Person, uploaded: UUID, door: str
) -> None:
    told = {
        "page": lambda: by_page(app, admin, uploaded),
        "endpoint": lambda: by_endpoint(app, admin, uploaded, "/api/v1/imports"),
        "mission's endpoint": lambda: by_endpoint(app, admin, uploaded, "/api/admin/import"),
        "command": lambda: by_command(app, admin, uploaded),
        "key of their own": lambda: by_key(app, admin, uploaded),
    }[door]()

    assert "asks for a second person" in told
    assert state_of(uploaded) is ImportState.REVIEW


def by_page(app: Flask, person: Person, import_id: UUID) -> str:
    client = app.test_client()
    client.post("/sign-in", data={"email": person.email, "password": PASSWORD})
    sent = client.post(
        f"/imports/{import_id}/approve", data={"fingerprint": seen(import_id).plan_fingerprint}
    )
    return client.get(sent.headers["Location"]).text


def by_endpoint(app: Flask, person: Person, import_id: UUID, base: str) -> str:
    client = app.test_client()
    client.post("/sign-in", data={"email": person.email, "password": PASSWORD})
    fingerprint = seen(import_id).plan_fingerprint
    return str(
        client.post(f"{base}/{import_id}/approve", json={"fingerprint": fingerprint}).get_json()["detail"]
    )


def by_key(app: Flask, person: Person, import_id: UUID) -> str:
    key = build_api_key(admin=person, now=datetime.now(tz=NOW.tzinfo))
    answer = app.test_client().post(
        f"/api/v1/imports/{import_id}/approve",
        json={"fingerprint": seen(import_id).plan_fingerprint},
        headers={"Authorization": f"Bearer {key.secret}"},
    )
    return str(answer.get_json()["detail"])


def by_command(app: Flask, person: Person, import_id: UUID) -> str:
    run: Callable[..., Result] = app.test_cli_runner().invoke
    answer = run(args=["imports", "approve", str(import_id), "--as", person.email])
    assert answer.exit_code == 1
    return answer.output


def test_what_a_key_uploaded_is_not_approved_by_whoever_made_the_key(
    admin: Person, reviewer: Person, organisation: Organisation
) -> None:
    key = actor_of_key(build_api_key(admin=admin).id, organisation.id)
    import_id = build_review(actor=key, content=visits(2))

    for actor in (key, actor_of(admin)):
        with pytest.raises(FourEyesError):
            approve_as(actor, import_id)
    approve_as(actor_of(reviewer), import_id)


def test_whoever_edited_it_or_decided_on_duplicates_cannot_approve_it(
    session: Db, organisation: Organisation, uploaded: UUID, reviewer: Person
) -> None:
    editor = build_person(organisation=organisation, name="Edna Editor")
    change_behind_the_back(Import, Import.id == uploaded, edited_by=[str(editor.id)])
    with transaction() as write:
        write.add(
            MatchDecision(
                import_id=uploaded,
                table_no=1,
                row_no=2,
                owner_id=editor.id,
                organisation_id=organisation.id,
                same=True,
                planned=True,
                decided_by=reviewer.id,
                decided_by_name=reviewer.name,
                decided_at=NOW,
            )
        )

    for person in (editor, reviewer):
        with pytest.raises(FourEyesError):
            approve_as(actor_of(person), uploaded)


def test_a_process_is_nobodys_second_person(uploaded: UUID, organisation: Organisation) -> None:
    with pytest.raises(FourEyesError):
        approve_as(process_actor(organisation_id=organisation.id, name="a schedule"), uploaded)


def test_without_the_setting_one_person_is_enough(
    session: Db, organisation: Organisation, admin: Person, uploaded: UUID
) -> None:
    change_behind_the_back(Organisation, Organisation.id == organisation.id, four_eyes=False)

    approve_as(actor_of(admin), uploaded)

    assert state_of(uploaded) is ImportState.APPROVED
