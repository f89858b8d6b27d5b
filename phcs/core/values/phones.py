"""One text → one telephone number in E.164.

A number is accepted when its length is possible for its country *with* area code: the check is of the
format, not of whether the number is in use. Most numbers take a fast path made of the library's own
metadata; `tests/core/test_values_phones.py` proves that it never disagrees with the library.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberFormat, ValidationResult

MAX_CHARACTERS = 80
"""Longer cells are prose, not a number; they never reach a pattern."""

_POSSIBLE = ValidationResult.IS_POSSIBLE


class PhoneFailure(StrEnum):
    """Why a text is not a telephone number."""

    NOT_A_NUMBER = "not a telephone number"
    TOO_SHORT = "too few digits"
    TOO_LONG = "too many digits"
    NO_AREA_CODE = "the area code is missing"
    UNKNOWN_COUNTRY = "no such country code"
    PLACEHOLDER = "a placeholder, not a real number"
    ROUNDED = "a spreadsheet has rounded it"


@dataclass(frozen=True, slots=True)
class PhoneValue:
    """An E.164 number, and a second one where the cell held two."""

    e164: str
    second: str = ""


_PUNCTUATION = str.maketrans("", "", " \u00a0\u2007\u202f\t().-/\u2010\u2011\u2013")
_BRACKETED_WORD = re.compile(r"[(\[][^()\[\]\d+]*[^\W\d_][^()\[\]\d+]*[)\]]")
_WORD_BEFORE = re.compile(r"[^\W\d_][^\d+(]*(?=[\d+(])")
_WORD_AFTER = re.compile(r"(?<=\d)[\s,:-]+(?!(?:ext|extn|x|int)\b\.?)[^\W\d_]{2,}[^\d]*", re.IGNORECASE)
_TRUNK_ZERO = re.compile(r"((?:\+|00)[\s.-]*\d{1,3}[\s.)/-]*)\(0\)")
"""The zero that is dialled within the country only: `+44 (0)20`. Some countries keep theirs, others have none."""
_FLOAT = re.compile(r"\d+\.0+")
_EXPONENT = re.compile(r"(\d)[.,]?(\d*)[eE]\+?(\d{1,2})")
_SEVERAL = re.compile(r"\s*(?:[/;,|\n]|\bor\b|\by\b|\bo\b)\s*", re.IGNORECASE)
_DASHED = re.compile(r"\s+[-\u2010\u2011\u2013\u2014]\s+|\s+\be\b\s+", re.IGNORECASE)
"""Stands between two numbers only where the whole cell is none: it also stands between parts of one."""
_DIGIT = re.compile(r"\d")
_WHOLE_NUMBER, _EXTENSION = 6, 5
"""So many digits before a word are no mere country or area code; so few behind it are an extension."""
_TWO = 2
_COUNTING = "012345678901234567890"


@lru_cache(maxsize=16_384)
def parse_phone(text: str, region: str) -> PhoneValue | PhoneFailure:
    """Return the number that the cell holds; `region` (ISO 3166 alpha-2) is meant where no country code is.

    Cuts `tel:`, a leading apostrophe and words beside the number, reads `00` as `+`, mends spreadsheet
    floats, and splits two numbers in one cell. Local numbers without area code are refused.
    """
    text = text.strip().lstrip("'").strip()
    if len(text) > MAX_CHARACTERS:
        return PhoneFailure.NOT_A_NUMBER
    fast = fast_e164(text, region)
    if fast:
        return PhoneValue(fast)
    parts = [part for part in _SEVERAL.split(text) if len(_DIGIT.findall(part)) >= 7]
    if len(parts) > 1:
        numbers = [parse_one(part, region) for part in parts]
        good = [number for number in numbers if not isinstance(number, PhoneFailure)]
        if good:
            return PhoneValue(good[0], next((number for number in good[1:] if number != good[0]), ""))
    number = parse_one(text, region)
    if not isinstance(number, PhoneFailure):
        return PhoneValue(number)
    numbers = [parse_one(part, region) for part in _DASHED.split(text)]
    good = [each for each in numbers if not isinstance(each, PhoneFailure)]
    if len(good) == len(numbers) == _TWO:
        return PhoneValue(good[0], good[1] if good[1] != good[0] else "")
    return number


def parse_one(text: str, region: str) -> str | PhoneFailure:
    """Return the E.164 number of a cell with one number, by way of the library."""
    text = _without_words(text)
    if _FLOAT.fullmatch(text):
        text = text.split(".")[0]
    exponent = _EXPONENT.fullmatch(text)
    if exponent:
        digits = exponent[1] + exponent[2]
        if len(digits) != int(exponent[3]) + 1:
            return PhoneFailure.ROUNDED
        text = digits
    if text.startswith("00") and text[:3] != "000":
        text = "+" + text[2:]
    found = library_e164(text, region)
    if found is PhoneFailure.TOO_LONG:
        found = library_e164(_TRUNK_ZERO.sub(r"\1", text), region)
    if isinstance(found, PhoneFailure) and found is not PhoneFailure.PLACEHOLDER:
        return _with_country_code_but_no_plus(text) or found
    return found


def _without_words(text: str) -> str:
    """Cut `tel:`, `(cell)`, `mobile` and the like from either side of the digits.

    Digits behind such a word never become part of the number before it: `ramal 12` is cut, more of them make the text
    none that can be read.
    """
    text = _BRACKETED_WORD.sub(" ", text).strip()
    before = _WORD_BEFORE.match(text)
    if before:
        text = text[before.end() :]
    for word in _WORD_AFTER.finditer(text):
        if len(_DIGIT.findall(text, 0, word.start())) >= _WHOLE_NUMBER:
            is_extension = len(_DIGIT.findall(text, word.end())) <= _EXTENSION
            text = text[: word.start()] if is_extension else text.replace(word[0], " | ")
            break
    return _WORD_AFTER.sub("", text).strip()


def library_e164(text: str, region: str) -> str | PhoneFailure:
    """Return what phonenumbers says: the E.164 number when its length is possible with area code."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        return _PARSE_FAILURES.get(error.error_type, PhoneFailure.NOT_A_NUMBER)
    national = phonenumbers.national_significant_number(number)
    if is_placeholder(national):
        return PhoneFailure.PLACEHOLDER
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != _POSSIBLE:
        return _LENGTH_FAILURES.get(reason, PhoneFailure.TOO_SHORT)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


