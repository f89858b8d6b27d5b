"""Made-up WaitWhile-like exports with known defects, and the truth that a correct importer must count.

`python -m benchmarks.data --rows 10000 --out visits.csv --truth truth.json --owners owners.csv` writes what
`python -m benchmarks` measures on. The same arguments give the same bytes everywhere. Twelve columns, about 185
bytes a row; 2 % of the rows have exactly one of eight defects; 10 % repeat an earlier row (4 % as it was, 4 % edited
under the same id, 2 % under a new id and written another way); 30 % of the owners are in the database already.
"""

import argparse
import csv
import json
import random
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.data_people import MadeUpOwner, made_up_owner, written_date, written_name, written_phone
from benchmarks.data_words import (
    BAD_DATES,
    BAD_PHONES,
    COLUMNS,
    DEFECTS,
    FAR_DATES,
    NO_NAMES,
    NO_SPECIES,
    NO_STATES,
    NOTES,
    SERVICES,
    SPECIES_WORDS,
    STATES,
    TAGS,
)

SEED = 7
SHARE_OF_DEFECTS = 0.02
SHARE_OF_REPEATS = 0.1
VISITS_OF_AN_OWNER = 1.8
SHARE_OF_KNOWN_OWNERS = 0.3
REPEATED_WITHIN = 4_000
"""A row repeats one of so many rows before it."""
FIRST_DAY = datetime(2022, 1, 1)  # noqa: DTZ001 - exports name no zone
LAST_DAY = datetime(2026, 10, 31)  # noqa: DTZ001
SPAN_SECONDS = int((LAST_DAY - FIRST_DAY).total_seconds())
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
Cells = list[str]


@dataclass(frozen=True, slots=True)
class Truth:
    """What a correct importer must count: rows by the one defect that they have, and repeats by their kind."""

    rows: int
    defects: dict[str, int]
    repeats: dict[str, int]


@dataclass(slots=True)
class Visits:
    """The rows of one made-up export; `truth` is complete once all of them have been taken."""

    rows: int
    seed: int = SEED
    defects: Counter[str] = field(default_factory=Counter)
    repeats: Counter[str] = field(default_factory=Counter)

    def __iter__(self) -> Iterator[Cells]:
        r = random.Random(f"rows-{self.seed}")
        pool = _owners_of(self.rows)
        recent: deque[tuple[Cells, MadeUpOwner]] = deque(maxlen=REPEATED_WITHIN)
        for _ in range(self.rows):
            share = r.random()
            if recent and share < SHARE_OF_REPEATS:
                kind = ("exact", "edited", "near")[min(2, int(share / SHARE_OF_REPEATS * 10) // 4)]
                cells, owner = recent[r.randrange(len(recent))]
                self.repeats[kind] += 1
                yield _repeated(r, kind, list(cells), owner)
                continue
            owner = made_up_owner(self.seed, r.randrange(pool))
            cells = _visit(r, owner)
            if r.random() < SHARE_OF_DEFECTS / (1 - SHARE_OF_REPEATS):
                kind = r.choice(DEFECTS)
                _spoil(r, kind, cells)
                self.defects[kind] += 1
            else:
                recent.append((cells, owner))  # only sound rows are repeated, so the truth stays simple
            yield cells

    @property
    def truth(self) -> Truth:
        """What has been written so far."""
        return Truth(self.rows, dict(sorted(self.defects.items())), dict(sorted(self.repeats.items())))


def write_visits(path: Path, *, rows: int, seed: int = SEED) -> Truth:
    """Write the export as CSV and give its truth."""
    visits = Visits(rows, seed)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(visits)
    return visits.truth


def write_known_owners(path: Path, *, rows: int, seed: int = SEED) -> None:
    """Write the owners of this export who are in the database already, in canonical form."""
    r = random.Random(f"existing-{seed}")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "name", "email", "phone"])
        number = 0
        for index in range(_owners_of(rows)):
            if r.random() < SHARE_OF_KNOWN_OWNERS:
                number += 1
                owner = made_up_owner(seed, index)
                phone = f"+{owner.country_code}{owner.national}" if owner.national else ""
                writer.writerow([number, owner.name, owner.email.lower(), phone])


