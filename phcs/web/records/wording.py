"""Facts and their values in the words that people read."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint
from markupsafe import Markup

from phcs.core.records import AgeClass, CaseStatus, Species
from phcs.queries.provenance import FactOrigin
from phcs.queries.searching import BY_HAND, Shown
from phcs.web.moments import day, moment
from phcs.wording import SERVICE_WORDS

LABELS: dict[str, str] = {
    "full_name": "Name",
    "given_name": "Given name",
    "family_name": "Family name",
    "phone": "Phone",
    "phone_given": "Phone as given",
    "phone2": "Second phone",
    "email": "E-mail",
    "address": "Address",
    "city": "City",
    "region": "Region",
    "postal_code": "Postal code",
    "country": "Country",
    "birth_date": "Birth date",
    "tags": "Tags",
    "notes": "Notes",
    "custom": "Other facts",
    "external_id": "Id in the other system",
    "evidence": "Why it is the same",
    "name": "Name",
    "species": "Species",
    "species_given": "Species as given",
    "age_class": "Age",
    "breed": "Breed",
    "sex": "Sex",
    "weight": "Weight",
    "colour": "Colour",
    "microchip": "Microchip",
    "sterilised": "Sterilised",
    "deceased": "Deceased",
    "status": "Status",
    "services": "Service",
    "service_given": "Service as given",
    "outcome": "Outcome",
    "location": "Location",
    "opened_at": "Opened",
    "closed_at": "Closed",
    "scheduled_at": "Appointment",
    "pet_count": "Number of pets",
}

STATUSES: dict[str, str] = {
    CaseStatus.NEW: "New",
    CaseStatus.IN_PROGRESS: "In progress",
    CaseStatus.ON_HOLD: "On hold",
    CaseStatus.CLOSED: "Closed",
    CaseStatus.ARCHIVED: "Archived",
}

SERVICES: dict[str, str] = {service.value: word for service, word in SERVICE_WORDS.items()}

SPECIES: dict[str, str] = {
    **{species: species.value.capitalize() for species in Species},
    Species.FARM: "Farm animal",
    Species.OTHER: "Other animal",
}

SOURCES: dict[str, str] = {
    "": "Entered by hand",
    BY_HAND: "Entered by hand",
    "waitwhile": "WaitWhile",
    "waitwhile_import": "WaitWhile import",
}

SHOWN: dict[str, str] = {
    Shown.LIVE: "Without archived ones",
    Shown.ARCHIVED: "Archived ones only",
    Shown.ALL: "All",
}

CHOICES: dict[str, dict[str, str]] = {
    "status": STATUSES,
    "service": SERVICES,
    "species": SPECIES,
    "shown": SHOWN,
}
"""The words of each filter that has a fixed list, by its name in the address."""

_WORDS: dict[str, dict[str, str]] = {
    "status": STATUSES,
    "services": SERVICES,
    "species": SPECIES,
    "age_class": {age: age.value.capitalize() for age in AgeClass},
}


def fact_label(name: str) -> str:
    """What people call a fact; an unknown one reads as its own name."""
    return LABELS.get(name, name.replace("_", " ").capitalize())


def fact_text(value: Any, name: str = "") -> str | Markup:
    """A fact's value in words; `name` is the fact's, for those with a fixed list of values."""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, list | tuple):
        return ", ".join(str(fact_text(one, name)) for one in value)
    if isinstance(value, dict):
        return "; ".join(f"{fact_label(key)}: {fact_text(one)}" for key, one in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = "" if value is None else str(value)
    return _WORDS.get(name, {}).get(text, text)


def source_text(source: str) -> str:
    """Where records of this source came from."""
    return SOURCES.get(source, source.replace("_", " ").capitalize())


def origin_columns(origin: FactOrigin) -> str:
    """Which columns gave a value, in words."""
    if origin.headings:
        names = ", ".join(f"“{heading}”" for heading in origin.headings)
        return f"column {names}" if len(origin.headings) == 1 else f"columns {names}"
    return "chosen for the whole import" if origin.is_constant else "worked out of the row"


def register(bp: Blueprint) -> None:
    """Give every template these words."""
    for word in (fact_label, fact_text, source_text, origin_columns):
        bp.add_app_template_filter(word, word.__name__)
    bp.add_app_template_global(CHOICES, "record_choices")  # type: ignore[arg-type]
