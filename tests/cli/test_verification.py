"""`flask imports verify` and `compare`, and `flask audit export`."""

import json
from html.parser import HTMLParser
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import Result
from flask import Flask

from phcs.models.organisations import Person
from phcs.models.records import Owner
from tests.builders import actor_of, build_person
from tests.import_builders import build_promotion, build_review, change_behind_the_back, visit, visits
from tests.record_builders import AnySession


@pytest.fixture
def admin(session: AnySession) -> Person:
    return build_person(email="ada@example.org", name="Ada <Admin>")


@pytest.fixture
def promoted(admin: Person) -> UUID:
    """Four rows, of which one is rejected."""
    return build_promotion(actor=actor_of(admin), content=[*visits(3), visit(9, client_name="")])


def imports(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["imports", *arguments])


class Outside(HTMLParser):
    """Notes what a page would fetch from elsewhere, and scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [f"{tag} {name}" for name, _ in attrs if name in {"src", "href", "srcset"}]
        self.found += ["script"] * (tag == "script")


def test_a_verification_prints_the_equation_and_writes_one_self_contained_file(
    app: Flask, promoted: UUID, tmp_path: Path
) -> None:
    path = tmp_path / "report.html"

    result = imports(app, "verify", str(promoted), "--report", str(path), "--seed", "tea")

    page = path.read_text()
    outside = Outside()
    outside.feed(page)
    assert (result.exit_code, result.stderr) == (0, "")
    assert (
        "Every row has exactly one outcome: 3 created + 1 rejected = 4 = 4 rows of the file." in result.stdout
    )
    assert "of which 0 do not hold. Sample drawn by the seed tea." in result.stdout
    assert outside.found == []
    assert "Everything adds up" in page
    assert "+14155000001" in page
    assert "Ada &lt;Admin&gt;" in page


def test_json_has_the_same_content_and_a_failure_ends_with_one(app: Flask, promoted: UUID) -> None:
    change_behind_the_back(Owner, Owner.phone == "+14155000002", phone="+14155550000")

    result = imports(app, "verify", str(promoted), "--json")

    report = json.loads(result.stdout.splitlines()[-1])
    assert result.exit_code == 1
    assert (report["result"], report["problems"]["counts"]) == (
        "does_not_add_up",
        {"record.altered": 1, "value.unexplained": 1},
    )
    assert len(report["rows"]) == 4


def test_a_comparison_shows_changed_and_rejected_rows_with_what_was_there_before(
    app: Flask, admin: Person, promoted: UUID, tmp_path: Path
) -> None:
    later = build_promotion(
        actor=actor_of(admin), content=[visit(1, status="Closed"), visit(2), visit(4)], file_name="later.csv"
    )
    path = tmp_path / "compared.html"

    result = imports(app, "compare", str(later), "--output", str(path))

    page = path.read_text()
    assert result.stdout.startswith("1 of 1 rows written to ")
    assert "Row 2: Updated" in page
    assert "<td>new</td>" in page
    assert "<td>closed</td>" in page


def test_what_was_not_promoted_has_nothing_to_verify(app: Flask, admin: Person) -> None:
    waiting = build_review(actor=actor_of(admin), content=visits(1))

    result = imports(app, "verify", str(waiting))

    assert (result.exit_code, result.stdout) == (1, "")
    assert "nothing to verify yet" in result.stderr
