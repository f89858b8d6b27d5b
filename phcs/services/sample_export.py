"""A made-up WaitWhile visit export to try the product with: realistic, with the usual faults, nobody real."""

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

HEADINGS = (
    "ID NAME FIRST_NAME LAST_NAME PHONE EMAIL NOTES PARTY_SIZE CUSTOMER_ID EXTERNAL_CUSTOMER_ID LOCATION_SHORT_NAME "
    "LOCATION_ID ACCOUNT_ID STATE TAGS DATE DURATION POSITION ORIGINAL_POSITION SERVICES CREATED WAITLIST_TIME "
    "SERVE_TIME COMPLETED_TIME"
).split()
GROUPS = (("Outcome", 0), ("Animal Type", 1), ("Notes", 2), ("# of Pets", 3))
GROUP_HEADINGS = [
    f"DATA_FIELD_{number}_{part}" for number in range(5) for part in ("ID", "LABEL", "TYPE", "KEY", "VALUE")
]

GIVEN = (
    "Ana Luis María José Grace Daniel Chloé Hannah Omar Priya Wei Fatima Jack Amelia Mateo Camila Noah Ruth Ivan "
    "Lucía Sofía Andre Keisha Tom Elena Victor Nadia Samuel Irene Paul"
).split()
FAMILY = (
    "García Smith Johnson Nguyen O'Brien Martínez López Williams Brown Patel Kim Okafor Rossi Müller Davis Núñez "
    "Peterson Fernández Hughes Cohen Ramírez Walsh Ortiz Baker Silva Young"
).split()
STATES = (
    ("COMPLETE", ""),
    ("COMPLETE", ""),
    ("COMPLETED", ""),
    ("COMPLETE", ""),
    ("COMPLETE", ""),
    ("COMPLETED", ""),
    ("COMPLETE", ""),
    ("COMPLETE", ""),
    ("COMPLETE", "CANCELLED"),
    ("COMPLETE", "NO-SHOW"),
    ("COMPLETE", "EXPIRED"),
    ("WAITING", ""),
    ("BOOKED", "CONFIRMED"),
    ("SERVING", "ARRIVED"),
)
SERVICES = (
    "Pet food pantry",
    "Veterinary care",
    "Vaccination",
    "Boarding",
    "Behavior help",
    "Surrender appointment",
)
ANIMALS = ("Adult Dog", "Adult Cat", "Puppy", "Kitten")
OUTCOMES = (
    "Keeping-Behavior",
    "LM with Info",
    "Rehome Attempt",
    "PSN Boarding",
    "Asked for more info",
    "Open",
)
NOTES = (
    "Called back, left a message.",
    "Needs help until payday.",
    'Says "he limps" since Monday.',
    "Two cats, one shy.",
)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody whom the demo's PHCS holds already."""

    given: str
    family: str
    phone: str
    email: str


