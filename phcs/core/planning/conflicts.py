"""Facts that the source and people have both changed since the source said them last: ours stay unless somebody says.

Source of the rule: parallel runs of two systems; a later export must not overwrite what people corrected here.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from phcs.core.findings import Finding, FindingCode, Severity
from phcs.core.history import LINKS
from phcs.core.planning.actions import PlanPolicy
from phcs.core.planning.changes import OWNER_LINK, Changes
from phcs.core.records import Facts, RecordKind

EVERY_FACT = ""
"""Stands for all facts of a kind in a decision."""

T = TypeVar("T")

_NO_CONFLICT = frozenset({"tags", "custom", OWNER_LINK}) | {
    name for links in LINKS.values() for name in links
}
"""What both have added is kept in any case, and what a record belongs to is not told by the source alone."""


def decision_about(kind: RecordKind, fact: str, decided: Mapping[tuple[RecordKind, str], T]) -> T | None:
    """Return what was decided about this fact: by itself, else as one of all facts of its kind; None for nothing."""
    return decided.get((kind, fact), decided.get((kind, EVERY_FACT)))


def settle_conflicts(
    changes: Changes, *, live: Facts, baseline: Facts | None, kind: RecordKind, policy: PlanPolicy
) -> tuple[Changes, tuple[Finding, ...]]:
    """Return what of these changes is made, and a finding for each fact that people have changed too.

    `baseline` is what the source said last; without it nobody can tell, and every change is made.
    """
    if baseline is None:
        return changes, ()
    taken: Changes = {}
    findings: list[Finding] = []
    for fact, (ours, theirs) in changes.items():
        if fact not in _NO_CONFLICT and _people_changed(fact, live, baseline):
            takes_theirs = bool(decision_about(kind, fact, policy.theirs))
            findings.append(_finding(fact, ours, theirs, takes_theirs=takes_theirs))
            if not takes_theirs:
                continue
        taken[fact] = [ours, theirs]
    return taken, tuple(findings)


def _people_changed(fact: str, live: Facts, baseline: Facts) -> bool:
    said, now = getattr(baseline, fact, None), getattr(live, fact, None)
    if fact == "status" and not said:
        return False  # a live case has a status even where its source has none
    return said != now


def _finding(fact: str, ours: Any, theirs: Any, *, takes_theirs: bool) -> Finding:
    severity = Severity.NOTE if takes_theirs else Severity.WARNING
    return Finding(FindingCode.EDITED_SINCE, severity, column=fact, value=_told(theirs), detail=_told(ours))


def _told(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text[:200] or "empty"
