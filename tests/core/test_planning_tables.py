"""Tables of pets and of history: each row finds what it belongs to, or waits and says for what."""

from dataclasses import replace
from uuid import UUID

import pytest

from phcs.core.findings import FindingCode, Severity
from phcs.core.history import InvoiceFacts, InvoiceLineFacts, ProductFacts, VaccinationFacts
from phcs.core.planning import Action, DuplicateStrategy, OrphanChoice, OrphanDecision, PlannedRow
from phcs.core.records import OwnerFacts, PetFacts, RecordKind, RowRecord
from phcs.core.row_places import RowPlace
from tests.core.planning_tables import PLACEHOLDER, Clinic, Table, plan_tables

ANA = OwnerFacts(full_name="Ana Ruiz", phone="+34612345678")
LUNA = PetFacts(name="Luna", species="dog", microchip="941000001")
SHOT = RecordKind.VACCINATION
RABIES = VaccinationFacts(vaccine="Rabies", given_on="2026-01-02")


def owner_row(external_id: str = "C1", facts: OwnerFacts = ANA) -> RowRecord:
    return RowRecord(owner=facts, owner_external_id=external_id)


def pet_row(external_id: str = "P1", owner: str = "C1", facts: PetFacts = LUNA) -> RowRecord:
    return RowRecord(pets=(facts,), pet_external_id=external_id, owner_external_id=owner)


def shot_row(
    external_id: str = "V1", pet: str = "P1", owner: str = "", facts: VaccinationFacts = RABIES
) -> RowRecord:
    return RowRecord(
        history=facts, history_external_id=external_id, pet_external_id=pet, owner_external_id=owner
    )


def owners(*rows: RowRecord, wrong: frozenset[int] = frozenset()) -> Table:
    return Table(RecordKind.OWNER, rows, "clientes", wrong)


def pets(*rows: RowRecord, wrong: frozenset[int] = frozenset()) -> Table:
    return Table(RecordKind.PET, rows, "mascotas", wrong)


def shots(*rows: RowRecord) -> Table:
    return Table(RecordKind.VACCINATION, rows, "vacunas")


def promoted(*tables: Table) -> Clinic:
    clinic = Clinic()
    clinic.promote(plan_tables(*tables))
    return clinic


def codes(row: PlannedRow) -> list[FindingCode]:
    return [finding.code for finding in row.findings]


def test_children_find_parents_of_other_tables_by_their_ids() -> None:
    plan = plan_tables(shots(shot_row()), pets(pet_row()), owners(owner_row()))
    owner, pet, shot = (plan[RowPlace(number, 2)].actions[-1] for number in (1, 2, 3))
    assert (pet.kind, pet.action, pet.parent_id) == (RecordKind.PET, Action.CREATE, owner.record_id)
    assert (pet.external_id, pet.imported) == ("P1", pet.facts)
    assert (shot.kind, shot.parent_id) == (RecordKind.VACCINATION, owner.record_id)
    assert shot.facts == {
        "vaccine": "Rabies",
        "given_on": "2026-01-02",
        "pet_id": str(pet.record_id),
    }
    assert shot.imported == {"vaccine": "Rabies", "given_on": "2026-01-02"}


def test_children_find_parents_that_an_earlier_import_brought() -> None:
    clinic = promoted(owners(owner_row()), pets(pet_row()))
    plan = plan_tables(shots(shot_row()), clinic=clinic, first_id=5000)
    (shot,) = plan[RowPlace(1, 2)].actions
    assert UUID(shot.facts["pet_id"]) in clinic.pets
    assert shot.parent_id in clinic.owners


@pytest.mark.parametrize(
    ("invoice", "said"), [("F1", [FindingCode.PARENT_INCOMPLETE]), ("gone", []), ("", [])]
)
def test_a_rejected_line_says_which_invoice_is_imported_without_it(
    invoice: str, said: list[FindingCode]
) -> None:
    facts = InvoiceFacts(issued_on="2026-01-02", total="10")
    bill = RowRecord(history=facts, history_external_id="F1", owner_external_id="C1")
    line = RowRecord(history=InvoiceLineFacts(), history_external_id="L1", invoice_external_id=invoice)
    lines = Table(RecordKind.INVOICE_LINE, [line], wrong=frozenset({2}))
    plan = plan_tables(lines, Table(RecordKind.INVOICE, [bill]), owners(owner_row()))
    row = plan[RowPlace(3, 2)]
    assert (row.outcome, row.actions, codes(row)) == (Action.REJECT, (), said)