_PARSE_FAILURES = {
    phonenumbers.NumberParseException.INVALID_COUNTRY_CODE: PhoneFailure.UNKNOWN_COUNTRY,
    phonenumbers.NumberParseException.TOO_SHORT_AFTER_IDD: PhoneFailure.TOO_SHORT,
    phonenumbers.NumberParseException.TOO_SHORT_NSN: PhoneFailure.TOO_SHORT,
    phonenumbers.NumberParseException.TOO_LONG: PhoneFailure.TOO_LONG,
}
_LENGTH_FAILURES = {
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: PhoneFailure.NO_AREA_CODE,
    ValidationResult.TOO_LONG: PhoneFailure.TOO_LONG,
    ValidationResult.TOO_SHORT: PhoneFailure.TOO_SHORT,
    ValidationResult.INVALID_COUNTRY_CODE: PhoneFailure.UNKNOWN_COUNTRY,
}


def is_placeholder(national: str) -> bool:
    """Say whether the digits are one repeated, or count up: typed to fill a required field."""
    if not national or national == national[0] * len(national):
        return True
    return len(national) >= 8 and national in _COUNTING


def _with_country_code_but_no_plus(text: str) -> str:
    """Return `34612345678` as `+34612345678` when that is a number in use, '' otherwise.

    Guessing a country is only safe with the strict check: nearly any digits are possible somewhere.
    """
    digits = text.translate(_PUNCTUATION)
    if not (digits.isascii() and digits.isdigit() and 10 < len(digits) < 16):
        return ""
    try:
        number = phonenumbers.parse("+" + digits)
    except phonenumbers.NumberParseException:
        return ""
    return (
        phonenumbers.format_number(number, PhoneNumberFormat.E164)
        if phonenumbers.is_valid_number(number)
        else ""
    )


@dataclass(frozen=True, slots=True)
class _Country:
    """What the metadata say of one country's national numbers, and `+` with its calling code.

    A number that the trunk `prefix` does not begin is not rewritten by the library, so that matching
    `pattern` with a possible length is all that it would ask.
    """

    plus_code: str
    pattern: re.Pattern[str]
    prefix: re.Pattern[str] | None
    lengths: frozenset[int]

    def accepts(self, national: str) -> bool:
        return (
            len(national) in self.lengths
            and self.pattern.fullmatch(national) is not None
            and (self.prefix is None or self.prefix.match(national) is None)
            and not is_placeholder(national)
        )


@lru_cache(maxsize=512)
def _country_of_region(region: str) -> _Country | None:
    """Return the metadata of a region, None where the library has too little of it."""
    metadata = PhoneMetadata.metadata_for_region(region)
    if (
        metadata is None
        or metadata.general_desc is None
        or metadata.general_desc.national_number_pattern is None
    ):
        return None
    prefix = metadata.national_prefix_for_parsing
    main_region = phonenumbers.region_code_for_country_code(metadata.country_code or 0)
    lengths = _lengths(metadata) & _lengths(PhoneMetadata.metadata_for_region(main_region) or metadata)
    return _Country(
        f"+{metadata.country_code}",
        re.compile(metadata.general_desc.national_number_pattern),
        re.compile(prefix) if prefix else None,
        lengths,
    )


def _lengths(metadata: PhoneMetadata) -> frozenset[int]:
    """The lengths with area code. The library judges all countries of a code by the code's main one."""
    described = metadata.general_desc
    if described is None:
        return frozenset()
    return frozenset(described.possible_length) - frozenset(described.possible_length_local_only)


@lru_cache(maxsize=1_024)
def _country_of_code(code: str) -> _Country | None:
    """Return the metadata of a calling code's main region, None where the code has no region."""
    region = (
        "ZZ" if code.startswith("0") or not code else phonenumbers.region_code_for_country_code(int(code))
    )
    return None if region in ("ZZ", "001") else _country_of_region(region)


def fast_e164(text: str, region: str) -> str:
    """Return the E.164 number when the metadata alone decide, '' when the library must be asked."""
    if text[:4].lower() == "tel:":
        text = text[4:]
    digits = text.translate(_PUNCTUATION)
    if digits[:2] == "00":
        if text.lstrip()[:2] != "00":  # 0 034 ... is left to the library, to which it is no 00
            return ""
        digits = "+" + digits[2:]
    is_national = digits[:1] != "+"
    if not (digits.isascii() and (digits if is_national else digits[1:]).isdigit()):
        return ""
    if is_national:
        country = _country_of_region(region)
        return country.plus_code + digits if country is not None and country.accepts(digits) else ""
    for end in (2, 3, 4):
        country = _country_of_code(digits[1:end])
        if country is not None:
            return digits if country.accepts(digits[end:]) else ""
    return ""
