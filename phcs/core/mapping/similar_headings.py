"""A heading that no list declares → the fields it may mean, by the meaning of its words.

Every rule names the meanings a heading must have and those it may have. Words in brackets may be unknown
(`Breed (if known)`), others not: an unknown word outside makes a suggestion too unsure to be chosen.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from phcs.core.mapping.heading_vocabulary import Meaning
from phcs.core.mapping.heading_words import abbreviations_of, meaning_of, words_of
from phcs.core.mapping.similar_history import similar_in_history
from phcs.core.mapping.targets import may_feed
from phcs.core.records import RecordKind

SURE = 85
LESS_SURE = 75
UNSURE = 55
_PER_SLIP = 5
_PER_UNKNOWN_WORD = 35
_LEAST = 30
_BRACKETS = re.compile(r"\(([^)]*)\)|\[([^]]*)\]")
_PATH = re.compile(r"\w+(?:[._]\w+)+")
"""`(customer.metafields.custom.pet)` tells where a program keeps the field, not what it means."""
_FREE = frozenset({Meaning.FILLER})

SIMILAR = "similar heading"
SLIP = "similar heading, spelt otherwise"
PARTLY = "some words of the heading fit"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A field that a column may feed, how sure that is (0 to 100), and one short phrase that says why."""

    target: str
    confidence: int
    reason: str


@dataclass(frozen=True, slots=True)
class _Rule:
    target: str
    needed: frozenset[Meaning]
    allowed: frozenset[Meaning]
    confidence: int


@dataclass(frozen=True, slots=True)
class _Heading:
    """The meanings in a heading, how many words are unknown (outside brackets), and slips of the pen."""

    meanings: frozenset[Meaning]
    unknown: int
    slips: int


M = Meaning
_OWNER_ALSO = frozenset({M.OWNER, M.NUMBER})
_PET_ALSO = frozenset({M.PET, M.PETS, M.KIND})
_VISITS = frozenset({M.VISIT, M.APPOINTMENT, M.SERVICE})


def _rules(
    target: str, *needed: tuple[Meaning, ...], also: Iterable[Meaning] = (), confidence: int = SURE
) -> Iterator[_Rule]:
    for one in needed:
        yield _Rule(target, frozenset(one), frozenset(one) | frozenset(also) | _FREE, confidence)


def _bare_rule(target: str, meaning: Meaning, confidence: int) -> _Rule:
    """A rule for headings that say one thing only: `Requestor` is a name, `Valid client` is not."""
    return _Rule(target, frozenset({meaning}), frozenset({meaning}), confidence)


def _owner_rules() -> Iterator[_Rule]:
    also = _OWNER_ALSO
    yield from _rules(
        "owner.full_name", (M.NAME, M.OWNER), (M.WHOLE,), (M.WHOLE, M.NAME), also={M.OWNER, M.NAME}
    )
    yield _bare_rule("owner.full_name", M.OWNER, LESS_SURE)
    yield from _rules("owner.full_name", (M.NAME, M.VISIT), confidence=UNSURE)
    yield from _rules("owner.given_name", (M.GIVEN,), also={M.OWNER, M.NAME})
    yield from _rules("owner.family_name", (M.FAMILY,), also={M.OWNER, M.NAME})
    yield from _rules("owner.phone", (M.PHONE,), also=also)
    yield from _rules(
        "owner.phone", (M.PHONE, M.AT_HOME), (M.PHONE, M.AT_WORK), also=also, confidence=LESS_SURE
    )
    for which in (M.SECOND, M.AT_HOME, M.AT_WORK):
        yield from _rules("owner.phone2", (M.PHONE, which), also={*also, M.MORE, M.SECOND, M.AT_HOME})
    yield from _rules("owner.phone2", (M.PHONE, M.MORE), also=also)
    yield from _rules("owner.email", (M.EMAIL,), also={M.OWNER, M.ADDRESS})
    yield from _rules("owner.address", (M.ADDRESS,), also={*also, M.AT_HOME})
    also_of_place = {M.OWNER, M.ADDRESS, M.AT_HOME}
    yield from _rules("owner.city", (M.CITY,), also=also_of_place)
    yield from _rules("owner.region", (M.REGION,), (M.REGION, M.STATE), also=also_of_place)
    yield from _rules("owner.region", (M.STATE, M.OWNER), (M.STATE, M.ADDRESS), also=also_of_place)
    yield from _rules("owner.region", (M.STATE, M.AT_HOME), also=also_of_place)
    yield from _rules("owner.postal_code", (M.POSTAL,), also={*also_of_place, M.ID, M.NUMBER})
    yield from _rules("owner.country", (M.COUNTRY,), also=also_of_place)
    yield from _rules("owner.birth_date", (M.BIRTH, M.OWNER), also={M.DATE})
    yield from _rules("owner.birth_date", (M.BIRTH,), also={M.DATE}, confidence=LESS_SURE)
    yield from _rules("owner.external_id", (M.OWNER, M.ID), (M.OWNER, M.NUMBER), also={M.NUMBER, M.ID})
    yield from _rules("owner.notes", (M.NOTES, M.OWNER), also={M.MORE})
    yield from _rules("owner.tags", (M.TAGS, M.OWNER))


