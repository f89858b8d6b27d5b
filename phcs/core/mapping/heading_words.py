"""The words of a heading → what they mean, with abbreviations and slips of the pen."""

import re
from functools import lru_cache

from rapidfuzz.distance import OSA

from phcs.core.mapping.heading_vocabulary import PHRASES, WORDS, Meaning
from phcs.core.values.texts import fold

_REPLACEMENTS = tuple((re.compile(rf"\b(?:{pattern})\b"), f" {word} ") for pattern, word in PHRASES)

MEANINGS: dict[str, Meaning] = {word: meaning for meaning, words in WORDS.items() for word in words.split()}

_BY_FIRST_LETTER: dict[str, list[str]] = {}
for _word, _meaning in MEANINGS.items():
    if _meaning is not Meaning.FILLER:
        _BY_FIRST_LETTER.setdefault(_word[0], []).append(_word)

_POSSESSIVE = re.compile("['\u2019`\u00b4]s\\b|(?<=s)['\u2019]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LETTER_DIGIT = re.compile(r"(?<=[a-z])(?=\d)")
_SHORT_ANSWERS = re.compile(r"\(?/a\)|(?<=[oO])/[aA]s?\b|/e?s\b")
_ABBREVIATED = re.compile(r"(\w{3,})\.(?!\w)")
_NUMBER_SIGN = re.compile(r"#|\bN[°ºo]\.?(?=\W|$)|№")
_RATE = re.compile(r"(?<!\d)(?<!\d )%")
_SHORTEST_WITH_SLIP = 5
_LONG = 8


def words_of(text: str) -> list[str]:
    """Return the folded words of a heading, with abbreviations of several words made one."""
    text = _POSSESSIVE.sub("", _SHORT_ANSWERS.sub("", text))
    text = _NUMBER_SIGN.sub(" number ", _CAMEL.sub(" ", text))
    folded = _LETTER_DIGIT.sub(" ", fold(text))
    for pattern, word in _REPLACEMENTS:
        folded = pattern.sub(word, folded)
    return folded.split()


def tells_a_rate(text: str) -> bool:
    """Say whether a heading is that of a rate, not of an amount: `% IVA`, `Tax (%)`; `IVA 21%` is an amount."""
    return _RATE.search(text) is not None


def abbreviations_of(text: str) -> frozenset[str]:
    """Return the folded words that a full stop follows: `Correo elect.`."""
    return frozenset(fold(word) for word in _ABBREVIATED.findall(text))


@lru_cache(maxsize=8_192)
def meaning_of(word: str, *, is_abbreviated: bool = False) -> tuple[Meaning | None, bool]:
    """Return what a folded word means, None for an unknown one, and whether it is not quite the known word.

    The beginning of a known word will do where a full stop says that the rest was left out, or where the
    beginning has five letters; else one slip of the pen is forgiven, in a long word two.
    """
    if word in MEANINGS:
        return MEANINGS[word], False
    if not word.isalpha() or len(word) < _SHORTEST_WITH_SLIP - 1 - is_abbreviated:
        return None, False
    if is_abbreviated or len(word) >= _SHORTEST_WITH_SLIP:
        meanings = {MEANINGS[known] for known in _BY_FIRST_LETTER.get(word[0], ()) if known.startswith(word)}
        if len(meanings) == 1:
            return meanings.pop(), True
    nearest = min(_with_slip(word), default=None)
    return (None, False) if nearest is None else (MEANINGS[nearest[1]], True)


def _with_slip(word: str) -> list[tuple[int, str]]:
    """Return (slips, word) of known words that begin alike and differ in one slip, two in a long word."""
    allowed = 2 if len(word) >= _LONG else 1
    found = []
    for known in _BY_FIRST_LETTER.get(word[0], ()):
        if len(known) < _SHORTEST_WITH_SLIP - 1:
            continue
        if min(len(known), len(word)) < _SHORTEST_WITH_SLIP and sorted(known) != sorted(word):
            continue
        slips = OSA.distance(known, word, score_cutoff=allowed)
        if slips <= allowed:
            found.append((slips, known))
    return found
