"""Coded targets: which values PHCS knows, what a person may answer for the others, and what is proposed.

An answer is one of PHCS's own codes, or KEEP (as it is: species and services become `other` with the word
kept), EMPTY (the cell says nothing) or REJECT (the row is an error).
"""

from collections.abc import Mapping

from phcs.core.findings import FindingCode
from phcs.core.mapping.targets import CODED_HISTORY
from phcs.core.records import CaseStatus, ServiceType, Species
from phcs.core.values.coded_words import read_code
from phcs.core.values.pets import SEX_OF
from phcs.core.values.services import read_services, service_parts
from phcs.core.values.species import read_species, species_parts
from phcs.core.values.statuses import (
    OUTCOME_CANCELLED,
    OUTCOME_NO_SHOW,
    OUTCOME_REMOVED,
    read_status,
)
from phcs.core.values.texts import fold, fold_heading, is_blank_word, parse_yes_no, tidy

KEEP = "=keep"
EMPTY = "=empty"
REJECT = "=reject"
DOUBTED = "=doubted"
"""No answer of a person: the column calls in doubt what PHCS would read, so the word is kept until somebody says."""

_STATUSES = tuple(status.value for status in CaseStatus)
_YES_NO = ("yes", "no")
CODES: dict[str, tuple[str, ...]] = {
    "pet.species": tuple(species.value for species in Species),
    "pet.sex": ("male", "female"),
    "case.status": _STATUSES,
    "row.state": _STATUSES,
    "case.services": tuple(service.value for service in ServiceType),
    "case.outcome": (OUTCOME_CANCELLED, OUTCOME_NO_SHOW, OUTCOME_REMOVED),
    "pet.sterilised": _YES_NO,
    "pet.deceased": _YES_NO,
    **CODED_HISTORY,
}
CODED_TARGETS: tuple[str, ...] = tuple(CODES)
STATUS_TARGETS = frozenset({"case.status", "row.state"})
PARTED_TARGETS = frozenset({"case.services", "pet.species"})
"""Targets of which one cell may name several."""

OwnWords = Mapping[str, Mapping[str, str]]
"""A source's own words: target → folded word → code."""

_KEPT_AS_OTHER = "Other, with this word kept"
_KEPT = "Keep the word as it is"


def answers_for(target: str) -> tuple[tuple[str, str], ...]:
    """Return what may be answered for a value of this target: (answer, words for people), codes first.

    Every case has a status that PHCS knows, so a word for it cannot be kept as it is. Nothing may be answered
    for a target that is not coded.
    """
    if target not in CODES:
        return ()
    told = [(code, code.replace("_", " ").capitalize()) for code in CODES[target]]
    if target not in STATUS_TARGETS:
        told.append((KEEP, _KEPT_AS_OTHER if target in PARTED_TARGETS else _KEPT))
    return (*told, (EMPTY, "Leave it empty"), (REJECT, "Reject the row"))


def value_key(text: str) -> str:
    """Return what two spellings share that one answer is for: case and white space do not count."""
    return tidy(text).casefold()


def own_word(words: OwnWords, target: str, text: str) -> str:
    """Return what a source's own word of a coded target means (`words` are folded), '' for every other text."""
    of_target = words.get(target)
    if not of_target:
        return ""
    return of_target.get(fold(text)) or of_target.get(fold_heading(text), "")


def parts_of(target: str, text: str) -> list[str]:
    """Return the values in a cell that are answered one by one; mostly the cell itself."""
    if target == "case.services":
        return service_parts(text) or [text]
    if target == "pet.species":
        parts = species_parts(text)
        if len(parts) > 1 and any(is_known(target, part) for part in parts):
            return parts
    return [tidy(text)]


def is_known(target: str, value: str) -> bool:
    """Say whether PHCS reads this value of a coded target by itself, or it says nothing anyway."""
    value = tidy(value)
    if is_blank_word(value) or not fold(value):
        return target not in STATUS_TARGETS or not value
    if target == "pet.species":
        return all(found.is_known for found in read_species(value))
    if target == "pet.sex":
        return fold(value).split(" ")[0] in SEX_OF
    if target in STATUS_TARGETS:
        return FindingCode.STATUS_UNKNOWN not in {code for code, _ in read_status(value, ()).marks}
    if target == "case.services":
        return not read_services(value).unknown
    if target in CODED_HISTORY:
        return bool(read_code(target, value))
    return target == "case.outcome" or parse_yes_no(value) is not None
