"""Made-up owners and pets in households, and a second file about some of them: who is who is known.

Members of a household share surnames, an address, pets, often a phone and sometimes a mailbox; there are couples,
grown-up children, sisters, twins, fathers and sons of one name. The second file spells people otherwise: accents and
second surnames dropped, short forms, slips, changed phones, moves, new pets. Phones are passed on to strangers.
"""

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from benchmarks import linkage_words as words

KNOWN_SHARE = 0.55
"""How many of the second file's people are in the first."""


@dataclass(frozen=True, slots=True)
class Person:
    """One owner as a file tells of one; `truth` is the first file's id of the same person, '' for somebody new."""

    id: str = ""
    truth: str = ""
    given: str = ""
    surnames: tuple[str, ...] = ()
    suffix: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    birth_date: str = ""
    street: str = ""
    number: int = 0
    form: int = 0
    address: str = ""
    city: str = ""
    postal_code: str = ""
    official_id: str = ""
    pets: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Households:
    """Both files."""

    existing: list[Person] = field(default_factory=list)
    incoming: list[Person] = field(default_factory=list)


def make_households(*, people: int, seed: int) -> Households:
    """Return about `people` owners in each file; the same seed gives the same people."""
    chance = random.Random(seed)
    surnames = [*words.COMMON_SURNAMES, *_rare_surnames(chance, people // 4)]
    made = Households()
    number = 0
    while number < people:
        for member in _household(chance, surnames):
            number += 1
            person = replace(member, id=f"E{number}", name=_written(member, chance, plainly=True))
            known = chance.random() < 0.85
            if known:
                made.existing.append(_with_gaps(person, chance, form=0, share=0.5))
            if chance.random() < KNOWN_SHARE or not known:
                made.incoming.append(_told_again(person, chance, truth=person.id if known else ""))
    _pass_phones_on(made, chance)
    chance.shuffle(made.incoming)
    made.incoming = [replace(person, id=f"R{row}") for row, person in enumerate(made.incoming, start=1)]
    return made


def _rare_surnames(chance: random.Random, many: int) -> list[str]:
    return [
        (
            chance.choice(words.SYLLABLES) + chance.choice(words.SYLLABLES) + chance.choice(words.ENDINGS)
        ).capitalize()
        for _ in range(many)
    ]


def _household(chance: random.Random, surnames: list[str]) -> Iterator[Person]:
    """Yield those who live together."""
    style = chance.randrange(4)
    spanish = style in {0, 2}
    home = Person(
        form=style,
        street=chance.choice(words.STREETS),
        number=chance.randint(1, 180),
        city="Town",
        postal_code=f"{chance.randint(10_000, 10_400)}",
        pets=tuple(
            (chance.choice(words.PETS), chance.choice(words.SPECIES)) for _ in range(chance.choice((1, 1, 2)))
        ),
        surnames=tuple(_surname(chance, surnames) for _ in range(2 if spanish else 1)),
    )
    kind = chance.random()
    landline = _phone(chance) if chance.random() < 0.45 else ""
    members = [_person(home, chance)]
    first = members[0]
    if kind < 0.25:
        partner = _person(home, chance, but=first)
        own = (_surname(chance, surnames), _surname(chance, surnames)) if spanish else first.surnames
        members.append(replace(partner, surnames=own))
    elif kind < 0.33:
        members += _two_more(home, chance, first)
    elif kind < 0.34:
        son = replace(_person(home, chance), given=first.given, birth_date=_birth_date(chance, 1985, 2004))
        members = [replace(first, birth_date=_birth_date(chance, 1945, 1970)), son]
        if chance.random() < 0.5:
            members[1] = replace(son, suffix="Jr.")
    elif kind < 0.36:
        members.append(replace(_person(home, chance, but=first), birth_date=first.birth_date))
    mailbox = first.email if chance.random() < 0.2 else ""
    for member in members:
        shares = len(members) > 1
        yield replace(
            member,
            phone=landline if landline and shares else member.phone,
            email=mailbox if mailbox and shares else member.email,
        )


def _two_more(home: Person, chance: random.Random, first: Person) -> list[Person]:
    """Return a partner and a grown-up child, all three with given names of their own."""
    partner = _person(home, chance, but=first)
    child = _person(home, chance, but=first)
    while child.given == partner.given:
        child = _person(home, chance, but=first)
    return [partner, replace(child, birth_date=_birth_date(chance, 1985, 2004))]


def _person(home: Person, chance: random.Random, *, but: Person | None = None) -> Person:
    given = chance.choice(words.WOMEN if chance.random() < 0.5 else words.MEN)
    while but is not None and given in but.given:
        given = chance.choice(words.WOMEN if chance.random() < 0.5 else words.MEN)
    if chance.random() < 0.12:
        given = f"{given} {chance.choice(words.WOMEN if given in words.WOMEN else words.MEN)}"
    mailbox = f"{_plain(given.split()[0])}.{_plain(home.surnames[0])}{chance.randint(1, 9_999)}"
    return replace(
        home,
        given=given,
        phone=_phone(chance),
        email=f"{mailbox}@{chance.choice(words.DOMAINS)}",
        birth_date=_birth_date(chance, 1940, 2004),
    )


def _surname(chance: random.Random, surnames: list[str]) -> str:
    """Return a surname, half of the time one of the commonest."""
    return chance.choice(words.COMMON_SURNAMES if chance.random() < 0.5 else surnames)


def _phone(chance: random.Random) -> str:
    return f"+346{chance.randint(10_000_000, 99_999_999)}"


def _birth_date(chance: random.Random, first: int, last: int) -> str:
    return f"{chance.randint(first, last)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss"))
    return "".join(letter for letter in decomposed if letter.isalnum() and letter.isascii())


