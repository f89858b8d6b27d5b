"""What is written for spreadsheet programs is never run as a formula."""

from typing import Any

import pytest

from phcs.core.spreadsheet_text import safe_cell


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+34612345678", "'+34612345678"),
        ("-2", "'-2"),
        ("@sum(A1)", "'@sum(A1)"),
        ("\t=1", "'\t=1"),
        ("\uff1d1", "'\uff1d1"),
        ("Luna = dog", "Luna = dog"),
        ("", ""),
        (-2, -2),
        (None, None),
    ],
)
def test_a_text_that_begins_like_a_formula_gets_an_apostrophe(value: Any, written: Any) -> None:
    assert safe_cell(value) == written
