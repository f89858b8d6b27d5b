"""What a person says on the pages of a file: how it is read, what its columns feed, what values mean."""

from uuid import UUID

import orjson
import pytest
from flask import Flask

from phcs.core.actors import Actor
from phcs.core.permissions import Role
from phcs.core.states import ImportState
from phcs.models.organisations import Organisation
from tests.builders import actor_of, build_person
from tests.import_builders import advance, build_import, build_review, seen, visits
from tests.web.pages import Pages

ROWS = [
    {
        "Name": "Ana Silva",
        "Tel.": "+14155550101",
        "Created": "03/04/2026",
        "Pet name": "Luna",
        "Species": "Dogg",
        "Service": "food",
        "Remarks": "calls late",
        "Comments": "",
        "Shirt": "blue",
    },
    {
        "Name": "Omar Haddad",
        "Tel.": "+14155550102",
        "Created": "05/06/2026",
        "Pet name": "Rex",
        "Species": "dogg",
        "Service": "medical",
        "Remarks": "",
        "Comments": "nice",
        "Shirt": "red",
    },
]


@pytest.fixture
def admin(app: Flask, organisation: Organisation) -> Actor:
    """Whoever uploaded the imports of these tests."""
    with app.app_context():
        return actor_of(build_person(organisation=organisation, name="Maria Lopez"))


def mapping_of(app: Flask, admin: Actor) -> tuple[UUID, str]:
    """An import that waits for a person, and its address."""
    with app.app_context():
        import_id = build_import(actor=admin, content=ROWS)
        assert advance(import_id) is ImportState.MAPPING
    return import_id, f"/imports/{import_id}"


def test_an_open_date_is_asked_with_an_example_and_its_two_readings(
    app: Flask, admin: Actor, pages: Pages
) -> None:
    _, address = mapping_of(app, admin)
    pages.sign_in_as(Role.ADMIN)

    page = pages.get(f"{address}/mapping")

    assert "nothing in the file says whether day or month comes first in Created" in page.text
    assert "03/04/2026 in row 2 means 3 April 2026 (day first) 4 March 2026 (month first)" in page.text
    assert page.soup.select("input[name='dates-2'][checked]") == []
    refused = pages.submit(f"{address}/mapping/confirm", status=422)
    assert "Say how the dates of “Created” are read" in refused.text


CHOSEN = {
    "dates-2": "day_first",
    "target-8": "owner.custom.",
    "own-8": "shirt colour",
    "join-case.notes": "2",
    "labelled-6": "1",
    "constant-case.status": "new",
    "new-constant": "case.location",
    "new-constant-value": "Main clinic",
}


def test_what_is_chosen_for_columns_values_and_constants_is_what_rows_are_checked_with(
    app: Flask, admin: Actor, pages: Pages
) -> None:
    import_id, address = mapping_of(app, admin)
    pages.sign_in_as(Role.ADMIN)
    pages.get(f"{address}/mapping")

    answer = pages.submit(f"{address}/mapping/confirm", CHOSEN)
    assert answer.response.headers["Location"] == f"{address}/values"
    go_on = pages.get(address).soup.select_one(".next-steps .btn-primary")
    assert go_on is not None
    assert (go_on["href"], go_on.get_text()) == (f"{address}/values", "Say what 1 value means")
    assert "Dogg also written “dogg” 2" in pages.get(f"{address}/values").text
    pages.submit(f"{address}/values/confirm", {"answer-0": "dog"})
    with app.app_context():
        assert advance(import_id) is ImportState.REVIEW
        found = seen(import_id)

    mapping = found.tables[0].mapping
    assert [column.target for column in mapping.columns[4:]] == [
        "pet.species",
        "case.services",
        "case.notes",
        "case.notes",
        "owner.custom.shirt colour",
    ]
    assert mapping.values == (("pet.species", "dogg", "dog"),)
    assert dict(mapping.constants) == {"case.status": "new", "case.location": "Main clinic"}
    assert dict(mapping.joins)["case.notes"] == "; "
    assert mapping.columns[6].labelled
    assert found.finding_counts.get("species.unknown", 0) == 0


def test_a_mapping_saved_with_its_values_maps_the_next_file_without_a_click(
    app: Flask, admin: Actor, pages: Pages
) -> None:
    _, address = mapping_of(app, admin)
    pages.sign_in_as(Role.ADMIN)
    pages.get(f"{address}/mapping")
    pages.submit(f"{address}/mapping/confirm", CHOSEN)
    pages.get(f"{address}/values")
    pages.submit(f"{address}/values/confirm", {"answer-0": "dog", "save_as": "Door list"})

    with app.app_context():
        second = build_import(actor=admin, content=ROWS)
        assert advance(second) is ImportState.REVIEW

    text = pages.get(f"/imports/{second}/mapping").text
    assert "Mapped as saved in “Door list” , version 1." in text
    assert "Day first: chosen by a person" in text
    assert "Say what 1 value" not in pages.get(f"/imports/{second}").text


