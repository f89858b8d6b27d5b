"""The cases that rows with these external ids are about: live ones, and those of the plan so far."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.matching.known import KnownCase
from phcs.core.own_records import own_record_id
from phcs.core.planning import imported_facts
from phcs.core.records import RecordKind, facts_from_json
from phcs.models.plans import PlanAction
from phcs.models.records import Case, CasePet, ExternalId
from phcs.queries.among import among, checked
from phcs.queries.live_facts import facts_of
from phcs.queries.planned_records import ActionSoFar, WorldScope, case_facts, planned_actions_on, with_changes


def known_cases(session: Session, scope: WorldScope, case_ids: Collection[str]) -> dict[str, KnownCase]:
    if not case_ids:
        return {}
    cases = _own_cases(session, scope, case_ids) | _live_cases(session, scope, case_ids)
    for action in planned_actions_on(session, scope, RecordKind.CASE, PlanAction.external_id, case_ids):
        if scope.source_of(action.table_no) != scope.source:
            continue
        cases[action.external_id] = _with_case_action(cases.get(action.external_id), action)
    return cases


def _live_cases(session: Session, scope: WorldScope, case_ids: Collection[str]) -> dict[str, KnownCase]:
    rows = session.execute(
        sa.select(ExternalId, Case)
        .join(Case, Case.id == ExternalId.record_id)
        .where(
            ExternalId.organisation_id == scope.organisation_id,
            ExternalId.source == scope.source,
            ExternalId.kind == RecordKind.CASE,
            among(session, ExternalId.external_id, case_ids),
            checked(Case.organisation_id, scope.organisation_id),
        )
    ).all()
    pets = _pets_of_cases(session, scope, [case.id for _, case in rows])
    return {
        known.external_id: KnownCase(
            id=case.id,
            version=case.version,
            planned=False,
            row_no=0,
            owner_id=case.owner_id,
            facts=case_facts(facts_of(case)),
            imported=case_facts(facts_from_json(RecordKind.CASE, known.imported)) if known.imported else None,
            pet_ids=frozenset(pets.get(case.id, ())),
            imported_rows=tuple(known.imported_rows),
        )
        for known, case in rows
    }


def _own_cases(session: Session, scope: WorldScope, case_ids: Collection[str]) -> dict[str, KnownCase]:
    """The cases that an export of ours names by their own ids."""
    ids = {one: own_id for one in case_ids if (own_id := own_record_id(scope.source, one)) is not None}
    if not ids:
        return {}
    found = session.scalars(
        sa.select(Case).where(
            checked(Case.organisation_id, scope.organisation_id),
            among(session, Case.id, set(ids.values())),
            Case.archived_at.is_(None),
        )
    )
    live = {case.id: case for case in found}
    pets = _pets_of_cases(session, scope, live)
    return {
        external_id: KnownCase(
            id=own_id,
            version=live[own_id].version,
            planned=False,
            row_no=0,
            owner_id=live[own_id].owner_id,
            facts=case_facts(facts_of(live[own_id])),
            pet_ids=frozenset(pets.get(own_id, ())),
        )
        for external_id, own_id in ids.items()
        if own_id in live
    }


def _pets_of_cases(session: Session, scope: WorldScope, case_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = defaultdict(list)
    if case_ids:
        rows = session.execute(
            sa.select(CasePet.case_id, CasePet.pet_id).where(
                checked(CasePet.organisation_id, scope.organisation_id),
                among(session, CasePet.case_id, case_ids),
            )
        )
        for case_id, pet_id in rows:
            found[case_id].append(pet_id)
    return found


def _with_case_action(case: KnownCase | None, action: ActionSoFar) -> KnownCase:
    """A case after one more planned action of this import."""
    pets = frozenset(UUID(text) for text in action.body.get("pets", ()))
    if case is None:
        assert action.parent_id is not None  # noqa: S101 - a case has an owner
        case = KnownCase(
            id=UUID(action.record_id),
            version=1,
            planned=True,
            row_no=0,
            owner_id=UUID(action.parent_id),
            facts=case_facts(facts_from_json(RecordKind.CASE, action.body.get("facts", {}))),
        )
    elif changes := action.body.get("changes"):
        case.facts = case_facts(with_changes(case.facts, changes))
        case.version += 1
    if not case.row_no:
        case.table_no, case.row_no = action.table_no, action.row_no
    case.pet_ids |= pets
    if stated := imported_facts(action.body):
        case.imported = case_facts(facts_from_json(RecordKind.CASE, stated))
        case.imported_rows = tuple(action.body.get("imported_rows", ()))
    return case
