"""The whole product on a made-up export counts what its generator knows: error kind by error kind."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from benchmarks.data import SEED, Truth, Visits, write_known_owners, write_visits
from benchmarks.data_words import DEFECTS
from benchmarks.truth import FINDINGS_OF_DEFECT, differences
from phcs.core.findings import FindingCode
from phcs.services.working import utc_now
from tests.builders import build_organisation, build_person
from tests.record_builders import AnySession

ROWS = 2_000
SHA256_OF_VISITS = "773a574af761790c"
SHA256_OF_OWNERS = "760ce378cccec2d4"


@pytest.fixture
def app_overrides() -> Mapping[str, Any]:
    """Sound dates are between 2000 and 2027 whenever this test runs."""
    now = utc_now()
    return {
        "PHCS_DATE_MAX_AGE_DAYS": (now - datetime(2000, 1, 1, tzinfo=now.tzinfo)).days,
        "PHCS_DATE_FUTURE_DAYS": max(0, (datetime(2027, 12, 31, tzinfo=now.tzinfo) - now).days),
        "PHCS_CHUNK_ROWS": 500,
    }


def run_import(app: Flask, *words: str) -> dict[str, Any]:
    result = app.test_cli_runner().invoke(args=["imports", "run", *words, "--json"])
    assert result.exit_code in {0, 3}, result.output
    report: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return report


@pytest.mark.parametrize("seed", [SEED, 11])
def test_the_preview_counts_the_truth(app: Flask, session: AnySession, tmp_path: Path, seed: int) -> None:
    build_person(organisation=build_organisation(region="ES"), email="ada@example.org")
    truth = write_visits(tmp_path / "visits.csv", rows=ROWS, seed=seed)
    write_known_owners(tmp_path / "owners.csv", rows=ROWS, seed=seed)
    run_import(app, str(tmp_path / "owners.csv"), "--kind", "owner", "--approve")

    preview = run_import(app, str(tmp_path / "visits.csv"))

    assert preview["state"] == "review"
    assert differences(truth, preview) == []


def report_of(truth: Truth) -> dict[str, Any]:
    """What an importer says that counts this truth, which has no warnings."""
    errors = sum(truth.defects.values())
    repeats = truth.repeats.get("exact", 0) + truth.repeats.get("edited", 0)
    findings = {FINDINGS_OF_DEFECT[defect][0]: number for defect, number in truth.defects.items()}
    return {
        "rows": {"total": truth.rows, "error": errors},
        "plan": {"case": {"reject": errors}},
        "findings": {**findings, "row.repeated": repeats},
        "duplicates_in_file": repeats,
    }


TRUTH = Truth(1_000, {"bad_email": 5, "bad_date": 3}, {"exact": 20, "edited": 10, "near": 7})


def test_a_report_that_is_the_truth_has_no_differences() -> None:
    assert differences(TRUTH, report_of(TRUTH)) == []


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_too_few_is_told_by_its_kind(defect: str) -> None:
    told = differences(replace(TRUTH, defects={**TRUTH.defects, defect: 9}), report_of(TRUTH))

    assert [line for line in told if line.startswith(f"{defect}:")] == [
        f"{defect}: {TRUTH.defects.get(defect, 0)} counted, 9 in truth"
    ]


def test_a_repeat_that_is_not_seen_is_told() -> None:
    told = differences(replace(TRUTH, repeats={"exact": 21, "edited": 10}), report_of(TRUTH))

    assert told == [
        "repeated ids: 30 counted, 31 in truth",
        "findings about repeated ids: 30 counted, 31 in truth",
    ]


def test_every_defect_has_its_findings() -> None:
    known = {code.value for code in FindingCode}

    assert set(FINDINGS_OF_DEFECT) == set(DEFECTS)
    assert {code for codes in FINDINGS_OF_DEFECT.values() for code in codes} <= known


def test_a_seed_gives_the_same_bytes_everywhere(tmp_path: Path) -> None:
    """Figures of two machines are about the same files."""
    write_visits(tmp_path / "visits.csv", rows=ROWS)
    write_known_owners(tmp_path / "owners.csv", rows=ROWS)

    digests = [
        sha256((tmp_path / name).read_bytes()).hexdigest()[:16] for name in ("visits.csv", "owners.csv")
    ]
    assert digests == [SHA256_OF_VISITS, SHA256_OF_OWNERS]


def test_the_truth_adds_up_to_the_rows_that_are_not_sound() -> None:
    visits = Visits(ROWS)
    rows = list(visits)

    same_id = ROWS - len({cells[0] for cells in rows})
    assert visits.truth.repeats["exact"] + visits.truth.repeats["edited"] == same_id
    assert set(visits.truth.defects) == set(DEFECTS)
