"""Confirming on the command line what is unusual about a file."""

from pathlib import Path

import pytest
from flask import Flask

from phcs.core.states import ImportState
from phcs.models.organisations import Person
from phcs.models.records import Owner
from tests.builders import build_organisation, build_person
from tests.cli.test_imports import DONE, REFUSED, USAGE, flask, last_line, recent, write
from tests.import_builders import count
from tests.record_builders import AnySession


@pytest.fixture
def admin(session: AnySession) -> Person:
    return build_person(organisation=build_organisation(), email="ada@example.org", name="Ada Admin")


def test_an_unusual_file_is_refused_in_words_until_it_is_confirmed(
    app: Flask, admin: Person, tmp_path: Path
) -> None:
    path = write(tmp_path, recent(*range(1, 61), client_phone="+14155550100"))

    refused = flask(app, "imports", "run", path, "--approve", "--json")
    import_id = last_line(refused)["import"]
    owners_before = count(Owner)
    approved = flask(
        app, "imports", "approve", import_id, "--confirm", "shared_phone=Our own desk.", "--json"
    )

    assert refused.exit_code == REFUSED
    assert "One phone number stands in 60 of 60 rows" in refused.stderr
    assert "(shared_phone)" in refused.stderr
    assert (last_line(refused)["state"], owners_before) == (ImportState.REVIEW, 0)
    assert (approved.exit_code, last_line(approved)["state"]) == (DONE, ImportState.COMPLETED)


def test_the_same_file_twice_needs_no_confirmation(app: Flask, admin: Person, tmp_path: Path) -> None:
    path = write(tmp_path, recent(1, 2, 3))
    flask(app, "imports", "run", path, "--approve")

    again = flask(app, "imports", "run", path, "--approve", "--json")

    assert again.exit_code == DONE
    assert last_line(again)["plan"]["owner"]["unchanged"] == 3
    assert count(Owner) == 3


@pytest.mark.parametrize("given", ["shared_phone", "=Because.", "shared_phone= "])
def test_a_confirmation_has_a_name_and_a_reason(
    app: Flask, admin: Person, tmp_path: Path, given: str
) -> None:
    path = write(tmp_path, recent(1))

    assert flask(app, "imports", "run", path, "--approve", "--confirm", given).exit_code == USAGE
