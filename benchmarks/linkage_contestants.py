"""One contestant in a process of its own: reads both files, says who is who, and what it cost.

`python -m benchmarks.linkage_contestants evidence existing.csv incoming.csv` prints JSON: for each answer the row,
the owner and link or review; seconds to learn the existing owners and to match the incoming ones; the peak memory.
"""

import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from rapidfuzz import fuzz

from benchmarks.linkage_files import read_people
from benchmarks.memory import peak_mb
from phcs.core.matching.deciding import MatchOutcome, match_owner
from phcs.core.matching.frequencies import NameFrequencies, counted_parts
from phcs.core.matching.keys import owner_keys
from phcs.core.matching.known import KnownOwner, KnownPet, KnownWorld
from phcs.core.matching.presets import MatchPreset, MatchRules
from phcs.core.records import OwnerFacts, PetFacts

Row = dict[str, str]
Answers = list[tuple[str, str, str]]
"""Row, owner, and link or review."""


def facts_of(row: Row) -> OwnerFacts:
    """Return an owner as the product's readers would give it."""
    return OwnerFacts(
        full_name=row["name"],
        given_name=row["given"],
        family_name=row["surnames"],
        phone=row["phone"],
        email=row["email"],
        birth_date=row["birth_date"],
        address=row["address"],
        city=row["city"],
        postal_code=row["postal_code"],
        custom={"SSN": row["official_id"]} if row["official_id"] else {},
    )


def pets_of(row: Row) -> tuple[PetFacts, ...]:
    """Return the pets of a row."""
    pairs = [pet.split(":") for pet in row["pets"].split("|") if pet]
    return tuple(PetFacts(name=name, species=species) for name, species in pairs)


def learn_world(existing: list[Row]) -> KnownWorld:
    """Return all existing owners with their keys and the frequencies of their names."""
    seen: Counter[str] = Counter()
    first: Counter[str] = Counter()
    owners = []
    for number, row in enumerate(existing):
        facts = facts_of(row)
        for part, stands_first in counted_parts(facts):
            seen[part] += 1
            first[part] += stands_first
        pets = [
            KnownPet(UUID(int=(number + 1) << 8 | place), 1, planned=False, facts=pet)
            for place, pet in enumerate(pets_of(row))
        ]
        owner = KnownOwner(UUID(int=number + 1), 1, planned=False, row_no=0, facts=facts, pets=pets)
        owners.append((owner, owner_keys(facts, pets_of(row), source="other", external_id="")))
    frequencies = NameFrequencies(len(existing), {part: (seen[part], first[part]) for part in seen})
    return KnownWorld(owners=owners, cases={}, frequencies=frequencies)


def _product(preset: MatchPreset, existing: list[Row], incoming: list[Row]) -> tuple[Answers, float, float]:
    started = time.process_time()
    world = learn_world(existing)
    learnt = time.process_time()
    rules = MatchRules(preset)
    answers = []
    for row in incoming:
        answer = match_owner(
            facts_of(row), pets_of(row), source="file", external_id="", world=world, decisions={}, rules=rules
        )
        if answer.outcome is not MatchOutcome.NEW and answer.owner is not None:
            owner_id = existing[answer.owner.id.int - 1]["id"]
            answers.append((row["id"], owner_id, answer.outcome.value))
    return answers, learnt - started, time.process_time() - learnt


def _literal(existing: list[Row], incoming: list[Row]) -> tuple[Answers, float, float]:
    """The mission's rule by the letter: same phone, token_sort_ratio from 85, a pet of the same name."""
    started = time.process_time()
    by_phone: dict[str, list[Row]] = defaultdict(list)
    for row in existing:
        if row["phone"]:
            by_phone[row["phone"]].append(row)
    learnt = time.process_time()
    answers = []
    for row in incoming:
        names = {pet.name.lower() for pet in pets_of(row)}
        alike = [
            (fuzz.token_sort_ratio(row["name"], other["name"]), other["id"])
            for other in by_phone.get(row["phone"], ())
            if names & {pet.name.lower() for pet in pets_of(other)}
        ]
        if alike and max(alike)[0] >= 85:
            answers.append((row["id"], max(alike)[1], "link"))
    return answers, learnt - started, time.process_time() - learnt


def main() -> None:
    """Run the named contestant on two files and print what it found."""
    name, existing, incoming = sys.argv[1], read_people(Path(sys.argv[2])), read_people(Path(sys.argv[3]))
    run: Callable[[list[Row], list[Row]], tuple[Answers, float, float]] = _literal
    if name != "literal":
        preset = MatchPreset(name)
        run = lambda known, rows: _product(preset, known, rows)  # noqa: E731 - one argument fixed
    answers, learnt_s, matched_s = run(existing, incoming)
    found: dict[str, Any] = {
        "answers": answers,
        "learn_s": learnt_s,
        "match_s": matched_s,
        "peak_mb": peak_mb(),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
