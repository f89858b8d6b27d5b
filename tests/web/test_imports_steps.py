"""What the steps of an import show, as page and as fragment, and what their buttons do."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import pytest
from flask import Flask

from phcs.core.actors import Actor
from phcs.core.permissions import Role
from phcs.core.states import ImportState
from phcs.models.imports import Import
from phcs.models.organisations import Organisation
from phcs.services.repairing import repair_alike
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import (
    advance,
    build_import,
    build_promotion,
    build_review,
    change_behind_the_back,
    seen,
    visit,
    visits,
)
from tests.web.pages import Pages

FRAGMENT = {"HX-Request": "true"}
Rows = Sequence[Mapping[str, str]]


@pytest.fixture
def admin(app: Flask, organisation: Organisation) -> Actor:
    """Whoever uploaded the imports of these tests."""
    with app.app_context():
        return actor_of(build_person(organisation=organisation, name="Maria Lopez"))


def reviewed(app: Flask, admin: Actor, rows: Rows, **choices: str) -> str:
    """The address of an import of these rows that waits for review."""
    with app.app_context():
        return f"/imports/{build_review(actor=admin, content=rows, **choices)}"


def id_of(address: str) -> UUID:
    return UUID(address.rsplit("/", 1)[1])


def maybe(known: int) -> dict[str, str]:
    """A visit of somebody who may be the owner of visit number `known`."""
    same = visit(known)
    given, family = same["client_name"].split(" ")
    return visit(50, customer_id="", client_name=f"{given[0]}. {family}", client_phone=same["client_phone"])


def test_a_moving_import_asks_for_its_progress_and_one_at_rest_does_not(
    app: Flask, admin: Actor, pages: Pages
) -> None:
    with app.app_context():
        moving = build_import(actor=admin, content=visits(2))
    resting = reviewed(app, admin, visits(2))
    pages.sign_in_as(Role.AUDITOR)

    assert pages.get(f"/imports/{moving}").soup.select("[hx-trigger='every 1s']") != []
    assert pages.get(resting).soup.select("[hx-trigger='every 1s']") == []


def test_the_progress_fragment_announces_only_a_phase_that_is_news(
    app: Flask, admin: Actor, pages: Pages
) -> None:
    with app.app_context():
        import_id = build_import(actor=admin, content=visits(2))
        change_behind_the_back(
            Import,
            Import.id == import_id,
            state=ImportState.STAGING,
            stage="checking",
            rows_total=100,
            rows_done=40,
        )
    pages.sign_in_as(Role.AUDITOR)
    address = f"/imports/{import_id}/progress"

    first = pages.get(address, headers=FRAGMENT)
    again = pages.get(f"{address}?seen=staging.checking", headers=FRAGMENT)

    assert "40 of 100 rows" in first.text
    assert "Checking every row" in first.text
    assert first.soup.find(id="phase") is not None
    assert again.soup.find(id="phase") is None
    assert first.soup.find("html") is None


def test_the_last_progress_fragment_makes_the_page_go_on(app: Flask, admin: Actor, pages: Pages) -> None:
    address = reviewed(app, admin, visits(1))
    pages.sign_in_as(Role.AUDITOR)

    last = pages.get(f"{address}/progress", headers=FRAGMENT)

    assert last.response.headers["HX-Refresh"] == "true"


def test_cancelling_a_waiting_import_leaves_nothing_to_do(app: Flask, admin: Actor, pages: Pages) -> None:
    with app.app_context():
        import_id = build_import(actor=admin, content=visits(2))
    pages.sign_in_as(Role.ADMIN)
    pages.get(f"/imports/{import_id}")

    pages.submit(f"/imports/{import_id}/cancel")

    assert "The import is cancelled. Nothing was changed in PHCS." in pages.follow().text
    with app.app_context():
        assert advance(import_id) is None


def test_a_failed_import_says_why_and_can_be_tried_again(app: Flask, admin: Actor, pages: Pages) -> None:
    with app.app_context():
        import_id = build_import(actor=admin, content=b"\x89PNG\r\n\x1a\n\x00\x01\x02")
        assert advance(import_id) is ImportState.FAILED
        sentence = seen(import_id).failure
    pages.sign_in_as(Role.ADMIN)

    assert sentence in pages.get(f"/imports/{import_id}").text
    pages.submit(f"/imports/{import_id}/retry")

    with app.app_context():
        assert seen(import_id).row.state is ImportState.RECEIVED


def test_a_file_without_a_service_column_asks_for_one_and_goes_on_with_it(
    app: Flask, admin: Actor, pages: Pages
) -> None:
    rows = [{name: value for name, value in row.items() if name != "request_type"} for row in visits(2)]
    with app.app_context():
        import_id = build_import(actor=admin, content=rows)
        assert advance(import_id) is ImportState.MAPPING
    address = f"/imports/{import_id}"
    pages.sign_in_as(Role.ADMIN)
    assert "1 of 2 required still missing: Case: service or reason" in pages.get(f"{address}/mapping").text

    pages.submit(f"{address}/mapping/confirm", status=422)
    pages.submit(f"{address}/mapping/confirm", {"constant-case.services": "food"})

    with app.app_context():
        assert advance(import_id) is ImportState.REVIEW
    assert "2 valid" in pages.get(f"{address}/preview").text


def test_a_mapping_that_is_refused_keeps_what_was_chosen(app: Flask, admin: Actor, pages: Pages) -> None:
    address = reviewed(app, admin, visits(1))
    pages.sign_in_as(Role.ADMIN)
    pages.get(f"{address}/mapping")

    answer = pages.submit(
        f"{address}/mapping/confirm", {"target-2": "", "constant-case.services": "food"}, status=422
    )

    assert "Still missing: Owner: whole name" in answer.text
    assert answer.soup.select("select[name='target-2'] option[selected]") == []


def test_columns_that_feed_nothing_are_named(app: Flask, admin: Actor, pages: Pages) -> None:
    address = reviewed(app, admin, [{**visit(1), "favourite_colour": "blue"}])
    pages.sign_in_as(Role.AUDITOR)

    text = pages.get(f"{address}/mapping").text

    assert "Kept with the row, not imported: 1 column" in text
    assert "favourite_colour (1 filled cell, 100 %)" in text
    assert "favourite_colour blue" in pages.get(f"{address}/preview").text


def test_findings_are_grouped_and_lead_to_exactly_their_rows(app: Flask, admin: Actor, pages: Pages) -> None:
    address = reviewed(app, admin, [visit(1), visit(2, client_phone=""), visit(3, client_name="")])
    pages.sign_in_as(Role.AUDITOR)

    check = pages.get(f"{address}/check")
    rows = pages.get(f"{address}/preview?code=phone.missing", headers=FRAGMENT)

    assert "3 rows in all: 1 valid, 1 with warnings, 1 with errors." in check.text
    assert check.soup.select_one(f"a[href^='{address}/'][href*='phone.missing']") is not None
    assert [row.th.text for row in rows.soup.select("tr.row-main")] == ["3"]  # type: ignore[union-attr]


def test_the_preview_filters_and_answers_htmx_with_the_same_rows(
    app: Flask, admin: Actor, pages: Pages
) -> None:
    address = reviewed(app, admin, [visit(1), visit(2, client_name="")])
    pages.sign_in_as(Role.AUDITOR)

    page = pages.get(f"{address}/preview?outcome=reject")
    fragment = pages.get(f"{address}/preview?outcome=reject", headers=FRAGMENT)

    assert page.soup.find(id="found") == fragment.soup.find(id="found")
    assert "Will be rejected" in fragment.text
    assert len(fragment.soup.select("tr.row-main")) == 1


def test_the_preview_pages_through_every_row_once(app: Flask, admin: Actor, pages: Pages) -> None:
    address = reviewed(app, admin, visits(120))
    pages.sign_in_as(Role.AUDITOR)

    numbers: list[str] = []
    there: str | None = f"{address}/preview"
    while there:
        seen_page = pages.get(there)
        numbers += [row.th.text for row in seen_page.soup.select("tr.row-main")]  # type: ignore[union-attr]
        link = seen_page.soup.select_one("a[rel=next]")
        there = str(link["href"]) if link else None

    assert numbers == [str(number) for number in range(2, 122)]


def test_an_update_reads_as_was_and_will_be(app: Flask, admin: Actor, pages: Pages) -> None:
    with app.app_context():
        build_promotion(actor=admin, content=[visit(1)])
    changed = visit(1, client_email="new@example.org")
    address = reviewed(app, admin, [changed], duplicates="update")
    pages.sign_in_as(Role.REVIEWER)

    text = pages.get(f"{address}/preview").text

    assert "E-mail: was person1@example.org , will be new@example.org" in text


def test_a_persons_answer_about_a_duplicate_is_kept_and_planned_anew(
    app: Flask, admin: Actor, pages: Pages
) -> None:
    with app.app_context():
        build_promotion(actor=admin, content=[visit(1)])
    address = reviewed(app, admin, [maybe(1)])
    pages.sign_in_as(Role.REVIEWER)

    asked = pages.get(f"{address}/duplicates")
    pages.submit(f"{address}/duplicates/2/decide", {"answer": "same"})
    kept = pages.get(f"{address}/duplicates")
    pages.submit(f"{address}/duplicates/apply")
    with app.app_context():
        assert advance(id_of(address)) is ImportState.REVIEW
    answered = pages.get(f"{address}/duplicates")

    assert "1 question remains" in asked.text
    assert "Omar Haddadsonb" in asked.text
    assert "Make the plan anew with this answer" in kept.text
    assert "0 questions remain" in answered.text
    assert "Not in the plan yet" not in answered.text
    assert "1 owner will be linked" in pages.get(f"{address}/preview").text


def test_sending_back_needs_a_reason_which_the_uploader_then_reads(
    app: Flask, admin: Actor, pages: Pages
) -> None:
    address = reviewed(app, admin, visits(1))
    pages.sign_in_as(Role.REVIEWER)
    pages.get(f"{address}/approval")

    refused = pages.submit(f"{address}/send-back", {"reason": " "}, status=422)
    assert "Say what has to be changed" in refused.text
    pages.submit(f"{address}/send-back", {"reason": "The dates are of last year"})

    assert "The dates are of last year" in pages.follow().text
    assert ": “The dates are of last year”" in pages.get("/").text


def test_aborting_ends_the_import_and_changes_nothing(app: Flask, admin: Actor, pages: Pages) -> None:
    address = reviewed(app, admin, visits(1))
    pages.sign_in_as(Role.REVIEWER)
    pages.get(f"{address}/approval")

    pages.submit(f"{address}/abort", {"reason": "Wrong file"})

    assert "Aborted by" in pages.follow().text
    assert "No owners found" in pages.get("/owners").text


def test_with_four_eyes_the_page_says_why_the_uploader_may_not_approve(
    app: Flask, admin: Actor, organisation: Organisation, pages: Pages
) -> None:
    with app.app_context():
        change_behind_the_back(Organisation, Organisation.id == organisation.id, four_eyes=True)
        uploader = build_person(organisation=organisation)
    address = reviewed(app, actor_of(uploader), visits(1))
    reviewer = pages.another()
    pages.sign_in(uploader.email)
    reviewer.sign_in_as(Role.REVIEWER)

    own, other = pages.get(f"{address}/approval"), reviewer.get(f"{address}/approval")

    assert "You cannot approve: Your organisation asks for a second person" in own.text
    assert own.soup.find("form", action=f"{address}/approve") is None
    assert other.soup.find("form", action=f"{address}/approve") is not None


def test_approving_ones_own_upload_is_named_as_such(
    app: Flask, organisation: Organisation, pages: Pages
) -> None:
    with app.app_context():
        uploader = build_person(organisation=organisation)
    address = reviewed(app, actor_of(uploader), visits(1))
    pages.sign_in(uploader.email)

    assert "You uploaded this import yourself" in pages.get(f"{address}/approval").text


def test_an_import_that_stops_at_errors_cannot_be_approved_with_some(
    app: Flask, admin: Actor, pages: Pages
) -> None:
    address = reviewed(app, admin, [visit(1), visit(2, client_name="")], on_error="stop")
    pages.sign_in_as(Role.REVIEWER)

    approval = pages.get(f"{address}/approval")

    assert "1 row has errors, and this import stops at errors" in approval.text
    assert approval.soup.find("form", action=f"{address}/approve") is None


def test_the_ledger_leads_to_the_live_records(app: Flask, admin: Actor, pages: Pages) -> None:
    with app.app_context():
        import_id = build_promotion(actor=admin, content=[visit(1), visit(2, client_name="")])
    pages.sign_in_as(Role.AUDITOR)

    created = pages.get(f"/imports/{import_id}/result?outcome=create", headers=FRAGMENT)
    links = [str(link["href"]) for link in created.soup.select("tbody a")]

    assert len(created.soup.select("tbody tr")) == 1
    assert [pages.get(link).heading for link in links][-1] == "Omar Haddadsonb"
    assert "1 rejected = equals 2 rows" in pages.get(f"/imports/{import_id}/result").text


def test_the_history_finds_imports_by_name_state_and_day(app: Flask, admin: Actor, pages: Pages) -> None:
    with app.app_context():
        build_import(actor=admin, content=visits(1), file_name="spring.csv")
        build_review(actor=admin, content=visits(2), file_name="autumn.csv")
    pages.sign_in_as(Role.AUDITOR)

    def listed(query: str) -> list[str]:
        found = pages.get(f"/imports?{query}", headers=FRAGMENT)
        return [str(row.th.get_text(strip=True)) for row in found.soup.select("tbody tr")]  # type: ignore[union-attr]

    assert listed("") == ["autumn.csv", "spring.csv"]
    assert listed("text=SPRING") == ["spring.csv"]
    assert listed("state=review") == ["autumn.csv"]
    assert listed("since=2026-11-21&until=2026-11-21") == ["autumn.csv", "spring.csv"]
    assert listed("until=2026-11-20") == []
    assert "is no date" in pages.get("/imports?since=yesterday", status=422).text


def test_values_that_were_repaired_in_every_row_are_not_asked_about_any_more(
    app: Flask, admin: Actor, pages: Pages
) -> None:
    rows = [visit(1, species="Dogg"), visit(2, species="Dogg"), visit(3, species="Katt")]
    address = reviewed(app, admin, rows)
    pages.sign_in_as(Role.ADMIN)
    asked = ["Say what 2 values mean" in pages.get(address).text]

    for former, kind in (("Dogg", "dog"), ("Katt", "cat")):
        with app.app_context():
            position = list(visit(1)).index("species")
            repair_alike(
                actor=admin, now=NOW, import_id=id_of(address), position=position, former=former, value=kind
            )
            advance(id_of(address))
        asked.append("Say what 1 value means" in pages.get(address).text)

    assert asked == [True, True, False]
    assert "Say what" not in pages.get(address).text
    values = pages.get(f"{address}/values").text
    assert values.count("repaired: no row says it any more") == 2
    assert ("nothing waits for an answer here" in values, "Say once" in values) == (True, False)
