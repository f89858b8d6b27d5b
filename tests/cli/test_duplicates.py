"""`flask duplicates`: find, list, merge and take back, without a broker."""

import csv
import io

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.models.records import Owner
from tests.builders import actor_of, build_person
from tests.import_builders import build_promotion, count, visit
from tests.merge_builders import owner_called

Db = scoped_session[Session]
on_sqlite = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)
SAME = {"client_phone": "+14155550101", "client_email": "ana@example.org", "pet_name": "Rex"}


@pytest.fixture
def admin(session: Db) -> Actor:
    found = actor_of(build_person())
    rows = [visit(1, client_name="Ana Silva", **SAME), visit(2, client_name="Omar Haddad")]
    build_promotion(actor=found, content=rows)
    other = visit(3, customer_id="", client_name="Anna Silva", **(SAME | {"pet_name": "Luna"}))
    build_promotion(actor=found, content=[other], file_name="other.csv", duplicates="create")
    return found


@on_sqlite
def test_find_list_merge_and_undo(app: Flask, session: Db, admin: Actor) -> None:
    runner = app.test_cli_runner()
    kept, other = owner_called(session, "Ana Silva"), owner_called(session, "Anna Silva")

    found = runner.invoke(args=["duplicates", "find"])
    listed = runner.invoke(args=["duplicates", "list"])
    merged = runner.invoke(args=["duplicates", "merge", str(kept.id), str(other.id), "--take", "name=other"])
    live = count(Owner, Owner.archived_at.is_(None), Owner.full_name == "Anna Silva")
    undone = runner.invoke(args=["duplicates", "undo-merge", merged.stdout.strip()])

    pairs = list(csv.DictReader(io.StringIO(listed.stdout)))
    assert found.stdout.startswith("Owners compared: 3. Pairs that wait for an answer: 1.")
    assert [{pair["name_a"], pair["name_b"]} for pair in pairs] == [{"Ana Silva", "Anna Silva"}]
    assert live == 1
    assert "both owners are there again" in undone.stdout
    assert count(Owner, Owner.archived_at.is_(None)) == 3


@on_sqlite
def test_a_refusal_is_a_sentence_and_exit_code_one(app: Flask, session: Db, admin: Actor) -> None:
    owner_id = str(owner_called(session, "Ana Silva").id)
    runner = app.test_cli_runner()

    same = runner.invoke(args=["duplicates", "merge", owner_id, owner_id])
    wrong = runner.invoke(args=["duplicates", "merge", owner_id, owner_id, "--take", "name=all"])

    assert (same.exit_code, same.stderr.strip()) == (
        1,
        "These are not two owners but one. Choose another one.",
    )
    assert wrong.exit_code == 2
