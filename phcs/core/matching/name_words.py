"""Words around names: titles, suffixes, particles, and how two people in one cell give themselves away."""

import re

TITLES_AND_NAMES = frozenset({"don", "dona"})
"""Titles in Spanish, which are names too: titles only before a name of two parts."""

TITLES = frozenset(
    """
    mr mrs ms miss mx dr dra sr sra srta don dona prof profa rev fr sir madam lady lord capt sgt
    senor senora senorita senhor senhora dn herr frau fraulein dipl ing
    """.split()
)
SUFFIXES = frozenset("jr sr ii iii iv 2nd 3rd junior senior hijo padre filho neto sobrinho".split())
SAME_SUFFIX = {
    "junior": "jr",
    "hijo": "jr",
    "filho": "jr",
    "senior": "sr",
    "padre": "sr",
    "2nd": "ii",
    "3rd": "iii",
}
DEGREES = frozenset("phd md dvm vmd esq rn dds cpa mba jd".split())
FAMILY_WORDS = frozenset("family familia familie fam household hogar".split())
PARTICLES = frozenset(
    """
    de del la las los el da do dos das di van von vom zu zum zur der den dem ter ten y e i al and und u or o the
    """.split()
)
ABBREVIATED = {"ma": "maria", "mª": "maria", "sta": "santa", "sto": "santo", "st": "saint"}

RESPELT = str.maketrans(
    dict.fromkeys("'`\u2018\u2019\u00b4\u02bc\u02bb\u200b\u200c\u200d\u200e\u200f\u202a\u202c\ufeff", "")
    | {
        "æ": "ae",
        "Æ": "ae",
        "œ": "oe",
        "Œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "\u0131": "i",
        "Ø": "O",
        "Ł": "L",
        "Đ": "D",
    }
)
"""Apostrophes join, marks of direction and width go, and letters whose stroke Unicode does not take off lose it."""

MARIA = re.compile(r"\bm(?:\.\s?)?[ªº]\.?", re.IGNORECASE)
TWO_PEOPLE = re.compile(
    r"&|\+|/|;|\b(?:and|und|or|oder)\b|\S\S u\. \S|^\S+ [ye] \S+|\S+ \S+ [ye] \S+ \S+ \S+|\bmr\.? (?:and|&) mrs\b",
    re.IGNORECASE,
)