def write_sample_export(
    path: Path, *, rows: int, until: datetime, seed: int = 7, known: Sequence[KnownPerson] = ()
) -> None:
    """Write an export of so many visits up to `until`; the same seed gives the same file.

    Of three `known` people the first comes again as they are, with somebody of their household; the second with
    another mailbox; the third with an initial only, so that a person has to decide.
    """
    dice = random.Random(seed)  # noqa: S311 - made-up data
    step = min(timedelta(hours=7), timedelta(days=4 * 365) / max(1, rows))
    people = [_person(dice) for _ in range(max(1, rows * 2 // 3))]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow([*HEADINGS, *GROUP_HEADINGS])
        guests = dict(zip(range(rows // 9, rows, max(1, rows // 9)), _met_again(known), strict=False))
        for number in range(rows):
            person = guests.get(number) or dice.choice(people)
            writer.writerow(_visit(dice, person, until - step * (rows - number)))


def _met_again(known: Sequence[KnownPerson]) -> list[dict[str, str]]:
    """Visitors who are, or live with, people that the demo knows."""
    if len(known) < 3:
        return []
    same, moved, short = known[:3]
    met = (
        (same.given, same.family, same.phone, same.email),
        ("Marta", same.family, same.phone, ""),
        (moved.given, moved.family, moved.phone, "new.mailbox@example.org"),
        (f"{short.given[0]}.", short.family, short.phone, ""),
    )
    return [
        {
            "given": given,
            "family": family,
            "phone": phone,
            "email": email,
            "id": f"metAgain{number:014}",
            "animal": ANIMALS[number],
        }
        for number, (given, family, phone, email) in enumerate(met)
    ]


def _person(dice: random.Random) -> dict[str, str]:
    given, family = dice.choice(GIVEN), dice.choice(FAMILY)
    phone = f"+1415{dice.randrange(2_000_000, 9_999_999)}"
    plain = f"{given}.{family}{dice.randrange(10, 99)}".lower().replace("'", "")
    mailbox = plain.encode("ascii", "ignore").decode()
    return {
        "given": given,
        "family": family,
        "phone": phone if dice.random() > 0.05 else "",
        "email": f"{mailbox}@example.org" if dice.random() > 0.3 else "",
        "id": "".join(dice.choices(ALPHABET, k=22)),
        "animal": dice.choice(ANIMALS),
    }


def _visit(dice: random.Random, person: dict[str, str], created: datetime) -> list[str]:
    state, tags = dice.choice(STATES)
    done = state in {"COMPLETE", "COMPLETED"}
    cells = {
        "ID": "".join(dice.choices(ALPHABET, k=20)),
        "NAME": f"{person['given']} {person['family']}",
        "FIRST_NAME": person["given"],
        "LAST_NAME": person["family"],
        "PHONE": person["phone"],
        "EMAIL": person["email"],
        "NOTES": dice.choice(NOTES) if dice.random() < 0.3 else "",
        "PARTY_SIZE": "1",
        "CUSTOMER_ID": person["id"],
        "LOCATION_SHORT_NAME": "pethelpcenter",
        "LOCATION_ID": "p3tH3lpC3nt3rL0cat10",
        "ACCOUNT_ID": "acc0untPetHelp",
        "STATE": state,
        "TAGS": tags,
        "DURATION": "1200",
        "SERVICES": dice.choice(SERVICES),
        "CREATED": _iso(created),
        "WAITLIST_TIME": _iso(created),
        "SERVE_TIME": _iso(created + timedelta(minutes=20)) if done else "",
        "COMPLETED_TIME": _iso(created + timedelta(minutes=45)) if done else "",
    }
    _spoil(dice, cells)
    return [*(cells.get(heading, "") for heading in HEADINGS), *_groups(dice, person)]


def _spoil(dice: random.Random, cells: dict[str, str]) -> None:
    """Give a few rows one of the faults that real exports have."""
    fault = dice.random()
    if fault < 0.01:
        cells["NAME"] = cells["FIRST_NAME"] = cells["LAST_NAME"] = ""
    elif fault < 0.02:
        cells["PHONE"] = "555-26"
    elif fault < 0.03:
        cells["EMAIL"] = cells["EMAIL"].replace("@", " at ") or "none at example.org"
    elif fault < 0.035:
        cells["CREATED"] = cells["WAITLIST_TIME"] = "2031-01-01T09:00:00.000Z"
    elif fault < 0.05:
        cells["SERVICES"] = "Aquarium advice"


def _groups(dice: random.Random, person: dict[str, str]) -> list[str]:
    """The data fields: five columns each, the label in a cell, in slots that move from row to row."""
    values = [dice.choice(OUTCOMES), person["animal"], dice.choice(NOTES), str(dice.choice((1, 1, 1, 2)))]
    slots = sorted(dice.sample(range(5), len(GROUPS)))
    cells = [""] * len(GROUP_HEADINGS)
    for (label, which), slot in zip(GROUPS, slots, strict=True):
        cells[slot * 5 : slot * 5 + 5] = [f"df{which}", label, "text", "", values[which]]
    return cells


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"
