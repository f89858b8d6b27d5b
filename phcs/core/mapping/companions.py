"""Columns that complete another one: a time of day beside a date, a unit beside a weight. Heading and values tell."""

from phcs.core.mapping.heading_vocabulary import Meaning
from phcs.core.mapping.heading_words import meaning_of, words_of
from phcs.core.mapping.targets import CLOCK, WEIGHT_UNIT, may_feed
from phcs.core.records import RecordKind
from phcs.core.values.durations import read_clock
from phcs.core.values.numbers import weight_unit
from phcs.core.values.texts import fold

_OF_A_CLOCK = frozenset(
    {
        *(Meaning.CLOCK, Meaning.DATE, Meaning.VISIT, Meaning.APPOINTMENT, Meaning.OPENED, Meaning.SCHEDULED),
        *(Meaning.START, Meaning.FILLER),
    }
)
_LONGEST_CLOCK = 14
_UNIT_WORDS = frozenset("unit units uom unidad unidades weightunit einheit".split())


def completing_target(heading: str, values: tuple[str, ...], kind: RecordKind) -> str:
    """Return `row.clock` or `row.weight_unit` for a column that says so by its heading and all its values, else ''."""
    if not values:
        return ""
    words = words_of(heading)
    if any(word in _UNIT_WORDS for word in words):
        is_one = may_feed(WEIGHT_UNIT, kind) and all(map(weight_unit, values))
        return WEIGHT_UNIT if is_one else ""
    if kind is not RecordKind.CASE:
        return ""
    meanings = {meaning_of(word)[0] for word in words}
    is_clock = Meaning.CLOCK in meanings and meanings <= _OF_A_CLOCK
    return CLOCK if is_clock and all(_is_bare_clock(value) for value in values) else ""


def _is_bare_clock(text: str) -> bool:
    """Say whether a text is a time of day without a day."""
    return len(fold(text)) <= _LONGEST_CLOCK and ":" in text and bool(read_clock(text))
