"""Exports: complete, safe to open, and read again by PHCS without a change."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, NotAllowedError
from phcs.core.permissions import Role
from phcs.core.records import CaseStatus, RecordKind
from phcs.core.states import ImportState
from phcs.models.audit import AuditEvent
from phcs.models.records import Case, Owner, Pet
from phcs.queries import exporting as export_queries
from phcs.queries.cases import CaseFilter, case_lines
from phcs.queries.exporting import ExportFilter
from phcs.queries.live_facts import facts_of
from phcs.queries.owners import owner_lines
from phcs.queries.pets import PetFilter, pet_lines
from phcs.services.exporting import AskedExport, ExportForm, export_records
from tests.builders import NOW, actor_of, build_actor, build_person
from tests.import_builders import advance, approve, build_import, build_promotion, count, seen, visit
from tests.record_builders import build_case, build_owner, build_pet

AnySession = scoped_session[Session]
on_sqlite = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)

VISITS = [
    visit(1, pet_name="Rex, Tom", species="dog", notes="=1+1\nsecond line", client_phone=""),
    visit(2, species="puppy", request_type="TNR"),
    visit(3, pet_name="", species=""),
    visit(4, species="gecko", status="Closed", outcome="no-show", request_type="dental, surgery"),
    visit(5, client_name="Walk-in", client_phone=""),
    visit(6, species="hedgehog", client_email="", client_name="O'Neil, Ána"),
]


@pytest.fixture
def admin(session: AnySession) -> Actor:
    return actor_of(build_person())


def exported(actor: Actor, kind: RecordKind, form: ExportForm = ExportForm.CSV, **wanted: Any) -> bytes:
    asked = AskedExport(kind=kind, form=form, wanted=ExportFilter(**wanted))
    return b"".join(export_records(actor=actor, now=NOW, asked=asked))


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def told(session: AnySession, organisation_id: Any) -> list[list[str]]:
    """The facts of every live record, whatever its id; the words in which a phone was typed are not taken along."""
    session.rollback()
    found = []
    tables: tuple[Any, ...] = (Owner, Pet, Case)
    for table in tables:
        records = session.query(table).filter_by(organisation_id=organisation_id).all()
        facts = [vars_of(facts_of(record)) for record in records]
        found.append(sorted(json.dumps(one, sort_keys=True, default=list) for one in facts))
    return found


def vars_of(facts: Any) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in facts.__dataclass_fields__ if name != "phone_given"}


def promoted(actor: Actor, content: bytes, form: ExportForm, **choices: Any) -> dict[str, Any]:
    import_id = build_import(actor=actor, content=content, file_name=f"export.{form.value}", **choices)
    assert advance(import_id) is ImportState.REVIEW
    assert seen(import_id).row.source == "phcs"
    approve(import_id, actor=actor)
    assert advance(import_id) is ImportState.COMPLETED
    return seen(import_id).plan_counts


@on_sqlite
@pytest.mark.parametrize("form", ExportForm)
def test_the_organisation_that_wrote_it_reads_its_export_and_nothing_changes(
    session: AnySession, admin: Actor, form: ExportForm
) -> None:
    build_promotion(actor=admin, content=VISITS)
    before = told(session, admin.organisation_id)

    kinds = (RecordKind.OWNER, RecordKind.PET, RecordKind.CASE)
    counts = [promoted(admin, exported(admin, kind, form), form, duplicates="update") for kind in kinds]

    assert told(session, admin.organisation_id) == before
    assert [
        (kind, action, number)
        for plan in counts
        for kind in ("owner", "pet", "case")
        for action, number in plan[kind].items()
        if action in {"create", "update"} and number
    ] == []


def test_an_empty_organisation_reads_it_and_has_the_same_facts(session: AnySession, admin: Actor) -> None:
    build_promotion(actor=admin, content=VISITS)
    other = actor_of(build_person())

    promoted(other, exported(admin, RecordKind.CASE), ExportForm.CSV)

    assert told(session, other.organisation_id) == told(session, admin.organisation_id)


@on_sqlite
def test_owners_and_pets_with_all_their_facts_go_over_to_another_organisation(
    session: AnySession, admin: Actor
) -> None:
    details = {
        "given_name": "Ana",
        "family_name": "Silva",
        "phone": "+14155550101",
        "phone2": "+14155550102",
        "email": "ana@example.org",
        "address": "1 Main St",
        "city": "Oakland",
        "region": "CA",
        "postal_code": "01234",
        "country": "US",
        "tags": ["foster", "vip"],
        "notes": "'=quoted\nand more",
        "custom": {"Preferred day": "Monday", "email_given": "at work"},
    }
    ana = build_owner(session, admin.organisation_id, "Ana Silva", **details)
    build_pet(
        session,
        ana,
        "Rex",
        species="dog",
        species_given="dog",
        breed="Mix",
        sex="male",
        microchip="985000000000001",
    )
    build_pet(
        session, ana, "Mia", species="cat", species_given="cat", weight="4 kg", sterilised="yes", notes="shy"
    )
    session.commit()
    other = actor_of(build_person())

    promoted(other, exported(admin, RecordKind.PET), ExportForm.CSV)

    assert told(session, other.organisation_id)[:2] == told(session, admin.organisation_id)[:2]


def test_an_export_can_be_narrowed(session: AnySession, admin: Actor) -> None:
    given = {"created_at": NOW, "updated_at": NOW}
    build_owner(session, admin.organisation_id, "Ana", source="waitwhile_import", tags=["foster"], **given)
    build_owner(session, admin.organisation_id, "Bo", source="", tags=['é"'], **given)
    build_owner(session, admin.organisation_id, "Cy", source="", **given | {"created_at": NOW + timedelta(2)})
    build_owner(session, admin.organisation_id, "Di", archived_at=NOW, **given)
    session.commit()

    def names(**wanted: Any) -> list[str]:
        return [row["owner.full_name"] for row in rows(exported(admin, RecordKind.OWNER, **wanted))]

    assert names() == ["Ana", "Bo", "Cy"]
    assert names(tag="foster") == ["Ana"]
    assert names(tag="fost") == []
    assert names(tag='é"') == ["Bo"]
    assert names(source="by-hand") == ["Bo", "Cy"]
    assert names(source="waitwhile_import") == ["Ana"]
    assert names(since=NOW + timedelta(days=1)) == ["Cy"]
    assert names(until=NOW + timedelta(days=1)) == ["Ana", "Bo"]


@pytest.mark.parametrize("text", ["silva", "415555", "REX", "ANA@", "985", "limps", "nobody", "  "])
def test_a_search_text_finds_in_an_export_what_it_finds_in_the_list(
    session: AnySession, admin: Actor, text: str
) -> None:
    ana = build_owner(
        session, admin.organisation_id, "Ana Silva", phone="+14155550101", email="ana@example.org"
    )
    bo = build_owner(session, admin.organisation_id, "Bo Kim")
    rex = build_pet(session, ana, "Rex", microchip="985000000000001")
    build_case(session, ana, rex, notes="Limps.")
    build_case(session, bo, build_pet(session, bo, "Mia"))
    session.commit()
    given: dict[str, Any] = {"organisation_id": admin.organisation_id, "wanted": CaseFilter(text)}
    listed = (
        (RecordKind.OWNER, "owner.external_id", owner_lines(session(), **given)),
        (RecordKind.CASE, "case.external_id", case_lines(session(), **given)),
    )

    for kind, heading, page in listed:
        found = {row[heading] for row in rows(exported(admin, kind, text=text))}
        assert found == {str(line.id) for line in page.rows}
    pets = pet_lines(session(), organisation_id=admin.organisation_id, wanted=PetFilter(text))
    assert len(rows(exported(admin, RecordKind.PET, text=text))) == len(pets.rows)


def test_a_status_narrows_what_has_one(session: AnySession, admin: Actor) -> None:
    owner = build_owner(session, admin.organisation_id, "Ana")
    closed = build_case(session, owner, status=CaseStatus.CLOSED)
    build_case(session, owner)
    session.commit()

    assert [row["case.external_id"] for row in rows(exported(admin, RecordKind.CASE, status="closed"))] == [
        str(closed.id)
    ]
    for kind, status in ((RecordKind.OWNER, "closed"), (RecordKind.CASE, "asleep")):
        with pytest.raises(InvalidInputError, match="status"):
            exported(admin, kind, status=status)


@on_sqlite
def test_an_export_names_what_an_import_brought(session: AnySession, admin: Actor) -> None:
    first = build_promotion(actor=admin, content=[visit(1)])
    build_promotion(actor=admin, content=[visit(2)])

    found = rows(exported(admin, RecordKind.CASE, import_id=first))

    assert [row["owner.full_name"] for row in found] == ["Omar Haddadsonb"]


@on_sqlite
def test_pages_of_rows_join_without_a_gap(
    session: AnySession, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_queries, "ROWS_AT_ONCE", 2)
    for number in range(5):
        build_owner(session, admin.organisation_id, f"Owner {number}")
    session.commit()

    assert len(json.loads(exported(admin, RecordKind.OWNER, ExportForm.JSON))) == 5


@on_sqlite
def test_a_workbook_has_texts_only_and_opens_whatever_stands_in_it(session: AnySession, admin: Actor) -> None:
    build_owner(session, admin.organisation_id, "=1+1", notes="bell \x07 and \ufffe", postal_code="01234")
    session.commit()

    book = openpyxl.load_workbook(io.BytesIO(exported(admin, RecordKind.OWNER, ExportForm.XLSX)))
    headings, values = list(book.active.iter_rows(values_only=True))
    row = dict(zip(headings, values, strict=True))

    assert (row["owner.full_name"], row["owner.notes"], row["owner.postal_code"]) == (
        "=1+1",
        "bell \ufffd and \ufffd",
        "01234",
    )
    assert {cell.data_type for cells in book.active.iter_rows() for cell in cells} <= {"s", "n"}


@on_sqlite
def test_the_trail_says_who_took_what(session: AnySession, admin: Actor) -> None:
    exported(admin, RecordKind.OWNER, tag="foster")

    assert count(AuditEvent, AuditEvent.action == "records.exported") == 1
    event = session.query(AuditEvent).filter_by(action="records.exported").one()
    assert (event.actor_id, event.detail["kind"], event.detail["format"]) == (str(admin.id), "owner", "csv")
    assert "foster" not in json.dumps(event.detail)


@on_sqlite
def test_records_of_others_never_leave(session: AnySession, admin: Actor) -> None:
    stranger = actor_of(build_person())
    build_owner(session, stranger.organisation_id, "CANARY")
    session.commit()

    assert b"CANARY" not in exported(admin, RecordKind.OWNER)
    assert exported(admin, RecordKind.CASE, ExportForm.JSON) == b"[\n]\n"


def test_nobody_exports_without_the_right_to() -> None:
    actor = build_actor(role=Role.AUDITOR)
    key = Actor(kind=actor.kind, organisation_id=actor.organisation_id, id=actor.id, name="Key")

    with pytest.raises(NotAllowedError):
        export_records(actor=key, now=NOW, asked=AskedExport(kind=RecordKind.OWNER, form=ExportForm.CSV))


@on_sqlite
def test_a_changed_export_is_read_as_a_change(session: AnySession, admin: Actor) -> None:
    build_promotion(actor=admin, content=[visit(1), visit(2)])
    content = exported(admin, RecordKind.CASE).replace(b",new,", b",closed,", 1)

    plan = promoted(admin, content, ExportForm.CSV)

    assert (plan["case"]["update"], plan["case"]["create"]) == (1, 0)
