"""One text → one number: which mark stands before decimals, and weights with their unit."""

import re
from functools import lru_cache
from math import inf

from phcs.core.values.texts import fold, tidy

MAX_CHARACTERS = 40

_NUMBER = re.compile(r"(\d{1,9}|\d{1,3}(?:([.,' ])\d{3})+)(?:([.,])(\d{1,6}))?", re.ASCII)
_UNITS = {
    word: unit
    for unit, words in {
        "kg": "kg kgs kilo kilos kilogram kilograms kilogramo kilogramos k",
        "g": "g gr grs gm gram grams gramo gramos",
        "lb": "lb lbs pound pounds libra libras",
        "oz": "oz ounce ounces onza onzas",
    }.items()
    for word in words.split()
}
_HEAVIEST = {"": 2_000, "kg": 2_000, "lb": 4_500}
"""What no horse or cow outweighs: a number beyond it has lost its unit (grams), or its mark was no thousands' mark."""
_WEIGHT = re.compile(r"(\d[\d.,' ]*)([^\W\d]*)\.?")


def decimal_mark_of(text: str) -> str:
    """Return `comma` or `point` where a number's spelling proves it, '' where it does not.

    Three digits after a single mark may be decimals or thousands, and prove nothing.
    """
    found = _WEIGHT.fullmatch(text.strip()) if len(text) <= MAX_CHARACTERS else None
    number = _NUMBER.fullmatch(found[1].strip()) if found else None
    if number is None:
        return ""
    between, mark, decimals = number[2], number[3], number[4]
    if mark:
        is_proof = (bool(between) and between != mark) or (not between and _is_decimal(number[1], decimals))
        return {",": "comma", ".": "point"}[mark] if is_proof else ""
    groups = number[1].count(between) if between else 0
    return {",": "point", ".": "comma"}.get(between, "") if groups > 1 else ""


def _is_decimal(whole: str, decimals: str) -> bool:
    """Say whether these digits cannot be thousands."""
    return len(decimals) != 3 or whole.startswith("0") or len(whole) > 3


def weight_unit(text: str) -> str:
    """Return `kg`, `g`, `lb` or `oz` for a word that means it, '' for any other."""
    return _UNITS.get(fold(text), "")


@lru_cache(maxsize=8_192)
def read_weight(text: str, decimal: str = "") -> tuple[str, bool]:
    """Return the weight as `12.5 kg` (`12.5` without unit), and whether it can be relied on.

    `decimal` is the column's mark, for cells whose own spelling does not tell. A text that is not one number with at
    most one unit comes back tidy; it can be relied on where it has a digit at all. A number whose mark may be either,
    or that no animal weighs, is kept as given and cannot.
    """
    given = tidy(text)
    found = _WEIGHT.fullmatch(given) if len(given) <= MAX_CHARACTERS else None
    unit = _UNITS.get(fold(found[2]), None if found[2] else "") if found else None
    number = _NUMBER.fullmatch(found[1].strip()) if found and unit is not None else None
    if number is None:
        return given, any(character.isdigit() for character in given)
    mark = decimal_mark_of(number[0]) or decimal
    if not mark and (number[3] or number[2] in (".", ",")):
        return given, False
    plain = _as_plain(number[0], mark)
    if float(plain) > _HEAVIEST.get(unit or "", inf):
        return given, False
    return (f"{plain} {unit}" if unit else plain), bool(plain)


def _as_plain(number: str, mark: str) -> str:
    """Return the digits with a decimal point; thousands are put together."""
    point = {"comma": ",", "point": "."}.get(mark, ".")
    other = "," if point == "." else "."
    whole, _, decimals = number.replace("'", "").replace(" ", "").replace(other, "").partition(point)
    decimals = decimals.rstrip("0")
    return f"{whole.lstrip('0') or '0'}{'.' + decimals if decimals else ''}"
