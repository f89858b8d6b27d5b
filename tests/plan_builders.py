"""Plans made by hand: an approved import whose rows do to the records exactly what a test says.

For what promoting, undoing and rehearsing do with every kind of record, whoever planned it.
"""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from phcs.core.actors import Actor
from phcs.core.history import (
    AppointmentFacts,
    DocumentFacts,
    HistoryFacts,
    InvoiceFacts,
    InvoiceLineFacts,
    MedicalRecordFacts,
    PaymentFacts,
    ProductFacts,
    VaccinationFacts,
)
from phcs.core.mapping.tables import TableMapping
from phcs.core.planning import Action, PlanCounts, PlanFingerprint, PlannedAction, PlannedRow, stored_action
from phcs.core.reading.tables import TableReading
from phcs.core.records import KIND_OF_FACTS, OwnerFacts, PetFacts, RecordKind
from phcs.core.states import ImportState
from phcs.models.imports import Import, SourceTable
from phcs.models.organisations import Organisation
from phcs.models.plans import PlanAction, PlanRow
from phcs.services import bulk
from phcs.services.identifiers import new_id
from phcs.services.plan_rows import ACTION_COLUMNS, action_cells
from phcs.services.transactions import transaction
from tests.builders import NOW

LINKS = ("pet_id", "invoice_id")


def create(
    facts: OwnerFacts | PetFacts | HistoryFacts, *, parent: UUID | None = None, external_id: str = ""
) -> PlannedAction:
    """A new record that says this, of this owner."""
    stated = {name: value for name, value in asdict(facts).items() if value}
    return PlannedAction(
        kind=KIND_OF_FACTS[type(facts)],
        action=Action.CREATE,
        record_id=new_id(),
        parent_id=parent,
        facts=stated,
        external_id=external_id,
        imported={name: value for name, value in stated.items() if name not in LINKS} if external_id else {},
        imported_rows=(external_id,) if external_id else (),
    )


def change(
    kind: RecordKind,
    record_id: UUID,
    changes: dict[str, list[Any]],
    *,
    version: int = 1,
    parent: UUID | None = None,
    external_id: str = "",
    imported: dict[str, Any] | None = None,
) -> PlannedAction:
    """A known record that a row changes."""
    return PlannedAction(
        kind=kind,
        action=Action.UPDATE if changes else Action.UNCHANGED,
        record_id=record_id,
        parent_id=parent,
        base_version=version,
        changes=changes,
        external_id=external_id,
        imported=imported or {},
        imported_rows=("again",) if imported else (),
    )


def build_planned_import(
    actor: Actor,
    *actions: PlannedAction,
    source: str = "okvet",
    kind: RecordKind = RecordKind.OWNER,
    state: ImportState = ImportState.APPROVED,
    **columns: Any,
) -> UUID:
    """An import of one table, each row of which does one thing; approved, so that a worker carries it out."""
    rows = [PlannedRow(number, one.action, (one,)) for number, one in enumerate(actions, start=2)]
    counts, fingerprint = PlanCounts(kind=kind), PlanFingerprint()
    import_id = new_id()
    ids = (import_id.hex, 1, actor.organisation_id.hex)
    cells: list[tuple[Any, ...]] = []
    for row in rows:
        counts.add(row)
        stored = [stored_action(one) for one in row.actions]
        fingerprint.add(row.row_no, str(row.outcome), stored)
        cells += action_cells(ids, row.row_no, stored)
    with transaction() as session:
        organisation = session.get_one(Organisation, actor.organisation_id)
        given = _import_columns(actor, fingerprint.hexdigest(), counts, len(rows)) | {
            "plan_epoch": organisation.record_epoch,
            "source": source,
            "kind": kind.value,
            "state": state,
        }
        if state is ImportState.REVIEW:
            given |= {"approved_fingerprint": "", "decided_at": None, "decided_by_name": ""}
        own = {"import_id": import_id, "organisation_id": actor.organisation_id, "table_no": 1}
        session.add(Import(id=import_id, organisation_id=actor.organisation_id, **(given | columns)))
        session.flush()
        mapping = TableMapping(source, kind, "headings", ()).as_json()
        reading = TableReading("records.csv", "delimited", "utf-8", ",", 1, (), len(rows), 0, 0, ())
        told = {"name": "records.csv", "kind": kind.value, "reading": reading.as_json(), "mapping": mapping}
        session.add(SourceTable(**own, **told, source=source))
        for row in rows:
            session.add(PlanRow(**own, **_row_columns(row)))
        session.flush()
        bulk.insert_rows(session, PlanAction, ACTION_COLUMNS, cells, ready=True)
    return import_id


def _import_columns(actor: Actor, fingerprint: str, counts: PlanCounts, rows: int) -> dict[str, Any]:
    return {
        "file_name": "records.csv",
        "file_size": 1_000,
        "file_sha256": new_id().hex * 2,
        "stored_name": new_id().hex,
        "options": {},
        "uploaded_by": actor.id,
        "uploaded_by_name": actor.name,
        "created_at": NOW,
        "updated_at": NOW,
        "edited_by": [],
        "timings": {},
        "row_counts": {"valid": rows},
        "finding_counts": {},
        "rows_total": rows,
        "plan_counts": counts.as_json(),
        "plan_fingerprint": fingerprint,
        "approved_fingerprint": fingerprint,
        "decided_by": actor.id,
        "decided_by_kind": actor.kind.value,
        "decided_by_name": actor.name,
        "decided_at": NOW,
    }


def _row_columns(row: PlannedRow) -> dict[str, Any]:
    main = row.actions[-1]
    return {
        "row_no": row.row_no,
        "outcome": str(row.outcome),
        "status": "valid",
        "record_kind": str(main.kind),
        "record_id": main.record_id,
        "owner_id": main.parent_id,
        "external_id": main.external_id,
        "match": {},
        "row_digest": "0" * 32,
    }


def a_clinic() -> list[PlannedAction]:
    """One owner with a pet and one record of every kind of history."""
    owner = create(OwnerFacts(full_name="Ana Silva"), external_id="o1")
    pet = create(
        PetFacts(name="Luna", species="cat", species_given="cat"), parent=owner.record_id, external_id="p1"
    )
    of, its = owner.record_id, str(pet.record_id)
    invoice = create(
        InvoiceFacts(number="F-7", issued_on="2026-05-03", total="120.50", currency="USD", pet_id=its),
        parent=of,
        external_id="i1",
    )
    on = str(invoice.record_id)
    return [
        owner,
        pet,
        create(
            ProductFacts(name="Worming tablet", price="4.25", currency="USD", stock="12.50"), external_id="a1"
        ),
        create(
            MedicalRecordFacts(happened_at="2026-05-03T10:30:00+00:00", diagnosis="Otitis", pet_id=its),
            parent=of,
            external_id="m1",
        ),
        create(
            VaccinationFacts(vaccine="Rabies", given_on="2026-05-03", pet_id=its), parent=of, external_id="v1"
        ),
        create(
            AppointmentFacts(starts_at="2026-05-03T10:00:00+00:00", duration_minutes="30", pet_id=its),
            parent=of,
            external_id="t1",
        ),
        invoice,
        create(InvoiceLineFacts(line_no="1", quantity="2.00", total="120.50", invoice_id=on), parent=of),
        create(PaymentFacts(paid_on="2026-05-04", amount="120.50", currency="USD", invoice_id=on), parent=of),
        create(DocumentFacts(file_name="x-ray.png", sha256="0" * 64, pet_id=its), parent=of),
    ]
