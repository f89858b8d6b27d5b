"""One text → the kinds of help asked for."""

import re
from dataclasses import dataclass
from functools import lru_cache

from phcs.core.records import ServiceType
from phcs.core.values.texts import fold, is_blank_word, tidy

_T = ServiceType

_WHOLE_WORDS: dict[ServiceType, str] = {
    _T.FOOD: "food|pet food|food pantry|pantry|comida|alimento|alimentos|pienso",
    _T.MEDICAL: "medical|medico|medica|vet|veterinary|clinic|s n|spay neuter|tnr|exam",
    _T.BOARDING: "boarding|foster|psn|psn boarding|hospedaje|guarderia|hotel",
    _T.BEHAVIOURAL: "behavioural|behavioral|behavior|behaviour|training|conducta|comportamiento",
    _T.OTHER: "other|otro|otros|general|misc",
}
_STEMS: dict[ServiceType, str] = {
    _T.BEHAVIOURAL: "behav train etolog conduct comportam adiestra educacion",
    _T.BOARDING: "board foster hosped guarder acogida kennel residencia alojam",
    _T.OTHER: "surrender rehom groom peluquer bano entrega cesion adopt adopc lost found perdid stray"
    " euthan eutanas license licenc",
    _T.FOOD: "food pantry comida aliment pienso feeding banco racao futter",
    _T.MEDICAL: "medic vet vaccin vacun consult surg cirug spay neuter steril ester castr microchip dental"
    " dent deworm desparas exam revis urgenc emergenc check ultraso ecograf radiogr xray analis analys blood"
    " sangre rehabil wellness health salud rabies rabia shot flea clinic wound injur sick illness treat"
    " tratam lab cardio derma oftalm trauma vacin cirurg impf untersuch"
    " behandl kastr notfall",
}
"""Beginnings of words, in the order in which they decide."""

TYPE_OF = {phrase: kind.value for kind, phrases in _WHOLE_WORDS.items() for phrase in phrases.split("|")}
"""Folded phrase → ServiceType value."""

_STEM_PATTERNS = tuple(
    (kind.value, re.compile(r"(?:^| )(?:" + "|".join(stems.split()) + ")")) for kind, stems in _STEMS.items()
)
_SEPARATOR = re.compile(r"[,;/|\n]+")


@dataclass(frozen=True, slots=True)
class ServicesValue:
    """The kinds of help, the text as given, and the words that are not known (stored as `other`)."""

    services: tuple[str, ...]
    given: str
    unknown: tuple[str, ...] = ()


@lru_cache(maxsize=8_192)
def read_services(text: str) -> ServicesValue:
    """Return what a cell asks for; several are apart by `,` `;` `/` `|`. A blank cell asks for nothing."""
    given = tidy(text)
    if is_blank_word(given) or not fold(given):
        return ServicesValue((), given)
    whole = TYPE_OF.get(fold(given))
    if whole:
        return ServicesValue((whole,), given)
    kinds: list[str] = []
    unknown: list[str] = []
    for part in service_parts(text):
        kind = service_type_of(part)
        kinds.append(kind or ServiceType.OTHER.value)
        if not kind:
            unknown.append(part)
    return ServicesValue(tuple(dict.fromkeys(kinds)), given, tuple(unknown))


def service_parts(text: str) -> list[str]:
    """Return the parts of a cell that each name a service."""
    return [part for part in map(tidy, _SEPARATOR.split(text)) if part]


def service_type_of(phrase: str) -> str:
    """Return the kind of help that one phrase names, '' where none is known.

    The order of the stems decides between two: a behaviour consultation is about behaviour.
    """
    folded = fold(phrase)
    if folded in TYPE_OF:
        return TYPE_OF[folded]
    return next((kind for kind, stems in _STEM_PATTERNS if stems.search(folded)), "")
