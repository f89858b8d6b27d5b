"""A person's name in comparable parts.

Source of the rules: the matching study, normalisation. Titles and particles go, a suffix is kept apart, what
separate columns or a comma tell of given name and surname is kept.
"""

from functools import lru_cache

from phcs.core.immutable import immutable
from phcs.core.matching import name_words as words
from phcs.core.values.texts import fold, repair_mojibake

_TWO_PARTS = 2
_LATIN_ENDS = "\u024f"
"""The last of the Latin letters; those further on are folded to these."""


@immutable
class PersonName:
    """A name in comparable parts, the given name first where that is known.

    `given` says how many of the parts are given names, 0 where nothing tells. `spelt` are the parts with
    the particles between them.
    """

    parts: tuple[str, ...]
    suffix: str
    several_people: bool
    given: int = 0
    spelt: tuple[str, ...] = ()
    is_latin: bool = True


@lru_cache(maxsize=16_384)
def parse_person_name(full_name: str, given_name: str = "", family_name: str = "") -> PersonName:
    """Return the parts of a name; given and family name win over the full name when both are there.

    `Jr` and the like are taken from the full name where the two leave them out.
    """
    text = repair_mojibake(full_name or given_name or family_name)
    first, last = "", ""
    if given_name and family_name:
        first, last = repair_mojibake(given_name), repair_mojibake(family_name)
        text = f"{first} {last}"
    else:
        first, last, text = _split_at_comma(text)
    spelt, suffix = _without_suffix(_spelt(text))
    if not suffix and given_name and family_name and full_name:
        suffix = _without_suffix(_spelt(_split_at_comma(repair_mojibake(full_name))[2]))[1]
    while len(spelt) > 1 and spelt[0] in words.TITLES:
        if len(spelt) == _TWO_PARTS and spelt[0] in words.TITLES_AND_NAMES:
            break
        del spelt[0]
    several = words.TWO_PEOPLE.search(text) is not None or not words.FAMILY_WORDS.isdisjoint(spelt)
    if several:
        spelt = [
            part for part in spelt if part not in words.TITLES and part not in words.FAMILY_WORDS
        ] or spelt
    kept = _without_particles(spelt)
    given = 0
    if first and last:
        theirs = _without_particles([part for part in _spelt(first) if part not in words.TITLES])
        if set(theirs).isdisjoint(kept):  # a given name such as Van or Do, which is a particle elsewhere
            kept = (*theirs, *kept)
        given = min(len(theirs), len(kept) - 1)
    return PersonName(kept, suffix, several, max(given, 0), tuple(spelt), _is_latin(kept))


def _spelt(text: str) -> list[str]:
    if not text.isascii() or "'" in text or "`" in text:
        text = words.MARIA.sub("maria ", text).translate(words.RESPELT)
    spelt = fold(text).split()
    return [words.ABBREVIATED.get(part, part) for part in spelt]


def _split_at_comma(text: str) -> tuple[str, str, str]:
    """Return given name, surname and the name in reading order; a suffix after a comma stays a suffix."""
    surname, comma, rest = text.partition(",")
    if not comma:
        return "", "", text
    others = [part.strip() for part in rest.split(",") if part.strip()]
    suffixes = [part for part in others if fold(part) in words.SUFFIXES or fold(part) in words.DEGREES]
    given = " ".join(part for part in others if part not in suffixes)
    if not given:
        return "", "", f"{surname} {' '.join(suffixes)}"
    return given, surname, f"{given} {surname} {' '.join(suffixes)}"


def _without_suffix(spelt: list[str]) -> tuple[list[str], str]:
    suffix = ""
    while len(spelt) > 2 and (spelt[-1] in words.SUFFIXES or spelt[-1] in words.DEGREES):
        last = spelt.pop()
        if last in words.SUFFIXES:
            suffix = words.SAME_SUFFIX.get(last, last)
    return spelt, suffix


def _without_particles(spelt: list[str]) -> tuple[str, ...]:
    """Return the parts that count; a single letter at either end is an initial, not an `and`, and Al Lee is Albert."""
    if len(spelt) == _TWO_PARTS and spelt[0] == "al":
        return tuple(spelt)
    ends = (0, len(spelt) - 1)
    kept = (
        part
        for place, part in enumerate(spelt)
        if part not in words.PARTICLES or (len(part) == 1 and place in ends)
    )
    return tuple(kept) or tuple(spelt)


def joined_parts(name: PersonName) -> dict[str, tuple[str, ...]]:
    """Return each two or three neighbours written as one word (`annalena`, `delacruz`), with the parts in it."""
    found = {}
    for length in (2, 3):
        for start in range(len(name.spelt) - length + 1):
            together = name.spelt[start : start + length]
            counted = tuple(part for part in together if part in name.parts)
            if counted and min(map(len, together)) > 1:
                found["".join(together)] = counted
    return found


def _is_latin(parts: tuple[str, ...]) -> bool:
    return any(part.isascii() or max(part) <= _LATIN_ENDS for part in parts)
