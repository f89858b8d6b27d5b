"""Verification without a database: what the trail expects, why a value differs, how columns and samples are drawn."""

from collections import Counter
from typing import Any
from uuid import UUID

import pytest

from phcs.core.mapping.dropping import SENSITIVE
from phcs.core.mapping.feeding import fed_facts
from phcs.core.mapping.tables import ColumnMapping, TableMapping
from phcs.core.planning.actions import Action
from phcs.core.reading.tables import ColumnReading, TableReading
from phcs.core.records import RecordKind
from phcs.core.verifying.accounts import Accounts, RecordAccount, TableAccount, TrailAccount
from phcs.core.verifying.columns import ColumnFate, ColumnTally
from phcs.core.verifying.equations import equations_of
from phcs.core.verifying.looks import ChunkWorld, LedgerEntry, PlannedRecord, RowLook, verdicts_of
from phcs.core.verifying.report import Result, make_report, report_digest, values_fit
from phcs.core.verifying.row_details import how_read
from phcs.core.verifying.sampling import sample_of
from phcs.core.verifying.stated import paired, stated_records
from phcs.core.verifying.trails import TrailEvent, altered_facts, expected_record
from phcs.core.verifying.verdicts import RowPlace, Verdict, explain

OURS = "import-1"
PLACE = RowPlace(OURS, 1, 7, promoted_number=100, table_names={1: "Clients", 2: "Pets"})
MADE = TrailEvent(
    10, "owner.created", "Ana", "2026-11-01T10:00", OURS, "a.csv", 1, 7, {"phone": "1", "city": "Rome"}
)


def event(number: int, action: str, **said: Any) -> TrailEvent:
    return TrailEvent(number, action, **{"by": "Rui", "at": "2026-11-20T08:00", **said})


def test_a_record_is_expected_to_say_what_its_events_leave() -> None:
    edited = event(200, "owner.edited", changes={"phone": ["1", "2"], "email": ["", "a@b.c"]})

    expected = expected_record([MADE, edited])

    assert dict(expected.facts) == {"phone": "2", "city": "Rome", "email": "a@b.c"}
    assert (expected.is_whole, expected.setter("phone"), expected.setter("notes")) == (True, edited, MADE)


@pytest.mark.parametrize(
    ("live", "altered"),
    [
        ({"phone": "1", "city": "Rome"}, ()),
        ({"phone": "1", "city": "Rome", "notes": ""}, ()),
        ({"phone": "9", "city": "Rome"}, ("phone",)),
        ({"phone": "1"}, ("city",)),
        ({"phone": "1", "city": "Rome", "notes": "slipped in"}, ("notes",)),
    ],
)
def test_a_live_record_that_is_not_as_the_trail_says_is_noticed(
    live: dict[str, Any], altered: tuple[str, ...]
) -> None:
    expected = expected_record([MADE])

    found = altered_facts(expected, live, ("phone", "city", "notes"), normal=lambda _, value: value)

    assert found == altered


@pytest.mark.parametrize("is_erased", [True, False])
def test_of_a_record_whose_first_values_are_not_told_only_later_ones_are_known(is_erased: bool) -> None:  # noqa: FBT001
    erased = TrailEvent(10, "owner.created", import_id=OURS, is_erased=is_erased)
    edited = event(200, "owner.edited", changes={"city": ["Rome", "Bari"]})

    found = altered_facts(
        expected_record([erased, edited]), {"phone": "9"}, ("phone", "city"), normal=lambda _, value: value
    )

    assert found == ("city",)


REMOVED = event(300, "owner.removed", import_id=OURS)
EDITED = event(200, "owner.edited", changes={"phone": ["1", "2"]})
LATER = event(
    200, "owner.updated", import_id="import-2", file_name="b.csv", row_no=3, changes={"phone": ["1", "2"]}
)
OTHER_ROW = event(11, "owner.updated", import_id=OURS, table_no=2, row_no=8, changes={"phone": ["1", "2"]})
REVERTED = event(300, "owner.reverted", import_id=OURS, row_no=7, changes={"phone": ["1", "0"]})
BEFORE = TrailEvent(
    5, "owner.created", "Eva", "2026-01-01T08:00", "import-0", "old.csv", 1, 2, {"phone": "2"}
)