def test_invoice_lines_belong_to_the_owner_of_their_invoice() -> None:
    invoice = RowRecord(
        history=InvoiceFacts(issued_on="2026-01-02", total="10"),
        history_external_id="F1",
        owner_external_id="C1",
    )
    line = RowRecord(history=InvoiceLineFacts(total="10"), history_external_id="L1", invoice_external_id="F1")
    plan = plan_tables(
        Table(RecordKind.INVOICE_LINE, [line]), Table(RecordKind.INVOICE, [invoice]), owners(owner_row())
    )
    owner, made, child = (plan[RowPlace(number, 2)].actions[-1] for number in (1, 2, 3))
    assert child.facts["invoice_id"] == str(made.record_id)
    assert child.parent_id == made.parent_id == owner.record_id


def test_a_product_belongs_to_nobody() -> None:
    row = RowRecord(history=ProductFacts(name="Shampoo"), history_external_id="7")
    (planned,) = plan_tables(Table(RecordKind.PRODUCT, [row])).values()
    assert (planned.outcome, planned.actions[0].parent_id) == (Action.CREATE, None)


@pytest.mark.parametrize(
    ("tables", "code", "words"),
    [
        ((owners(owner_row()),), FindingCode.PARENT_MISSING, "the pet P1"),
        (
            (owners(owner_row()), pets(pet_row(), wrong=frozenset({2}))),
            FindingCode.PARENT_REJECTED,
            "row 2 of “mascotas”",
        ),
        ((pets(pet_row()),), FindingCode.PARENT_WAITING, "row 2 of “mascotas”"),
    ],
)
def test_a_row_whose_parent_is_not_there_is_held_back_and_says_for_what_it_waits(
    tables: tuple[Table, ...], code: FindingCode, words: str
) -> None:
    plan = plan_tables(*tables, shots(shot_row()))
    row = plan[max(plan)]
    assert (row.outcome, row.actions, codes(row)) == (Action.SKIP, (), [code])
    assert row.findings[0].severity is Severity.WARNING
    assert words in row.reason


def test_rows_wait_with_an_owner_whom_a_person_has_to_tell_apart_first() -> None:
    known = UUID(int=9)
    clinic = Clinic(owners={known: OwnerFacts(full_name="Ana", phone=ANA.phone)}, versions={known: 1})
    tables = owners(owner_row()), pets(pet_row())
    asked, waiting = plan_tables(*tables, clinic=clinic, first_id=5000).values()
    assert codes(asked) == [FindingCode.MATCH_UNDECIDED]
    assert codes(waiting) == [FindingCode.PARENT_WAITING]
    answered = plan_tables(*tables, clinic=clinic, first_id=5000, decisions={known: True})
    assert answered[RowPlace(2, 2)].actions[-1].parent_id == known


def test_orphans_go_to_one_placeholder_which_the_first_of_them_makes() -> None:
    orphans = {FindingCode.PARENT_MISSING: PLACEHOLDER}
    table = Table(RecordKind.PET, [pet_row("P1", "X"), pet_row("P2", "Y", LUNA)], "mascotas", orphans=orphans)
    plan = plan_tables(table, shots(shot_row(pet="P2")))
    first, second, shot = plan.values()
    assert [(one.kind, one.action) for one in first.actions] == [
        (RecordKind.OWNER, Action.CREATE),
        (RecordKind.PET, Action.CREATE),
    ]
    assert first.actions[0].facts["tags"] == ["placeholder"]
    assert [one.kind for one in second.actions] == [RecordKind.PET]
    assert {one.parent_id for one in (first.actions[1], second.actions[0], shot.actions[0])} == {
        PLACEHOLDER.owner_id
    }
    assert codes(second) == [FindingCode.PARENT_MISSING]
    assert second.findings[0].severity is Severity.NOTE


def test_pets_of_strangers_are_not_taken_for_each_other() -> None:
    orphans = {FindingCode.PARENT_MISSING: PLACEHOLDER}
    rows = [pet_row("", "X"), pet_row("", "Y", replace(LUNA, microchip=""))]
    first, second = plan_tables(Table(RecordKind.PET, rows, orphans=orphans)).values()
    assert first.actions[-1].record_id != second.actions[-1].record_id


