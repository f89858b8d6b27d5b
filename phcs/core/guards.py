"""What is unusual about a file as a whole: each guard stops its approval until a person has said why it is right.

Pure: the present file's profile and those of earlier files of the same source go in, guards with the numbers that
raised them come out. Floors are high on purpose. A guard that rings at an ordinary first file, or at a newer
export of the same system, teaches people to click it away.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Any

from phcs.core.mapping.value_looks import Look, share_of_look, telling_values


class Guard(StrEnum):
    """What may be unusual."""

    SAME_FILE = "same_file"
    SAME_ROWS = "same_rows"
    SHARED_PHONE = "shared_phone"
    FEW_MATCHES = "few_matches"
    MANY_MATCHES = "many_matches"
    BLANK_COLUMNS = "blank_columns"
    SHIFTED_COLUMNS = "shifted_columns"
    UNSEEN_CODES = "unseen_codes"
    FEWER_ROWS = "fewer_rows"


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One mapped column as a whole. Shares are in thousandths.

    `filled` is the share of rows with a cell, `looks` the share of a sample of cells that look like one thing, by
    Look; empty where too few cells were there to say.
    """

    heading: str
    target: str
    filled: int
    looks: Mapping[str, int] = field(default_factory=dict)


def looks_of(cells: Sequence[str], target: str) -> dict[str, int]:
    """What a sample of a column's cells looks like, for ColumnProfile; phones only where a phone is meant.

    Numbers of customers and orders look like phones as well.
    """
    told = [cell for cell in cells if cell.strip()]
    if len(told) < FEWEST_CELLS:
        return {}
    values = telling_values(told)
    looks = [Look.EMAILS, Look.DATES, *([Look.PHONES] if "phone" in target else ())]
    return {look.value: round(1000 * share_of_look(values, look)) for look in looks}


