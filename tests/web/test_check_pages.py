"""What was found in the rows, on its pages: grouped, row by row, confirmed, repaired in place, and taken back."""

from uuid import UUID

import pytest

from phcs.core.permissions import Role
from tests.builders import actor_of, build_person
from tests.import_builders import advance, approve, build_review, seen, visit
from tests.web.pages import Pages


def messy() -> list[dict[str, str]]:
    rows = [visit(number) for number in range(1, 13)]
    for row in rows[2:8]:
        row["species"] = "Dogg"
    rows[9]["client_phone"] = "12"
    rows[10]["client_name"] = ""
    return rows


@pytest.fixture
def import_id(pages: Pages) -> UUID:
    """An import of a messy list, in review, seen by an admin who did not upload it."""
    pages.sign_in_as(Role.ADMIN)
    with pages.app.app_context():
        uploader = build_person(organisation=pages.organisation)
        return build_review(actor=actor_of(uploader), content=messy())


def test_findings_are_a_list_of_what_is_left_to_do(pages: Pages, import_id: UUID) -> None:
    page = pages.get(f"/imports/{import_id}/check")

    assert "2 stop their rows : repair them" in page.text
    assert "6 wait for your confirmation" in page.text
    assert [one.get_text(" ", strip=True) for one in page.soup.select(".cause-rows tr > th")] == [
        "client_name No owner name",
        "client_phone Phone not valid for example 12",
        "species Unknown species for example Dogg",
    ]


def test_rows_are_shown_at_the_files_own_addresses(pages: Pages, import_id: UUID) -> None:
    page = pages.get(f"/imports/{import_id}/check?view=rows&weight=error")

    assert [one["id"] for one in page.soup.select(".row-card")] == ["row-11", "row-12"]
    assert "D11" in page.text
    assert page.soup.find("input", id="cell-11-3")["value"] == "12"  # type: ignore[index]
    last = pages.get(f"/imports/{import_id}/check?view=rows&order=last")
    assert last.soup.select(".row-card")[0]["id"] == "row-12"


def test_a_cell_is_repaired_in_the_list_and_the_next_row_is_next(pages: Pages, import_id: UUID) -> None:
    pages.get(f"/imports/{import_id}/check?view=rows&weight=error")
    answer = pages.submit(f"/imports/{import_id}/rows/11/repair", {"cell-3": "+14155550123"})

    assert answer.response.headers["Location"].endswith("/check?view=rows&weight=error#row-12")
    page = pages.follow()
    assert "Row 11 was checked again and is valid now." in page.text
    assert [one["id"] for one in page.soup.select(".row-card")] == ["row-12"]
    row = pages.get(f"/imports/{import_id}/rows/11")
    assert "was: 12" in row.text
    pages.post(f"/imports/{import_id}/repairs/1/take-back?row=11&position=3")
    assert "Phone not valid" in pages.get(f"/imports/{import_id}/check").text


def test_a_repair_of_a_cell_that_somebody_else_repaired_is_refused(pages: Pages, import_id: UUID) -> None:
    address = f"/imports/{import_id}/rows/11/repair"
    pages.get(f"/imports/{import_id}/rows/11")
    pages.post(address, {"was-3": "12", "cell-3": "+14155550123"})
    page = pages.post(address, {"was-3": "12", "cell-3": "+14155550199"}, status=422)

    assert "Somebody was faster" in page.text


def test_one_value_is_repaired_in_all_its_rows_after_a_look_at_them(pages: Pages, import_id: UUID) -> None:
    causes = pages.get(f"/imports/{import_id}/check")
    values = pages.get(link(causes.soup, "Values of “Unknown species” in species"))
    preview = pages.get(link(values.soup, "Repair all 6 with Dogg"))

    assert "Dogg stands in 6 rows." in preview.text
    assert len(preview.soup.select("tbody tr")) == 6
    pages.submit(f"/imports/{import_id}/repairs/alike", {"to": "dog"})
    assert "6 rows repaired and checked" in pages.follow().text
    with pages.app.app_context():
        advance(import_id)
        assert seen(import_id).row_counts == {"valid": 10, "error": 2}
    assert "Dogg → dog" in pages.get(f"/imports/{import_id}/repairs").text
    pages.submit(f"/imports/{import_id}/repairs/1/take-back")
    assert "6 rows as before" in pages.follow().text


def test_alike_warnings_are_confirmed_in_one_step_and_counted_apart(pages: Pages, import_id: UUID) -> None:
    pages.get(f"/imports/{import_id}/check")
    pages.submit(f"/imports/{import_id}/check/confirm")
    page = pages.follow()

    assert "0 wait for a confirmation (6 confirmed)" in page.text
    pages.submit(f"/imports/{import_id}/check/confirmations/1/withdraw")
    assert "6 wait for your confirmation" in pages.follow().text


