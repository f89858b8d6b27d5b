"""The two files of a linkage run as CSV, which every contestant reads, and what contestants found."""

import csv
from collections.abc import Iterable
from pathlib import Path

from benchmarks.linkage_households import Person

COLUMNS = (
    "id truth name given surnames phone email birth_date address city postal_code official_id pets".split()
)


def write_people(path: Path, people: Iterable[Person]) -> None:
    """Write owners with their pets as `Luna:dog|Max:cat`."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for person in people:
            pets = "|".join(f"{name}:{species}" for name, species in person.pets)
            writer.writerow(
                (person.id, person.truth, person.name, "", "", person.phone, person.email, person.birth_date,
                 person.address, person.city, person.postal_code, person.official_id, pets)
            )  # fmt: skip


def read_people(path: Path) -> list[dict[str, str]]:
    """Return the rows of a file, column by column."""
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))
