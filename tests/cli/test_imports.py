"""`flask imports …`: the whole way of a file in one process, with exit codes and JSON that programs rely on."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import Result
from flask import Flask

from phcs.core.permissions import Role
from phcs.models.imports import Import, StagedRow
from phcs.models.organisations import Organisation, Person
from phcs.models.records import Case, Owner
from phcs.services.working import utc_now
from tests.builders import actor_of, build_organisation, build_person
from tests.import_builders import build_import, change_behind_the_back, count, export_csv, visit
from tests.record_builders import AnySession

DONE, REFUSED, USAGE, DONE_WITH_REJECTED = 0, 1, 2, 3
DONE_KEYS = {"import", "state", "source", "tables", "rows", "plan", "findings", "duplicates_in_file"} | {
    "needs_decision",
    "timings",
    "peak_memory_mb",
    "retention",
}
YESTERDAY = f"{utc_now() - timedelta(days=1):%Y-%m-%d %H:%M}"
WITHOUT_SERVICE = [
    {"waitwhile_id": "1", "client_name": "Ana Silva", "client_phone": "+14155550101", "Door": "Boarding"}
]
Rows = Sequence[Mapping[str, str]]


@pytest.fixture
def admin(session: AnySession) -> Person:
    return build_person(organisation=build_organisation(), email="ada@example.org", name="Ada Admin")


def recent(*numbers: int, **cells: str) -> list[dict[str, str]]:
    """Visits of yesterday: commands read the real clock."""
    return [visit(number, request_date=YESTERDAY, **cells) for number in numbers]


def write(tmp_path: Path, content: str | bytes | Rows, name: str = "visits.csv") -> str:
    """A file with these rows or contents; gives its path."""
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else export_csv(content))
    return str(path)


def flask(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=list(arguments))


def last_line(result: Result) -> dict[str, Any]:
    """The object that `--json` prints as the last line of standard output."""
    found = json.loads(result.stdout.rstrip("\n").rsplit("\n", 1)[-1])
    assert isinstance(found, dict)
    return found


def test_a_run_stops_at_the_preview_and_changes_nothing_live(
    app: Flask, admin: Person, tmp_path: Path
) -> None:
    result = flask(app, "imports", "run", write(tmp_path, recent(1, 2)), "--json")

    assert (result.exit_code, last_line(result)["state"]) == (DONE, "review")
    assert count(Owner) == 0


def test_an_approved_run_is_live_and_says_so_in_the_promised_shape(
    app: Flask, admin: Person, tmp_path: Path
) -> None:
    result = flask(app, "imports", "run", write(tmp_path, recent(1, 2)), "--approve", "--json")

    report = last_line(result)
    unchanged = {"update": 0, "link": 0, "unchanged": 0}
    assert result.exit_code == DONE
    assert set(report) == DONE_KEYS
    assert (report["state"], report["source"]) == ("completed", "waitwhile")
    assert report["tables"] == [{"name": "visits.csv", "kind": "case", "rows": 2}]
    assert report["rows"] == {"total": 2, "valid": 2, "warning": 0, "error": 0}
    assert report["plan"]["fingerprint"].startswith("sha256:")
    assert report["plan"]["owner"] == report["plan"]["pet"] == {"create": 2, **unchanged}
    assert report["plan"]["case"] == {"create": 2, **unchanged, "skip": 0, "reject": 0}
    assert (report["findings"], report["duplicates_in_file"], report["needs_decision"]) == ({}, 0, 0)
    assert set(report["timings"]) == {"read", "check", "match", "stage", "promote", "verify"}
    assert report["peak_memory_mb"] > 0
    assert UUID(report["import"])
    assert count(Case) == 2


def test_done_with_rejected_rows_is_exit_code_3(app: Flask, admin: Person, tmp_path: Path) -> None:
    rows = [*recent(1), *recent(2, client_name="")]

    result = flask(app, "imports", "run", write(tmp_path, rows), "--approve", "--json")

    report = last_line(result)
    assert (result.exit_code, report["state"]) == (DONE_WITH_REJECTED, "completed")
    assert (report["rows"]["error"], report["plan"]["case"]["reject"]) == (1, 1)
    assert count(Case) == 1


def test_a_dry_run_shows_what_would_happen_and_leaves_nothing(
    app: Flask, admin: Person, tmp_path: Path
) -> None:
    result = flask(app, "imports", "run", write(tmp_path, recent(1, 2)), "--dry-run", "--json")

    report = last_line(result)
    assert (result.exit_code, report["state"]) == (DONE, "review")
    assert report["plan"]["owner"]["create"] == 2
    assert report["rehearsal"]["state"] == "fits"
    assert report["rehearsal"]["report"]["records"]["case"] == {"create": 2, "update": 0, "link": 0}
    assert [count(table) for table in (Owner, Case, StagedRow)] == [0, 0, 0]
    assert count(Import, Import.state == "aborted") == 1


def test_a_dry_run_that_approves_is_wrong_usage(app: Flask, admin: Person, tmp_path: Path) -> None:
    result = flask(app, "imports", "run", write(tmp_path, recent(1)), "--dry-run", "--approve")

    assert (result.exit_code, count(Import)) == (USAGE, 0)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"PK\x03\x04 an archive", "export.zip", "file."),
        (b"%PDF-1.7", "export.pdf", "file."),
        (b"\x89PNG\r\n\x1a\n", "export.csv", "file."),
        (b"{'not': json", "export.json", "file."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(
    app: Flask, admin: Person, tmp_path: Path, content: bytes, name: str, code: str
) -> None:
    result = flask(app, "imports", "run", write(tmp_path, content, name), "--approve", "--json")

    report = last_line(result)
    assert (result.exit_code, report["state"]) == (REFUSED, "failed")
    assert report["failure"]["code"].startswith(code)
    assert report["failure"]["sentence"].endswith(".")
    assert count(Owner) == 0


def test_an_empty_file_is_refused_before_anything_is_kept(app: Flask, admin: Person, tmp_path: Path) -> None:
    result = flask(app, "imports", "run", write(tmp_path, b""), "--json")

    assert (result.exit_code, result.stdout) == (REFUSED, "")
    assert "The file is empty" in result.stderr
    assert count(Import) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["imports", "run"],
        ["imports", "run", "/nowhere/visits.csv"],
        ["imports", "show", "not-an-id"],
        ["imports", "run", __file__, "--duplicates", "merge"],
        ["imports", "run", __file__, "--batch-size", "0"],
        ["imports", "fly"],
    ],
)
def test_wrong_usage_is_exit_code_2(app: Flask, admin: Person, arguments: list[str]) -> None:
    assert flask(app, *arguments).exit_code == USAGE


def test_an_unknown_source_is_wrong_usage_and_the_known_ones_are_named(
    app: Flask, admin: Person, tmp_path: Path
) -> None:
    result = flask(app, "imports", "run", write(tmp_path, recent(1)), "--source", "abacus")

    assert result.exit_code == USAGE
    assert "'abacus' is not one of 'asm', 'auto', " in result.stderr


def test_a_source_may_be_written_as_its_system_writes_it(app: Flask, admin: Person, tmp_path: Path) -> None:
    result = flask(app, "imports", "run", write(tmp_path, recent(1)), "--source", "WaitWhile", "--json")

    assert (result.exit_code, last_line(result)["source"]) == (DONE, "waitwhile")


def test_a_mapping_that_is_refused_leaves_an_import_that_is_named(
    app: Flask, admin: Person, tmp_path: Path
) -> None:
    mapping = tmp_path / "mapping.json"
    mapping.write_text('{"columns": {"Nobody has this": "owner.phone"}}')

    result = flask(app, "imports", "run", write(tmp_path, recent(1)), "--mapping", str(mapping), "--json")

    assert (result.exit_code, last_line(result)["state"]) == (REFUSED, "review")
    assert result.stderr == "The file has no column called Nobody has this.\n"


def test_a_file_without_services_needs_one_and_says_how(app: Flask, admin: Person, tmp_path: Path) -> None:
    path = write(tmp_path, WITHOUT_SERVICE)

    without = flask(app, "imports", "run", path, "--approve")
    given = flask(app, "imports", "run", path, "--approve", "--service", "food", "--json")

    assert without.exit_code == REFUSED
    assert "still needs: case.services (" in without.stderr
    assert "; see --mapping, --service)" in without.stderr
    assert (given.exit_code, last_line(given)["state"]) == (DONE, "completed")


def test_a_mapping_file_says_which_column_feeds_what(
    app: Flask, session: AnySession, admin: Person, tmp_path: Path
) -> None:
    mapping = write(tmp_path, json.dumps({"columns": {"Door": "case.services"}}), "mapping.json")

    result = flask(app, "imports", "run", write(tmp_path, WITHOUT_SERVICE), "--mapping", mapping, "--approve")

    assert result.exit_code == DONE
    assert session.query(Case).one().services == ["boarding"]


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ("{not json", "is not JSON"),
        ('["Door"]', "must look like"),
        ('{"columns": {"Door": 3}}', "must look like"),
        ('{"columns": {"Dor": "case.services"}}', "The file has no column called Dor"),
        ('{"columns": {"Door": "case.colour"}}', "There is no field called case.colour"),
        ('{"constants": {"case.services": "taxi"}}', "not a known service"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(
    app: Flask, admin: Person, tmp_path: Path, mapping: str, sentence: str
) -> None:
    path = write(tmp_path, mapping, "mapping.json")

    result = flask(app, "imports", "run", write(tmp_path, WITHOUT_SERVICE), "--mapping", path, "--approve")

    assert result.exit_code == REFUSED
    assert sentence in result.stderr
    assert count(Owner) == 0


def test_stopping_at_errors_refuses_the_approval(app: Flask, admin: Person, tmp_path: Path) -> None:
    path = write(tmp_path, [*recent(1), *recent(2, client_name="")])

    result = flask(app, "imports", "run", path, "--approve", "--on-error", "stop")

    assert result.exit_code == REFUSED
    assert "1 row has errors" in result.stderr
    assert count(Owner) == 0


def test_four_eyes_holds_for_commands_too(app: Flask, admin: Person, tmp_path: Path) -> None:
    change_behind_the_back(Organisation, four_eyes=True)
    organisation = Organisation(id=admin.organisation_id)
    build_person(organisation=organisation, role=Role.REVIEWER, email="rui@example.org")
    path = write(tmp_path, recent(1))

    alone = flask(app, "imports", "run", path, "--approve")
    together = flask(app, "imports", "run", path, "--approve", "--approve-as", "rui@example.org")

    assert (alone.exit_code, together.exit_code) == (REFUSED, DONE)
    assert "second person" in alone.stderr


def test_who_does_it_must_be_somebody(app: Flask, admin: Person, tmp_path: Path) -> None:
    path = write(tmp_path, recent(1))
    build_person(email="other@example.org")

    unknown = flask(app, "imports", "run", path, "--as", "nobody@example.org")
    unclear = flask(app, "imports", "run", path)
    named = flask(app, "imports", "run", path, "--as", "ada@example.org")

    assert [one.exit_code for one in (unknown, unclear, named)] == [REFUSED, REFUSED, DONE]
    assert "Nobody with the address nobody@example.org can act." in unknown.stderr
    assert "--as EMAIL" in unclear.stderr


def test_the_steps_can_be_taken_one_by_one(app: Flask, admin: Person, tmp_path: Path) -> None:
    import_id = last_line(flask(app, "imports", "run", write(tmp_path, recent(1, 2)), "--json"))["import"]

    shown = flask(app, "imports", "show", import_id, "--json")
    listed = flask(app, "imports", "list")
    rows = [json.loads(line) for line in flask(app, "imports", "rows", import_id).stdout.splitlines()]
    approved = flask(app, "imports", "approve", import_id, "--json")
    again = flask(app, "imports", "approve", import_id)

    assert last_line(shown)["state"] == "review"
    assert listed.stdout.startswith(import_id)
    assert [(row["row"], row["status"], row["outcome"]) for row in rows] == [
        (2, "valid", "create"),
        (3, "valid", "create"),
    ]
    assert rows[0]["record"]["owner"]["email"] == "person1@example.org"
    assert (approved.exit_code, last_line(approved)["state"]) == (DONE, "completed")
    assert again.exit_code == REFUSED
    assert "Ada Admin approved this import" in again.stderr


def test_rows_can_be_narrowed_to_those_with_errors(app: Flask, admin: Person, tmp_path: Path) -> None:
    path = write(tmp_path, [*recent(1), *recent(2, client_name="")])
    import_id = last_line(flask(app, "imports", "run", path, "--json"))["import"]

    rows = flask(app, "imports", "rows", import_id, "--status", "error").stdout.splitlines()

    assert [json.loads(row)["findings"][0]["code"] for row in rows] == ["name.missing"]


def test_an_import_can_be_aborted_and_cancelled_from_the_command_line(
    app: Flask, admin: Person, tmp_path: Path
) -> None:
    reviewed = last_line(flask(app, "imports", "run", write(tmp_path, recent(1)), "--json"))["import"]
    mapped = last_line(flask(app, "imports", "run", write(tmp_path, WITHOUT_SERVICE), "--json"))["import"]

    aborted = flask(app, "imports", "abort", reviewed, "--reason", "Wrong file")
    cancelled = flask(app, "imports", "cancel", mapped)
    too_late = flask(app, "imports", "cancel", reviewed)

    assert (aborted.exit_code, aborted.stdout) == (DONE, "Aborted. Nothing was changed.\n")
    assert (cancelled.exit_code, cancelled.stdout) == (DONE, "Cancelled. Nothing was changed.\n")
    assert too_late.exit_code == REFUSED
    assert "in the state “aborted”, so it cannot be cancelled now." in too_late.stderr


@pytest.mark.parametrize("command", ["show", "rows", "approve", "abort", "cancel"])
def test_another_organisations_import_does_not_exist(app: Flask, admin: Person, command: str) -> None:
    other = build_person(email="other@example.org")
    import_id = build_import(actor=actor_of(other), content=recent(1))

    result = flask(app, "imports", command, str(import_id), "--as", "ada@example.org")

    assert (result.exit_code, result.stdout) == (REFUSED, "")
    assert "There is no such import." in result.stderr