def test_a_record_that_lacked_its_pet_gains_it_as_soon_as_the_pet_is_there() -> None:
    table = Table(
        RecordKind.VACCINATION, [shot_row(), shot_row()], orphans={FindingCode.PARENT_MISSING: PLACEHOLDER}
    )
    clinic = promoted(table)
    plain = shots(shot_row(), shot_row(facts=replace(RABIES, lot="77")))
    (still, changed) = plan_tables(plain, clinic=clinic, first_id=3000).values()
    assert (still.outcome, changed.actions[0].changes) == (Action.UNCHANGED, {"lot": ["", "77"]})
    later = plan_tables(owners(owner_row()), pets(pet_row()), table, clinic=clinic, first_id=5000)
    owner, pet = later[RowPlace(1, 2)].actions[0], later[RowPlace(2, 2)].actions[0]
    assert later[RowPlace(3, 2)].actions[0].changes == {
        "pet_id": ["", str(pet.record_id)],
        "owner_id": [str(PLACEHOLDER.owner_id), str(owner.record_id)],
    }
    clinic.promote(later)
    again = plan_tables(owners(owner_row()), pets(pet_row()), table, clinic=clinic, first_id=9000)
    assert [again[RowPlace(3, row)].outcome for row in (2, 3)] == [Action.UNCHANGED, Action.SKIP]


def test_a_row_that_lacks_its_pet_stays_with_the_owner_whom_it_names() -> None:
    table = Table(
        RecordKind.VACCINATION,
        [shot_row(pet="gone", owner="C1")],
        orphans={FindingCode.PARENT_MISSING: PLACEHOLDER},
    )
    owner, shot = plan_tables(owners(owner_row()), table).values()
    assert shot.actions[-1].parent_id == owner.actions[0].record_id
    assert "pet_id" not in shot.actions[-1].facts


def test_an_owner_who_was_chosen_and_is_gone_takes_no_rows() -> None:
    chosen = OrphanDecision(OrphanChoice.OWNER, UUID(int=5))
    table = Table(RecordKind.PET, [pet_row()], orphans={FindingCode.PARENT_MISSING: chosen})
    (row,) = plan_tables(table).values()
    assert (row.outcome, row.actions) == (Action.SKIP, ())
    assert "not there any more" in row.reason


def test_the_pets_owner_holds_where_a_row_names_another() -> None:
    two = owners(owner_row(), owner_row("C2", OwnerFacts(full_name="Luis Gil", phone="+34699000111")))
    plan = plan_tables(two, pets(pet_row()), shots(shot_row(owner="C2")))
    shot = plan[RowPlace(3, 2)]
    assert codes(shot) == [FindingCode.REFERENCE_DIFFERS]
    assert shot.actions[0].parent_id == plan[RowPlace(1, 2)].actions[0].record_id


def test_two_ids_are_two_pets_however_much_they_are_alike() -> None:
    plan = plan_tables(owners(owner_row()), pets(pet_row("P1"), pet_row("P2")))
    assert len({plan[RowPlace(2, row)].actions[-1].record_id for row in (2, 3)}) == 2


def test_a_pet_that_a_person_entered_is_linked_and_gains_the_id() -> None:
    clinic = promoted(owners(owner_row()))
    (owner_id,) = clinic.owners
    clinic.pets[UUID(int=9)] = (replace(LUNA, microchip="", notes="limps"), owner_id)
    clinic.versions[UUID(int=9)] = 1
    (row,) = plan_tables(pets(pet_row()), clinic=clinic, first_id=5000).values()
    (pet,) = row.actions
    assert (pet.record_id, pet.action, pet.external_id) == (UUID(int=9), Action.UPDATE, "P1")
    assert pet.changes == {"microchip": ["", "941000001"]}


def test_a_record_that_comes_twice_is_made_once() -> None:
    other = shot_row(facts=replace(RABIES, lot="77"))
    plan = plan_tables(owners(owner_row()), pets(pet_row()), shots(shot_row(), shot_row(), other))
    first, same, differing = (plan[RowPlace(3, row)] for row in (2, 3, 4))
    assert first.outcome is Action.CREATE
    assert (same.outcome, codes(same)) == (Action.SKIP, [FindingCode.ROW_REPEATED])
    assert (differing.outcome, codes(differing)) == (Action.UPDATE, [FindingCode.ROW_REPEATED_DIFFERENTLY])
    assert differing.actions[0].changes == {"lot": ["", "77"]}


def test_a_later_export_changes_what_the_source_changed_and_nothing_that_people_did() -> None:
    tables = owners(owner_row()), pets(pet_row()), shots(shot_row())
    clinic = promoted(*tables)
    ((pet_id, (pet, owner_id)),) = clinic.pets.items()
    clinic.pets[pet_id] = (replace(pet, name="Lunita"), owner_id)
    ((shot_id, (kind, shot, _)),) = clinic.history.items()
    clinic.history[shot_id] = (kind, replace(shot, vaccine="Rabies 3Y"), owner_id)
    later = plan_tables(
        owners(owner_row()),
        pets(pet_row(facts=replace(LUNA, breed="mixed"))),
        shots(shot_row(facts=replace(RABIES, given_on="", lot="77"))),
        clinic=clinic,
        first_id=5000,
    )
    assert later[RowPlace(2, 2)].actions[-1].changes == {"breed": ["", "mixed"]}
    assert later[RowPlace(3, 2)].actions[-1].changes == {"lot": ["", "77"]}


