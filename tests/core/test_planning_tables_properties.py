"""What holds for every import of several tables: their order and that of their rows change no record."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from phcs.core.findings import FindingCode
from phcs.core.history import InvoiceFacts, InvoiceLineFacts, MedicalRecordFacts
from phcs.core.planning import Action, OrphanDecision
from phcs.core.records import OwnerFacts, PetFacts, RecordKind, RowRecord
from tests.core.planning_tables import PLACEHOLDER, Clinic, Table, contents, plan_tables

_NAMES = ("Ana Ruiz", "Luis Gil", "Eva Sanz", "Pau Mas", "Mar Coll")
_IDS = tuple(str(number) for number in range(1, 6))
_WHO = st.sampled_from([*_IDS, "gone"])
_ORPHANS = st.sampled_from(
    [{}, {FindingCode.PARENT_MISSING: PLACEHOLDER, FindingCode.PARENT_REJECTED: PLACEHOLDER}]
)


def _owner(number: str) -> RowRecord:
    index = int(number)
    facts = OwnerFacts(full_name=_NAMES[index - 1], phone=f"+3461234567{index}")
    return RowRecord(owner=facts, owner_external_id=number)


def _pet(number: str, owner: str, name: str) -> RowRecord:
    facts = PetFacts(name=name, species="dog")
    return RowRecord(pets=(facts,), pet_external_id=number, owner_external_id=owner)


def _visit(number: str, pet: str, owner: str) -> RowRecord:
    facts = MedicalRecordFacts(happened_at="2026-01-02T09:00:00+00:00", description=f"visit {number}")
    return RowRecord(history=facts, history_external_id=number, pet_external_id=pet, owner_external_id=owner)


def _invoice(number: str, owner: str) -> RowRecord:
    facts = InvoiceFacts(issued_on="2026-01-02", total=number)
    return RowRecord(history=facts, history_external_id=number, owner_external_id=owner)


def _line(number: str, invoice: str) -> RowRecord:
    facts = InvoiceLineFacts(total=number)
    return RowRecord(history=facts, history_external_id=number, invoice_external_id=invoice)


@st.composite
def _exports(draw: st.DrawFn) -> tuple[Table, ...]:
    orphans: Mapping[FindingCode, OrphanDecision] = draw(_ORPHANS)

    def ids() -> list[str]:
        return draw(st.lists(st.sampled_from(_IDS), unique=True, max_size=4))

    rows: dict[RecordKind, Sequence[RowRecord]] = {
        RecordKind.OWNER: [_owner(number) for number in ids()],
        RecordKind.PET: [
            _pet(number, draw(_WHO), draw(st.sampled_from(["Luna", "Max", ""]))) for number in ids()
        ],
        RecordKind.MEDICAL_RECORD: [
            _visit(number, draw(_WHO), draw(st.sampled_from(["", *_IDS]))) for number in ids()
        ],
        RecordKind.INVOICE: [_invoice(number, draw(_WHO)) for number in ids()],
        RecordKind.INVOICE_LINE: [_line(number, draw(_WHO)) for number in ids()],
    }
    wrong = frozenset(draw(st.lists(st.sampled_from([2, 3]), max_size=1)))
    return tuple(
        Table(
            kind,
            each,
            f"{kind}.csv",
            wrong if kind in {RecordKind.OWNER, RecordKind.PET} else frozenset(),
            orphans,
        )
        for kind, each in rows.items()
    )


def _as_promoted(tables: Sequence[Table]) -> Clinic:
    clinic = Clinic()
    clinic.promote(plan_tables(*tables))
    return clinic


@given(_exports(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_any_order_of_tables_gives_the_same_plan(tables: tuple[Table, ...], random: object) -> None:
    shuffled = list(tables)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert plan_tables(*shuffled) == plan_tables(*tables)


@given(_exports(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_shuffled_rows_give_the_same_records(tables: tuple[Table, ...], random: object) -> None:
    shuffled = []
    for table in tables:
        rows = list(enumerate(table.rows, start=2))
        random.shuffle(rows)  # type: ignore[attr-defined]
        wrong = frozenset(new for new, (old, _) in enumerate(rows, start=2) if old in table.wrong)
        shuffled.append(replace(table, rows=[row for _, row in rows], wrong=wrong))
    assert contents(_as_promoted(shuffled)) == contents(_as_promoted(tables))


@given(_exports())
@settings(max_examples=60, deadline=None)
def test_the_same_tables_again_change_nothing(tables: tuple[Table, ...]) -> None:
    first = plan_tables(*tables)
    clinic = Clinic()
    clinic.promote(first)
    again = plan_tables(*tables, clinic=clinic, first_id=9000)
    brought = {place for place, row in first.items() if row.actions}
    assert {again[place].outcome for place in brought} <= {Action.UNCHANGED}
    before = contents(clinic)
    clinic.promote({place: again[place] for place in brought})
    assert contents(clinic) == before


@given(_exports())
@settings(max_examples=60, deadline=None)
def test_every_row_is_imported_or_says_why_not_and_no_record_is_without_its_owner(
    tables: tuple[Table, ...],
) -> None:
    plan = plan_tables(*tables)
    assert len(plan) == sum(len(table.rows) for table in tables)
    for row in plan.values():
        assert bool(row.actions) is (row.outcome not in {Action.SKIP, Action.REJECT})
        assert row.actions or row.reason
    clinic = Clinic()
    clinic.promote(plan)
    assert all(clinic.owner_of(record_id) in clinic.owners for record_id in clinic.history)
