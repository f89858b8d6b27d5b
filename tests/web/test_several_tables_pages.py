"""The pages of an import with several tables: each table has its own, and none needs a script."""

import io
import zipfile
from uuid import UUID

import pytest
from flask import Flask
from openpyxl import Workbook

from phcs.core.actors import Actor
from phcs.core.permissions import Role
from phcs.core.planning import OrphanChoice
from phcs.core.states import ImportState
from phcs.models.organisations import Organisation
from phcs.services.orphans import GivenDecision, decide_orphans
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import advance, approve, build_import, export_csv, seen, visits
from tests.web.pages import Pages
from tests.workbook_builders import fill, saved

PEOPLE = "Name,Phone\nAna Silva,+14155550101\nOmar Haddad,+14155550102\n"
UMLAUT = "\N{LATIN SMALL LETTER U WITH DIAERESIS}"
OLD_LIST = ("Name,Phone\n" + f"{UMLAUT * 9} Diaz,+14155550103\n" * 30).encode("cp850")
"""In Windows-1252 most of its bytes mean nothing."""


@pytest.fixture
def admin(app: Flask, organisation: Organisation) -> Actor:
    with app.app_context():
        return actor_of(build_person(organisation=organisation, name="Maria Lopez"))


def uploaded(app: Flask, admin: Actor, *, state: ImportState, **members: str | bytes) -> str:
    """An import of these files, read by a worker; gives its address."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for name, content in members.items():
            file.writestr(f"{name}.csv", content)
    with app.app_context():
        import_id = build_import(actor=admin, content=archive.getvalue(), file_name="clinic.zip")
        assert advance(import_id) is state
    return f"/imports/{import_id}"


def _id_of(address: str) -> UUID:
    return UUID(address.rsplit("/", 1)[-1])


def test_an_empty_sheet_is_said_to_be_left_out(app: Flask, admin: Actor, pages: Pages) -> None:
    book = Workbook()
    fill(book.worksheets[0], [("Name", "Phone"), ("Ana Silva", "+14155550101")])
    book.create_sheet("Nothing yet")
    fill(book.create_sheet("Pets"), [("Pet name", "Species"), ("Rex", "dog")])
    with app.app_context():
        import_id = build_import(actor=admin, content=saved(book), file_name="clinic.xlsx")
        advance(import_id)
    pages.sign_in_as(Role.ADMIN)

    page = pages.get(f"/imports/{import_id}/file")

    assert "Left out because it has no rows: “Nothing yet”." in page.text


def test_a_table_that_is_left_out_is_given_a_kind_and_taken_in(
    app: Flask, admin: Actor, pages: Pages
) -> None:
    address = uploaded(
        app,
        admin,
        state=ImportState.REVIEW,
        people=PEOPLE,
        shelves="who,shelf\nLuz Diaz,A1\n",
        visits=export_csv(visits(2)),
    )
    pages.sign_in_as(Role.ADMIN)
    assert "Not imported: 1 table of this file: “shelves.csv” (1 row)" in pages.get(f"{address}/preview").text
    left_out = pages.get(f"{address}/mapping?table=3")
    assert "nothing of “shelves.csv” is imported" in left_out.text

    incomplete = pages.submit(f"{address}/mapping/confirm", {"target-0": ""}, status=422)
    assert "shelves.csv" in incomplete.text
    pages.get(f"{address}/mapping?table=3")
    kept = pages.submit(f"{address}/mapping/confirm", {"target-0": "owner.full_name"})

    assert kept.response.headers["Location"] == address
    with app.app_context():
        found = seen(_id_of(address))
        assert found.row.state is ImportState.STAGING
        assert [table.name for table in found.tables] == ["people.csv", "shelves.csv", "visits.csv"]


def test_what_a_row_is_can_be_said_and_the_next_table_that_waits_is_shown(
    app: Flask, admin: Actor, pages: Pages
) -> None:
    unclear = export_csv([{**one, "request_type": "", "status": ""} for one in visits(1)])
    address = uploaded(
        app,
        admin,
        state=ImportState.REVIEW,
        people=PEOPLE,
        visits=unclear,
    )
    pages.sign_in_as(Role.ADMIN)
    pages.get(f"{address}/mapping?table=2")

    as_people = pages.submit(f"{address}/tables/2/kind", {"kind": "owner", "source": "plain"})

    assert as_people.response.headers["Location"] == f"{address}/mapping?table=2"
    assert "A person: it becomes an owner" in pages.get(f"{address}/mapping").text
    done = pages.submit(f"{address}/mapping/confirm", {})
    assert done.response.headers["Location"] == address


def test_a_part_that_cannot_be_read_is_read_in_the_way_that_a_person_says(
    app: Flask, admin: Actor, pages: Pages
) -> None:
    address = uploaded(app, admin, state=ImportState.REVIEW, people=PEOPLE, old=OLD_LIST)
    pages.sign_in_as(Role.ADMIN)
    told = pages.get(f"{address}/file")
    assert "is neither UTF-8 nor Windows-1252 text" in told.text

    pages.get(f"{address}/file?of_part=old.csv")
    pages.submit(f"{address}/file/reread", {"encoding": "cp850"})

    with app.app_context():
        assert advance(_id_of(address)) is ImportState.REVIEW
        found = seen(_id_of(address))
        assert [(table.name, table.reading.encoding) for table in found.tables] == [
            ("old.csv", "cp850"),
            ("people.csv", "utf-8"),
        ]


def test_a_table_that_is_not_there_is_not_found(app: Flask, admin: Actor, pages: Pages) -> None:
    address = uploaded(app, admin, state=ImportState.REVIEW, people=PEOPLE)
    pages.sign_in_as(Role.ADMIN)

    for page in ("mapping?table=9", "mapping?table=x", "file?table=0", "values?table=12345"):
        assert "no such table" in pages.get(f"{address}/{page}", status=404).text


def test_the_import_names_its_tables_and_those_that_still_wait(
    app: Flask, admin: Actor, pages: Pages
) -> None:
    unclear = "Name,Created,Pet name,Service\nAna Silva,03/04/2026,Rex,food\n"
    address = uploaded(
        app, admin, state=ImportState.MAPPING, people=PEOPLE, visits=unclear, notes="x,y\n1,2\n"
    )
    pages.sign_in_as(Role.ADMIN)

    text = pages.get(address).text

    assert "1 table of 2 still to look at: visits.csv" in text
    assert "people.csv (people)" in text
    assert "1 left out" in text


def test_rows_held_back_by_a_completed_import_are_shown_and_asked_about_again_by_the_same_file(
    app: Flask, admin: Actor, pages: Pages
) -> None:
    members = {
        "clientes": "id,nombre,telefono,celular,email\n1,Ana Ruiz,,3101234567,ana@example.org\n",
        "pacientes": "id,id_cliente,nombre,especie,raza,sexo,microchip\n1,1,Luna,Canino,,H,\n2,99,Toby,Canino,,M,\n",
    }
    address = uploaded(app, admin, state=ImportState.REVIEW, **members)
    with app.app_context():
        approve(_id_of(address), actor=admin)
        assert advance(_id_of(address)) is ImportState.COMPLETED
    pages.sign_in_as(Role.ADMIN)

    assert pages.get(f"{address}/result").soup.select_one(f"a[href='{address}/orphans']") is not None
    page = pages.get(f"{address}/orphans")
    assert "Upload the file of this import again." in page.text
    assert "the owner 99" in page.text
    assert page.soup.select("input[type=radio]") == []
    again = uploaded(app, admin, state=ImportState.REVIEW, **members)
    with app.app_context():
        counts = seen(_id_of(again)).plan_counts
    assert "the owner 99" in pages.get(f"{again}/orphans").text
    assert (counts["rows"]["create"], counts["rows"]["skip"]) == (0, 1)


def test_after_the_promotion_orphans_say_what_was_decided_and_the_report_names_each_row_s_table(
    app: Flask, admin: Actor, pages: Pages
) -> None:
    members = {
        "clientes": "id,nombre,telefono,celular,email\n1,Ana Ruiz,,3101234567,ana@example.org\n",
        "pacientes": "id,id_cliente,nombre,especie,raza,sexo,microchip\n1,99,Toby,Canino,,M,\n",
    }
    address = uploaded(app, admin, state=ImportState.REVIEW, **members)
    import_id, decision = _id_of(address), GivenDecision(2, "parent.missing", OrphanChoice.PLACEHOLDER)
    with app.app_context():
        decide_orphans(actor=admin, now=NOW, import_id=import_id, decisions=[decision])
        advance(import_id)
        approve(import_id, actor=admin)
        assert advance(import_id) is ImportState.COMPLETED
    pages.sign_in_as(Role.ADMIN)
    pages.get(f"{address}/verification")
    pages.post(f"{address}/verification/request", {"seed": "tea", "sample": "9"}, status=302)

    orphans = pages.get(f"{address}/orphans").text
    report = pages.get(f"{address}/verification")

    assert ": given to one owner who stands for nobody." in orphans
    assert "Upload the file of this import again." not in orphans
    rows = [found.get_text() for found in report.soup.select(".verified-row summary strong")]
    assert rows == ["Row 2 of clientes.csv", "Row 2 of pacientes.csv"]
    assert "Owner: whole name" in report.text
