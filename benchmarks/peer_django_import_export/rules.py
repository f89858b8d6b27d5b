"""The peer's row rules, written twice with the same results.

`plain_row` asks phonenumbers and email-validator about every cell, as one writes it first; `fast_row` puts patterns and
memories before them. The plain one is also what the product's own rules are compared with, cell by cell.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import NamedTuple

import phonenumbers
from email_validator import EmailNotValidError, validate_email

REGION = "ES"
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2027, 12, 31, tzinfo=UTC)
SPECIES = {
    word: species
    for species, words in {
        "dog": "dog perro perra canino canine",
        "cat": "cat gato gata felino feline",
        "rabbit": "rabbit conejo",
        "bird": "bird ave pájaro",
        "ferret": "ferret hurón",
        "reptile": "reptile reptil",
        "rodent": "rodent roedor",
    }.items()
    for word in words.split()
}
STATES = frozenset("COMPLETE BOOKED WAITING SERVING CANCELLED NO_SHOW".split())
MONTHS = {
    month: number for number, month in enumerate("ene feb mar abr may jun jul ago sep oct nov dic".split(), 1)
}
FORMATS = (
    "%Y-%m-%dT%H:%M:%S.%fZ",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d",
    "%d/%m/%Y %H:%M",
    "%d-%m-%Y",
    "%d/%m/%Y",
)


class CleanRow(NamedTuple):
    """What a row says; `errors` are the kinds of defects in the words of the made-up data."""

    external_id: str
    name: str
    name_key: str
    phone: str | None
    email: str | None
    pet_name: str
    pet_key: str
    species: str | None
    breed: str
    service: str
    state: str
    opened_at: datetime | None
    notes: str
    tags: str
    errors: tuple[str, ...]


def plain_phone(text: str) -> str | None:
    if text.lower().startswith("tel:"):
        text = text[4:]
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def plain_email(text: str) -> str | None:
    try:
        return validate_email(text, check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        return None


def plain_date(text: str) -> datetime | None:
    for form in FORMATS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    words = text.split()
    if len(words) == 3 and words[1][:3].lower() in MONTHS:
        try:
            return datetime(int(words[2]), MONTHS[words[1][:3].lower()], int(words[0]), tzinfo=UTC)
        except ValueError:
            return None
    return None


_WORD = re.compile(r"[^\W_]+")
_TURNED = re.compile(r"^([^,]+),\s*(.+)$")


def plain_name(text: str) -> str:
    return _TURNED.sub(r"\2 \1", " ".join(unicodedata.normalize("NFC", text).split()))


def plain_key(text: str) -> str:
    letters = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return " ".join(sorted(_WORD.findall(letters.lower())))


def plain_tags(text: str) -> str:
    return ",".join(sorted({tag.strip() for tag in re.split("[;,]", text) if tag.strip()}))


@cache
def _phone_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """National Spanish numbers, and international ones, out of phonenumbers' own metadata."""
    countries = []
    for region, code in (
        ("ES", "34"),
        ("PT", "351"),
        ("FR", "33"),
        ("DE", "49"),
        ("GB", "44"),
        ("US", "1"),
    ):
        metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
        assert metadata is not None
        kinds = [kind for kind in (metadata.mobile, metadata.fixed_line) if kind is not None]
        patterns = [kind.national_number_pattern for kind in kinds if kind.national_number_pattern]
        countries.append((code, "|".join(dict.fromkeys(patterns))))
    world = "|".join(f"{code}(?:{pattern})" for code, pattern in countries)
    return re.compile(f"(?:{countries[0][1]})"), re.compile(rf"\+(?:{world})")


_NO_DIGITS = str.maketrans("", "", " \u00a0().-/\t")


@lru_cache(200_000)
def fast_phone(text: str) -> str | None:
    digits = (text[4:] if text[:4].lower() == "tel:" else text).translate(_NO_DIGITS)
    if digits[:2] == "00":
        digits = "+" + digits[2:]
    national, international = _phone_patterns()
    if digits[:1] == "+":
        if digits.isascii() and international.fullmatch(digits):
            return digits
    elif national.fullmatch(digits) and digits.isascii():
        return "+34" + digits
    return plain_phone(text)


_EMAIL = re.compile(
    r"[a-z0-9_%'-]+(?:\+[a-z0-9_-]+)?(?:\.[a-z0-9_%'-]+(?:\+[a-z0-9_-]+)?)*"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:com|net|org|es|eu|pt|fr|it|de|uk|cat|eus|gal|info|mx|ar|co|cl)"
)


@lru_cache(200_000)
def fast_email(text: str) -> str | None:
    folded = text.lower()
    if len(folded) < 255 and folded.find("@") < 65 and _EMAIL.fullmatch(folded):
        return folded
    return plain_email(text)


def fast_date(text: str) -> datetime | None:
    length = len(text)
    try:
        if length > 9 and text[4] == "-":
            moment = datetime.fromisoformat(text)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if length in {10, 16} and text[2] in "/-" and text[5] == text[2]:
            day, month, year = int(text[:2]), int(text[3:5]), int(text[6:10])
            clock = (int(text[11:13]), int(text[14:16])) if length == 16 else (0, 0)
            return datetime(year, month, day, *clock, tzinfo=UTC)
        words = text.split()
        if len(words) == 3 and words[1] in MONTHS:
            return datetime(int(words[2]), MONTHS[words[1]], int(words[0]), tzinfo=UTC)
    except ValueError:
        return None
    return plain_date(text)


@lru_cache(100_000)
def fast_key(text: str) -> str:
    return " ".join(sorted(_WORD.findall(text.lower()))) if text.isascii() else plain_key(text)


@dataclass(frozen=True, slots=True)
class RowRules:
    """One way of reading cells, put together to one of reading rows."""

    phone: Callable[[str], str | None]
    email: Callable[[str], str | None]
    date: Callable[[str], datetime | None]
    name: Callable[[str], str]
    key: Callable[[str], str]
    tags: Callable[[str], str]

    def __call__(self, cells: list[str]) -> CleanRow:
        """Read the twelve cells of a row."""
        external_id, name, phone, email, pet, species, breed, service, state, created, notes, tags = cells
        name, phone, email, pet = self.name(name), phone.strip(), email.strip(), pet.strip()
        clean = CleanRow(
            external_id.strip(),
            name,
            self.key(name),
            self.phone(phone) if phone else None,
            self.email(email) if email else None,
            pet,
            self.key(pet),
            SPECIES.get(species.strip().lower()),
            breed.strip(),
            service.strip(),
            state.strip().upper(),
            self.date(created.strip()),
            notes,
            self.tags(tags),
            (),
        )
        errors = _errors(clean, phone, email)
        return clean._replace(errors=errors) if errors else clean


def _errors(row: CleanRow, phone: str, email: str) -> tuple[str, ...]:
    found = []
    if not row.name_key:
        found.append("missing_name")
    if phone and row.phone is None:
        found.append("bad_phone")
    if email and row.email is None:
        found.append("bad_email")
    if not phone and not email:
        found.append("no_contact")
    if row.species is None:
        found.append("unknown_species")
    if row.state not in STATES:
        found.append("unknown_state")
    if row.opened_at is None:
        found.append("bad_date")
    elif not EARLIEST <= row.opened_at <= LATEST:
        found.append("date_out_of_range")
    return tuple(found)


plain_row = RowRules(plain_phone, plain_email, plain_date, plain_name, plain_key, plain_tags)
fast_row = RowRules(
    fast_phone, fast_email, fast_date, lru_cache(100_000)(plain_name), fast_key, lru_cache(50_000)(plain_tags)
)