@dataclass(frozen=True, slots=True)
class CodesProfile:
    """The values of one coded target that PHCS does not know: by their hash, in how many cells each stands."""

    target: str
    unknown: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FileProfile:
    """A file and what its plan would do, in numbers. `phone_rows` and `phone_names` are of its most shared phone."""

    rows: int
    owners: int = 0
    matched: int = 0
    """Of these owners, those that PHCS had already."""
    changes: int = 0
    """Records that the plan creates or updates."""
    columns: tuple[ColumnProfile, ...] = ()
    codes: tuple[CodesProfile, ...] = ()
    phone_rows: int = 0
    phone_names: int = 0

    @property
    def match_share(self) -> float:
        """The share of owners that were known, 0 to 1."""
        return self.matched / self.owners if self.owners else 0.0

    def as_json(self) -> dict[str, Any]:
        """Plain data that `from_json` turns back."""
        return {
            "rows": self.rows,
            "owners": self.owners,
            "matched": self.matched,
            "changes": self.changes,
            "columns": [[one.heading, one.target, one.filled, dict(one.looks)] for one in self.columns],
            "codes": [[one.target, dict(one.unknown)] for one in self.codes],
            "phone": [self.phone_rows, self.phone_names],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "FileProfile":
        """The profile that `as_json` described."""
        return cls(
            rows=data["rows"],
            owners=data["owners"],
            matched=data["matched"],
            changes=data["changes"],
            columns=tuple(ColumnProfile(*one) for one in data["columns"]),
            codes=tuple(CodesProfile(*one) for one in data["codes"]),
            phone_rows=data["phone"][0],
            phone_names=data["phone"][1],
        )


@dataclass(frozen=True, slots=True)
class SameContents:
    """An earlier import, carried out and not undone, with the same contents; "" where there is none."""

    file: str = ""
    rows: str = ""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A guard with the numbers that raised it. With other numbers a confirmation is void."""

    guard: Guard
    detail: dict[str, Any]


FEWEST_ROWS = 50
"""Smaller files are looked at by eye: nothing that is judged by shares is judged of them."""
HISTORY_FOR_SHARES = 3
"""So many earlier files must agree before the share of known owners or the number of rows counts as unusual."""

PHONE_NAMES, PHONE_SHARE = 30, 0.05
FEW, USUALLY_MANY = 1 / 3, 0.5
MANY, USUALLY_FEW = 0.9, 0.2
FILLED_BEFORE, BLANK_NOW = 500, 100
FEWEST_CELLS, NEARLY_ALL, HARDLY_ANY = 20, 800, 200
UNKNOWN_SHARE, UNKNOWN_CELLS, UNKNOWN_BEFORE = 0.2, 20, 0.02
ROWS_LEFT, KNOWN_BEFORE = 0.5, 0.5


def suspicions(
    profile: FileProfile, history: Sequence[FileProfile], same: SameContents
) -> tuple[Suspicion, ...]:
    """What is unusual about a file, in the order of Guard; nothing where its plan would change nothing.

    `history` are the profiles of earlier files of the same source and kind that were carried out, not undone, and
    changed something; the newest first.
    """
    if not profile.changes:
        return ()
    found: list[Suspicion] = []
    if same.file:
        found.append(Suspicion(Guard.SAME_FILE, {"import": same.file, "changes": profile.changes}))
    elif same.rows:
        found.append(Suspicion(Guard.SAME_ROWS, {"import": same.rows, "changes": profile.changes}))
    if profile.rows >= FEWEST_ROWS:
        found += [Suspicion(guard, detail) for guard, test in _TESTS if (detail := test(profile, history))]
    elif detail := _fewer_rows(profile, history):
        found.append(Suspicion(Guard.FEWER_ROWS, detail))
    return tuple(found)


_Detail = dict[str, Any]


def _shared_phone(profile: FileProfile, _history: Sequence[FileProfile]) -> _Detail:
    """A placeholder that stands for "no phone" makes strangers look like one household."""
    is_shared = profile.phone_names >= PHONE_NAMES and profile.phone_rows >= PHONE_SHARE * profile.rows
    return {"rows": profile.phone_rows, "names": profile.phone_names, "of": profile.rows} if is_shared else {}


def _few_matches(profile: FileProfile, history: Sequence[FileProfile]) -> _Detail:
    usual = _usual_share(profile, history)
    if usual is None or min(usual) < USUALLY_MANY or profile.match_share >= FEW * min(usual):
        return {}
    return {"matched": profile.matched, "owners": profile.owners, "usually": _percent(min(usual))}


def _many_matches(profile: FileProfile, history: Sequence[FileProfile]) -> _Detail:
    usual = _usual_share(profile, history)
    if usual is None or max(usual) > USUALLY_FEW or profile.match_share < MANY:
        return {}
    return {"matched": profile.matched, "owners": profile.owners, "usually": _percent(max(usual))}


def _usual_share(profile: FileProfile, history: Sequence[FileProfile]) -> list[float] | None:
    """The shares of the newest files that were large enough, None while there are too few of them.

    The first file of a source finds nobody, however the later ones go.
    """
    large = [one.match_share for one in history if one.owners >= FEWEST_ROWS][:HISTORY_FOR_SHARES]
    return large if len(large) == HISTORY_FOR_SHARES and profile.owners >= FEWEST_ROWS else None


def _blank_columns(profile: FileProfile, history: Sequence[FileProfile]) -> _Detail:
    blank = [
        column.heading
        for column, before in _with_history(profile, history)
        if column.filled <= BLANK_NOW and min(one.filled for one in before) >= FILLED_BEFORE
    ]
    return {"columns": blank} if blank else {}


def _shifted_columns(profile: FileProfile, history: Sequence[FileProfile]) -> _Detail:
    """Columns that always held dates (e-mails, phones) and now hold hardly any, or the other way round."""
    shifted = [
        [column.heading, look, "gone" if share <= HARDLY_ANY else "come"]
        for column, before in _with_history(profile, history)
        for look, share in column.looks.items()
        if _is_other([one.looks[look] for one in before if look in one.looks], share)
    ]
    return {"columns": shifted} if shifted else {}


def _is_other(before: Sequence[int], now: int) -> bool:
    if not before:
        return False
    is_gone = min(before) >= NEARLY_ALL and now <= HARDLY_ANY
    return is_gone or (max(before) <= HARDLY_ANY and now >= NEARLY_ALL)


def _with_history(
    profile: FileProfile, history: Sequence[FileProfile]
) -> Iterator[tuple[ColumnProfile, list[ColumnProfile]]]:
    """The mapped columns, each with what it was in the earlier files that had it and fed the same target by it."""
    earlier = [
        {(column.heading, column.target): column for column in one.columns}
        for one in history
        if one.rows >= FEWEST_ROWS
    ]
    for column in profile.columns:
        place = (column.heading, column.target)
        if before := [columns[place] for columns in earlier if place in columns]:
            yield column, before


def _unseen_codes(profile: FileProfile, history: Sequence[FileProfile]) -> _Detail:
    """Values that neither PHCS nor an earlier file knows, in a column that was understood until now."""
    found = []
    for codes in profile.codes:
        before = [
            (one, same)
            for one in history
            if one.rows >= FEWEST_ROWS
            for same in one.codes
            if same.target == codes.target
        ]
        seen = {code for _, same in before for code in same.unknown}
        unseen = {code: cells for code, cells in codes.unknown.items() if code not in seen}
        cells = sum(unseen.values())
        was_understood = before and all(
            sum(same.unknown.values()) <= UNKNOWN_BEFORE * one.rows for one, same in before
        )
        if was_understood and cells >= max(UNKNOWN_CELLS, UNKNOWN_SHARE * profile.rows):
            found.append([codes.target, len(unseen), cells])
    return {"targets": found} if found else {}


def _fewer_rows(profile: FileProfile, history: Sequence[FileProfile]) -> _Detail:
    """A source whose exports hold everything each time, and now one that holds less than half of it.

    That they hold everything shows by the owners that were known again and again; of a source that exports only
    what is new, a short file is nothing unusual.
    """
    newest = history[:HISTORY_FOR_SHARES]
    holds_everything = (
        len(newest) == HISTORY_FOR_SHARES
        and min(one.rows for one in newest) >= FEWEST_ROWS
        and all(one.match_share >= KNOWN_BEFORE for one in newest)
        and all(newer.rows >= older.rows for newer, older in pairwise(newest))
    )
    if not holds_everything or profile.rows >= ROWS_LEFT * newest[0].rows:
        return {}
    return {"rows": profile.rows, "before": newest[0].rows}


def _percent(share: float) -> int:
    return round(100 * share)


_TESTS: tuple[tuple[Guard, Callable[[FileProfile, Sequence[FileProfile]], _Detail]], ...] = (
    (Guard.SHARED_PHONE, _shared_phone),
    (Guard.FEW_MATCHES, _few_matches),
    (Guard.MANY_MATCHES, _many_matches),
    (Guard.BLANK_COLUMNS, _blank_columns),
    (Guard.SHIFTED_COLUMNS, _shifted_columns),
    (Guard.UNSEEN_CODES, _unseen_codes),
    (Guard.FEWER_ROWS, _fewer_rows),
)
