"""Whether a value that a row states has arrived, and if the live record says something else, why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from phcs.core.row_places import row_named
from phcs.core.verifying.trails import NOTHING, ExpectedRecord, TrailEvent, same


class Verdict(StrEnum):
    """What became of a value; the order is that in which a page lists them, the worst last."""

    SAME = "same"
    ELSEWHERE = "elsewhere"
    PASSED_OVER = "passed_over"
    NO_VALUE = "no_value"
    KEPT = "kept"
    OTHER_ROW = "other_row"
    CHANGED_SINCE = "changed_since"
    TAKEN_BACK = "taken_back"
    NOT_IMPORTED = "not_imported"
    UNEXPLAINED = "unexplained"


ORDER = {verdict: place for place, verdict in enumerate(Verdict)}


def worse(one: Verdict, other: Verdict) -> Verdict:
    """The one of two verdicts that a reader should see."""
    return max(one, other, key=ORDER.__getitem__)


@dataclass(frozen=True, slots=True)
class RowPlace:
    """A row of an import, and the number of the event that says that the import was promoted.

    `table_names` are those of the import's tables, by number.
    """

    import_id: str
    table_no: int
    row_no: int
    promoted_number: int
    table_names: Mapping[int, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Explained:
    """A verdict and its reason, a sentence without any value; '' where nothing has to be explained."""

    verdict: Verdict
    reason: str = ""


ARRIVED = Explained(Verdict.SAME)
_ELSEWHERE = {"phone": ("phone2",)}
_LISTS = frozenset({"tags", "services"})


def arrived(name: str, stated: Any, live: Mapping[str, Any]) -> bool:
    """Whether a live record says what a row states; of lists, whether it holds all that the row states.

    `custom.<key>` is one custom fact.
    """
    if name.startswith("custom."):
        return same((live.get("custom") or {}).get(name[7:]), stated)
    if name in _LISTS:
        return set(stated or ()) <= set(live.get(name) or ())
    return same(live.get(name), stated)


def explain(
    name: str,
    stated: Any,
    live: Mapping[str, Any] | None,
    expected: ExpectedRecord,
    place: RowPlace,
    *,
    altered: bool = False,
) -> Explained:
    """Why a live record (None: it is not there) says what it says about a fact that a row of the import states.

    `altered` says that the fact is not what the audit trail says it should be. Only the trail explains a
    difference: what nobody is known to have done is unexplained.
    """
    if live is None:
        return _of_missing(expected)
    if altered:
        return Explained(Verdict.UNEXPLAINED, "The audit trail says that it should be something else.")
    if arrived(name, stated, live):
        return ARRIVED
    if any(same(live.get(other), stated) for other in _ELSEWHERE.get(name, ()) if stated not in NOTHING):
        return Explained(Verdict.ELSEWHERE, "PHCS had another number already; this one is the second phone.")
    setter = expected.setter(name.partition(".")[0])
    if setter is None:
        return Explained(
            Verdict.KEPT, "The approved plan left what PHCS said about it, from before this import."
        )
    return _by_setter(setter, place)


def _of_missing(expected: ExpectedRecord) -> Explained:
    if expected.gone_by is None:
        return Explained(
            Verdict.UNEXPLAINED, "The record is not there, and the audit trail does not say who removed it."
        )
    return Explained(Verdict.TAKEN_BACK, f"Removed by an undo{_when(expected.gone_by)}.")


def _by_setter(setter: TrailEvent, place: RowPlace) -> Explained:
    if setter.import_id == place.import_id:
        return _of_this_import(setter, place)
    if setter.number > place.promoted_number:
        return Explained(Verdict.CHANGED_SINCE, f"{setter.by or 'Somebody'} changed it{_how(setter)}.")
    return Explained(Verdict.KEPT, f"The approved plan kept what PHCS held already{_from(setter)}.")


def _of_this_import(setter: TrailEvent, place: RowPlace) -> Explained:
    if setter.done == "reverted":
        return Explained(Verdict.TAKEN_BACK, f"Taken back by an undo{_when(setter)}.")
    if (setter.table_no, setter.row_no) != (place.table_no, place.row_no):
        names = place.table_names if setter.table_no != place.table_no else {}
        other = row_named(setter.table_no, setter.row_no, names)
        return Explained(Verdict.OTHER_ROW, f"R{other[1:]} of the same file says something else.")
    return Explained(Verdict.UNEXPLAINED, "The import wrote something else than the row says.")


def _how(event: TrailEvent) -> str:
    with_file = f" with the import {event.file_name}" if event.file_name else ""
    by_merge = " by a merge" if event.done in {"merged", "unmerged"} else ""
    return f"{with_file}{by_merge}{_when(event)}"


def _from(event: TrailEvent) -> str:
    if event.file_name:
        return f", from the import {event.file_name}{_when(event)}"
    return f", from {event.by}{_when(event)}" if event.by else ""


def _when(event: TrailEvent) -> str:
    return f" on {event.at[:10]}" if event.at else ""
