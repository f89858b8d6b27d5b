"""One or three texts → the name of a person or of pets."""

import re
from dataclasses import dataclass
from functools import lru_cache

from phcs.core.values.texts import fold, is_blank_word, tidy, tidy_lines
from phcs.core.values.totals import says_total

_PLACEHOLDERS = frozenset(
    {
        *(
            "walk in",
            "walkin",
            "guest",
            "customer",
            "client",
            "owner",
            "anonymous",
            "anonymized",
            "anonymised",
        ),
        *(
            "unknown",
            "unknown unknown",
            "unknown owner",
            "unknown name",
            "no name",
            "noname",
            "no name given",
        ),
        *("test", "test test", "testing", "tester", "tbd", "not given", "prueba", "cliente", "invitado"),
        *("desconocido", "desconocida", "sin nombre", "anonimo", "sin cita", "sin datos"),
        *("consumidor final", "mostrador", "venta mostrador", "ventas mostrador", "cliente mostrador"),
        *("publico general", "publico en general", "desconhecido", "sem nome", "unbekannt", "laufkundschaft"),
    }
)
_PLACEHOLDER_STARTS = frozenset(word[:2] for word in _PLACEHOLDERS)
"""Folding is slow and real names are many: only those that begin like a placeholder are folded."""
_TOTAL_STARTS, _TOTAL_MARKS = ("total", "grand", "subto", "sub t"), frozenset("0123456789:=")
"""Only what begins or ends so is looked at as the line of a total or the number of a page."""
_PAGE = re.compile(r"(?:page|pag|pagina|seite) (?:no )?\d{1,5}(?: (?:(?:of|de|von) )?\d{1,5})?")

_UNKNOWN_PETS = frozenset(
    {
        *("unknown", "no name", "noname", "none", "na", "n a", "not named", "unnamed", "tbd", "not given"),
        *("sin nombre", "desconocido", "no sabe"),
    }
)
_SUFFIXES = frozenset(
    ["jr", "sr", "ii", "iii", "iv", "md", "dvm", "phd", "esq", "inc", "llc", "ltd", "sl", "sa"]
)
_FIRM = re.compile(r"(?:&|\band|\by|\be|\bet|\bund) (?:co|cía|cia|sons|hijos|filhos|söhne)\b", re.IGNORECASE)
_PET_SEPARATOR = re.compile(r"\s*(?:[,;/|&+\n]|\band\b|\by\b)\s*(?![^()]{0,80}\))", re.IGNORECASE)
"""Not inside brackets: `Luna (dog, 3y), Toby (cat)` are two."""

MAX_PETS = 20
"""More names than this in one cell are prose."""


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person's name; `is_placeholder` for a stand-in such as `Walk-in`."""

    full_name: str = ""
    given_name: str = ""
    family_name: str = ""
    is_placeholder: bool = False


@lru_cache(maxsize=16_384)
def read_person_name(full: str, given: str, family: str) -> PersonName:
    """Return the name; without a whole name, given and family name make it. '' where nothing is a name.

    `Last, First` is turned round and tells which is which; a name has at least one letter.
    """
    full, given, family = _name_or_blank(full), _name_or_blank(given), _name_or_blank(family)
    if full:
        turned = _turned_round(full, given, family) if "," in full else None
        if turned:
            given, family = given or turned[0], family or turned[1]
            full = f"{turned[0]} {turned[1]}"
    else:
        full = f"{given} {family}".strip()
    start = full.lstrip("([<*\"'-")[:5].lower()
    is_placeholder = start[:2] in _PLACEHOLDER_STARTS and fold(full) in _PLACEHOLDERS
    if start in _TOTAL_STARTS or full[-1:] in _TOTAL_MARKS or full[:1].isdigit():
        is_placeholder = is_placeholder or says_total(full) or _PAGE.fullmatch(fold(full)) is not None
    return PersonName(full, given, family, is_placeholder)


def _name_or_blank(text: str) -> str:
    if not text:
        return ""
    text = tidy(text)
    if text[:1].isalpha() or any(character.isalpha() for character in text):
        return "" if is_blank_word(text) else text
    return ""


def _turned_round(full: str, told_given: str, told_family: str) -> tuple[str, str] | None:
    """Return given and family name of `Last, First`; None for other forms, `John Smith, Jr.` and `Ana, Luz & Co`.

    A family name, or else a given name, that is told besides says whether it is turned round at all.
    """
    family, comma, given = full.partition(",")
    given, family = given.strip(), family.strip()
    if not comma or not given or not family or "," in given or _FIRM.search(given):
        return None
    told, here = (told_family, family) if told_family else (told_given, given)
    if told and not _share_a_word(told, here):
        return None
    return None if fold(given).replace(" ", "") in _SUFFIXES else (given, family)


def _share_a_word(one: str, other: str) -> bool:
    return not set(fold(one).split()).isdisjoint(fold(other).split())


@lru_cache(maxsize=16_384)
def read_pet_names(text: str) -> tuple[str, ...]:
    """Return the names in a cell such as `Luna & Max`; an unknown name is '', an empty cell has none.

    A number is no name of its own: `Luna + 2` stays one.
    """
    text = tidy_lines(text)
    if not text:
        return ()
    parts = [part for part in _PET_SEPARATOR.split(text) if part]
    if is_blank_word(text) or not 1 < len(parts) <= MAX_PETS or any(map(str.isdigit, parts)):
        parts = [tidy(text)]
    return tuple("" if is_blank_word(part) or fold(part) in _UNKNOWN_PETS else part for part in parts)
