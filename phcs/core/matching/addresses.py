"""The parts of an address that can be compared: number, the word that names the street, postcode."""

import re
from dataclasses import dataclass
from functools import lru_cache

from phcs.core.values.texts import fold

_STREET_TYPES = frozenset(
    """
    street st str road rd avenue ave av avda lane ln drive dr court ct place pl square sq terrace ter close way
    boulevard blvd bd highway hwy parkway pkwy circle cir trail trl crescent cres grove gardens park row walk
    calle c cl cll carrer avenida paseo p plaza pza plz camino cmno carretera ctra ronda rda travesia trav
    rua r travessa tv praca pca estrada estr largo alameda rodovia rod beco
    strasse weg gasse platz allee ring damm ufer
    apt apartment unit suite ste flat floor piso puerta bloque portal esc escalera casa po box
    no num numero nr nro n north south east west s e w ne nw se sw
    de del la las los el da do dos das the of der den dem an am zum zur
    """.split()
)
"""Words that tell a kind of street, a direction or a flat, not which street (design: address)."""

_JOINED_TYPES = ("strasse", "str", "gasse", "weg", "platz", "allee")
_NUMBER = re.compile(r"\d+[a-z]?")
_POSTCODE = re.compile(r"\b\d{5}\b(?!.*\b\d{5}\b)")
_ZIP_PLUS = re.compile(r"(\d{5})\d{4}")


@dataclass(frozen=True, slots=True)
class AddressParts:
    """Folded parts, each '' where the address does not tell it."""

    number: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""

    @property
    def is_told(self) -> bool:
        """Whether there is anything to compare."""
        return bool(self.street or self.postcode)


@lru_cache(maxsize=16_384)
def address_parts(address: str, postal_code: str = "", city: str = "") -> AddressParts:
    """Return the parts of an address; a postcode of five digits inside it counts where none is given apart."""
    words = fold(address).split()
    postcode = fold(postal_code).replace(" ", "")
    number = next((word for word in words if _NUMBER.fullmatch(word)), "")
    if not postcode:
        found = _POSTCODE.search(" ".join(words))
        postcode = found.group() if found and found.group() != number else ""
    if whole := _ZIP_PLUS.fullmatch(postcode):
        postcode = whole.group(1)
    street = next((name for word in words if (name := _street_name(word))), "")
    return AddressParts(number, street, postcode, fold(city))


def _street_name(word: str) -> str:
    if word in _STREET_TYPES or len(word) < 2 or _NUMBER.fullmatch(word):
        return ""
    for ending in _JOINED_TYPES:
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word.removesuffix(ending)
    return word
