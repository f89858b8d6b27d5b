"""Who needs a record that a reversal would remove, and what a record needs to come back."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.history import HISTORY
from phcs.core.history_titles import history_title
from phcs.core.records import RecordKind
from phcs.core.states import ImportState
from phcs.core.undoing import Dependant, Direction, Effect
from phcs.core.undoing.links import needing
from phcs.models.history import HISTORY_TABLES, Invoice
from phcs.models.imports import Import
from phcs.models.plans import PlanAction
from phcs.models.records import Case, CasePet, ExternalId, Owner, Pet
from phcs.models.reversals import ReversalAction
from phcs.queries.among import among, checked
from phcs.queries.live_facts import fact_value

Needs = dict[UUID, list[Dependant]]
HOLDING = (ImportState.COMPLETED, ImportState.UNDOING)
"""What imports in these states brought is there."""
MOST_NAMED = 20
"""Dependants of one record that are named; the rest are counted."""


@dataclass(frozen=True, slots=True)
class UndoScope:
    """Whose reversal it is: one organisation's, of one import from one source."""

    organisation_id: UUID
    import_id: UUID
    source: str
    reversal_id: UUID
    direction: Direction


def dependants_of(
    session: Session,
    scope: UndoScope,
    kind: RecordKind,
    records: Collection[UUID],
    *,
    foreign_pets: Mapping[UUID, Collection[UUID]],
) -> Needs:
    """What stays and needs these created records, as far as this reversal is planned: children before parents."""
    needs: Needs = defaultdict(list)
    if kind is RecordKind.OWNER:
        _add_children(session, scope, records, needs)
    elif kind is RecordKind.PET:
        _add_cases_of_pets(session, scope, records, needs)
    elif kind is RecordKind.CASE:
        _add_foreign_pets(session, scope, foreign_pets, needs)
    for other, column in needing(kind).items():
        _add_history(session, scope, other, column, records, needs)
    _add_names(session, scope, kind, records, needs)
    _add_later_imports(session, scope, kind, records, needs)
    return {key: _cut(found) for key, found in needs.items()}


def present_among(session: Session, scope: UndoScope, ids: Collection[UUID]) -> frozenset[UUID]:
    """Which of these owners, pets and invoices are live, not merged into another, or come back by this reversal."""
    there: set[UUID] = set(_brought_back(session, scope, ids))
    there.update(
        session.scalars(
            sa.select(Invoice.id).where(
                checked(Invoice.organisation_id, scope.organisation_id), among(session, Invoice.id, ids)
            )
        )
    )
    for table in (Owner, Pet):
        there.update(
            session.scalars(
                sa.select(table.id).where(
                    checked(table.organisation_id, scope.organisation_id),
                    among(session, table.id, ids),
                    table.merged_into.is_(None),
                )
            )
        )
    return frozenset(there)


def _brought_back(session: Session, scope: UndoScope, ids: Collection[UUID]) -> Collection[UUID]:
    return session.scalars(
        sa.select(ReversalAction.record_id).where(
            checked(ReversalAction.organisation_id, scope.organisation_id),
            ReversalAction.reversal_id == scope.reversal_id,
            among(session, ReversalAction.record_id, ids),
            ReversalAction.effect == Effect.BROUGHT_BACK.value,
        )
    ).all()


def stays(scope: UndoScope, record_id: Any) -> sa.ColumnElement[bool]:
    """Whether this reversal, as far as it is planned, does not remove the record."""
    return ~sa.exists().where(
        ReversalAction.reversal_id == scope.reversal_id,
        ReversalAction.record_id == record_id,
        ReversalAction.effect == Effect.REMOVED.value,
    )


def _add_children(session: Session, scope: UndoScope, owners: Collection[UUID], needs: Needs) -> None:
    pets = session.execute(
        sa.select(Pet.owner_id, Pet.id, Pet.name).where(
            checked(Pet.organisation_id, scope.organisation_id),
            among(session, Pet.owner_id, owners),
            stays(scope, Pet.id),
        )
    )
    for owner_id, pet_id, name in pets:
        needs[owner_id].append(Dependant("pet", pet_id, name))
    cases = session.execute(
        sa.select(Case.owner_id, Case.id).where(
            checked(Case.organisation_id, scope.organisation_id),
            among(session, Case.owner_id, owners),
            stays(scope, Case.id),
        )
    )
    for owner_id, case_id in cases:
        needs[owner_id].append(Dependant("case", case_id))


def _add_cases_of_pets(session: Session, scope: UndoScope, pets: Collection[UUID], needs: Needs) -> None:
    pairs = session.execute(
        sa.select(CasePet.case_id, CasePet.pet_id).where(
            checked(CasePet.organisation_id, scope.organisation_id),
            among(session, CasePet.pet_id, pets),
            stays(scope, CasePet.case_id),
        )
    ).all()
    detached = _detached(session, scope, {case_id for case_id, _ in pairs})
    for case_id, pet_id in pairs:
        if (case_id, str(pet_id)) not in detached:
            needs[pet_id].append(Dependant("linked_case", case_id))


