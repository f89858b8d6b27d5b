"""Ids that a spreadsheet took for a number or a date and wrote back shortened: they no longer say who is meant.

Only the spellings that spreadsheets themselves write are meant: `1.00E+05`, `1,00E+15`, `3-May`, `03-may`, `May-03`.
An id of a program such as `12E4` or `3-MAY` is left alone.
"""

import re

_ROUNDED = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d{2,3}", re.ASCII)
_MONTHS = "jan ene feb fev mar mär mrz apr abr may mai jun jul aug ago sep sept set oct okt out nov dec dic dez".split()
_NAMES = "|".join(f"{name}|{name.capitalize()}" for name in _MONTHS)
_DAY_OF_MONTH = re.compile(rf"\d{{1,2}}[-. ]{{1,2}}(?:{_NAMES})\.?|(?:{_NAMES})\.?[- ]\d{{2}}", re.ASCII)
_LONGEST = 24
_CHIP_ROUNDED = re.compile(r"\d[.,]?\d*[eE]\+?\d+", re.ASCII)


def is_damaged_id(text: str) -> bool:
    """Say whether an id, blanks around it aside, is what a spreadsheet makes of another one."""
    if not 5 <= len(text) <= _LONGEST:
        return False
    return _ROUNDED.fullmatch(text) is not None or _DAY_OF_MONTH.fullmatch(text) is not None


def is_damaged_chip(text: str) -> bool:
    """Say the same of a microchip, which has digits only: no letter stands in it but a rounded number's E."""
    return _CHIP_ROUNDED.fullmatch(text) is not None or is_damaged_id(text)