def test_repairs_are_kept_as_a_recipe_and_offered_for_the_next_file(pages: Pages, import_id: UUID) -> None:
    pages.get(f"/imports/{import_id}/repairs/alike?column=6&value=Dogg")
    pages.submit(f"/imports/{import_id}/repairs/alike", {"to": "dog"})
    with pages.app.app_context():
        advance(import_id)
        actor = actor_of(build_person(organisation=pages.organisation))
        following = build_review(actor=actor, content=[visit(n, species="Dogg") for n in range(50, 53)])
    pages.get(f"/imports/{import_id}/repairs")
    pages.submit(f"/imports/{import_id}/recipes", {"name": "Door list"})
    assert "Saved, with 1 value." in pages.follow().text

    page = pages.get(f"/imports/{following}/check")
    assert "1 value in 3 cells of this file can be repaired by the recipe “Door list”." in page.text
    preview = pages.get(link(page.soup, "Look at what it would do"))
    assert "species Dogg dog 3" in preview.text
    form = preview.soup.select_one("main form.panel")
    assert form is not None
    pages.submit(str(form["action"]))
    assert "3 cells in 3 rows repaired and checked." in pages.follow().text


def test_a_reader_sees_findings_and_repairs_nothing(pages: Pages, import_id: UUID) -> None:
    pages = pages.another()
    pages.sign_in_as(Role.AUDITOR)
    page = pages.get(f"/imports/{import_id}/check?view=rows")

    assert page.soup.select(".cell-repair") == []
    pages.post(f"/imports/{import_id}/rows/11/repair", {"was-3": "12", "cell-3": "1"}, status=403)
    pages.post(f"/imports/{import_id}/check/confirm", {"cause": "3"}, status=403)


def test_another_organisation_finds_nothing_here(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)
    with pages.app.app_context():
        theirs = build_review(actor=actor_of(build_person()), content=messy())

    for address in ("check", "check?view=rows", "rows/11", "repairs", "repairs/alike?column=6&value=Dogg"):
        pages.get(f"/imports/{theirs}/{address}", status=404)
    pages.post(f"/imports/{theirs}/rows/11/repair", {"was-3": "12", "cell-3": "1"}, status=404)
    pages.post(f"/imports/{theirs}/repairs/1/take-back", status=404)


def test_nothing_is_repaired_once_the_import_is_approved(pages: Pages, import_id: UUID) -> None:
    with pages.app.app_context():
        approve(import_id, actor=actor_of(build_person(organisation=pages.organisation)))

    assert pages.get(f"/imports/{import_id}/rows/11").soup.select(".row-form input:not([type=hidden])") == []
    pages.post(f"/imports/{import_id}/rows/11/repair", {"was-3": "12", "cell-3": "1"}, status=409)


def link(soup: object, words: str) -> str:
    """Where the link with these words leads."""
    found = [
        str(one["href"])
        for one in soup.find_all("a")  # type: ignore[attr-defined]
        if " ".join(one.get_text(" ").split()) == words
    ]
    assert len(found) == 1, words
    return found[0]


def test_a_list_whose_last_row_is_put_right_leads_back_to_the_causes(pages: Pages, import_id: UUID) -> None:
    address = f"/imports/{import_id}/check?view=rows&cause=phone.invalid|client_phone"
    pages.get(address)
    pages.submit(f"/imports/{import_id}/rows/11/repair", {"cell-3": "+14155550123"})

    pages.client.get(address)
    page = pages.get(f"/imports/{import_id}/check")
    assert "Nothing of this kind is left in this import." in page.text


def test_values_that_labels_in_cells_name_are_not_sent_to_a_page_that_does_not_ask(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)
    labelled = {"DATA_FIELD_0_LABEL": "Animal Type", "DATA_FIELD_0_VALUE": "Dragon"}
    plain = {name: text for name, text in visit(1).items() if name != "species"}
    with pages.app.app_context():
        admin = actor_of(build_person(organisation=pages.organisation))
        import_id = build_review(actor=admin, content=[plain | labelled])

    page = pages.get(f"/imports/{import_id}/check")
    line = next(one for one in page.soup.select(".cause-rows tr") if "Unknown species" in one.get_text())

    assert "the page “Values”" not in line.get_text()
    assert "Repair each value once" in line.get_text()
    assert line.select_one("td.number")["data-unit"] == "finding"  # type: ignore[index]