@pytest.mark.parametrize(
    ("trail", "live", "verdict", "reason"),
    [
        ([MADE], {"phone": "1"}, Verdict.SAME, ""),
        ([MADE], {"phone": "3", "phone2": "1"}, Verdict.ELSEWHERE, "second phone"),
        ([MADE, EDITED], {"phone": "2"}, Verdict.CHANGED_SINCE, "Rui changed it on 2026-11-20."),
        (
            [MADE, LATER],
            {"phone": "2"},
            Verdict.CHANGED_SINCE,
            "Rui changed it with the import b.csv on 2026-11-20.",
        ),
        ([MADE, OTHER_ROW], {"phone": "2"}, Verdict.OTHER_ROW, "Row 8 of “Pets” of the same file"),
        ([MADE, REVERTED], {"phone": "0"}, Verdict.TAKEN_BACK, "Taken back by an undo on 2026-11-20."),
        ([MADE, REMOVED], None, Verdict.TAKEN_BACK, "Removed by an undo on 2026-11-20."),
        ([BEFORE], {"phone": "2"}, Verdict.KEPT, "from the import old.csv on 2026-01-01"),
        ([], {"phone": "2"}, Verdict.KEPT, "left what PHCS said"),
        ([MADE], None, Verdict.UNEXPLAINED, "does not say who removed it"),
        ([MADE], {"phone": "4"}, Verdict.UNEXPLAINED, "wrote something else"),
    ],
)
def test_a_difference_is_explained_by_the_trail_or_not_at_all(
    trail: list[TrailEvent], live: dict[str, Any] | None, verdict: Verdict, reason: str
) -> None:
    found = explain("phone", "1", live, expected_record(trail), PLACE)

    assert found.verdict is verdict
    assert reason in found.reason


def test_a_live_value_that_the_trail_does_not_know_is_never_explained() -> None:
    found = explain("phone", "1", {"phone": "1"}, expected_record([MADE]), PLACE, altered=True)

    assert found.verdict is Verdict.UNEXPLAINED


def test_pets_of_a_row_are_paired_by_their_names() -> None:
    rex, mia = UUID(int=1), UUID(int=2)
    record: dict[str, Any] = {
        "owner": None,
        "case": None,
        "pets": [{"name": "Mia"}, {"name": "Rex"}],
        "owner_external_id": "7",
    }
    live = {rex: {"name": "Rex", "species": "dog"}, mia: {"name": "Mia", "species": "dog"}}

    found = paired(stated_records(record), [(RecordKind.PET, rex), (RecordKind.PET, mia)], live)

    assert [record_id for _, record_id in found] == [mia, rex]


@pytest.mark.parametrize(
    ("target", "first", "more"),
    [
        ("owner.phone", "owner.phone", "owner.phone2"),
        ("row.state", "case.status", "case.outcome"),
        ("pet.weight", "pet.weight", "case.custom.pet_weight"),
        ("owner.custom.key", "owner.custom.key", "owner.custom.key"),
        ("pet.name", "pet.name", "pet.species_given"),
        ("owner.email", "owner.email", "owner.custom.email_2"),
    ],
)
def test_a_target_feeds_the_fact_of_its_name_first(target: str, first: str, more: str) -> None:
    assert fed_facts(target)[0] == first
    assert more in fed_facts(target)


def table(**targets: str) -> ColumnTally:
    """Columns by heading; `dropped` is one that is not kept."""
    columns = tuple(
        ColumnMapping(
            at, heading, "" if target == "dropped" else target, 100, SENSITIVE if target == "dropped" else ""
        )
        for at, (heading, target) in enumerate(targets.items())
    )
    reading = TableReading(
        "a.csv",
        "delimited",
        "utf-8",
        ",",
        1,
        tuple(ColumnReading(one.position, one.heading, one.heading, 2, ()) for one in columns),
        2,
        0,
        0,
        (),
    )
    return ColumnTally(reading, TableMapping("plain", RecordKind.OWNER, "", columns))


def test_every_filled_cell_of_a_column_gets_exactly_one_verdict() -> None:
    tally = table(name="owner.full_name", tel="owner.phone", tel2="owner.phone", extra="", ssn="dropped")
    told = {"owner.full_name": Verdict.SAME, "owner.phone": Verdict.CHANGED_SINCE}

    tally.add(["Ana", "1", "2", "x", ""], told)
    tally.add(["Wei", "", "3", "", ""], None)
    tally.add(["", "n/a"], {"owner.full_name": Verdict.SAME})

    name, tel, tel2, extra, ssn = tally.columns
    assert (name.filled, name.verdicts) == (2, Counter({Verdict.SAME: 1, Verdict.NOT_IMPORTED: 1}))
    assert tel.verdicts == Counter({Verdict.CHANGED_SINCE: 1, Verdict.NO_VALUE: 1})
    assert tel2.verdicts == Counter({Verdict.PASSED_OVER: 1, Verdict.NOT_IMPORTED: 1})
    assert (extra.fate, extra.filled) == (ColumnFate.NOT_IMPORTED, 1)
    assert (ssn.fate, ssn.filled_first) == (ColumnFate.DROPPED, 2)


def test_a_sample_is_drawn_again_by_its_seed_whatever_order_the_rows_come_in() -> None:
    rows = [(table_no, row_no) for table_no in (1, 2) for row_no in range(2, 500)]

    first, again = (sample_of(given, seed="tea", size=20) for given in (rows, reversed(rows)))

    assert first == again == tuple(sorted(first))
    assert len(set(first)) == 20
    assert sample_of(rows, seed="milk", size=20) != first
    assert sample_of(rows[:3], seed="tea", size=20) == tuple(rows[:3])


