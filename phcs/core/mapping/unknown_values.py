"""The values of coded columns that PHCS does not know, each once, with what is proposed for it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz, process

from phcs.core.mapping.column_decisions import DOUBTED_H
from phcs.core.mapping.tables import TableMapping
from phcs.core.mapping.value_words import (
    CODED_TARGETS,
    CODES,
    DOUBTED,
    EMPTY,
    STATUS_TARGETS,
    is_known,
    own_word,
    parts_of,
    value_key,
)
from phcs.core.reading.column_facts import ColumnFacts, facts_of
from phcs.core.records import Species
from phcs.core.sources import source_named
from phcs.core.sources.source import Source
from phcs.core.values.coded_words import CODE_OF
from phcs.core.values.pets import SEX_OF
from phcs.core.values.services import TYPE_OF
from phcs.core.values.species import SPECIES_OF
from phcs.core.values.statuses import STATUS_OF
from phcs.core.values.texts import fold

ALIKE = 80
"""How alike (0 to 100, by letters) words are that are proposed together; words of three letters are not grouped."""

_SHORTEST = 3
_UNKNOWN_WORDS = frozenset(
    "unknown unk desconocido desconocida u ns nd sd sin dato sindato no se sabe not known notknown".split()
)
_YES_NO_WORDS: dict[str, Mapping[str, str]] = {
    target: {word: code for code, words in told.items() for word in words.split()}
    for target, told in {
        "pet.sterilised": {
            "yes": "yes spayed neutered castrated castrado castrada esterilizado esterilizada sterilised "
            "sterilized altered fixed",
            "no": "no intact entire unaltered entero entera fertil",
        },
        "pet.deceased": {
            "yes": "yes deceased dead died fallecido fallecida muerto muerta rip euthanised euthanized",
            "no": "no alive living vivo viva active activo activa",
        },
    }.items()
}
_SHORTHAND = dict.fromkeys("mn nm mc cm mi im".split(), "male") | dict.fromkeys(
    "fs sf fi if fn nf".split(), "female"
)
_OUTCOME_WORDS = {
    word: code
    for code, words in {
        "cancelled": "cancelled canceled cancelado cancelada",
        "no-show": "noshow noasistio nosepresento",
        "removed": "removed rejected eliminado rechazado",
    }.items()
    for word in words.split()
}
_WORDS: dict[str, Mapping[str, str]] = {
    "pet.species": {word: code for word, code in SPECIES_OF.items() if code != Species.OTHER},
    "pet.sex": {word: code for word, code in SEX_OF.items() if len(word) > 1},
    **dict.fromkeys(STATUS_TARGETS, STATUS_OF),
    "case.services": TYPE_OF,
    "case.outcome": _OUTCOME_WORDS,
    **_YES_NO_WORDS,
    **CODE_OF,
}


@dataclass(frozen=True, slots=True)
class UnknownValue:
    """One value of a coded target that PHCS does not know, or that is answered already.

    `value` is its most frequent spelling and `spellings` are all of them: case and white space do not count.
    `proposed` is an answer, '' for none, and `reason` why. `similar` is the value at the head of the group
    of alike values that this one belongs to, '' for the head itself. `answer` is what the mapping says now.
    """

    target: str
    value: str
    count: int
    spellings: tuple[str, ...] = ()
    proposed: str = ""
    reason: str = ""
    similar: str = ""
    answer: str = ""


@dataclass(slots=True)
class _Seen:
    count: int = 0
    spellings: Counter[str] = field(default_factory=Counter)


def unknown_values(
    mapping: TableMapping, facts: Sequence[ColumnFacts], *, source: Source | None = None
) -> tuple[UnknownValue, ...]:
    """Return the values of the mapped coded columns that need an answer or have one, alike ones together.

    Targets come in the order of CODED_TARGETS, groups by how often their head stands in the file. A column
    with too many different values to be coded tells none. A source's own words (of the mapping's, where no `source`
    is given) need no answer.
    """
    found: list[UnknownValue] = []
    own = (source or source_named(mapping.source)).own_words
    for target in CODED_TARGETS:
        answers = {given: answer for of, given, answer in mapping.values if of == target}
        seen = _seen_in(mapping, facts, target, answers)
        seen = {key: one for key, one in seen.items() if key in answers or not own_word(own, target, key)}
        found += _grouped([_unknown(target, key, one, seen, answers) for key, one in seen.items()])
    return tuple(found)


def cells_left(value: UnknownValue, mapping: TableMapping, repaired: Mapping[int, Mapping[str, int]]) -> int:
    """Return how many of a value's cells still say it; `repaired` are the file's texts that people repaired.

    It gives them for each column's position, with the number of cells.
    """
    gone = sum(
        cells * parts_of(value.target, text).count(spelling)
        for column in mapping.columns
        if column.target == value.target
        for text, cells in repaired.get(column.position, {}).items()
        for spelling in value.spellings
    )
    return max(0, value.count - gone)


def _seen_in(
    mapping: TableMapping, facts: Sequence[ColumnFacts], target: str, answers: Mapping[str, str]
) -> dict[str, _Seen]:
    """Return the unknown and the answered values by their key."""
    seen: dict[str, _Seen] = {}
    for column in mapping.columns:
        if column.target != target:
            continue
        for text, count in facts_of(facts, column.position).values:
            for part in [text] if value_key(text) in answers else parts_of(target, text):
                if _needs_answer(target, part) or value_key(part) in answers:
                    one = seen.setdefault(value_key(part), _Seen())
                    one.count += count
                    one.spellings[part] += count
    return seen


def _needs_answer(target: str, value: str) -> bool:
    """Say whether to ask: what PHCS does not know, and an outcome only where it looks like one of its own."""
    if target == "case.outcome":
        return value not in CODES[target] and bool(_proposal(target, value, frozenset())[0])
    return not is_known(target, value)


def _unknown(
    target: str, key: str, one: _Seen, seen: Mapping[str, _Seen], answers: Mapping[str, str]
) -> UnknownValue:
    spellings = tuple(text for text, _ in sorted(one.spellings.items(), key=lambda pair: (-pair[1], pair[0])))
    is_doubted = answers.get(key) == DOUBTED
    proposed, reason = (
        ("female", DOUBTED_H) if is_doubted else _proposal(target, spellings[0], frozenset(seen))
    )
    return UnknownValue(
        target=target,
        value=spellings[0],
        count=one.count,
        spellings=spellings,
        proposed=proposed,
        reason=reason,
        answer="" if is_doubted else answers.get(key, ""),
    )


def _proposal(target: str, value: str, others: frozenset[str]) -> tuple[str, str]:
    """Return an answer and why, ('', '') where there is none that suggests itself."""
    folded = fold(value)
    joined = folded.replace(" ", "")
    words = _WORDS[target]
    if joined in _UNKNOWN_WORDS:
        return EMPTY, "it says that it is not known"
    if joined in words:
        return words[joined], "means the same"
    if target == "pet.sex" and joined in _SHORTHAND:
        return _SHORTHAND[joined], "a short form used in clinics"
    if target == "pet.species" and len(joined) == 1:
        return _species_letter(joined, others)
    best: tuple[float, str] = (0, "")
    for word in {joined, *folded.split()}:
        if len(word) >= _SHORTEST:
            match = process.extractOne(word, words.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE)
            best = max(best, (match[1], match[0]) if match else best)
    return (words[best[1]], f"spelt like {best[1]}") if best[1] else ("", "")


def _species_letter(letter: str, others: frozenset[str]) -> tuple[str, str]:
    """Return what one letter stands for: C is a dog beside F (canine, feline), a cat beside D (dog, cat)."""
    reason = "read together with the column's other letters"
    if letter == "c":
        code = "dog" if others & {"f", "g"} else "cat" if others & {"d", "p"} else ""
    else:
        code = {"d": "dog", "p": "dog", "f": "cat", "g": "cat"}.get(letter, "")
    return (code, reason) if code else ("", "")


def _grouped(values: list[UnknownValue]) -> list[UnknownValue]:
    """Return the values by count, each alike one after the head of its group."""
    groups: dict[str, list[UnknownValue]] = {}
    for value in sorted(values, key=lambda one: (-one.count, one.value)):
        head = next((head for head in groups if _is_alike(head, value.value)), None)
        if head is None:
            groups[value.value] = [value]
        else:
            proposed = (
                value
                if value.proposed
                else replace(value, proposed=groups[head][0].proposed, reason=f"spelt like {head}")
            )
            groups[head].append(replace(proposed, similar=head))
    return [value for group in groups.values() for value in group]


def _is_alike(one: str, other: str) -> bool:
    first, second = fold(one), fold(other)
    return first == second or (
        min(len(first), len(second)) > _SHORTEST and fuzz.ratio(first, second) >= ALIKE
    )
