"""What the pages of an import say about its dates, and where rows stood that were deleted."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from phcs.core.actors import Actor
from phcs.core.permissions import Role
from phcs.core.retention import KeepDays
from phcs.core.states import ImportState
from phcs.models.imports import Import
from phcs.models.organisations import Organisation
from phcs.services.purging import purge_due
from tests.builders import actor_of, build_person
from tests.import_builders import build_promotion, build_review, change_behind_the_back, visits, workshop
from tests.web.pages import Pages

END = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
KEEP = KeepDays(files=7, staged=30, undo=30)
DELETED = "were deleted on 21 Dec 2026"


@pytest.fixture
def admin(app: Flask, organisation: Organisation) -> Actor:
    with app.app_context():
        return actor_of(build_person(organisation=organisation, name="Maria Lopez"))


def failed(app: Flask, admin: Actor) -> UUID:
    """An import with findings whose promotion failed at END."""
    rows = visits(4)
    rows[1]["client_email"] = "not an address"
    with app.app_context():
        import_id = build_review(actor=admin, content=rows)
        change_behind_the_back(
            Import,
            Import.id == import_id,
            state=ImportState.FAILED,
            failed_from="approved",
            finished_at=END,
        )
    return import_id


def purge(app: Flask, *, days: int) -> None:
    with app.app_context():
        purge_due(now=END + timedelta(days=days), store=workshop().store, keep=KEEP)


def text_of(pages: Pages, address: str) -> str:
    return " ".join(pages.get(address).soup.get_text(" ").split())


def test_the_page_of_an_import_says_how_long_is_kept_what_it_holds(
    app: Flask, admin: Actor, pages: Pages
) -> None:
    with app.app_context():
        import_id = build_review(actor=admin, content=visits(2))
    pages.sign_in_as(Role.REVIEWER)

    said = text_of(pages, f"/imports/{import_id}")

    assert "The file is deleted 7 days after this import has ended." in said
    assert "the plan are deleted 30 days after the end." in said


def test_the_days_are_those_of_the_organisation(app: Flask, admin: Actor, pages: Pages) -> None:
    import_id = failed(app, admin)
    with app.app_context():
        change_behind_the_back(Organisation, time_zone="Europe/Madrid")
    pages.sign_in_as(Role.REVIEWER)

    said = text_of(pages, f"/imports/{import_id}")

    assert "The file is deleted on 29 Nov 2026 ." in said
    assert "the plan are deleted on 22 Dec 2026 ." in said


@pytest.mark.parametrize("page", ["preview", "rows", "duplicates", "check", "file"])
def test_where_rows_stood_it_says_when_they_were_deleted(
    app: Flask, admin: Actor, pages: Pages, page: str
) -> None:
    import_id = failed(app, admin)
    pages.sign_in_as(Role.REVIEWER)
    assert DELETED not in text_of(pages, f"/imports/{import_id}/{page}")

    purge(app, days=30)

    said = text_of(pages, f"/imports/{import_id}/{page}")
    assert DELETED in said
    assert "person1@example.org" not in said


def test_the_mapping_says_that_samples_were_deleted(app: Flask, admin: Actor, pages: Pages) -> None:
    import_id = failed(app, admin)
    purge(app, days=30)
    pages.sign_in_as(Role.REVIEWER)

    said = text_of(pages, f"/imports/{import_id}/mapping")

    assert "client_email" in said
    assert ("always empty" in said, "deleted" in said, "person1@example.org" in said) == (False, True, False)


def test_rows_asked_for_by_a_page_that_is_still_open_are_said_to_be_deleted(
    app: Flask, admin: Actor, pages: Pages
) -> None:
    import_id = failed(app, admin)
    purge(app, days=30)
    pages.sign_in_as(Role.REVIEWER)

    seen = pages.get(f"/imports/{import_id}/preview", headers={"HX-Request": "true"})

    assert "deleted on" in seen.text


def test_ledger_and_origin_of_live_records_outlive_the_rows(app: Flask, admin: Actor, pages: Pages) -> None:
    with app.app_context():
        import_id = build_promotion(actor=admin, content=visits(2))
        change_behind_the_back(Import, Import.id == import_id, finished_at=END)
    purge(app, days=30)
    pages.sign_in_as(Role.REVIEWER)

    ledger = pages.get(f"/imports/{import_id}/result")
    owner = pages.get(f"/owners?import={import_id}").soup.select_one("tbody a")

    assert "visit-1" in ledger.text
    assert owner is not None
    assert "visits.csv" in pages.get(str(owner["href"])).text


def test_trying_again_without_file_or_rows_is_refused_in_words(
    app: Flask, admin: Actor, pages: Pages
) -> None:
    import_id = failed(app, admin)
    purge(app, days=30)
    pages.sign_in_as(Role.ADMIN)
    pages.get(f"/imports/{import_id}")

    pages.post(f"/imports/{import_id}/retry")

    assert "so it cannot be tried again. Upload the file anew." in text_of(pages, f"/imports/{import_id}")


def test_the_trail_tells_of_both_deletions_in_plain_words(app: Flask, admin: Actor, pages: Pages) -> None:
    import_id = failed(app, admin)
    purge(app, days=30)
    pages.sign_in_as(Role.AUDITOR)

    said = text_of(pages, f"/audit?import={import_id}")

    assert "The purge deleted the file of the import visits.csv , as its date had come" in said
    assert "The purge deleted the staged rows of the import visits.csv , as their date had come" in said
