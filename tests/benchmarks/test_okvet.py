"""A small clinic's whole migration: every count is the truth and every reference right, also after undo and again."""

import json
from pathlib import Path
from typing import Any

from flask import Flask

from benchmarks.okvet import write_folder
from benchmarks.okvet_check import TABLES, Live, problems
from tests.builders import build_organisation, build_person
from tests.record_builders import AnySession

CLIENTS = 40


def flask_imports(app: Flask, *words: str) -> dict[str, Any]:
    result = app.test_cli_runner().invoke(args=["imports", *words, "--json"])
    assert result.exit_code in {0, 3}, result.output
    report: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return report


def test_a_migration_of_all_kinds_is_right_undone_and_right_again(
    app: Flask, session: AnySession, tmp_path: Path
) -> None:
    build_person(organisation=build_organisation(region="CO"), email="ada@example.org")
    rows = write_folder(tmp_path, clients=CLIENTS, seed=3)
    url = app.config["SQLALCHEMY_DATABASE_URI"]

    preview = flask_imports(app, "run", str(tmp_path / "okvet.zip"))
    truth = json.loads((tmp_path / "truth.json").read_text())
    planned = {
        kind: {name: count for name, count in preview["plan"][kind].items() if count} for kind in truth
    }
    flask_imports(app, "approve", preview["import"])
    first = list(problems(tmp_path, url))
    flask_imports(app, "undo", preview["import"])
    left = {table: len(found) for table, found in Live(url).rows.items() if found}
    flask_imports(app, "run", str(tmp_path / "okvet.zip"), "--approve")

    assert preview["rows"]["total"] == rows
    assert planned == truth
    assert len(preview["tables"]) == len(TABLES)
    assert first == []
    assert left == {}
    assert list(problems(tmp_path, url)) == []
