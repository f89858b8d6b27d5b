"""Regions of phone numbers in words: the names of ISO 3166 countries as the time zone database keeps them."""

from importlib.resources import files

from phonenumbers import SUPPORTED_REGIONS

from phcs.core.values.texts import fold

OWN_NAMES = {"AC": "Ascension", "TA": "Tristan da Cunha", "XK": "Kosovo", "GB": "United Kingdom"}
"""Regions with phone numbers of their own that are no ISO 3166 country, and one that people call otherwise."""


def region_choices() -> tuple[tuple[str, str], ...]:
    """Every region that phone numbers can be of, by its name: `("ES", "Spain (ES)")`."""
    table = files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text(encoding="utf-8")
    lines = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    names = {line[0]: line[1] for line in lines} | OWN_NAMES
    told = {code: f"{names[code]} ({code})" if code in names else code for code in SUPPORTED_REGIONS}
    return tuple(sorted(told.items(), key=lambda pair: fold(pair[1])))