@pytest.mark.parametrize(
    ("theirs", "changes", "severity"),
    [
        ({}, {}, Severity.WARNING),
        ({(SHOT, "lot"): True}, {"lot": ["ours", "78"]}, Severity.NOTE),
        ({(SHOT, ""): True}, {"lot": ["ours", "78"]}, Severity.NOTE),
        ({(SHOT, ""): True, (SHOT, "lot"): False}, {}, Severity.WARNING),
        ({(SHOT, ""): False, (SHOT, "lot"): True}, {"lot": ["ours", "78"]}, Severity.NOTE),
        ({(RecordKind.PET, "lot"): True, (SHOT, "notes"): True}, {}, Severity.WARNING),
    ],
)
def test_what_people_and_the_source_both_changed_stays_unless_a_person_takes_theirs(
    theirs: dict[tuple[RecordKind, str], bool], changes: dict[str, list[str]], severity: Severity
) -> None:
    clinic = promoted(owners(owner_row()), pets(pet_row()), shots(shot_row(facts=replace(RABIES, lot="77"))))
    ((shot_id, (kind, shot, owner_id)),) = clinic.history.items()
    clinic.history[shot_id] = (kind, replace(shot, lot="ours"), owner_id)
    table = shots(shot_row(facts=replace(RABIES, lot="78", notes="new")))

    (row,) = plan_tables(table, clinic=clinic, theirs=theirs, first_id=5000).values()
    assert row.actions[0].changes == {"notes": ["", "new"]} | changes
    (finding,) = row.findings
    assert (finding.code, finding.severity, finding.column, finding.value, finding.detail) == (
        FindingCode.EDITED_SINCE,
        severity,
        "lot",
        "78",
        "ours",
    )
    clinic.promote({RowPlace(1, 2): row})
    (later,) = plan_tables(table, clinic=clinic, first_id=9000).values()
    assert (later.outcome, later.findings) == (Action.UNCHANGED, ())


def test_a_record_that_the_source_gives_to_another_pet_moves_with_its_owner() -> None:
    two = owners(owner_row(), owner_row("C2", OwnerFacts(full_name="Luis Gil", phone="+34699000111")))
    both = pets(pet_row("P1", "C1"), pet_row("P2", "C2", PetFacts(name="Max", species="cat")))
    clinic = promoted(two, both, shots(shot_row(pet="P1")))
    (row,) = plan_tables(shots(shot_row(pet="P2")), clinic=clinic, first_id=5000).values()
    (moved,) = row.actions
    assert set(moved.changes) == {"pet_id", "owner_id"}
    assert str(moved.parent_id) == moved.changes["owner_id"][1]


def test_known_records_stay_as_they_are_where_an_import_skips_them() -> None:
    clinic = promoted(owners(owner_row()), pets(pet_row()), shots(shot_row()))
    plan = plan_tables(
        pets(pet_row(facts=replace(LUNA, breed="mixed"))),
        shots(shot_row(facts=replace(RABIES, lot="77"))),
        clinic=clinic,
        duplicates=DuplicateStrategy.SKIP,
        first_id=5000,
    )
    assert [(row.outcome, row.reason) for row in plan.values()] == [
        (Action.SKIP, "The pet is known; known records are skipped."),
        (Action.SKIP, "The vaccination is known; known records are skipped."),
    ]


def test_a_row_that_describes_owner_and_pet_in_words_brings_both() -> None:
    row = RowRecord(
        owner=ANA,
        owner_external_id="C1",
        pets=(LUNA,),
        pet_external_id="P1",
        history=RABIES,
        history_external_id="V1",
    )
    again = replace(row, history=replace(RABIES, given_on="2026-03-04"), history_external_id="V2")
    first, second = plan_tables(shots(row, again)).values()
    assert [(one.kind, one.action) for one in first.actions] == [
        (RecordKind.OWNER, Action.CREATE),
        (RecordKind.PET, Action.CREATE),
        (RecordKind.VACCINATION, Action.CREATE),
    ]
    assert second.actions[-1].facts["pet_id"] == str(first.actions[1].record_id)
    assert [one.kind for one in second.actions] == [RecordKind.OWNER, RecordKind.VACCINATION]
