"""Which facts of a live record people edit, and what the fields of a form hold before anybody types."""

from datetime import datetime, tzinfo

from phcs.core.reading.cells import mended
from phcs.core.records import Facts, RecordKind

Typed = str | tuple[str, ...]
"""What a field holds; several choices at once for services."""

NAMES = ("full_name", "given_name", "family_name")
MOMENTS = frozenset({"opened_at", "closed_at", "scheduled_at"})
LONG_TEXT = 32_000

LIMITS: dict[str, int] = {
    "full_name": 400,
    "phone": 80,
    "phone2": 80,
    "email": 254,
    "address": 500,
    "postal_code": 40,
    "country": 100,
    "tags": 2_000,
    "notes": LONG_TEXT,
    "status": 40,
    "species": 40,
    "age_class": 40,
    "sex": 40,
    "weight": 60,
    "colour": 100,
    "microchip": 60,
    "sterilised": 20,
    "deceased": 20,
}
"""Most characters of a fact where its column holds other than USUAL_LIMIT."""
USUAL_LIMIT = 200

EDITABLE: dict[RecordKind, tuple[str, ...]] = {
    RecordKind.OWNER: (
        *NAMES,
        "phone",
        "phone2",
        "email",
        "address",
        "city",
        "region",
        "postal_code",
        "country",
        "birth_date",
        "tags",
        "notes",
    ),
    RecordKind.PET: (
        "name",
        "species",
        "species_given",
        "age_class",
        "breed",
        "sex",
        "birth_date",
        "weight",
        "colour",
        "microchip",
        "sterilised",
        "deceased",
        "notes",
    ),
    RecordKind.CASE: (
        "status",
        "services",
        "outcome",
        "location",
        "opened_at",
        "closed_at",
        "scheduled_at",
        "pet_count",
        "tags",
        "notes",
    ),
}
"""The facts that people edit, in the order of the form; all others only imports write."""


def shown_texts(kind: RecordKind, facts: Facts, zone: tzinfo) -> dict[str, Typed]:
    """What the fields of a form hold before anybody types; moments are local to `zone`, to the minute."""
    return {name: _shown(facts, name, zone) for name in EDITABLE[kind]}


def is_same_text(typed: Typed, shown: Typed) -> bool:
    """Say whether a field still holds what it showed; browsers rewrite line ends and drop blanks at both ends."""
    if isinstance(typed, str) and isinstance(shown, str):
        return _plain_lines(typed) == _plain_lines(shown)
    return set(typed) == set(shown)


def stored_text(typed: Typed) -> Typed:
    """Return what was typed as it can be stored: line ends as `\\n`, no blanks around, no NUL."""
    return mended(_plain_lines(typed)) if isinstance(typed, str) else tuple(mended(one) for one in typed)


def _shown(facts: Facts, name: str, zone: tzinfo) -> Typed:
    value = getattr(facts, name)
    if name == "phone" and not value:
        return str(getattr(facts, "phone_given", ""))
    if name in MOMENTS:
        return f"{datetime.fromisoformat(value).astimezone(zone):%Y-%m-%dT%H:%M}" if value else ""
    if name == "tags":
        return ", ".join(value)
    return tuple(value) if name == "services" else str(value)


def _plain_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