def _add_history(
    session: Session,
    scope: UndoScope,
    kind: RecordKind,
    column: str,
    records: Collection[UUID],
    needs: Needs,
) -> None:
    """The records of a kind of history that belong to these and stay."""
    table, declared = HISTORY_TABLES[kind], HISTORY[kind.value]
    said = dict.fromkeys((*declared.titled, *((declared.when,) if declared.when else ())))
    belongs = getattr(table, column)
    rows = session.execute(
        sa.select(belongs, table.id, *(getattr(table, name) for name in said))
        .where(
            checked(table.organisation_id, scope.organisation_id),
            among(session, belongs, records),
            stays(scope, table.id),
        )
        .order_by(table.id)
    ).all()
    led_away = _led_away(session, scope, column, {row[1] for row in rows})
    for parent_id, record_id, *values in rows:
        if record_id in led_away:
            continue
        found = needs[parent_id]
        if len(found) < MOST_NAMED:
            facts = {name: fact_value(name, value) for name, value in zip(said, values, strict=True)}
            found.append(Dependant(kind.value, record_id, history_title(kind.value, facts)))
        else:
            found.append(Dependant(kind.value))


def _led_away(session: Session, scope: UndoScope, column: str, records: Collection[UUID]) -> set[UUID]:
    """Those of these records that this reversal gives another owner, pet or invoice."""
    if not records:
        return set()
    rows = session.execute(
        sa.select(ReversalAction.record_id, ReversalAction.body).where(
            checked(ReversalAction.organisation_id, scope.organisation_id),
            ReversalAction.reversal_id == scope.reversal_id,
            among(session, ReversalAction.record_id, records),
            ReversalAction.effect == Effect.CHANGED.value,
        )
    )
    return {record_id for record_id, body in rows if column in body["change"].get("facts", {})}


def _detached(session: Session, scope: UndoScope, cases: Collection[UUID]) -> set[tuple[UUID, str]]:
    """The pets that this reversal takes off cases that stay."""
    if not cases:
        return set()
    rows = session.execute(
        sa.select(ReversalAction.record_id, ReversalAction.body).where(
            checked(ReversalAction.organisation_id, scope.organisation_id),
            ReversalAction.reversal_id == scope.reversal_id,
            among(session, ReversalAction.record_id, cases),
        )
    )
    return {(case_id, pet) for case_id, body in rows for pet in body["change"].get("detached", ())}


def _add_foreign_pets(
    session: Session, scope: UndoScope, pets: Mapping[UUID, Collection[UUID]], needs: Needs
) -> None:
    ids = {pet for found in pets.values() for pet in found}
    if not ids:
        return
    rows = session.execute(
        sa.select(Pet.id, Pet.name).where(
            checked(Pet.organisation_id, scope.organisation_id), among(session, Pet.id, ids)
        )
    )
    names = {row.id: row.name for row in rows}
    for case_id, found in pets.items():
        needs[case_id] += [Dependant("linked_pet", pet, names.get(pet, "")) for pet in sorted(found)]


def _add_names(
    session: Session, scope: UndoScope, kind: RecordKind, records: Collection[UUID], needs: Needs
) -> None:
    """External ids of other sources, and those that a later import has stated again."""
    rows = session.execute(
        sa.select(ExternalId.record_id, ExternalId.external_id)
        .where(
            checked(ExternalId.organisation_id, scope.organisation_id),
            ExternalId.kind == kind,
            among(session, ExternalId.record_id, records),
            ExternalId.import_id != scope.import_id,
        )
        .order_by(ExternalId.external_id)
    )
    for record_id, external_id in rows:
        needs[record_id].append(Dependant("external_id", None, external_id))


def _add_later_imports(
    session: Session, scope: UndoScope, kind: RecordKind, records: Collection[UUID], needs: Needs
) -> None:
    """Imports that hold and have linked the record or found it unchanged: their rows say that it is there."""
    own = sa.select(Import.finished_at).where(
        Import.organisation_id == scope.organisation_id, Import.id == scope.import_id
    )
    later = session.execute(
        sa.select(Import.id, Import.file_name).where(
            Import.organisation_id == scope.organisation_id,
            Import.id != scope.import_id,
            Import.state.in_(HOLDING),
            Import.finished_at >= own.scalar_subquery(),
        )
    )
    files = {one.id: one.file_name for one in later}
    if not files:
        return
    named = session.execute(
        sa.select(PlanAction.record_id, PlanAction.import_id)
        .where(
            checked(PlanAction.organisation_id, scope.organisation_id),
            among(session, PlanAction.import_id, files),
            among(session, PlanAction.record_id, records),
            checked(PlanAction.kind, kind),
        )
        .distinct()
    )
    for record_id, import_id in sorted(named, key=lambda one: (one.record_id, one.import_id)):
        needs[record_id].append(Dependant("later_import", import_id, files[import_id]))


def _cut(found: list[Dependant]) -> list[Dependant]:
    if len(found) <= MOST_NAMED:
        return found
    return [*found[:MOST_NAMED], Dependant("more", None, str(len(found) - MOST_NAMED))]
