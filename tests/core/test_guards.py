"""Guards on whole files: what is unusual, and above all what is not."""

from dataclasses import replace

import pytest

from phcs.core.guards import (
    CodesProfile,
    ColumnProfile,
    FileProfile,
    Guard,
    SameContents,
    Suspicion,
    looks_of,
    suspicions,
)
from phcs.wording.guards import guard_sentence, guard_title

NEW = SameContents()
EMAILS, DATES = {"e-mails": 980, "dates": 0}, {"e-mails": 0, "dates": 1000}
COLUMNS = (
    ColumnProfile("email", "owner.email", 900, EMAILS),
    ColumnProfile("visited", "case.opened_at", 1000, DATES),
    ColumnProfile("notes", "case.notes", 300, {"e-mails": 0, "dates": 0}),
)
CODES = (CodesProfile("case.services", {}),)
FIRST = FileProfile(rows=500, owners=420, matched=4, changes=1_300, columns=COLUMNS, codes=CODES)
NEWER = replace(FIRST, rows=520, matched=400, changes=60)


def column(number: int, **values: object) -> tuple[ColumnProfile, ...]:
    changed = replace(COLUMNS[number], **values)  # type: ignore[arg-type]
    return (*COLUMNS[:number], changed, *COLUMNS[number + 1 :])


ORDINARY = {
    "a first file": (FIRST, [], NEW),
    "a newer export of the same system": (NEWER, [FIRST], NEW),
    "the third of them": (replace(NEWER, rows=540), [NEWER, FIRST], NEW),
    "an export of only what is new": (replace(FIRST, rows=60, owners=55), [FIRST], NEW),
    "a small file after large ones": (replace(FIRST, rows=3, owners=3), [FIRST, FIRST, FIRST], NEW),
    "the same file, of which nothing is left to do": (
        replace(NEWER, changes=0, phone_rows=400, phone_names=300),
        [NEWER, NEWER, NEWER],
        SameContents(file="an earlier one"),
    ),
    "a big family, or a shelter, behind one phone": (replace(FIRST, phone_rows=90, phone_names=20), [], NEW),
    "a phone of some in a very large file": (
        replace(FIRST, rows=100_000, phone_rows=90, phone_names=80),
        [],
        NEW,
    ),
    "a column that was never full": (replace(NEWER, columns=column(2, filled=0)), [FIRST], NEW),
    "a column that feeds something else now": (
        replace(NEWER, columns=column(0, target="", looks=DATES)),
        [FIRST],
        NEW,
    ),
    "a few new words": (replace(NEWER, codes=(CodesProfile("case.services", {"a": 19}),)), [FIRST], NEW),
    "words that earlier files had as well": (
        replace(NEWER, codes=(CodesProfile("case.services", {"a": 400}),)),
        [replace(FIRST, codes=(CodesProfile("case.services", {"a": 9}),))],
        NEW,
    ),
    "many unknown words in a first file": (
        replace(FIRST, codes=(CodesProfile("case.services", {"a": 400}),)),
        [],
        NEW,
    ),
    "exports that never held everything": (replace(FIRST, rows=100, owners=90), [FIRST, FIRST, FIRST], NEW),
}


@pytest.mark.parametrize("name", ORDINARY)
def test_nothing_is_said_about_an_ordinary_file(name: str) -> None:
    profile, history, same = ORDINARY[name]

    assert suspicions(profile, history, same) == ()


UNUSUAL: dict[str, tuple[FileProfile, list[FileProfile], SameContents, Suspicion]] = {
    "the same file would change something": (
        replace(NEWER, changes=2),
        [FIRST],
        SameContents(file="first"),
        Suspicion(Guard.SAME_FILE, {"import": "first", "changes": 2}),
    ),
    "the same rows in another file": (
        replace(FIRST, rows=3),
        [],
        SameContents(rows="first"),
        Suspicion(Guard.SAME_ROWS, {"import": "first", "changes": 1_300}),
    ),
    "a placeholder phone": (
        replace(FIRST, phone_rows=30, phone_names=30),
        [],
        NEW,
        Suspicion(Guard.SHARED_PHONE, {"rows": 30, "names": 30, "of": 500}),
    ),
    "hardly anybody is known any more": (
        replace(NEWER, matched=100),
        [NEWER, NEWER, NEWER],
        NEW,
        Suspicion(Guard.FEW_MATCHES, {"matched": 100, "owners": 420, "usually": 95}),
    ),
    "everybody is known all at once": (
        replace(FIRST, matched=400),
        [FIRST, FIRST, FIRST],
        NEW,
        Suspicion(Guard.MANY_MATCHES, {"matched": 400, "owners": 420, "usually": 1}),
    ),
    "a column is empty": (
        replace(NEWER, columns=column(0, filled=40)),
        [NEWER, FIRST],
        NEW,
        Suspicion(Guard.BLANK_COLUMNS, {"columns": ["email"]}),
    ),
    "dates stand where e-mails stood": (
        replace(NEWER, columns=column(0, looks=DATES)),
        [FIRST],
        NEW,
        Suspicion(
            Guard.SHIFTED_COLUMNS,
            {"columns": [["email", "e-mails", "gone"], ["email", "dates", "come"]]},
        ),
    ),
    "words that nobody explained": (
        replace(NEWER, codes=(CodesProfile("case.services", {"a": 100, "b": 20}),)),
        [FIRST],
        NEW,
        Suspicion(Guard.UNSEEN_CODES, {"targets": [["case.services", 2, 120]]}),
    ),
    "an export that was cut short": (
        replace(NEWER, rows=200, owners=170, matched=165),
        [replace(NEWER, rows=540), NEWER, replace(NEWER, rows=510)],
        NEW,
        Suspicion(Guard.FEWER_ROWS, {"rows": 200, "before": 540}),
    ),
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_what_is_unusual_is_named_with_its_numbers(name: str) -> None:
    profile, history, same, expected = UNUSUAL[name]

    assert suspicions(profile, history, same) == (expected,)


def test_every_guard_is_shown_by_an_example_and_has_words() -> None:
    shown = {expected.guard: expected for *_, expected in UNUSUAL.values()}

    assert set(shown) == set(Guard)
    for guard, expected in shown.items():
        sentence = guard_sentence(guard.value, expected.detail)
        assert guard_title(guard.value)[0].isupper()
        assert sentence.endswith((".", "?"))
        assert "{" not in sentence


def test_a_profile_is_kept_and_read_back_as_it_was() -> None:
    profile = replace(FIRST, phone_rows=3, phone_names=2, codes=(CodesProfile("pet.species", {"x": 4}),))

    assert FileProfile.from_json(profile.as_json()) == profile


def test_only_columns_of_phones_are_said_to_hold_phones() -> None:
    numbers = [f"415555{number:04d}" for number in range(40)]

    assert looks_of(numbers, "owner.phone") == {"e-mails": 0, "dates": 0, "phones": 1000}
    assert looks_of(numbers, "owner.external_id") == {"e-mails": 0, "dates": 0}
    assert looks_of(numbers[:19], "owner.phone") == {}
