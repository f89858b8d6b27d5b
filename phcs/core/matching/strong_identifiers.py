"""Numbers that are given once: a state's to a person, read from custom columns by heading; a microchip to a pet."""

from functools import lru_cache

from phcs.core.records import OwnerFacts
from phcs.core.values.damaged_ids import is_damaged_chip
from phcs.core.values.texts import fold, fold_heading

_HEADINGS = {
    "national": "dni nie nif dninie cedula curp rut nationalid nationalidnumber identitycard idcard personalausweis"
    " cpf cartaocidadao bsn officialid idnumber numerodedocumento documentodeidentidad",
    "social": "ssn socialsecurity socialsecuritynumber socsecid nino numeroseguridadsocial sin",
    "passport": "passport passportnumber passportno pasaporte passaporte reisepass",
    "licence": "driverslicense driverslicence driverlicense driverslicensenumber drivinglicence"
    " drivinglicense fuehrerschein carnetdeconducir permisodeconducir",
}
_KIND_OF_HEADING = {heading: kind for kind, headings in _HEADINGS.items() for heading in headings.split()}
_SHORTEST = 5
_WHOLE_CHIP = 9
_FEWEST_CHARACTERS = 2
"""Numbers of so few different characters stand for none."""


def official_ids(facts: OwnerFacts) -> dict[str, str]:
    """Return the owner's numbers by kind (national, social, passport, licence), folded; stand-ins are left out."""
    if not facts.custom:
        return {}
    found = {}
    for heading, value in facts.custom.items():
        kind = _KIND_OF_HEADING.get(fold_heading(heading))
        number = fold(value).replace(" ", "") if kind else ""
        if kind and len(number) >= _SHORTEST and len(set(number)) > _FEWEST_CHARACTERS:
            found[kind] = number
    return found


@lru_cache(maxsize=16_384)
def comparable_chip(microchip: str) -> str:
    """Return a microchip's digits and letters alone; '' for what stands for none (words, zeros, 111111111111111).

    One that a spreadsheet has rounded stands for many.
    """
    if is_damaged_chip(microchip):
        return ""
    chip = fold(microchip).replace(" ", "")
    if not any(character.isdigit() for character in chip) or not chip.strip("0"):
        return ""
    return chip if len(chip) < _WHOLE_CHIP or len(set(chip)) > _FEWEST_CHARACTERS else ""


def is_whole_chip(chip: str) -> bool:
    """Say whether a comparable microchip is long enough to find its pet among all."""
    return len(chip) >= _WHOLE_CHIP