def _told_again(person: Person, chance: random.Random, *, truth: str) -> Person:
    """Return a person as another clerk writes one down, years later."""
    told = replace(person, truth=truth, name=_written(person, chance, plainly=False))
    if chance.random() < 0.15:
        told = replace(told, phone=_phone(chance))
    if chance.random() < 0.02:
        told = replace(told, phone=_slip_of_digit(told.phone, chance))
    if chance.random() < 0.12:
        told = replace(
            told, email=f"{_plain(person.given)}{chance.randint(1, 99_999)}@{chance.choice(words.DOMAINS)}"
        )
    if chance.random() < 0.08:
        told = replace(told, street=chance.choice(words.STREETS), number=chance.randint(1, 180),
                       postal_code=f"{chance.randint(10_000, 10_400)}")  # fmt: skip
    if chance.random() < 0.2:
        told = replace(told, pets=((chance.choice(words.PETS), chance.choice(words.SPECIES)),))
    told = replace(told, birth_date=_slip_of_date(told.birth_date, chance))
    return _with_gaps(told, chance, form=chance.randrange(3), share=1.0)


def _with_gaps(told: Person, chance: random.Random, *, form: int, share: float) -> Person:
    """Leave out what forms leave out: a quarter of the mailboxes, a third of the birth dates, … times `share`."""
    address = words.STREET_FORMS[told.form][form].format(street=told.street, number=told.number)
    return replace(
        told,
        phone="" if chance.random() < 0.08 * share else told.phone,
        email="" if chance.random() < 0.25 * share else told.email,
        birth_date="" if chance.random() < 0.35 * share else told.birth_date,
        address="" if chance.random() < 0.2 * share else address,
        postal_code="" if chance.random() < 0.2 * share else told.postal_code,
        pets=() if chance.random() < 0.05 * share else told.pets,
    )


def _slip_of_digit(phone: str, chance: random.Random) -> str:
    place = chance.randrange(4, len(phone))
    return f"{phone[:place]}{(int(phone[place]) + chance.randint(1, 9)) % 10}{phone[place + 1 :]}"


def _slip_of_date(date: str, chance: random.Random) -> str:
    year, month, day = date.split("-")
    kind = chance.random()
    if kind < 0.02 and int(day) <= 12:
        return f"{year}-{day}-{month}"
    if kind < 0.04:
        return f"{year[:3]}{chance.randint(0, 9)}-{month}-{day}"
    return date


def _written(person: Person, chance: random.Random, *, plainly: bool) -> str:
    """Return the full name; unless `plainly`, in one of the ways in which people write it."""
    given, surnames = person.given, person.surnames
    if plainly:
        return " ".join((given, *surnames, person.suffix)).strip()
    given, surnames = _misspelt(given, surnames, chance)
    if len(surnames) > 1 and chance.random() < 0.35:
        surnames = surnames[:1]
    if chance.random() < 0.01:
        surnames = (chance.choice(words.COMMON_SURNAMES),)
    name = " ".join((given, *surnames, person.suffix)).strip()
    if chance.random() < 0.12:
        name = f"{' '.join(surnames)}, {given}"
    return _typed(name, chance)


def _misspelt(given: str, surnames: tuple[str, ...], chance: random.Random) -> tuple[str, tuple[str, ...]]:
    """Return a short form, one of two given names, a slip of a letter or an initial, now and then."""
    kind = chance.random()
    first = given.split(maxsplit=1)[0]
    if kind < 0.12 and first in words.SHORT_FORMS:
        return chance.choice(words.SHORT_FORMS[first]), surnames
    if kind < 0.2:
        return first, surnames
    if kind < 0.23 and len(first) > 4:
        return _slip_of_letter(given, chance), surnames
    if kind < 0.26:
        return given, (_slip_of_letter(surnames[0], chance), *surnames[1:])
    return (f"{given[0]}.", surnames) if kind < 0.28 else (given, surnames)


def _typed(name: str, chance: random.Random) -> str:
    """Return a name as it comes out of a keyboard and a program: without accents, garbled, in capitals."""
    if chance.random() < 0.4:
        name = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    elif chance.random() < 0.02:
        name = name.encode("utf-8").decode("cp1252", errors="replace")
    return name.upper() if chance.random() < 0.1 else name


def _slip_of_letter(name: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(name) - 1)
    kind = chance.randrange(3)
    if kind == 0:
        return name[:place] + name[place + 1 :]
    if kind == 1:
        return name[: place - 1] + name[place] + name[place - 1] + name[place + 1 :]
    return name[:place] + chance.choice("aeiourstln") + name[place + 1 :]


def _pass_phones_on(made: Households, chance: random.Random) -> None:
    """Give 2 in 100 strangers of the second file a number that somebody of the first had."""
    for place, person in enumerate(made.incoming):
        if not person.truth and chance.random() < 0.04:
            made.incoming[place] = replace(person, phone=chance.choice(made.existing).phone)
