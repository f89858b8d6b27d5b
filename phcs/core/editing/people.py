"""What hangs together in an owner: the three names with the tag of a stand-in, and the two phones."""

from collections.abc import Mapping
from typing import Any

from phcs.core.editing.fields import NAMES, Typed
from phcs.core.mapping.owner_facts import PLACEHOLDER_TAG
from phcs.core.mapping.rules import CheckRules
from phcs.core.records import OwnerFacts
from phcs.core.values.names import read_person_name
from phcs.core.values.phones import PhoneFailure, PhoneValue, parse_phone
from phcs.core.values.texts import tidy

READ_TOGETHER = frozenset({*NAMES, "phone", "phone2"})


def read_person(
    live: OwnerFacts,
    touched: Mapping[str, Typed],
    rules: CheckRules,
    values: dict[str, Any],
    problems: dict[str, str],
) -> None:
    """Read the names and phones among `touched`; add to `values` what they are, to `problems` why they are not."""
    good = {name: str(text) for name, text in touched.items() if name not in problems}
    if any(name in good for name in NAMES):
        _read_names(live, good, values, problems)
    if "phone" in good:
        _read_phone(live, good, rules, values, problems)
    if good.get("phone2"):
        found = parse_phone(good["phone2"], rules.region)
        if isinstance(found, PhoneFailure):
            problems["phone2"] = _phone_problem(good["phone2"], found)
        elif found.e164 == values.get("phone", live.phone):
            problems["phone2"] = (
                "This is the first phone number already. Empty the field or enter another one."
            )
        else:
            values["phone2"] = found.e164
    elif "phone2" in good:
        values["phone2"] = ""


def _read_names(
    live: OwnerFacts, typed: Mapping[str, str], values: dict[str, Any], problems: dict[str, str]
) -> None:
    full, given, family = (typed.get(name, getattr(live, name)) for name in NAMES)
    if live.given_name and live.full_name == f"{live.given_name} {live.family_name}":
        if "full_name" not in typed:
            full = ""
        elif "given_name" not in typed and "family_name" not in typed:
            given, family = _parted(tidy(full), given, family)
    name = read_person_name(full, given, family)
    if not name.full_name:
        problems["full_name"] = "Enter the person's name; it needs at least one letter."
        return
    values |= {"full_name": name.full_name, "given_name": name.given_name, "family_name": name.family_name}
    tags = values.get("tags", live.tags)
    without = tuple(tag for tag in tags if tag != PLACEHOLDER_TAG)
    values["tags"] = (*without, PLACEHOLDER_TAG) if name.is_placeholder else without


def _parted(full: str, given: str, family: str) -> tuple[str, str]:
    """Return given and family name of a corrected whole name, both blank where it does not tell them apart."""
    if full.startswith(f"{given} "):
        return given, full[len(given) + 1 :]
    if full.endswith(f" {family}"):
        return full[: -len(family) - 1], family
    return "", ""


def _read_phone(
    live: OwnerFacts,
    typed: Mapping[str, str],
    rules: CheckRules,
    values: dict[str, Any],
    problems: dict[str, str],
) -> None:
    """Read the first phone; a cell with two numbers fills a second one that is free."""
    text = typed["phone"]
    found = parse_phone(text, rules.region) if text else PhoneValue("")
    if isinstance(found, PhoneFailure):
        problems["phone"] = _phone_problem(text, found)
        return
    values |= {"phone": found.e164, "phone_given": text}
    if "phone2" not in typed and (found.second and not live.phone2):
        values["phone2"] = found.second
    elif "phone2" not in typed and found.e164 and found.e164 == live.phone2:
        values["phone2"] = ""


def _phone_problem(text: str, failure: PhoneFailure) -> str:
    return (
        f"“{text}” cannot be a phone number ({failure.value}). Correct it or empty the field; "
        "a number from another country needs + and its country code."
    )
