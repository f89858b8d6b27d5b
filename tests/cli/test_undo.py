"""`flask imports undo`: the whole way of an undo or redo in one process, with exit codes and JSON."""

import json
from typing import Any
from uuid import UUID

import pytest
from click.testing import Result
from flask import Flask

from phcs.core.permissions import Role
from phcs.core.records import RecordKind
from phcs.models.imports import Import
from phcs.models.organisations import Organisation, Person
from phcs.models.records import Owner, Pet
from phcs.models.reversals import ReversalAction
from phcs.services.record_editing import edit_record
from phcs.services.working import utc_now
from tests.builders import NOW, actor_of, build_organisation, build_person
from tests.import_builders import build_promotion, change_behind_the_back, count, visits
from tests.record_builders import AnySession
from tests.services.test_orphans import zipped

DONE, REFUSED, USAGE = 0, 1, 2


@pytest.fixture
def admin(session: AnySession) -> Person:
    return build_person(organisation=build_organisation(), email="ada@example.org", name="Ada Admin")


@pytest.fixture
def import_id(admin: Person) -> UUID:
    found = build_promotion(actor=actor_of(admin), content=visits(2))
    from_now_on(found)
    return found


def from_now_on(import_id: UUID) -> None:
    """Let the import have ended just now: commands read the real clock."""
    change_behind_the_back(Import, Import.id == import_id, finished_at=utc_now())


def flask(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["imports", "undo", *arguments])


def last_line(result: Result) -> dict[str, Any]:
    found = json.loads(result.stdout.rstrip("\n").rsplit("\n", 1)[-1])
    assert isinstance(found, dict)
    return found


def test_an_undo_and_its_redo_go_the_whole_way(app: Flask, import_id: UUID) -> None:
    undone = flask(app, str(import_id), "--json")

    told = last_line(undone)
    assert (undone.exit_code, told["import"], told["state"]) == (DONE, str(import_id), "undone")
    assert (told["reversal"]["direction"], told["reversal"]["state"]) == ("undo", "done")
    assert told["reversal"]["counts"] == {"reversed": 6, "partly": 0, "kept": 0, "blocked": 0}
    assert told["reversal"]["fingerprint"].startswith("sha256:")
    assert count(Owner) == 0

    redone = flask(app, str(import_id), "--redo", "--json")

    assert (redone.exit_code, last_line(redone)["state"]) == (DONE, "completed")
    assert count(Owner) == 2


def test_a_dry_run_shows_the_buckets_and_changes_nothing(app: Flask, import_id: UUID) -> None:
    result = flask(app, str(import_id), "--dry-run")

    assert result.exit_code == DONE
    assert "Will be taken back: 6" in result.stdout
    assert (count(Owner), count(ReversalAction)) == (2, 0)
    assert last_line(flask(app, str(import_id), "--dry-run", "--json"))["state"] == "completed"


def edit(admin: Person, kind: RecordKind, record_id: UUID, changes: dict[str, str]) -> None:
    """Somebody changes a record that nobody has changed before."""
    edit_record(
        actor=actor_of(admin),
        organisation_id=admin.organisation_id,
        kind=kind,
        record_id=record_id,
        version=1,
        changes=changes,
        now=NOW,
    )


def test_what_is_kept_is_named_with_who_changed_it(
    app: Flask, session: AnySession, admin: Person, import_id: UUID
) -> None:
    owner = session.query(Owner).order_by(Owner.id).first()
    assert owner is not None
    edit(admin, RecordKind.OWNER, owner.id, {"city": "Lima"})

    words, programs = flask(app, str(import_id), "--dry-run"), flask(app, str(import_id), "--json")

    assert "city: Ada Admin changed it on 2026-11-21." in words.stdout
    [kept] = last_line(programs)["reversal"]["kept"]
    assert [(one["name"], one["now"], one["by"]) for one in kept["kept"]] == [("city", "Lima", "Ada Admin")]
    assert programs.exit_code == DONE


def test_a_row_of_several_tables_is_named_with_its_table(
    app: Flask, session: AnySession, admin: Person
) -> None:
    import_id = build_promotion(actor=actor_of(admin), content=zipped(), file_name="okvet.zip")
    from_now_on(import_id)
    pet = session.query(Pet).filter_by(name="Luna").one()
    edit(admin, RecordKind.PET, pet.id, {"breed": "Beagle"})

    result = flask(app, str(import_id), "--dry-run")

    assert "pet Luna (row 2 of “pacientes.csv”): " in result.stdout


def test_four_eyes_hold_here_too_and_a_second_person_goes_on_with_the_same_preview(
    app: Flask, session: AnySession, admin: Person, import_id: UUID
) -> None:
    organisation = session.get_one(Organisation, admin.organisation_id)
    build_person(organisation=organisation, role=Role.REVIEWER, email="rui@example.org")
    change_behind_the_back(Organisation, Organisation.id == organisation.id, four_eyes=True)

    alone = flask(app, str(import_id), "--json")
    assert (alone.exit_code, last_line(alone)["reversal"]["state"]) == (REFUSED, "planned")
    assert "second person" in alone.stderr
    assert count(Owner) == 2

    together = flask(app, str(import_id), "--approve-as", "rui@example.org", "--json")
    assert (together.exit_code, last_line(together)["reversal"]["number"]) == (DONE, 1)


def test_undoing_twice_is_refused_in_a_sentence(app: Flask, import_id: UUID) -> None:
    flask(app, str(import_id))

    result = flask(app, str(import_id))

    assert (result.exit_code, result.stdout) == (REFUSED, "")
    assert "undone" in result.stderr


def test_an_import_of_too_long_ago_is_refused(app: Flask, admin: Person) -> None:
    import_id = build_promotion(actor=actor_of(admin), content=visits(1))
    change_long_ago(import_id)

    result = flask(app, str(import_id))

    assert (result.exit_code, count(Owner)) == (REFUSED, 1)
    assert "30 days" in result.stderr


def change_long_ago(import_id: UUID) -> None:
    change_behind_the_back(Import, Import.id == import_id, finished_at=NOW.replace(year=2020))


def test_wrong_usage_is_told_apart(app: Flask, import_id: UUID) -> None:
    assert flask(app, "no-id").exit_code == USAGE
    assert flask(app, str(UUID(int=1))).exit_code == REFUSED
