"""The figures of reading say which targets are met."""

import pytest

from benchmarks.reading import COLUMNS, ReadingFigure, as_markdown, table_rows


@pytest.mark.parametrize(
    ("seconds", "megabytes", "verdict"), [(9.9, 511, "met"), (10.0, 100, "missed"), (1.0, 512, "missed")]
)
def test_a_file_meets_both_targets_or_is_marked(seconds: float, megabytes: int, verdict: str) -> None:
    figure = ReadingFigure("plain.xlsx", 8.4, 100_000, 1.0, seconds, megabytes)

    assert as_markdown([figure]).endswith(f"| {seconds:.1f} | {megabytes} | {verdict} |")


def test_every_row_of_the_measured_table_has_all_columns() -> None:
    rows = table_rows(odd=True)

    assert {len(next(rows)) for _ in range(3)} == {COLUMNS}
