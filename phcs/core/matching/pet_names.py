"""Names of pets: those that stand for none, and those that so many pets have that they say little."""

from functools import lru_cache

from phcs.core.values.texts import fold

_STAND_INS = frozenset(
    [
        *"unknown unnamed noname none na nil null tbd tba x xx xxx desconocido desconocida unbekannt".split(),
        *"namenlos desconhecido pet dog cat animal puppy kitten perro perra gato gata cachorro hund katze".split(),
        *"stray feral mascota gatito gatita perrito perrita cao gatinho welpe katzchen".split(),
        *("no name", "not named", "sin nombre", "sem nome", "ohne name", "ohne namen", "not known", "n a"),
    ]
)
COMMON_PET_NAMES = frozenset(
    """
    luna max bella charlie lucy milo daisy coco rocky molly buddy bailey lola toby sadie simba nala leo chloe
    oreo shadow kitty tiger smokey oliver jack duke bear zeus rex lucky princess maggie sophie ginger pepper
    thor kira nina noa lara canela negro blanca chispa pelusa mia boby princesa tina linda estrella
    balu emma lilly bruno sam felix mimi susi minka moritz paco mel bob nino theo
    """.split()
)


@lru_cache(maxsize=16_384)
def known_pet_name(name: str) -> str:
    """Return a pet's name, folded; '' for what stands for none (`Unknown`, `sin nombre`, `dog`)."""
    folded = fold(name)
    return "" if folded in _STAND_INS else folded
