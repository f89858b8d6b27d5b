"""The page of a verification: seen by everybody, signed by a person, and a report that was changed is told apart."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from phcs.core.permissions import Role
from phcs.extensions import db
from phcs.models.audit import AuditEvent
from phcs.models.organisations import Organisation
from phcs.models.records import Owner
from phcs.models.verifications import Verification
from tests.builders import actor_of, build_person
from tests.import_builders import build_promotion, build_review, change_behind_the_back, visits
from tests.web.pages import Pages


@pytest.fixture
def promoted(app: Flask, organisation: Organisation) -> UUID:
    with app.app_context():
        return build_promotion(actor=actor_of(build_person(organisation=organisation)), content=visits(3))


def stored(app: Flask) -> Verification:
    with app.app_context():
        found = db.session.scalars(sa.select(Verification)).one()
        db.session.expunge(found)
        return found


def test_an_auditor_has_an_import_verified_and_signs_the_report(
    app: Flask, pages: Pages, promoted: UUID
) -> None:
    person = pages.sign_in_as(Role.AUDITOR)
    address = f"/imports/{promoted}/verification"

    assert "Not verified yet" in pages.get(address).text
    pages.post(f"{address}/request", {"seed": "tea", "sample": "2"}, status=302)
    seen = pages.get(address)
    assert "Everything adds up" in seen.text
    assert "2 rows, drawn by the seed" in seen.text
    signing = {"digest": stored(app).digest, "judgement": "correct", "remark": "Looked at both rows."}
    pages.post(f"{address}/1/sign", signing, status=302)

    assert f"Signed as correct by {person.name} (auditor)" in pages.get(address).text
    with app.app_context():
        event = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "import.verified")).one()
        assert (event.actor_name, event.detail["digest"]) == (person.name, signing["digest"])


def test_a_report_that_does_not_add_up_cannot_be_signed_as_correct(
    app: Flask, pages: Pages, promoted: UUID
) -> None:
    pages.sign_in_as(Role.ADMIN)
    address = f"/imports/{promoted}/verification"
    with app.app_context():
        change_behind_the_back(Owner, Owner.phone == "+14155000002", city="Nowhere")
    pages.post(f"{address}/request", {"sample": "0"}, status=302)
    digest = stored(app).digest

    pages.post(f"{address}/1/sign", {"digest": digest, "judgement": "correct"}, status=302)
    assert "cannot be signed as correct" in pages.get(address).text
    pages.post(f"{address}/1/sign", {"digest": digest, "judgement": "seen", "remark": ""}, status=302)
    assert "Write down what you saw" in pages.get(address).text
    pages.post(f"{address}/1/sign", {"digest": digest, "judgement": "seen", "remark": "Told IT."}, status=302)
    assert "Seen: something does not add up" in pages.get(address).text


def test_a_report_that_was_changed_after_it_was_signed_says_so(
    app: Flask, pages: Pages, promoted: UUID
) -> None:
    pages.sign_in_as(Role.REVIEWER)
    address = f"/imports/{promoted}/verification"
    pages.post(f"{address}/request", {"sample": "1"}, status=302)
    report = stored(app)
    pages.post(f"{address}/1/sign", {"digest": report.digest, "judgement": "correct"}, status=302)
    with app.app_context():
        change_behind_the_back(Verification, body={**report.body, "seed": "another"})

    seen = pages.get(address).text

    assert "This report was changed after it was made." in seen
    assert "This signature does not hold any more" in seen


def test_the_report_is_downloaded_as_a_page_and_as_json(pages: Pages, promoted: UUID) -> None:
    pages.sign_in_as(Role.AUDITOR)
    address = f"/imports/{promoted}/verification"
    pages.post(f"{address}/request", {"sample": "1"}, status=302)

    page = pages.get(f"{address}/1/report.html").response
    data = pages.get(f"{address}/1/report.json").response

    assert page.headers["Content-Disposition"] == 'attachment; filename="verification-1.html"'
    assert "Everything adds up" in page.text
    told = data.get_json()
    assert (told["result"], len(told["rows"])) == ("adds_up", 1)
    pages.get(f"{address}/2/report.html", status=404)
    pages.get(f"{address}/1/report.exe", status=404)


def test_before_its_promotion_an_import_has_nothing_to_verify(
    app: Flask, pages: Pages, organisation: Organisation
) -> None:
    with app.app_context():
        waiting = build_review(actor=actor_of(build_person(organisation=organisation)), content=visits(1))
    pages.sign_in_as(Role.ADMIN)

    assert "nothing to verify" in pages.get(f"/imports/{waiting}/verification").text
    pages.post(f"/imports/{waiting}/verification/request", {"sample": "1"}, status=302)
    assert "nothing to verify yet" in pages.get(f"/imports/{waiting}/verification").text
