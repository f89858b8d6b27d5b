"""Rows whose outcome needs no new action: held back, repeated, left alone, imported before."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from phcs.core.findings import Finding, FindingCode, Severity
from phcs.core.matching.deciding import MatchAnswer, MatchOutcome
from phcs.core.matching.known import KnownCase, KnownOwner, KnownPet
from phcs.core.matching.pets import describe_pet, find_pet
from phcs.core.matching.questions import question_kind
from phcs.core.planning.actions import Action, PlannedAction, PlannedRow
from phcs.core.planning.links import AbsentParent, KnownLinks, KnownRecord
from phcs.core.planning.records import RowToPlan
from phcs.core.records import OwnerFacts, PetFacts, RecordKind, RowRecord, facts_from_json
from phcs.core.row_places import RowPlace

_IMPORTED_BEFORE = ("this row was imported before and says the same",)


def rejected(row_no: int, record: RowRecord, links: KnownLinks) -> PlannedRow:
    """Return a row that its errors keep out; an invoice that is imported without it is named."""
    invoice = (RecordKind.INVOICE, record.invoice_external_id)
    if not invoice[1] or isinstance(links.parent(invoice), AbsentParent):
        return PlannedRow(row_no, Action.REJECT, reason="The row has errors.")
    named = f"the invoice {invoice[1]}"[:200]
    finding = Finding(FindingCode.PARENT_INCOMPLETE, Severity.WARNING, value=named)
    reason = f"The row has errors; {named} is imported without it."
    return PlannedRow(row_no, Action.REJECT, findings=(finding,), reason=reason)


def held_back(row: RowToPlan, facts: OwnerFacts, match: MatchAnswer) -> PlannedRow:
    """Return a row that waits for a person to say who its owner is."""
    other = match.owner.facts.full_name if match.owner else ""
    finding = Finding(
        FindingCode.MATCH_UNDECIDED, Severity.WARNING, value=facts.full_name[:200], detail=other
    )
    question = question_kind(facts, match)
    return PlannedRow(row.row_no, Action.SKIP, (), (finding,), match, match.explanation, question=question)


def waits_with(row: RowToPlan, first: tuple[RowPlace, str], match: MatchAnswer) -> PlannedRow:
    """Return a row about the same record as an earlier one that waits for a person; one answer is enough."""
    place, digest = first
    finding = repeated(row, place, differently=digest != row.digest)
    reason = f"Row {row.name_of(place)} is about the same record and waits for a person's answer."
    return PlannedRow(row.row_no, Action.SKIP, (), (finding,), match, reason)


def household(match: MatchAnswer) -> tuple[Finding, ...]:
    """Return the note that another person shares a phone or mailbox with a new owner."""
    if match.outcome is not MatchOutcome.NEW or match.owner is None:
        return ()
    return (Finding(FindingCode.MATCH_HOUSEHOLD, Severity.NOTE, detail=match.owner.facts.full_name),)


def created_anyway(planned: PlannedRow, match: MatchAnswer) -> PlannedRow:
    """Return a row with a new owner although somebody known is or may be the same; who that is stays on record."""
    if match.outcome is MatchOutcome.NEW:
        return planned
    sentence = f"A new owner, because this import creates every owner. Otherwise: {match.explanation}"
    return replace(
        planned,
        match=replace(match, outcome=MatchOutcome.NEW, explanation=sentence),
        reason=sentence,
        would_be=match.outcome,
    )


def with_new_pets_named(planned: PlannedRow) -> PlannedRow:
    """Return the row with a reason that names the pets which a known owner gains by it."""
    if planned.match is None or planned.match.outcome is not MatchOutcome.LINK:
        return planned
    pets = [
        facts_from_json(RecordKind.PET, one.facts)
        for one in planned.actions
        if one.kind is RecordKind.PET and one.action is Action.CREATE
    ]
    names = " and ".join(describe_pet(pet) for pet in pets if isinstance(pet, PetFacts))
    if not names:
        return planned
    word = "pet" if len(pets) == 1 else "pets"
    return replace(planned, reason=f"Links the owner, adds the {word} {names}. {planned.reason}")


def repeated(row: RowToPlan, first: RowPlace, *, differently: bool) -> Finding:
    """Return the finding that an earlier row of the file states the same record."""
    name = row.name_of(first)
    if differently:
        return Finding(FindingCode.ROW_REPEATED_DIFFERENTLY, Severity.WARNING, detail=name)
    return Finding(FindingCode.ROW_REPEATED, Severity.NOTE, detail=name)


def owner_repeated(
    row: RowToPlan, first: RowPlace, pets: Iterable[PlannedAction], *, differently: bool
) -> tuple[Finding, ...]:
    """Return the finding that an earlier row states the same owner; none where this row only brings another pet."""
    if any(pet.action is Action.CREATE for pet in pets) and not differently:
        return ()
    return (repeated(row, first, differently=differently or touches(pets)),)


def same_as_before(row: RowToPlan, first: RowPlace) -> PlannedRow:
    """Return a row that says what an earlier row of the file has said."""
    finding = repeated(row, first, differently=False)
    reason = f"Row {row.name_of(first)} says the same."
    return PlannedRow(row.row_no, Action.SKIP, (), (finding,), reason=reason)


def left_alone(row: RowToPlan, first: RowPlace | None, *, kind: RecordKind = RecordKind.CASE) -> PlannedRow:
    """Return a row about a known record that stays as it is, because known records are skipped."""
    findings = (repeated(row, first, differently=True),) if first else ()
    what = kind.value.replace("_", " ")
    return PlannedRow(
        row.row_no, Action.SKIP, (), findings, reason=f"The {what} is known; known records are skipped."
    )


def touches(actions: Iterable[PlannedAction]) -> bool:
    """Say whether any action writes something."""
    return any(
        action.action in {Action.CREATE, Action.UPDATE}
        or (action.action is Action.LINK and bool(action.imported))
        for action in actions
    )


def imported_before(row: RowToPlan, owner: KnownOwner | None, case: KnownCase | None) -> PlannedRow:
    """Return a row that an earlier import brought and that says the same now, whatever people edited since.

    Its actions change nothing; pets that are not there any more under this name are not made again.
    """
    actions: list[PlannedAction] = []
    match = None
    if owner is not None:
        sentence = f"Linked to {owner.facts.full_name}: {_IMPORTED_BEFORE[0]}."
        match = MatchAnswer(MatchOutcome.LINK, owner, 100, _IMPORTED_BEFORE, sentence, certain=True)
        actions.append(_unchanged(RecordKind.OWNER, owner))
        pets = [find_pet(pet, owner.pets) for pet in row.record.pets]
        for pet in {pet.id: pet for pet in pets if pet is not None}.values():
            evidence = (f"same pet {describe_pet(pet.facts)}",)
            actions.append(
                PlannedAction(
                    RecordKind.PET, Action.UNCHANGED, pet.id, owner.id, pet.version, evidence=evidence
                )
            )
    if case is not None:
        actions.append(_unchanged(RecordKind.CASE, case, row.record.case_external_id))
        case.table_no, case.row_no = row.place
    return PlannedRow(row.row_no, Action.UNCHANGED, tuple(actions), (), match, _SAYS_THE_SAME)


def record_imported_before(
    row: RowToPlan, kind: RecordKind, known: KnownPet | KnownRecord, owner_id: UUID | None, external_id: str
) -> PlannedRow:
    """Return a row whose own record an earlier import brought and that says the same now."""
    action = PlannedAction(
        kind,
        Action.UNCHANGED,
        known.id,
        parent_id=owner_id,
        base_version=known.version,
        external_id=external_id,
        evidence=_IMPORTED_BEFORE,
    )
    return PlannedRow(row.row_no, Action.UNCHANGED, (action,), reason=_SAYS_THE_SAME)


_SAYS_THE_SAME = "The row was imported before and says the same."


def _unchanged(kind: RecordKind, known: KnownOwner | KnownCase, external_id: str = "") -> PlannedAction:
    return PlannedAction(
        kind,
        Action.UNCHANGED,
        known.id,
        parent_id=known.owner_id if isinstance(known, KnownCase) else None,
        base_version=known.version,
        external_id=external_id,
        evidence=_IMPORTED_BEFORE,
    )