def _owners_of(rows: int) -> int:
    return max(1, int(rows * (1 - SHARE_OF_REPEATS) / VISITS_OF_AN_OWNER))


def _visit(r: random.Random, owner: MadeUpOwner) -> Cells:
    pet, species, breed = owner.pets[r.randrange(len(owner.pets))]
    moment = FIRST_DAY + timedelta(seconds=r.randrange(SPAN_SECONDS))
    note = _note(r)
    email = _written_email(r, owner.email)
    return [
        _id(r),
        written_name(r, owner),
        written_phone(r, owner.country_code, owner.national) if owner.national else "",
        email,
        pet if r.random() < 0.92 else pet.upper(),
        r.choice(SPECIES_WORDS[species].split()),
        breed,
        r.choice(SERVICES),
        r.choice(STATES),
        written_date(r, moment),
        note,
        r.choice(["; ", ",", ", "]).join(r.sample(TAGS, r.choices((0, 1, 2, 3), (45, 35, 15, 5))[0])),
    ]


def _id(r: random.Random) -> str:
    return "".join(r.choices(LETTERS, k=20))


def _note(r: random.Random) -> str:
    if r.random() >= 0.6:
        return ""
    note = r.choice(NOTES).replace("{n}", str(r.randrange(1, 60)))
    share = r.random()
    if share < 0.04:
        return note + "\nSegunda línea: " + r.choice(NOTES).replace("{n}", "2")
    if share < 0.06:
        return "🐶 " + note
    return '=HYPERLINK("http://example.com","ver")' if share < 0.065 else note


def _written_email(r: random.Random, email: str) -> str:
    share = r.random()
    if share < 0.85 or not email:
        return email
    return email.upper() if share < 0.9 else f" {email.capitalize()} "


def _repeated(r: random.Random, kind: str, cells: Cells, owner: MadeUpOwner) -> Cells:
    if kind == "edited":
        cells[8] = "COMPLETE" if cells[8] != "COMPLETE" else "CANCELLED"
        cells[10] = f"{cells[10]} (editado)".strip()
    elif kind == "near":
        cells[0] = _id(r)
        cells[1] = written_name(r, owner)
        cells[2] = written_phone(r, owner.country_code, owner.national) if cells[2] else ""
        cells[3] = cells[3].upper() if r.random() < 0.5 else cells[3]
    return cells


def _spoil(r: random.Random, kind: str, cells: Cells) -> None:
    """Put one defect of this kind into a row."""
    if kind == "bad_email":
        cells[3] = r.choice(_bad_emails(cells[3] or "nadie@example.org"))
    elif kind == "no_contact":
        cells[2] = cells[3] = ""
    else:
        place, texts = SPOILT_CELLS[kind]
        cells[place] = r.choice(texts)


SPOILT_CELLS = {
    "bad_phone": (2, BAD_PHONES),
    "bad_date": (9, BAD_DATES),
    "date_out_of_range": (9, FAR_DATES),
    "missing_name": (1, NO_NAMES),
    "unknown_species": (5, NO_SPECIES),
    "unknown_state": (8, NO_STATES),
}


def _bad_emails(email: str) -> list[str]:
    local = email.split("@", maxsplit=1)[0]
    return [
        email.replace("@", ""),
        email.replace("@", "@@"),
        f"{local}@",
        email.replace(".", ".."),
        email.replace("@", " @ "),
        "n/a",
        f"{local}@dominio,es",
    ]


def main() -> None:
    """Write the files that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--truth", type=Path)
    parser.add_argument("--owners", type=Path)
    wanted = parser.parse_args()
    truth = write_visits(wanted.out, rows=wanted.rows, seed=wanted.seed)
    if wanted.truth:
        told: dict[str, Any] = {"rows": truth.rows, "errors": truth.defects, "dups": truth.repeats}
        wanted.truth.write_text(json.dumps(told, indent=1))
    if wanted.owners:
        write_known_owners(wanted.owners, rows=wanted.rows, seed=wanted.seed)


if __name__ == "__main__":
    main()
