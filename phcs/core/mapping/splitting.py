"""How one cell feeds several targets: a whole name gives given and family name, `Luna (dog)` a name and a species."""

import re

from phcs.core.values.species import read_species
from phcs.core.values.texts import tidy

SPLITS: dict[str, tuple[str, str]] = {
    "first_word": ("owner.full_name", "the first word is the given name, the rest the family name"),
    "last_word": ("owner.full_name", "the last word is the family name, the rest the given name"),
    "last_two_words": ("owner.full_name", "the last two words are the family names, the rest the given name"),
    "brackets": ("pet.name", "the species stands in brackets after the name, as in Luna (dog)"),
}
"""Key → the target that such a column has, and the words for people."""

_IN_BRACKETS = re.compile(r"([^()]+)\(([^()]+)\)\W*")


def split_text(split: str, text: str) -> dict[str, str]:
    """Return target → text for a cell; nothing where the cell is not of the form that the split is for."""
    return _with_species(text) if split == "brackets" else _names(split, text)


def _names(split: str, text: str) -> dict[str, str]:
    """Return given and family name; `Last, First` tells for itself, and one word is no family name."""
    words = text.split()
    if "," in text or len(words) < 2:
        return {}
    most = len(words) - 1
    family = min(most, {"first_word": most, "last_two_words": 2}.get(split, 1))
    return {
        "owner.given_name": " ".join(words[:-family]),
        "owner.family_name": " ".join(words[-family:]),
    }


def _with_species(text: str) -> dict[str, str]:
    """Return names and species where every bracket holds a species that is known."""
    pairs = _IN_BRACKETS.findall(text)
    if not pairs or "".join(_IN_BRACKETS.split(text)[::3]).strip():
        return {}
    names = [tidy(name).strip(",;&/ ") for name, _ in pairs]
    kinds = [tidy(kind) for _, kind in pairs]
    if not all(all(value.is_known for value in read_species(kind)) and read_species(kind) for kind in kinds):
        return {}
    return {"pet.name": ", ".join(names), "pet.species": ", ".join(kinds)}
