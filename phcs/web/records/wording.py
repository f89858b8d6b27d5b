"""Facts and their values in the words that people read."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from flask import Blueprint, url_for
from markupsafe import Markup

from phcs.core.history import HISTORY, FactType, HistoryKind, fact_specs
from phcs.core.history_titles import titled_as
from phcs.core.records import AgeClass, CaseStatus, RecordKind, Species
from phcs.core.sources import SOURCES as KNOWN_SOURCES
from phcs.core.values.amounts import amount_text
from phcs.queries.provenance import FactOrigin
from phcs.queries.searching import BY_HAND, Shown
from phcs.web.moments import day, moment, zone
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

_SPECS = {name: spec for kind in HISTORY for name, spec in fact_specs(kind).items()}
for _name, _spec in _SPECS.items():
    LABELS.setdefault(_name, _spec.label[0].upper() + _spec.label[1:])
_AMOUNTS = frozenset(name for name, spec in _SPECS.items() if spec.type is FactType.AMOUNT)
_MOMENTS = frozenset({"opened_at", "closed_at", "scheduled_at"}) | {
    name for name, spec in _SPECS.items() if spec.type is FactType.MOMENT
}
_DAYS = frozenset({"birth_date"}) | {name for name, spec in _SPECS.items() if spec.type is FactType.DAY}

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
    **{source.key: source.label for source in KNOWN_SOURCES},
    **{f"{source.key}_import": f"{source.label} import" for source in KNOWN_SOURCES},
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
    "type": {word: word.replace("_", " ").capitalize() for word in _SPECS["type"].choices},
}
HISTORY_STATUSES: dict[str, dict[str, str]] = {
    kind: {word: word.replace("_", " ").capitalize() for word in specs["status"].choices}
    for kind in HISTORY
    if "status" in (specs := fact_specs(kind))
}
"""What each status of an appointment or invoice is called, by kind."""


def fact_label(name: str) -> str:
    """What people call a fact; an unknown one reads as its own name."""
    return LABELS.get(name, name.replace("_", " ").capitalize())


def fact_text(value: Any, name: str = "") -> str | Markup:
    """A fact's value in words; `name` is the fact's, for those with a fixed list of values and those that are times.

    Plans hold times as ISO 8601 text; of what is none (a year alone) the text itself is given.
    """
    if isinstance(value, str) and name in _MOMENTS | _DAYS:
        value = _time_of(value, is_day=name in _DAYS)
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
    if isinstance(value, int) and name in _AMOUNTS:
        return amount_words(value)
    text = "" if value is None else str(value)
    return _WORDS.get(name, {}).get(text, text)


def fact_day(text: str) -> str | Markup:
    """The day, in the organisation's time zone, of a time that a plan holds as text."""
    told = _time_of(text, is_day=False)
    return told if isinstance(told, str) else day(told)


def _time_of(text: str, *, is_day: bool) -> date | datetime | str:
    try:
        if is_day:
            return date.fromisoformat(text)
        told = datetime.fromisoformat(text)
    except ValueError:
        return text
    return told if told.tzinfo else text


def amount_words(units: int | None, currency: str = "") -> str:
    """An amount kept in ten-thousandths, with a comma between thousands, and its currency; '' where there is none."""
    if units is None:
        return ""
    whole, _, decimals = amount_text(abs(units)).partition(".")
    return f"{'-' if units < 0 else ''}{int(whole):,}.{decimals} {currency}".rstrip()


def kind_words(kind: RecordKind | str) -> HistoryKind:
    """What people call a kind of history: its `label`, `plural`, and `path` as it stands in addresses."""
    return HISTORY[str(kind)]


def list_address(kind: RecordKind | str) -> str:
    """The list of the records of a kind."""
    if str(kind) in HISTORY:
        return url_for("records.history.index", kind=HISTORY[str(kind)].path)
    return url_for(f"records.{kind}s.index")


def history_title(facts: Mapping[str, Any], kind: RecordKind | str) -> str:
    """What a record of a history is, in a line."""
    declared, currency = HISTORY[str(kind)], str(facts.get("currency", ""))
    said = {
        name: amount_words(facts.get(name), currency) if name in _AMOUNTS else facts.get(name)
        for name in declared.titled
    }
    return titled_as(declared, said) or declared.label.capitalize()


def history_when(facts: Mapping[str, Any], kind: RecordKind | str) -> str | Markup:
    """When it was, '' where nobody knows; a source that gives the day alone is read as its first moment."""
    value = facts.get(HISTORY[str(kind)].when)
    if isinstance(value, datetime) and value.astimezone(zone()).time() == time():
        return day(value)
    return fact_text(value) if value else ""


def history_details(facts: Mapping[str, Any], kind: RecordKind | str) -> list[tuple[str, str | Markup]]:
    """What else a record of a history says: label and text of each fact that is not its title, time or a link."""
    declared, specs = HISTORY[str(kind)], fact_specs(str(kind))
    title = history_title(facts, kind)
    found: list[tuple[str, str | Markup]] = []
    for name, spec in specs.items():
        value = facts.get(name)
        hidden = name in {declared.when, "sha256", "size", "currency"} or spec.type is FactType.LINK
        if value in (None, "") or hidden or str(value) == title or facts.get(f"{name}_given"):
            continue
        if name in _AMOUNTS:
            text: str | Markup = amount_words(value, str(facts.get("currency", "")))
        elif name == "status":
            text = HISTORY_STATUSES[str(kind)].get(value, value)
        else:
            text = fact_text(value, name)
        found.append((fact_label(name), text))
    return found


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
    of_history = (amount_words, kind_words, history_title, history_when, history_details, list_address)
    for word in (fact_label, fact_text, fact_day, source_text, origin_columns, *of_history):
        bp.add_app_template_filter(word, word.__name__)  # type: ignore[arg-type]
    bp.add_app_template_global(CHOICES, "record_choices")  # type: ignore[arg-type]
