"""One text → one exact amount with its currency: `$ 1.234,50`, `COP 45.000`, `(12.00)`, `12,5`, `1'234.50 CHF`.

Amounts are Decimals from the first digit on, never floats, and come out as `amounts.amount_text` writes them.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from phcs.core.values.amounts import MOST, PER_ONE, amount_text
from phcs.core.values.currencies import read_currency
from phcs.core.values.texts import tidy

MAX_CHARACTERS = 60

_SHAPE = re.compile(
    r"(?P<before>[^\d.,+\-\u2212]*)(?P<sign>[-\u2212+]?)(?P<between>[^\d.,+\-\u2212]*)"
    r"(?P<number>[.,]?\d[\d.,'\u2019 ]*(?:[eE][+-]?\d{1,2})?)(?P<dash>[-\u2212\u2013\u2014]{0,2})(?P<after>[^\d]*)"
)
_IN_PARENTHESES = re.compile(r"([^\d()]*)\(([^()]*)\)([^\d()]*)")
_MINUS = ("-", "\u2212")
_NUMBER = re.compile(r"(\d{1,15}|\d{1,3}(?:([.,' ])\d{3})+)(?:([.,])(\d*))?", re.ASCII)
_COMMA, _POINT = "comma", "point"
_MARKS = {",": _COMMA, ".": _POINT}
_POINT_REGIONS = frozenset(
    "US PR GU VI AS MP GB IE CA AU NZ MX GT HN SV NI PA DO PE CU JM TT BZ BS BB GY HK SG MY TH PH IN PK BD LK JP CN KR"
    " TW IL CH LI NG KE GH ZW BW UG TZ EG SA AE KW QA BH OM JO LB".split()
)


@dataclass(frozen=True, slots=True)
class MoneyValue:
    """An exact amount.

    `text` is as `amount_text` writes it; `currency` a code, '' where the cell names none, `unknown` the word for one
    that is not known. `is_ambiguous`: its mark may stand before thousands as well as decimals. `is_rounded`: it had
    more than four decimals.
    """

    text: str
    currency: str = ""
    unknown: str = ""
    is_ambiguous: bool = False
    is_rounded: bool = False


def usual_mark(region: str) -> str:
    """Return which mark stands before decimals in a region: `comma` or `point`."""
    return _POINT if region in _POINT_REGIONS else _COMMA


@lru_cache(maxsize=16_384)
def read_money(text: str, *, mark: str, usual_mark: str, currency: str) -> MoneyValue | None:
    """Return the amount in a cell, None where there is none.

    `mark` (`comma`, `point` or '') is what the whole column proves, `usual_mark` what is usual in the region, for
    numbers whose own spelling does not tell; `currency` is what `$` means. Three digits after a single mark are
    thousands where money is written so in the region; else they are too, but ambiguous.
    """
    shape = _shape(text)
    if shape is None:
        return None
    number = _number(shape.number, mark, usual_mark)
    if number is None:
        return None
    value, is_ambiguous = number
    units = (-value if shape.is_negative else value) * PER_ONE
    whole = units.to_integral_value(ROUND_HALF_EVEN)
    if abs(whole) >= MOST:
        return None
    code = read_currency(shape.named, currency) if shape.named else ""
    if shape.has_dash and shape.named and not code:
        return None  # `12 - paid` tells more than an amount
    return MoneyValue(
        text=amount_text(int(whole)),
        currency=code,
        unknown="" if code else shape.named,
        is_ambiguous=is_ambiguous,
        is_rounded=whole != units,
    )


def proven_mark(text: str) -> str:
    """Return `comma` or `point` where the spelling of an amount proves its decimal mark, '' where it does not."""
    shape = _shape(text)
    found = _NUMBER.fullmatch(shape.number) if shape else None
    return _proven(found) if found else ""


@dataclass(frozen=True, slots=True)
class _Shape:
    """The number in a text, whether signs make it negative, and the words beside it; a dash behind it is a minus."""

    number: str
    is_negative: bool
    has_dash: bool
    named: str


def _shape(text: str) -> _Shape | None:
    """Return the parts of a text that is one number with one sign and at most a currency, None for every other text."""
    if len(text) > MAX_CHARACTERS or "%" in text:
        return None
    text = tidy(text).replace("\u2019", "'")
    in_parentheses = _IN_PARENTHESES.fullmatch(text)
    found = _SHAPE.fullmatch(tidy(" ".join(in_parentheses.groups())) if in_parentheses else text)
    if found is None or (not in_parentheses and ("(" in text or ")" in text)):
        return None
    number, dash, after = found["number"].strip(), found["dash"], found["after"].strip()
    if dash and number.endswith((",", ".")):
        dash = ""  # it stands for no cents: `12,-` and `12.-- CHF` are twelve
    behind = [bool(dash), after.endswith(_MINUS)]
    minuses = [bool(in_parentheses), found["sign"] in _MINUS, *behind]
    if len(dash) > 1 or sum(minuses) > 1:
        return None
    named = tidy(f"{found['before']}{found['between']} {after.rstrip(''.join(_MINUS))}")
    return _Shape(number, any(minuses), any(behind), named)


def _number(text: str, mark: str, usual: str) -> tuple[Decimal, bool] | None:
    """Return the number and whether its mark may mean something else."""
    if "e" in text or "E" in text:
        return Decimal(text.replace(",", ".")), False
    if text[0] in ".,":
        text = f"0{text}"
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    proven = _proven(found)
    told = _MARKS.get(found[3] or found[2] or "", "")
    if not told or proven:
        return _decimal(text, proven or mark or usual), False
    if mark:
        return _decimal(text, mark), False
    thousands = _COMMA if told == _POINT else _POINT
    return _decimal(text, thousands), thousands != usual


def _proven(found: re.Match[str]) -> str:
    between, mark, decimals = found[2], found[3], found[4]
    if mark:
        is_grouped = bool(between) and between != mark
        is_decimal = not between and (len(decimals) != 3 or found[1].startswith("0") or len(found[1]) > 3)
        return _MARKS[mark] if is_grouped or is_decimal else ""
    groups = len(found[0].split(between)) - 1 if between else 0
    return {",": _POINT, ".": _COMMA}.get(between or "", "") if groups > 1 else ""


def _decimal(number: str, mark: str) -> Decimal:
    point = "," if mark == _COMMA else "."
    other = "." if point == "," else ","
    plain = number.replace("'", "").replace(" ", "").replace(other, "").replace(point, ".")
    return Decimal(plain)
