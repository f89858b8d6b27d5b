"""An import of several tables on its pages: rows have their table's name, lists can be narrowed to one table."""

from uuid import UUID

import pytest

from phcs.core.permissions import Role
from tests.builders import actor_of, build_person
from tests.import_builders import build_promotion, build_review, people_and_visits
from tests.undo_builders import prepare
from tests.web.pages import Pages


@pytest.fixture
def address(pages: Pages) -> str:
    """The address of an import of people and visits, in review, which another person has uploaded."""
    pages.sign_in_as(Role.ADMIN)
    with pages.app.app_context():
        uploader = actor_of(build_person(organisation=pages.organisation))
        import_id: UUID = build_review(actor=uploader, content=people_and_visits(), file_name="export.zip")
    return f"/imports/{import_id}"


def test_a_row_is_found_and_repaired_at_its_tables_address(pages: Pages, address: str) -> None:
    rows = pages.get(f"{address}/check?view=rows&weight=error")
    assert [one["id"] for one in rows.soup.select(".row-card")] == ["row-3", "row-2-3"]
    assert [one.get_text(" ", strip=True) for one in rows.soup.select(".row-card h2")] == [
        "Row 3 of people.csv",
        "Row 3 of visits.csv Rex c",
    ]

    pages.submit(f"{address}/rows/2:3/repair", {"cell-2": "Vera Costa"})

    page = pages.follow()
    assert "Row 3 of visits.csv was checked again and is valid now." in page.text
    assert [one["id"] for one in page.soup.select(".row-card")] == ["row-3"]
    assert pages.get(f"{address}/rows/2:3").soup.select_one("#cell-2-3-2")["value"] == "Vera Costa"  # type: ignore[index]
    pages.post(f"{address}/repairs/1/take-back?row=2:3&position=2")
    pages.get(f"{address}/rows/3:3", status=404)


def test_lists_are_narrowed_to_one_table(pages: Pages, address: str) -> None:
    causes = pages.get(f"{address}/check?table=2").soup.select(".cause-rows tr > th")
    assert [one.get_text(" ", strip=True) for one in causes] == [
        "client_name visits.csv No owner name",
        "client_phone visits.csv No phone",
    ]
    preview = pages.get(f"{address}/preview?table=2").soup.select(".row-main th")
    assert [one.get_text(" ", strip=True).split(" Send")[0] for one in preview] == [
        f"{number} of visits.csv" for number in range(2, 7)
    ]
    named = pages.get(f"{address}/preview?rows=2:4, 2").soup.select(".row-main th")
    assert len(named) == 2
    values = pages.get(f"{address}/check?view=rows&cause=2:phone.missing|client_phone")
    assert [one["id"] for one in values.soup.select(".row-card")] == ["row-2-2"]


def test_each_tables_rejected_rows_are_offered_for_themselves(pages: Pages, address: str) -> None:
    page = pages.get(f"{address}/corrections")

    assert len(page.soup.select("a[href*='errors.csv?table=']")) == 2
    assert pages.client.get(f"{address}/errors.zip").data[:2] == b"PK"
    assert "PHCS row id" in pages.client.get(f"{address}/errors.csv?table=2").text


def test_the_audit_and_an_undo_call_a_rows_table_by_its_name(pages: Pages) -> None:
    pages.sign_in_as(Role.ADMIN)
    with pages.app.app_context():
        admin = actor_of(build_person(organisation=pages.organisation))
        import_id = build_promotion(actor=admin, content=people_and_visits(), file_name="export.zip")
        prepare(import_id, actor=admin)

    audit = pages.get(f"/audit?import={import_id}&action=case.created").text
    owners = pages.get(f"/audit?import={import_id}&action=owner.created").text
    undo = pages.get(f"/imports/{import_id}/undo?bucket=reversed").text
    result = pages.get(f"/imports/{import_id}/result").soup

    assert "from row 4 of visits.csv of export.zip ." in audit
    assert "Table: visits.csv" in audit
    assert "from row 2 of people.csv of export.zip ." in owners
    assert "row 4 of visits.csv" in undo
    assert "row 2 of people.csv" in undo
    lists = [one["href"] for one in result.select(".next-steps a[href*='import=']")][:-1]
    assert lists == [f"/{kind}?import={import_id}" for kind in ("owners", "pets", "cases")]
