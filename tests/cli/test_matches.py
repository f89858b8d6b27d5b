"""`flask imports matches`: every match with its answer and its reason."""

import csv
import io
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask

from phcs.models.imports import Import
from phcs.models.organisations import Person
from phcs.queries.matches import MATCH_COLUMNS
from phcs.services.working import utc_now
from tests.builders import actor_of, build_organisation, build_person
from tests.import_builders import build_import, build_promotion, build_review, change_behind_the_back, visit
from tests.record_builders import AnySession

KNOWN = visit(1, customer_id="K1", client_name="Ana Ruiz Gil", client_phone="+34 612 345 678")
ROWS = [
    visit(2, customer_id="=K1", client_name="Ana Ruiz", client_phone="+34 612 345 678"),
    visit(3, customer_id="", client_name="Ana", client_phone="+34 612 345 678"),
    visit(4, customer_id="", client_name="Berta Soto", client_phone="+34 699 000 111"),
    visit(5, customer_id="K1", client_name="Ana Ruiz Gil", client_phone="+34 612 345 678"),
    visit(6, client_name=""),
]


@pytest.fixture
def admin(session: AnySession) -> Person:
    return build_person(organisation=build_organisation(), email="ada@example.org", name="Ada Admin")


@pytest.fixture
def import_id(admin: Person) -> UUID:
    build_promotion(actor=actor_of(admin), content=[KNOWN])
    return build_review(actor=actor_of(admin), content=ROWS)


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_each_matched_row_says_with_whom_and_why(app: Flask, import_id: UUID, tmp_path: Path) -> None:
    file = tmp_path / "matches.csv"
    result = app.test_cli_runner().invoke(args=["imports", "matches", str(import_id), "--output", str(file)])

    found = read(file.read_text(encoding="utf-8"))
    assert (result.exit_code, result.output) == (0, f"{len(found)} matches written to {file}.\n")
    assert tuple(found[0]) == MATCH_COLUMNS
    by_row = {one["row"]: one for one in found}
    assert [(row, by_row[row]["outcome"], by_row[row]["matched_external_id"]) for row in sorted(by_row)] == [
        ("2", "review", "K1"),
        ("3", "review", "K1"),
        ("4", "new", ""),
        ("5", "link", "K1"),
    ]
    assert by_row["5"]["explanation"].startswith("Linked to Ana Ruiz Gil: same WaitWhile customer id")
    assert (by_row["5"]["score"], by_row["4"]["matched_owner_id"]) == ("100", "")
    assert by_row["5"]["external_id"] == "visit-5"


def test_an_import_without_a_plan_is_refused_in_words_and_writes_nothing(
    app: Flask, admin: Person, tmp_path: Path
) -> None:
    file, waiting = tmp_path / "matches.csv", build_import(actor=actor_of(admin), content=[KNOWN])
    for import_id, sentence in [
        (waiting, "This import has no plan, so nobody was matched yet."),
        (uuid4(), "There is no such import."),
    ]:
        result = app.test_cli_runner().invoke(
            args=["imports", "matches", str(import_id), "--output", str(file)]
        )
        assert (result.exit_code, result.stderr.strip()) == (1, sentence)
    assert not file.exists()


def test_a_purged_plan_is_refused_in_words(app: Flask, import_id: UUID, tmp_path: Path) -> None:
    change_behind_the_back(Import, Import.id == import_id, rows_purge_begun_at=utc_now())
    result = app.test_cli_runner().invoke(
        args=["imports", "matches", str(import_id), "--output", str(tmp_path / "matches.csv")]
    )
    assert result.exit_code == 1
    assert "deleted because their time had come" in result.stderr
