"""Lines that count or add up a list, as programs write them below it: `Total patients: 4`, `Records: 12`."""

import re

from phcs.core.values.texts import fold, tidy

_BARE = frozenset(
    "total|totals|totales|totais|grand total|total general|total geral|subtotal|subtotals|sub total|subtotales"
    "|subtotais".split("|")
)
_PEOPLE = (
    "patients|clients|customers|owners|visits|cases|appointments|records|rows|entries|items|people|persons|contacts"
    "|pacientes|clientes|propietarios|duenos|tutores|visitas|casos|citas|registros|filas|personas|contactos"
    "|pessoas|results|resultados"
)
_ANIMALS = "pets|animals|dogs|cats|mascotas|animales|animais|perros|gatos"
_TOTAL = r"(?:(?:grand |sub ?)?(?:total|totals|totales)|count|number|numero|cantidad)"
_BETWEEN = r"(?: (?:number|no|num|count|of|de|do|in|the|los|las|unique|active|all))*"

_WHOLE = re.compile(r"(.*?)\s*([:=])?\s*(\d[\d.,' ]*)?")
_TOTAL_OF = re.compile(rf"{_TOTAL}{_BETWEEN} (?:{_PEOPLE}|{_ANIMALS})")
_TOTAL_OF_PEOPLE = re.compile(rf"total{_BETWEEN} (?:{_PEOPLE})")
_COUNTED = re.compile(rf"{_PEOPLE}|{_ANIMALS}")
_LEADING = re.compile(rf"\d{{1,9}} (?:{_PEOPLE})(?: (?:total|in total|en total|listed|found|encontrados))?")
_LONGEST = 60


def says_total(text: str) -> bool:
    """Say whether a text is the line of a total: the bare word, or what is counted with its number or a colon.

    `Total Pet Care`, `Total Pets`, `Client 4` and `Client: 4` may be somebody's name and are none.
    """
    given = tidy(text)
    found = _WHOLE.fullmatch(given) if 0 < len(given) <= _LONGEST else None
    if found is None:
        return False
    words, colon, number = fold(found[1]), found[2], found[3]
    if words in _BARE or _TOTAL_OF_PEOPLE.fullmatch(words):
        return True
    if (colon or number) and _TOTAL_OF.fullmatch(words):
        return True
    if colon and number and _COUNTED.fullmatch(words):
        return True
    return _LEADING.fullmatch(fold(given)) is not None
