"""`flask demo seed`: passwords are shown once, and the sample goes the whole way."""

import json
from pathlib import Path

from flask import Flask

from phcs.models.organisations import Person
from phcs.models.records import Case
from tests.import_builders import count
from tests.record_builders import AnySession


def test_seeding_shows_three_people_with_passwords_and_where_the_sample_is(
    app: Flask, session: AnySession
) -> None:
    result = app.test_cli_runner().invoke(args=["demo", "seed"])

    lines = [line.split() for line in result.stdout.splitlines() if "@demo.example.org" in line]
    sample = Path(result.stdout.partition("An export to try: ")[2].strip())
    assert result.exit_code == 0
    assert [line[0] for line in lines] == ["admin", "reviewer", "auditor"]
    assert all(len(line[2]) >= 16 for line in lines)
    assert sample.is_file()


def test_seeding_again_changes_nothing_and_shows_no_password(app: Flask, session: AnySession) -> None:
    run = app.test_cli_runner()
    run.invoke(args=["demo", "seed"])

    again = run.invoke(args=["demo", "seed"])

    assert (again.exit_code, again.stdout) == (0, "The demo organisation is there already.\n")
    assert count(Person) == 3


def test_the_sample_can_be_imported_as_the_demo_says(
    app: Flask, session: AnySession, environment: dict[str, str]
) -> None:
    run = app.test_cli_runner()
    seeded = run.invoke(args=["demo", "seed"]).stdout
    sample = seeded.partition("An export to try: ")[2].strip()

    result = run.invoke(args=["imports", "run", sample, "--approve", "--json"])

    report = json.loads(result.stdout.splitlines()[-1])
    assert (result.exit_code, report["state"]) == (3, "completed")
    assert count(Case) == 4 + report["plan"]["case"]["create"]
