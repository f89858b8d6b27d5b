"""The headings benchmark keeps its targets, and its lists are not those that are declared."""

import pytest

from benchmarks.headings import SETS, Figures, all_figures, answers_of, as_markdown, figures_of
from phcs.core.sources.plain import OWNER_HEADINGS, VISIT_HEADINGS
from phcs.core.values.texts import fold_heading


@pytest.mark.parametrize("name", SETS)
def test_few_suggestions_are_wrong_and_most_are_right(name: str) -> None:
    found = figures_of(name, SETS[name])
    assert found.is_met, found


def test_there_are_enough_headings_of_which_many_belong_to_nothing() -> None:
    found = figures_of("first", SETS["first"])
    assert found.counted >= 220
    assert found.counted - found.answerable >= 60


@pytest.mark.parametrize("name", SETS)
def test_no_counted_heading_gets_its_answer_from_a_declared_one(name: str) -> None:
    declared = [
        one.heading.text
        for one in answers_of(SETS[name])
        for headings in (OWNER_HEADINGS, VISIT_HEADINGS)
        if headings.get(fold_heading(one.heading.text)) in one.heading.right
    ]
    assert declared == []


@pytest.mark.parametrize(
    ("right", "wrong", "verdict"), [(85, 1, "met"), (84, 0, "**missed**"), (95, 2, "**missed**")]
)
def test_a_set_meets_its_target_only_with_both_shares(right: int, wrong: int, verdict: str) -> None:
    figures = Figures("a set", 100, 100, right, wrong, 100 - right - wrong, 0)
    assert as_markdown([figures]).endswith(f": {verdict} |")


def test_every_set_is_printed() -> None:
    assert [one.name for one in all_figures()] == ["first", "second", "third"]