def _pet_rules() -> Iterator[_Rule]:
    also = _PET_ALSO
    for pet in (M.PET, M.PETS):
        yield from _rules("pet.name", (pet, M.NAME), also={M.NUMBER})
        yield from _rules("pet.species", (pet, M.KIND), also=(M.PET, M.PETS))
        yield from _rules("pet.birth_date", (pet, M.BIRTH), also={M.DATE})
        yield from _rules("pet.notes", (pet, M.NOTES), also={M.MORE})
    yield from _rules("pet.birth_date", (M.BIRTH,), also={M.DATE}, confidence=LESS_SURE)
    yield from _rules("pet.species", (M.SPECIES,), also=also)
    yield from _rules("pet.breed", (M.BREED,), also=also)
    yield from _rules("pet.sex", (M.SEX,), also={*also, M.YES_NO})
    yield from _rules("pet.weight", (M.WEIGHT,), also={*also, M.UNIT})
    yield from _rules("pet.colour", (M.COLOUR,), also=also)
    yield from _rules("pet.microchip", (M.CHIP,), also={*also, M.NUMBER, M.ID})
    yield from _rules("pet.sterilised", (M.STERILISED,), also={*also, M.STATUS, M.YES_NO})
    yield from _rules("pet.deceased", (M.DECEASED,), also={*also, M.YES_NO})


def _visit_rules() -> Iterator[_Rule]:
    moment = {M.DATE, M.CLOCK, M.STAMP}
    yield from _rules("case.services", (M.SERVICE,), also={M.KIND, M.VISIT, M.APPOINTMENT, M.OPENED, M.NAME})
    yield _bare_rule("row.clock", M.CLOCK, SURE)
    yield from _rules("case.services", (M.KIND, M.VISIT), (M.KIND, M.APPOINTMENT))
    for visit in _VISITS:
        yield from _rules("case.status", (M.STATUS, visit), (M.STATE, visit), also={M.KIND})
        if visit is not M.SERVICE:  # the id of a service is the same in many rows
            yield from _rules("case.external_id", (visit, M.ID), (visit, M.NUMBER), also={M.NUMBER, M.ID})
        yield from _rules("case.location", (M.LOCATION, visit), also={M.NAME})
        yield from _rules("case.tags", (M.TAGS, visit))
    yield from _rules("case.status", (M.STATUS,), confidence=LESS_SURE)
    yield from _rules("case.outcome", (M.OUTCOME,), also=_VISITS)
    yield from _rules("case.opened_at", (M.DATE, M.VISIT), also={M.OPENED, M.CLOCK})
    for when in (M.DATE, M.CLOCK):
        yield from _rules("case.opened_at", (M.OPENED, when), also={*moment, M.VISIT})
        yield from _rules("case.closed_at", (M.CLOSED, when), also={*moment, *_VISITS})
    yield from _rules("case.opened_at", (M.STAMP,), (M.OPENED, M.STAMP), also={M.VISIT, M.DATE})
    yield from _rules("case.opened_at", (M.DATE, M.SERVICE), also=_VISITS, confidence=UNSURE)
    for when in (M.DATE, M.START, M.SCHEDULED):
        yield from _rules("case.scheduled_at", (M.APPOINTMENT, when), also={*moment, M.START, M.SCHEDULED})
    yield from _rules("case.scheduled_at", (M.SCHEDULED, M.DATE), also={*moment, M.VISIT})
    yield from _rules("case.pet_count", (M.COUNT, M.PETS), (M.NUMBER, M.PETS), (M.COUNT, M.PET))
    yield from _rules("case.location", (M.LOCATION,), also={M.NAME}, confidence=LESS_SURE)
    yield from _rules("case.notes", (M.NOTES,), also={*_VISITS, M.MORE, M.SECOND})
    yield from _rules("case.notes", (M.NOTES, M.OUTCOME), also=_VISITS, confidence=LESS_SURE)