def test_every_proposal_can_be_taken_at_once(app: Flask, admin: Actor, pages: Pages) -> None:
    import_id, address = mapping_of(app, admin)
    pages.sign_in_as(Role.ADMIN)
    pages.get(f"{address}/mapping")
    pages.submit(f"{address}/mapping/confirm", {"dates-2": "month_first"})
    pages.get(f"{address}/values")

    pages.submit(f"{address}/values/confirm", {"take": "proposals"})

    with app.app_context():
        assert seen(import_id).tables[0].mapping.values == (("pet.species", "dogg", "dog"),)


def test_the_file_can_be_read_in_another_way_and_a_wrong_choice_stands_beside_its_field(
    app: Flask, admin: Actor, pages: Pages
) -> None:
    with app.app_context():
        import_id = build_review(actor=admin, content=visits(2))
    address = f"/imports/{import_id}/file"
    pages.sign_in_as(Role.ADMIN)
    assert "Read it in another way" in pages.get(address).text

    refused = pages.submit(f"{address}/reread", {"header_row": "-4"}, status=422)
    assert "Give a row number, or 0 for none." in refused.text
    pages.get(address)
    pages.submit(f"{address}/reread", {"header_row": "0", "delimiter": "tab"})

    with app.app_context():
        advance(import_id)
        reading = seen(import_id).tables[0].reading
    assert (reading.header_row, reading.delimiter, reading.rows) == (0, "\t", 3)
    assert pages.get(address).soup.select("select[name=delimiter] option[selected]")[0]["value"] == "tab"


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AUDITOR])
def test_who_may_not_map_sees_everything_and_no_form(
    app: Flask, admin: Actor, pages: Pages, role: Role
) -> None:
    _, address = mapping_of(app, admin)
    pages.sign_in_as(role)

    for step in ("file", "mapping", "values"):
        assert pages.get(f"{address}/{step}").soup.select("main button, main select") == []
    assert pages.get("/templates").soup.select("main button, main input") == []


def test_saved_mappings_are_listed_renamed_downloaded_taken_in_and_deleted(
    app: Flask, admin: Actor, pages: Pages
) -> None:
    with app.app_context():
        import_id = build_review(actor=admin, content=visits(1))
    pages.sign_in_as(Role.ADMIN)
    pages.get(f"/imports/{import_id}/mapping")
    pages.submit(f"/imports/{import_id}/mapping/confirm", {"save_as": "Visits of <b>May</b>"})
    page = pages.get("/templates")
    assert "Visits of <b>May</b>" in page.text
    download = page.soup.select_one("a[href$='/download']")
    assert download is not None
    address = str(download["href"]).removesuffix("/download")

    content = pages.client.get(f"{address}/download")
    assert orjson.loads(content.data)["name"] == "Visits of <b>May</b>"
    assert content.headers["Content-Disposition"] == 'attachment; filename="Visits of -b-May--b-.json"'
    pages.submit(f"{address}/rename", {"name": "Visits"})
    assert "There is a saved mapping called" not in pages.get("/templates").text
    pages.submit(f"{address}/delete")
    assert "No saved mappings yet" in pages.get("/templates").text


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("what", ["blank", "sample"])
@pytest.mark.parametrize("kind", ["case", "owner"])
def test_files_to_fill_in_can_be_downloaded(pages: Pages, kind: str, what: str, form: str) -> None:
    pages.sign_in_as(Role.ADMIN)
    assert pages.get("/imports/new").soup.select(f"a[href='/imports/to-fill-in/{what}/{kind}.{form}']") != []

    answer = pages.client.get(f"/imports/to-fill-in/{what}/{kind}.{form}")

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].endswith(f"-{what}.{form}")
    assert len(answer.data) > 300


def test_columns_whose_cells_are_dropped_are_named_and_their_cells_are_not_shown(
    app: Flask, admin: Actor, pages: Pages
) -> None:
    with app.app_context():
        import_id = build_review(actor=admin, content="Name,Phone,SSN\nAna Silva,+14155550101,999001111\n")
    pages.sign_in_as(Role.ADMIN)

    page = pages.get(f"/imports/{import_id}/mapping")

    assert "Dropped before anything is kept: 1 column" in page.text
    assert "999001111" not in str(page.soup) + str(pages.get(f"/imports/{import_id}/file").soup)
    assert "not shown" in page.text
