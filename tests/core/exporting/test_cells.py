"""Cells of our own export files are read as what was written, and no spreadsheet program runs them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phcs.core.exporting import export_guarded, export_unguarded
from phcs.core.spreadsheet_text import safe_cell

TEXTS = st.text(alphabet="'=+-@\t\r\n\uff1da1 ", max_size=6) | st.text(max_size=20)


@given(TEXTS, st.booleans())
def test_every_text_is_read_as_what_was_written(text: str, for_spreadsheets: bool) -> None:  # noqa: FBT001
    assert export_unguarded(export_guarded(text, for_spreadsheets=for_spreadsheets)) == text


@given(TEXTS)
def test_no_cell_of_a_csv_begins_a_formula(text: str) -> None:
    cell = export_guarded(text, for_spreadsheets=True)

    assert safe_cell(cell) == cell


@pytest.mark.parametrize("text", ["Ana", "O'Neil", "'tis", "", "1-2", "a=b"])
def test_ordinary_texts_stay_as_they_are(text: str) -> None:
    assert export_guarded(text, for_spreadsheets=True) == text


def test_typed_cells_need_no_apostrophe_before_a_number_with_a_plus() -> None:
    assert export_guarded("+14155550101", for_spreadsheets=False) == "+14155550101"