def _owner_list_rules() -> Iterator[_Rule]:
    yield from _rules("owner.notes", (M.NOTES,), also={M.MORE, M.SECOND})
    yield from _rules("owner.tags", (M.TAGS,))


_RULES_OF_ANY = (*_owner_rules(), *_pet_rules())
_RULES: dict[RecordKind, tuple[_Rule, ...]] = {
    RecordKind.CASE: (*_RULES_OF_ANY, *_visit_rules()),
    RecordKind.OWNER: (*_RULES_OF_ANY, *_owner_list_rules()),
    **{kind: _RULES_OF_ANY for kind in RecordKind if kind is RecordKind.PET or kind.is_history},
}


@lru_cache(maxsize=4_096)
def similar_headings(heading: str, kind: RecordKind) -> tuple[Candidate, ...]:
    """Return what a heading may mean, the surest first; nothing where it speaks of something else."""
    found = _understood(heading)
    declared = similar_in_history(heading, kind)
    best = {} if declared is None else {declared[0]: Candidate(*declared, SIMILAR)}
    if found is None:
        return tuple(best.values())
    for rule in _RULES.get(kind, ()):
        candidate = _applied(rule, found) if may_feed(rule.target, kind) else None
        if candidate and candidate.confidence > getattr(best.get(rule.target), "confidence", 0):
            best[rule.target] = candidate
    return tuple(sorted(best.values(), key=lambda one: (-one.confidence, one.target)))


@lru_cache(maxsize=4_096)
def is_sensitive_heading(heading: str) -> bool:
    """Say whether a heading names a national, tax or bank number."""
    return any(meaning_of(word) == (Meaning.SENSITIVE, False) for word in words_of(heading))


def _applied(rule: _Rule, heading: _Heading) -> Candidate | None:
    if not rule.needed <= heading.meanings:
        return None
    unknown = heading.unknown + len(heading.meanings - rule.allowed)
    confidence = rule.confidence - _PER_SLIP * heading.slips - _PER_UNKNOWN_WORD * unknown
    if confidence < _LEAST:
        return None
    reason = PARTLY if unknown else SLIP if heading.slips else SIMILAR
    return Candidate(rule.target, confidence, reason)


def _understood(heading: str) -> _Heading | None:
    """Return what the words mean; None where one of them tells of something PHCS has no field for."""
    meanings: set[Meaning] = set()
    unknown = slips = 0
    asides = (one or other for one, other in _BRACKETS.findall(heading))
    aside = " ".join(one for one in asides if not _PATH.fullmatch(one))
    short = abbreviations_of(heading)
    for word in words_of(_BRACKETS.sub(" ", heading)):
        meaning, has_slip = meaning_of(word, is_abbreviated=word in short)
        if meaning in (Meaning.ELSEWHERE, Meaning.SENSITIVE):
            return None
        slips += has_slip
        if meaning is None:
            unknown += 1
        else:
            meanings.add(meaning)
    meanings |= _aside(aside, meanings)
    return _Heading(frozenset(meanings), unknown, slips)


def _aside(text: str, said: set[Meaning]) -> set[Meaning]:
    """Return what the words in brackets add: whose it is, or its name; explanations add nothing."""
    told = {meaning for meaning, has_slip in map(meaning_of, words_of(text)) if meaning and not has_slip}
    if M.KIND in said or M.SPECIES in said:
        return set()
    of_whom = {M.OWNER, M.PET, M.NAME, M.APPOINTMENT, M.SECOND}
    return told & ({*of_whom, M.WHOLE, M.PHONE, M.EMAIL} if said <= {M.OWNER, *_FREE} else of_whom)
