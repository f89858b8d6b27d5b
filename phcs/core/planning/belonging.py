"""To whom a row of history belongs: what its references lead to, and whether they agree."""

from dataclasses import dataclass
from uuid import UUID

from phcs.core.findings import Finding, FindingCode, Severity
from phcs.core.history import HISTORY, LINKS
from phcs.core.planning.links import MISSING, AbsentParent, KnownParent, Reference, references
from phcs.core.planning.records import RowToPlan
from phcs.core.records import RecordKind

_LINKED_BY = {RecordKind.PET: "pet_id", RecordKind.INVOICE: "invoice_id"}


@dataclass(frozen=True, slots=True)
class Belonging:
    """What a row's references lead to.

    `owner_id` is whose the record is, None where no reference says so; `through` the pet or invoice that says it.
    `links` are the facts that name other records. `lost` is the reference without which the row is an orphan.
    """

    owner_id: UUID | None
    through: Reference | None
    links: dict[str, str]
    lost: tuple[Reference, AbsentParent] | None
    findings: tuple[Finding, ...]


def belonging_of(row: RowToPlan) -> Belonging:
    """Resolve what a row names: the pet's owner holds, then the invoice's, then the one named.

    A record belongs to nobody where its kind says so. A row that describes its owner or its pet in words needs no
    reference to it.
    """
    kind, record = row.policy.kind, row.record
    if not HISTORY[kind.value].is_owned:
        return Belonging(None, None, {}, None, ())
    named = {
        RecordKind.PET: record.pet_external_id,
        RecordKind.INVOICE: record.invoice_external_id,
        RecordKind.OWNER: record.owner_external_id,
    }
    found: dict[Reference, KnownParent] = {}
    absent: list[tuple[Reference, AbsentParent]] = []
    for reference in references(named):
        parent = row.links.parent(reference)
        if isinstance(parent, AbsentParent):
            absent.append((reference, parent))
        else:
            found[reference] = parent
    first = next(iter(found), None)
    links = {
        fact: str(found[reference].record_id)
        for reference in found
        if (fact := _LINKED_BY.get(reference[0], "")) in LINKS[kind.value]
    }
    return Belonging(
        owner_id=found[first].owner_id if first else None,
        through=first if first and first[0] is not RecordKind.OWNER else None,
        links=links,
        lost=_lost(row, first, absent),
        findings=_differing(first, found, absent),
    )


def _lost(
    row: RowToPlan, first: Reference | None, absent: list[tuple[Reference, AbsentParent]]
) -> tuple[Reference, AbsentParent] | None:
    """The reference without which the row would lose what it belongs to: the first that leads nowhere."""
    record = row.record
    for reference, why in absent:
        kind = reference[0]
        if kind is RecordKind.PET and record.pets:
            continue
        if kind is RecordKind.OWNER and (first or record.owner is not None):
            continue
        if first and _LINKED_BY.get(kind) not in LINKS[row.policy.kind.value]:
            continue
        return reference, why
    if first is None and not absent and record.owner is None:
        return (RecordKind.OWNER, ""), MISSING
    return None


def _differing(
    first: Reference | None,
    found: dict[Reference, KnownParent],
    absent: list[tuple[Reference, AbsentParent]],
) -> tuple[Finding, ...]:
    """The warning that the row names an owner who is not the one of its pet or invoice."""
    if first is None or first[0] is RecordKind.OWNER:
        return ()
    holds = found[first].owner_id
    others = [reference for reference, parent in found.items() if parent.owner_id != holds]
    others += [reference for reference, _ in absent if reference[0] is RecordKind.OWNER]
    return tuple(owner_differs(reference, first) for reference in others[:1])


def owner_differs(named: Reference, holds: Reference) -> Finding:
    """Return the warning that what a row names is not the owner of its pet or invoice, who holds."""
    kind, external_id = holds
    return Finding(
        FindingCode.REFERENCE_DIFFERS,
        Severity.WARNING,
        value=f"the {named[0].value} {named[1]}".strip()[:200],
        detail=f"the {kind.value} {external_id} belongs to another owner, to whom the row goes too",
    )
