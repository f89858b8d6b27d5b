"""Exports of pets' and owners' history: every kind, read again by the organisation that wrote it without a change."""

import csv
import io
import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.exporting.history import history_columns, history_row
from phcs.core.history import AppointmentFacts, InvoiceFacts, MedicalRecordFacts
from phcs.core.records import HISTORY_KINDS, RecordKind
from phcs.core.states import ImportState
from phcs.queries.exporting import EXPORTED_KINDS, ExportFilter
from phcs.services.exporting import AskedExport, ExportForm, export_records
from phcs.services.identifiers import new_id
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import advance, approve, build_import, seen
from tests.plan_builders import a_clinic, build_planned_import, create
from tests.undo_builders import live_facts

Db = scoped_session[Session]
on_sqlite = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)


@pytest.fixture
def admin() -> Actor:
    return actor_of(build_person())


def exported(actor: Actor, kind: RecordKind, form: ExportForm = ExportForm.CSV, **wanted: Any) -> bytes:
    asked = AskedExport(kind=kind, form=form, wanted=ExportFilter(**wanted))
    return b"".join(export_records(actor=actor, now=NOW, asked=asked))


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_every_kind_of_history_can_be_taken_away_by_its_own_word() -> None:
    assert {EXPORTED_KINDS[word] for word in ("medical-records", "vaccinations", "invoice-lines")} == {
        RecordKind.MEDICAL_RECORD,
        RecordKind.VACCINATION,
        RecordKind.INVOICE_LINE,
    }
    assert set(HISTORY_KINDS) <= set(EXPORTED_KINDS.values())


def test_a_row_names_its_record_its_owner_and_its_pet_by_their_ids() -> None:
    record, owner, pet = new_id(), new_id(), new_id()
    facts = MedicalRecordFacts(
        type="consultation", type_given="Consulta", happened_at="2026-05-03T10:30:00+00:00", pet_id=str(pet)
    )

    row = history_row(RecordKind.MEDICAL_RECORD, record, facts, owner_id=owner)

    assert history_columns(RecordKind.MEDICAL_RECORD)[:3] == (
        "medical_record.external_id",
        "owner.external_id",
        "pet.external_id",
    )
    assert [row[name] for name in history_columns(RecordKind.MEDICAL_RECORD)[:5]] == [
        str(record),
        str(owner),
        str(pet),
        "Consulta",
        "2026-05-03T10:30:00+00:00",
    ]


def test_a_word_that_is_not_read_as_its_code_gives_way_to_the_code() -> None:
    facts = AppointmentFacts(starts_at="2026-05-03T10:30:00+00:00", status="no_show", status_given="zzz")

    row = history_row(RecordKind.APPOINTMENT, new_id(), facts, owner_id=None)

    assert row["appointment.status"] == "no_show"


def test_an_amount_with_three_decimals_is_never_taken_for_thousands() -> None:
    facts = InvoiceFacts(issued_on="2026-05-03", total="12.125", tax="0.50")

    row = history_row(RecordKind.INVOICE, new_id(), facts, owner_id=None)

    assert (row["invoice.total"], row["invoice.tax"]) == ("12.1250", "0.50")


@on_sqlite
@pytest.mark.parametrize("form", ExportForm)
def test_the_organisation_that_wrote_it_reads_its_history_and_nothing_changes(
    session: Db, admin: Actor, form: ExportForm
) -> None:
    first = build_planned_import(admin, *a_clinic())
    assert advance(first) is ImportState.COMPLETED
    before = _facts_only(admin)

    for kind in (RecordKind.PET, *HISTORY_KINDS):
        content = exported(admin, kind, form)
        import_id = build_import(
            actor=admin, content=content, file_name=f"{kind}s.{form.value}", duplicates="update"
        )
        assert advance(import_id) is ImportState.REVIEW
        assert seen(import_id).row.source == "phcs"
        approve(import_id, actor=admin)
        assert advance(import_id) is ImportState.COMPLETED

    assert _facts_only(admin) == before


def _facts_only(actor: Actor) -> dict[str, Any]:
    kept = {"owners", "pets", *(f"{kind}s" for kind in HISTORY_KINDS)}
    return {name: found for name, found in live_facts(actor.organisation_id).items() if name in kept}


@on_sqlite
def test_an_export_of_a_history_is_narrowed_by_text_status_and_day(session: Db, admin: Actor) -> None:
    owner = a_clinic()[0]
    paid, open_ = (
        create(
            InvoiceFacts(number=number, issued_on=day, total="1.00", status=status), parent=owner.record_id
        )
        for number, day, status in (("F-1", "2026-05-03", "paid"), ("F-2", "2026-06-03", "open"))
    )
    assert advance(build_planned_import(admin, owner, paid, open_)) is ImportState.COMPLETED

    def numbers(**wanted: Any) -> list[str]:
        return [row["invoice.number"] for row in rows(exported(admin, RecordKind.INVOICE, **wanted))]

    assert numbers() == ["F-1", "F-2"]
    assert numbers(status="open") == numbers(since=NOW.replace(month=6, day=1)) == ["F-2"]
    assert numbers(text="F-1") == numbers(until=NOW.replace(month=6, day=1)) == ["F-1"]


@on_sqlite
def test_products_which_belong_to_nobody_are_taken_away_too(app: Flask, session: Db, admin: Actor) -> None:
    assert advance(build_planned_import(admin, *a_clinic())) is ImportState.COMPLETED

    told = json.loads(exported(admin, RecordKind.PRODUCT, ExportForm.JSON))

    assert [(one["product.name"], one["product.stock"]) for one in told] == [("Worming tablet", "12.50")]
