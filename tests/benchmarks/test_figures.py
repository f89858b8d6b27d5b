"""What the benchmark makes of its measures: ratios, verdicts, tables, and the bare limits on a real import."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from benchmarks.contestants import Run
from benchmarks.data import Truth
from benchmarks.databases import EmptyDatabase
from benchmarks.limits import Bare, bare_promotion, bare_staging
from benchmarks.measuring import BULK, DEFAULT, PRODUCT, Measures
from benchmarks.report import as_json, as_markdown
from benchmarks.targets import verdicts
from phcs.extensions import db
from phcs.models.audit import AuditEvent
from phcs.models.imports import Import
from phcs.models.plans import LedgerRow
from phcs.models.records import Case, CasePet, ExternalId, Owner, Pet
from phcs.services.working import utc_now
from tests.builders import build_organisation, build_person
from tests.import_builders import export_csv, visit
from tests.record_builders import AnySession

YESTERDAY = f"{utc_now() - timedelta(days=1):%Y-%m-%d %H:%M}"


def measured(rows: int, *, seconds: float, megabytes: float = 100.0, system: str = "sqlite") -> Measures:
    """A product that needs so many seconds for each of both steps; peers of 100 and 10, bare work of one."""
    return Measures(
        rows,
        system,
        Truth(rows, {}, {}),
        runs={
            PRODUCT: [Run(seconds, seconds, megabytes, timings={"match": seconds / 2, "read": 0.1})],
            DEFAULT: [Run(100.0, 100.0, 90.0)],
            BULK: [Run(10.0, 10.0, 90.0)],
        },
        staging=Bare(1.0, rows),
        promotion=Bare(1.0, rows),
        yardsticks=[0.02, 0.03],
    )


def told(*found: Measures) -> Mapping[str, tuple[float | None, bool | None]]:
    return {one.figure: (one.value, one.met) for one in verdicts(found)}


def test_ratios_that_keep_their_targets_are_met() -> None:
    assert told(measured(10_000, seconds=1.25)) == {
        "faster than django-import-export default": (80.0, True),
        "faster than django-import-export bulk": (8.0, True),
        "promotion ÷ bare INSERT … SELECT": (1.25, True),
        "staging (file to preview) ÷ executemany": (1.25, True),
    }


def test_ratios_that_do_not_are_missed() -> None:
    assert {met for _, met in told(measured(10_000, seconds=12.5)).values()} == {False}


def test_too_few_rows_promise_nothing() -> None:
    assert {met for _, met in told(measured(9_999, seconds=1.0)).values()} == {None}


def test_a_million_rows_are_held_against_the_memory_of_a_hundred_thousand() -> None:
    found = told(measured(100_000, seconds=1.0), measured(1_000_000, seconds=70.0, megabytes=160.0))

    assert found["a million rows, both steps"] == (140.0, True)
    assert found["memory ÷ memory of 100,000 rows"] == (1.6, False)


def test_a_million_rows_alone_say_nothing_of_growth() -> None:
    assert told(measured(1_000_000, seconds=1.0))["memory ÷ memory of 100,000 rows"] == (None, None)


def test_the_tables_hold_what_was_measured_and_what_was_wrong() -> None:
    found = measured(10_000, seconds=12.5)
    found.wrong.append("bad_date: 1 counted, 2 in truth")
    text = as_markdown([found])

    assert "| 10,000 | sqlite | this product | 1 | 12.50 | 12.50 | 800 | 800 | 400 |  | 100 (0) |" in text
    assert "| promotion ÷ bare INSERT … SELECT | 12.50x | ≤ 1.5x | **missed** |" in text
    assert "bad_date: 1 counted, 2 in truth" in text
    assert "match 6.25 (25%)" in text


def test_a_peer_that_did_not_run_has_a_line_that_says_so() -> None:
    found = measured(1_000_000, seconds=1.0)
    del found.runs[DEFAULT]

    assert "| django-import-export, default | 0 | not run: too slow |" in as_markdown([found])


def test_programs_get_medians_and_verdicts() -> None:
    answer = json.loads(json.dumps(as_json([measured(10_000, seconds=1.25)])))

    assert answer["measures"][0]["medians"][DEFAULT]["both_s"] == 200.0
    assert {one["met"] for one in answer["verdicts"]} == {True}


def command(app: Flask, *words: str) -> dict[str, Any]:
    result = app.test_cli_runner().invoke(args=["imports", *words, "--json"])
    assert result.exit_code == 0, result.output
    report: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return report


@pytest.fixture
def place(database_uri: str) -> EmptyDatabase:
    url = sa.make_url(database_uri)
    is_file = url.get_backend_name() == "sqlite"
    return EmptyDatabase(url=database_uri, peer="", path=Path(url.database or "") if is_file else None)


def test_the_bare_limits_write_what_the_product_wrote_and_leave_nothing(
    app: Flask, session: AnySession, place: EmptyDatabase, tmp_path: Path
) -> None:
    build_person(organisation=build_organisation(), email="ada@example.org")
    for name, numbers in (("first", range(1, 4)), ("second", range(3, 8))):
        rows = [visit(number, request_date=YESTERDAY) for number in numbers]
        (tmp_path / f"{name}.csv").write_text(export_csv(rows))
    command(app, "run", str(tmp_path / "first.csv"), "--approve")
    report = command(app, "run", str(tmp_path / "second.csv"))
    import_id = UUID(report["import"])
    session.rollback()

    staging = bare_staging(place, tmp_path, import_id, runs=1)
    command(app, "approve", report["import"])
    session.rollback()
    promotion = bare_promotion(place, tmp_path, import_id, runs=2)

    assert staging.rows == 5
    assert promotion.rows == inserted(session, import_id)
    assert not list(tmp_path.glob("twins*"))
    assert "bare" not in sa.inspect(db.engine).get_schema_names()


def inserted(session: AnySession, import_id: UUID) -> int:
    """How many rows in the tables of live records, ledger and audit trail name this import."""
    tables = (Owner, Pet, Case, ExternalId, LedgerRow, AuditEvent)
    named = sum(
        session.scalar(sa.select(sa.func.count()).select_from(table).where(table.import_id == import_id)) or 0
        for table in tables
    )
    pairs = sa.select(sa.func.count()).select_from(CasePet).join(Case).where(Case.import_id == import_id)
    assert session.get(Import, import_id) is not None
    return named + (session.scalar(pairs) or 0)
