"""What was written must add up to what was planned."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from phcs.core.planning import Action, PlanCounts, PlannedAction, PlannedRow
from phcs.core.reconciling import Equation, ExpectedPromotion, FoundPromotion, Term, reconcile
from phcs.core.records import RecordKind


def _counts() -> PlanCounts:
    counts = PlanCounts()
    created = PlannedAction(RecordKind.OWNER, Action.CREATE, UUID(int=1))
    updated = PlannedAction(RecordKind.CASE, Action.UPDATE, UUID(int=2))
    linked = PlannedAction(RecordKind.OWNER, Action.LINK, UUID(int=1))
    case = PlannedAction(RecordKind.CASE, Action.CREATE, UUID(int=3))
    counts.add(PlannedRow(2, Action.CREATE, (created, case)))
    counts.add(PlannedRow(3, Action.UPDATE, (linked, updated)))
    counts.add(PlannedRow(4, Action.REJECT))
    return counts


EXPECTED = ExpectedPromotion.of_counts(3, _counts())
FOUND = FoundPromotion(
    ledger={Action.CREATE: 1, Action.UPDATE: 1, Action.REJECT: 1},
    inserted={RecordKind.OWNER: 1, RecordKind.CASE: 1},
    updated={RecordKind.CASE: 1},
    events=4,
)


def test_a_promotion_that_did_what_was_planned_adds_up() -> None:
    assert reconcile(EXPECTED, FOUND) == ()


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        ({"ledger": {Action.CREATE: 1, Action.UPDATE: 1}}, "Rows in the ledger: 3 expected, 2 found."),
        (
            {"ledger": {Action.CREATE: 1, Action.UPDATE: 1, Action.SKIP: 1}},
            "Rows with the outcome reject: 1 expected, 0 found.",
        ),
        (
            {"inserted": {RecordKind.OWNER: 2, RecordKind.CASE: 1}},
            "Created owner records: 1 expected, 2 found.",
        ),
        ({"updated": {}}, "Updates of case records: 1 expected, 0 found."),
        (
            {"updated": {RecordKind.CASE: 1, RecordKind.PET: 1}},
            "Updates of pet records: 0 expected, 1 found.",
        ),
        ({"events": 5}, "Audit events for records: 4 expected, 5 found."),
        ({"staged_rows_left": 2}, "Staged rows left behind: 0 expected, 2 found."),
    ],
)
def test_what_does_not_add_up_is_told_in_a_sentence(found: dict[str, Any], sentence: str) -> None:
    assert sentence in reconcile(EXPECTED, replace(FOUND, **found))


def test_a_plan_with_a_row_without_outcome_does_not_add_up() -> None:
    sentences = reconcile(replace(EXPECTED, rows=4), FOUND)
    assert sentences[0] == "Outcomes in the plan for all rows read: 4 expected, 3 found."


def test_ids_and_attached_pets_count_where_they_were_counted() -> None:
    expected = replace(EXPECTED, external_ids=1_200, attached_pets=3)
    assert reconcile(expected, FOUND) == ()
    assert reconcile(expected, replace(FOUND, external_ids=1_199, attached_pets=3)) == (
        "Registered external ids: 1,200 expected, 1,199 found.",
    )


@pytest.mark.parametrize(
    ("left", "right", "note", "sentence"),
    [
        ((3, 2), (5,), "", "Rows: 3 a + 2 b = 5 = 5 a."),
        ((0, 0), (0,), "", "Rows: 0 a = 0 a."),
        ((3, 1), (5,), "", "Rows does not add up: 3 a + 1 b = 4, but 5 a; 1 too few."),
        ((1_000, 0), (5,), "", "Rows does not add up: 1,000 a, but 5 a; 995 too many."),
        ((3, 1), (5,), "The file is gone.", "Rows: not checked. The file is gone."),
    ],
)
def test_an_equation_says_in_words_whether_it_holds(
    left: tuple[int, ...], right: tuple[int, ...], note: str, sentence: str
) -> None:
    equation = Equation("rows", "Rows", _terms(left), _terms(right), note)

    assert equation.sentence == sentence
    assert equation.holds is ("does not add up" not in sentence)


def _terms(numbers: tuple[int, ...]) -> tuple[Term, ...]:
    return tuple(Term(label, number) for label, number in zip("ab", numbers, strict=False))
