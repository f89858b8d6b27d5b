"""`flask exports`: live records as a file, whole or not at all."""

import csv
from pathlib import Path

import pytest
from flask import Flask

from phcs.extensions import db
from tests.builders import build_person
from tests.record_builders import build_owner, build_pet

pytestmark = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _records(app: Flask) -> None:
    with app.app_context():
        organisation_id = build_person().organisation_id
        ana = build_owner(db.session, organisation_id, "Ana Silva", tags=["foster"])
        build_owner(db.session, organisation_id, "Bo Kim")
        build_pet(db.session, ana, "Rex")
        db.session.commit()


def names(path: Path, heading: str) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row[heading] for row in csv.DictReader(file)]


def test_records_are_written_to_a_file(app: Flask, tmp_path: Path) -> None:
    run, path = app.test_cli_runner(), tmp_path / "owners.csv"

    done = run.invoke(args=["exports", "owners", "--output", str(path)])

    assert done.exit_code == 0, done.output
    assert names(path, "owner.full_name") == ["Ana Silva", "Bo Kim"]
    assert f"{path.stat().st_size:,} bytes written" in done.output


def test_filters_narrow_it(app: Flask, tmp_path: Path) -> None:
    run, path = app.test_cli_runner(), tmp_path / "pets.csv"

    run.invoke(args=["exports", "pets", "--tag", "foster", "--since", "2020-01-01", "--output", str(path)])
    assert names(path, "pet.name") == ["Rex"]

    run.invoke(args=["exports", "pets", "--tag", "other", "--output", str(path)])
    assert names(path, "pet.name") == []

    run.invoke(args=["exports", "pets", "--text", "rex", "--output", str(path)])
    assert names(path, "pet.name") == ["Rex"]
    assert run.invoke(args=["exports", "pets", "--status", "new", "--output", str(path)]).exit_code == 1


def test_a_place_that_cannot_be_written_is_said(app: Flask, tmp_path: Path) -> None:
    place = tmp_path / "nowhere" / "cases.json"

    refused = app.test_cli_runner().invoke(
        args=["exports", "cases", "--format", "json", "--output", str(place)]
    )

    assert refused.exit_code == 1
    assert "Choose another place" in refused.output
