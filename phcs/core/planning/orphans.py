"""Rows whose parent is not there: held back with the reason, or given to the owner whom a person chose."""

from dataclasses import replace
from uuid import UUID

from phcs.core.findings import Finding, FindingCode, Severity
from phcs.core.matching.keys import PLACEHOLDER_TAG
from phcs.core.matching.known import KnownOwner
from phcs.core.planning.actions import Action, OrphanChoice, OrphanDecision, PlannedAction, PlannedRow
from phcs.core.planning.changes import stated_facts
from phcs.core.planning.links import Absence, AbsentParent, Reference
from phcs.core.planning.records import RowToPlan
from phcs.core.records import OwnerFacts, RecordKind
from phcs.core.row_places import RowPlace

ORPHAN_CODES = (FindingCode.PARENT_MISSING, FindingCode.PARENT_REJECTED)
"""What a person may decide about; a row that waits with its parent comes by itself."""

_CODES = {
    Absence.MISSING: FindingCode.PARENT_MISSING,
    Absence.REJECTED: FindingCode.PARENT_REJECTED,
    Absence.WAITS: FindingCode.PARENT_WAITING,
}
_NO_PLACE = RowPlace(0, 0)


def orphan_code(absent: AbsentParent) -> FindingCode:
    """Return by which code rows are alike."""
    return _CODES[absent.absence]


def orphan_finding(row: RowToPlan, reference: Reference, absent: AbsentParent, severity: Severity) -> Finding:
    """Return the finding that names what the row belongs to, and why that is not there."""
    return Finding(
        orphan_code(absent), severity, value=_named(reference), detail=_why(row, reference, absent)
    )


def held_back_orphan(
    row: RowToPlan, reference: Reference, absent: AbsentParent, *, lost: str = ""
) -> PlannedRow:
    """Return a row that is left out until its parent comes or a person decides; `lost` is why a decision failed."""
    finding = orphan_finding(row, reference, absent, Severity.WARNING)
    end = lost or _ENDS[absent.absence]
    reason = f"Held back: it belongs to {finding.value}, but {finding.detail}. {end}"
    return PlannedRow(row.row_no, Action.SKIP, (), (finding,), reason=reason)


_ENDS = {
    Absence.MISSING: "A person decides about all such rows at once.",
    Absence.REJECTED: "Repair that row, or decide about all such rows at once.",
    Absence.WAITS: "It comes with that row.",
}
CHOSEN_IS_GONE = "The owner who was chosen for such rows is not there any more: choose again."


def decision_about(row: RowToPlan, absent: AbsentParent) -> OrphanDecision | None:
    """Return what a person decided about rows like this one, if they are not to be held back."""
    found = row.policy.orphans.get(orphan_code(absent))
    return None if found is None or found.choice is OrphanChoice.HOLD else found


def adopting_owner(
    row: RowToPlan, decision: OrphanDecision
) -> tuple[KnownOwner, tuple[PlannedAction, ...]] | None:
    """Return the owner to whom a decision gives a row, and the action that makes them where this row is the first.

    None when the chosen owner is not there any more.
    """
    assert decision.owner_id is not None  # noqa: S101 - only HOLD has none
    owner = row.world.owner(decision.owner_id)
    if owner is not None:
        return owner, ()
    if decision.choice is not OrphanChoice.PLACEHOLDER:
        return None
    return _placeholder(row, decision.owner_id, decision.owner_name)


def given_to(planned: PlannedRow, owner: KnownOwner) -> PlannedRow:
    """Return the row with the reason that a person gave it to this owner."""
    reason = f"Goes to {owner.facts.full_name}, as a person decided for all such rows."
    return replace(planned, reason=reason)


def _placeholder(row: RowToPlan, owner_id: UUID, name: str) -> tuple[KnownOwner, tuple[PlannedAction, ...]]:
    facts = OwnerFacts(full_name=name, tags=(PLACEHOLDER_TAG,))
    owner = KnownOwner(
        owner_id, 1, planned=True, row_no=row.row_no, facts=facts, table_no=row.policy.table_no
    )
    row.world.add_owner(owner, ())
    made = PlannedAction(
        RecordKind.OWNER,
        Action.CREATE,
        owner_id,
        facts=stated_facts(facts),
        evidence=("a person chose one owner for rows whose own is not there",),
    )
    return owner, (made,)


def _named(reference: Reference) -> str:
    kind, external_id = reference
    return f"the {kind.value} {external_id}"[:200] if external_id else "an owner"


def _why(row: RowToPlan, reference: Reference, absent: AbsentParent) -> str:
    kind, external_id = reference
    if not external_id:
        return "it does not say to whom"
    name = row.name_of(absent.place or _NO_PLACE)
    return {
        Absence.MISSING: f"this {kind.value} is neither in this import nor in PHCS",
        Absence.REJECTED: f"row {name}, which is this {kind.value}, is not imported",
        Absence.WAITS: f"row {name}, which is this {kind.value}, waits itself",
    }[absent.absence]
