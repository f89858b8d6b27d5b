"""A workbook goes the whole way like any other export: `flask imports run visits.xlsx`."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from phcs.models.imports import StagedRow
from phcs.services.working import utc_now
from tests.builders import build_organisation, build_person
from tests.import_builders import count, visit
from tests.record_builders import AnySession
from tests.workbook_builders import build_workbook

YESTERDAY = f"{utc_now() - timedelta(days=1):%Y-%m-%d %H:%M}"


def test_a_workbook_reaches_the_preview_with_its_findings(
    app: Flask, session: AnySession, tmp_path: Path
) -> None:
    build_person(organisation=build_organisation(), email="ada@example.org", name="Ada Admin")
    rows = [visit(number, request_date=YESTERDAY) for number in (1, 2, 3)]
    path = tmp_path / "visits.xlsx"
    table = [list(rows[0]), *(list(row.values()) for row in rows)]
    path.write_bytes(build_workbook([("Visits of the year",), *table]))

    result = app.test_cli_runner().invoke(args=["imports", "run", str(path), "--json"])

    told = json.loads(result.stdout.rstrip("\n").rsplit("\n", 1)[-1])
    assert (result.exit_code, told["state"], told["source"]) == (0, "review", "waitwhile")
    assert told["rows"]["total"] == count(StagedRow) == 3
    assert told["tables"] == [{"name": "visits.xlsx", "kind": "case", "rows": 3}]


@pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)
def test_files_that_belong_together_are_one_import_with_a_mapping_for_each(
    app: Flask, session: AnySession, tmp_path: Path
) -> None:
    build_person(organisation=build_organisation(), email="ada@example.org", name="Ada Admin")
    people, shelves, mapping = (tmp_path / name for name in ("people.csv", "shelves.csv", "mapping.json"))
    people.write_text("Name,Phone\nAna Silva,+14155550101\n")
    shelves.write_text("who,shelf\nOmar Haddad,A1\nLuz Diaz,B2\n")
    mapping.write_text(
        '{"tables": {"shelves.csv": {"columns": {"who": "owner.full_name"}, "kind": "owner"}}}'
    )

    alone = app.test_cli_runner().invoke(args=["imports", "run", str(people), str(shelves)])
    result = app.test_cli_runner().invoke(
        args=["imports", "run", str(shelves), str(people), "--mapping", str(mapping), "--json"]
    )

    assert "shelves.csv: left out." in alone.stdout
    told = json.loads(result.stdout.rstrip("\n").rsplit("\n", 1)[-1])
    assert (result.exit_code, told["state"], told["rows"]["total"]) == (0, "review", 3)
    assert told["tables"] == [
        {"name": "people.csv", "kind": "owner", "rows": 1},
        {"name": "shelves.csv", "kind": "owner", "rows": 2},
    ]
