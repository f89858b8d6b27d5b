"""The retention clock: one rule for the dates that pages show and for what the purge takes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phcs.core.retention import (
    CLOCK_RUNS,
    KeepDays,
    Kept,
    Purged,
    PurgeDates,
    ended_before,
    missing_for_retry,
    purge_dates,
)
from phcs.core.states import ImportState

S = ImportState
END = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
KEEP = KeepDays(files=7, staged=30, undo=45)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("state", "file_days", "row_days"),
    [
        (S.COMPLETED, 7, 45),
        (S.UNDONE, 7, 45),
        (S.FAILED, 7, 30),
        (S.CANCELLED, 7, 7),
        (S.ABORTED, 7, 7),
    ],
)
def test_the_days_count_from_the_end_of_the_import(state: S, file_days: int, row_days: int) -> None:
    assert purge_dates(state=state, finished_at=END, keep=KEEP) == PurgeDates(
        END + file_days * DAY, END + row_days * DAY
    )


def test_a_plan_is_kept_as_long_as_its_promotion_can_be_undone_and_not_shorter_than_others() -> None:
    short = KeepDays(files=1, staged=30, undo=3)

    assert purge_dates(state=S.COMPLETED, finished_at=END, keep=short).rows == END + 30 * DAY


@pytest.mark.parametrize("state", sorted(set(S) - CLOCK_RUNS))
def test_the_clock_stands_while_an_import_is_under_way(state: S) -> None:
    assert purge_dates(state=state, finished_at=END, keep=KEEP) == PurgeDates(None, None)


@given(
    state=st.sampled_from(sorted(CLOCK_RUNS)),
    kept=st.sampled_from(list(Kept)),
    days=st.tuples(*[st.integers(0, 400)] * 3),
    passed=st.timedeltas(timedelta(0), 500 * DAY),
)
def test_what_is_due_is_what_the_page_says_is_due(
    state: S, kept: Kept, days: tuple[int, int, int], passed: timedelta
) -> None:
    keep = KeepDays(files=days[0], staged=days[1], undo=days[2])
    dates = purge_dates(state=state, finished_at=END, keep=keep)
    shown = dates.file if kept is Kept.FILE else dates.rows
    assert shown is not None

    assert (ended_before(kept, state, keep, now=END + passed) >= END) == (END + passed >= shown)


@pytest.mark.parametrize(
    ("again", "is_matching", "file_gone", "rows_gone", "missing"),
    [
        (S.RECEIVED, False, None, None, None),
        (S.RECEIVED, False, END, None, END),
        (S.STAGING, False, END, None, END),
        (S.STAGING, True, END, None, None),
        (S.APPROVED, False, END, None, None),
        (S.APPROVED, False, END, END + DAY, END + DAY),
        (S.STAGING, True, END, END + DAY, END + DAY),
    ],
)
def test_a_failed_import_goes_on_only_from_what_is_still_there(
    again: S,
    *,
    is_matching: bool,
    file_gone: datetime | None,
    rows_gone: datetime | None,
    missing: datetime | None,
) -> None:
    purged = Purged(file_at=file_gone, rows_at=rows_gone)

    assert missing_for_retry(again, is_matching=is_matching, purged=purged) == missing
