"""`flask imports errors`, `correct`, `quality`, `on-error`, and the exit codes of rejected rows."""

import csv
from pathlib import Path

import pytest
from flask import Flask

from phcs.models.organisations import Person
from tests.builders import actor_of, build_organisation, build_person
from tests.import_builders import build_review, export_csv, visits
from tests.record_builders import AnySession
from tests.services.test_correcting import BROKEN, corrected, named

pytestmark = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)


@pytest.fixture
def admin(session: AnySession) -> Person:
    return build_person(organisation=build_organisation(), email="ada@example.org", name="Ada Admin")


def run(app: Flask, *args: object) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["imports", *map(str, args)])
    return result.exit_code, result.output


def test_rejected_rows_are_written_corrected_and_taken_back(
    app: Flask, admin: Person, tmp_path: Path
) -> None:
    import_id = build_review(actor=actor_of(admin), content=BROKEN)
    file, log = tmp_path / "rejected.csv", tmp_path / "log.csv"

    assert run(app, "errors", import_id, "--output", file) == (0, f"2 rejected rows written to {file}.\n")
    file.write_bytes(corrected(file.read_bytes(), named))
    code, output = run(app, "correct", import_id, file)

    assert (code, "1 row corrected, 1 cell changed." in output) == (3, True)
    assert run(app, "quality", import_id, "--output", log) == (0, f"2 findings written to {log}.\n")
    lines = list(csv.DictReader(log.open(encoding="utf-8-sig")))
    assert [(one["row"], one["resolution"], one["resolved_by"]) for one in lines] == [
        ("4", "corrected", "Ada Admin"),
        ("5", "open", ""),
    ]


def test_a_refused_file_ends_with_1_and_its_sentence(app: Flask, admin: Person, tmp_path: Path) -> None:
    import_id = build_review(actor=actor_of(admin), content=BROKEN)
    file = tmp_path / "other.csv"
    file.write_text(export_csv(visits(1)))

    code, output = run(app, "correct", import_id, file)

    assert (code, "no column “PHCS row id”" in output) == (1, True)


def test_stop_promotes_nothing_and_ends_with_1_and_skip_ends_with_3(
    app: Flask, admin: Person, tmp_path: Path
) -> None:
    import_id = build_review(actor=actor_of(admin), content=BROKEN, on_error="stop")

    code, output = run(app, "approve", import_id)
    assert (code, "2 rows have errors, and this import stops at errors" in output) == (1, True)
    assert run(app, "on-error", import_id, "skip") == (0, "Good rows are imported.\n")

    assert run(app, "approve", import_id)[0] == 3


def test_an_import_without_rejected_rows_says_so(app: Flask, admin: Person, tmp_path: Path) -> None:
    import_id = build_review(actor=actor_of(admin), content=visits(1))

    code, output = run(app, "errors", import_id, "--output", tmp_path / "x.xlsx")

    assert (code, output) == (1, "This import has no rejected rows. There is nothing to correct.\n")
    assert not (tmp_path / "x.xlsx").exists()