def accounts(**changed: int) -> Accounts:
    """Two rows, of which one made an owner with an id; everything adds up unless something is changed."""
    given = {
        "rows_now": 2,
        "ledger": 2,
        "digests": 2,
        "surplus": 0,
        "live": 1,
        "as_told": 1,
        "found_ids": 1,
        **changed,
    }
    owners = TableAccount(1, "a.csv", "owner", 2, given["rows_now"], given["ledger"])
    owners.outcomes = Counter({"create": 1, "reject": 1})
    owners.equal_digests, owners.surplus = given["digests"], given["surplus"]
    told = {"created": 1}
    return Accounts(
        tables=[owners],
        planned_rows={Action.CREATE: 1, Action.REJECT: 1},
        records=[RecordAccount(RecordKind.OWNER, {Action.CREATE: 1}, told, given["live"])],
        trail=TrailAccount(
            records=Counter({RecordKind.OWNER: 1}),
            as_told=Counter({RecordKind.OWNER: given["as_told"]}),
            statements=1,
            found_ids=given["found_ids"],
        ),
    )


@pytest.mark.parametrize(
    ("changed", "failed"),
    [
        ({}, []),
        ({"rows_now": 1, "digests": 1}, ["table.rows"]),
        ({"digests": 1}, ["table.digests"]),
        ({"surplus": 1}, ["table.surplus"]),
        ({"live": 0}, ["records.live"]),
        ({"as_told": 0}, ["records.as_told"]),
        ({"found_ids": 0}, ["external_ids"]),
    ],
)
def test_whatever_is_missing_fails_the_equation_that_counts_it(
    changed: dict[str, int], failed: list[str]
) -> None:
    assert [one.code for one in equations_of(accounts(**changed)) if not one.holds] == failed


def test_a_report_keeps_its_digest_without_its_values_and_loses_it_with_any_change() -> None:
    made = make_report({"number": 1}, accounts(), [], salt=b"0" * 16)

    assert made.result is Result.ADDS_UP
    assert report_digest(made.body) == made.digest
    assert values_fit(made.body, {"sample": []}, b"0" * 16)
    assert not values_fit(made.body, {"sample": [1]}, b"0" * 16)
    assert report_digest({**made.body, "number": 2}) != made.digest
    assert make_report({"number": 1}, accounts(live=0), [], salt=b"0" * 16).result is Result.DOES_NOT_ADD_UP


@pytest.mark.parametrize(
    ("name", "given", "stated", "reason"),
    [
        ("phone", "(415) 555-0101", "+14155550101", "Written as an international number."),
        ("phone", "+14155550101", "+14155550101", ""),
        ("opened_at", "2 Nov 2026 10:00", "2026-11-02T10:00:00+00:00", "Written as a date, times in UTC."),
        ("full_name", "Ana | Silva", "Ana Silva", "Read out of several columns."),
        ("services", "TNR", ["medical"], "Read as one of the words that PHCS has for it."),
        ("notes", "", "found in a labelled cell", ""),
    ],
)
def test_a_value_that_is_spelled_differently_says_how_it_was_read(
    name: str, given: str, stated: Any, reason: str
) -> None:
    assert how_read(name, given, stated) == reason


REX, MIA, JAB = UUID(int=1), UUID(int=2), UUID(int=9)


def shot(pet: str, *events: TrailEvent) -> dict[str, Any]:
    """The verdict on the pet of a vaccination, whose row names the pet by the id that Rex has."""
    record: dict[str, Any] = {
        "owner": None,
        "case": None,
        "pets": [],
        "pet_external_id": "7",
        "history": {"kind": "vaccination", "vaccine": "Rabies"},
    }
    planned = [PlannedRecord(RecordKind.VACCINATION, "create", JAB, "")]
    look = RowLook(
        2, LedgerEntry("create", "", ""), ["7", "Rabies"], record, {}, is_imported=True, planned=planned
    )
    look.pairs = [(stated_records(record)[0], JAB)]
    world = ChunkWorld(
        {JAB: {"vaccine": "Rabies", "pet_id": pet}}, {("pet", "7"): REX}, lambda _, value: value
    )
    world.trails = {JAB: events}
    return {name: one.verdict for name, one in verdicts_of(look, world, PLACE).items()}


@pytest.mark.parametrize(
    ("pet", "events", "verdict"),
    [
        (str(REX), (), Verdict.SAME),
        (str(MIA), (event(200, "vaccination.moved"),), Verdict.CHANGED_SINCE),
        (str(MIA), (), Verdict.UNEXPLAINED),
        ("", (), Verdict.UNEXPLAINED),
    ],
)
def test_a_record_that_belongs_to_another_than_its_row_says_is_noticed(
    pet: str, events: tuple[TrailEvent, ...], verdict: Verdict
) -> None:
    assert shot(pet, *events) == {"vaccination.vaccine": Verdict.SAME, "pet.external_id": verdict}
