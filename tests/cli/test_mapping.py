"""Saved mappings, reading in another way and confirming a mapping from the command line."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from phcs.models.organisations import Person
from tests.builders import build_organisation, build_person

LIST = "Name;Tel.;Created;Wunsch\nAna Silva;+14155550101;{};food\n"


@pytest.fixture
def admin(app: Flask) -> Person:
    with app.app_context():
        return build_person(organisation=build_organisation())


def flask(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=["imports", *map(str, arguments)])


def last_line(result: Result) -> dict[str, object]:
    found: dict[str, object] = json.loads(result.stdout.strip().splitlines()[-1])
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(LIST.format("03/04/2026"))
    return path


def test_a_mapping_is_confirmed_saved_carried_over_and_used_by_name(
    app: Flask, admin: Person, path: Path, tmp_path: Path
) -> None:
    said = tmp_path / "said.json"
    said.write_text(
        json.dumps(
            {
                "columns": {"Wunsch": "case.services", "Created": "case.opened_at"},
                "dates": {"Created": "day_first"},
            }
        )
    )
    waiting = flask(app, "run", path, "--kind", "case", "--json")
    import_id = last_line(waiting)["import"]
    assert (waiting.exit_code, last_line(waiting)["state"]) == (1, "mapping")

    mapped = flask(app, "map", import_id, "--mapping", said, "--json")
    assert (mapped.exit_code, last_line(mapped)["state"]) == (0, "review")
    assert flask(app, "templates", "save", import_id, "Door list").stdout == "Saved as version 1.\n"
    copy = tmp_path / "copy.json"
    assert flask(app, "templates", "export", "door LIST", "--output", copy).exit_code == 0
    assert flask(app, "templates", "take-in", copy, "--name", "Copy").exit_code == 0
    assert flask(app, "templates", "delete", "Door list").exit_code == 0
    assert flask(app, "templates", "rename", "Copy", "Windows").exit_code == 0

    path.write_text(LIST.format("05/06/2026"))
    used = flask(app, "run", path, "--template", "Windows", "--approve", "--json")
    assert (used.exit_code, last_line(used)["state"]) == (0, "completed")
    assert flask(app, "templates", "list").stdout.startswith("Windows  version 1  plain case  4 columns")
    assert "no saved mapping called “Door list”" in flask(app, "run", path, "--template", "Door list").stderr


def test_a_file_is_read_in_another_way(app: Flask, admin: Person, path: Path) -> None:
    import_id = last_line(flask(app, "run", path, "--service", "food", "--json"))["import"]

    result = flask(app, "reread", import_id, "--delimiter", "tab", "--header-row", "0", "--json")
    refused = flask(app, "reread", import_id, "--encoding", "klingon")

    assert last_line(result)["tables"][0]["rows"] == 2  # type: ignore[index]
    assert refused.exit_code == 1
    assert "That encoding is not on offer" in refused.stderr
