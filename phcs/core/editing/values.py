"""One typed text → the value of one fact, by the same rules as the cells of an export file."""

import re
from collections.abc import Callable
from typing import Any

from phcs.core.editing.fields import Typed
from phcs.core.mapping.rules import CheckRules
from phcs.core.records import AgeClass, CaseStatus, ServiceType, Species
from phcs.core.values.emails import EmailFailure, parse_email
from phcs.core.values.names import read_pet_names
from phcs.core.values.pets import read_sex
from phcs.core.values.texts import parse_yes_no, split_list, tidy


class RefusedTextError(ValueError):
    """One text cannot be a value of its fact; the text of the error says what to do."""


def _line(text: Typed, rules: CheckRules) -> str:  # noqa: ARG001 - the form of all readers
    return tidy(str(text))


def _lines(text: Typed, rules: CheckRules) -> str:  # noqa: ARG001
    return str(text)


def _postal_code(text: Typed, rules: CheckRules) -> str:  # noqa: ARG001
    return tidy(str(text)).lstrip("'")


def _email(text: Typed, rules: CheckRules) -> str:  # noqa: ARG001
    found = parse_email(str(text)) if text else ""
    if isinstance(found, EmailFailure):
        raise RefusedTextError(
            f"“{text}” is not an e-mail address: {found.value}. Correct it or empty the field."
        )
    return found


def _birth_date(text: Typed, rules: CheckRules) -> str:
    if not text:
        return ""
    day = rules.day(str(text))
    if day is None:
        raise RefusedTextError("This is not a date that exists. Write it as 2026-05-24.")
    if day > rules.latest.date():
        raise RefusedTextError("This day is still to come. Correct the date.")
    return day.isoformat()


def _moment(text: Typed, rules: CheckRules) -> str:
    moment = rules.moment(str(text)) if text else None
    if text and moment is None:
        raise RefusedTextError("This is not a time that exists. Write it as 2026-05-24 09:30.")
    return moment.isoformat() if moment else ""


def _past_moment(text: Typed, rules: CheckRules) -> str:
    moment = rules.moment(str(text)) if text else None
    if moment is not None and moment > rules.latest:
        raise RefusedTextError("This time is still to come. Correct it.")
    return _moment(text, rules)


def _tags(text: Typed, rules: CheckRules) -> tuple[str, ...]:  # noqa: ARG001
    return split_list(str(text))


def _pet_name(text: Typed, rules: CheckRules) -> str:  # noqa: ARG001
    names = read_pet_names(str(text))
    return names[0] if len(names) == 1 else tidy(str(text))


def _sex(text: Typed, rules: CheckRules) -> str:  # noqa: ARG001
    return read_sex(str(text))


def _yes_no(text: Typed, rules: CheckRules) -> str:  # noqa: ARG001
    answer = parse_yes_no(str(text))
    return tidy(str(text)) if answer is None else ("yes" if answer else "no")


def _weight(text: Typed, rules: CheckRules) -> str:  # noqa: ARG001
    if text and not any(character.isdigit() for character in text):
        raise RefusedTextError("A weight needs a number, for example 12.5 kg.")
    return tidy(str(text))


def _pet_count(text: Typed, rules: CheckRules) -> str:  # noqa: ARG001
    if text and not re.fullmatch(r"\d{1,3}", str(text), re.ASCII):
        raise RefusedTextError("Write a whole number of at most three digits.")
    return str(int(str(text))) if text else ""


def _one_of(members: type[Species] | type[AgeClass] | type[CaseStatus], blank: frozenset[str]) -> Any:
    allowed = frozenset(member.value for member in members) | blank

    def read(text: Typed, rules: CheckRules) -> str:  # noqa: ARG001
        if text not in allowed:
            raise RefusedTextError("Choose one of the list.")
        return str(text)

    return read


def _services(chosen: Typed, rules: CheckRules) -> tuple[str, ...]:  # noqa: ARG001
    kinds = tuple(kind.value for kind in ServiceType if kind.value in chosen)
    if not kinds or len(kinds) != len(set(chosen)):
        raise RefusedTextError("Choose at least one service.")
    return kinds


_BLANK = frozenset({""})
READERS: dict[str, Callable[[Typed, CheckRules], Any]] = {
    **dict.fromkeys(
        "address city region country species_given breed colour microchip outcome location".split(), _line
    ),
    "postal_code": _postal_code,
    "email": _email,
    "birth_date": _birth_date,
    "tags": _tags,
    "notes": _lines,
    "name": _pet_name,
    "species": _one_of(Species, _BLANK),
    "age_class": _one_of(AgeClass, _BLANK),
    "sex": _sex,
    "weight": _weight,
    "sterilised": _yes_no,
    "deceased": _yes_no,
    "status": _one_of(CaseStatus, frozenset()),
    "services": _services,
    "opened_at": _past_moment,
    "closed_at": _past_moment,
    "scheduled_at": _moment,
    "pet_count": _pet_count,
}
