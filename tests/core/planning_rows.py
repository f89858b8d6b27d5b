"""Rows, live records and worlds for the tests of planning."""

from collections.abc import Iterable, Mapping
from itertools import count
from uuid import UUID

from phcs.core.findings import FindingCode, RowStatus, Severity
from phcs.core.matching.known import KnownCase, KnownOwner, KnownWorld
from phcs.core.planning import DuplicateStrategy, PlannedAction, PlannedRow, Planner, PlanPolicy
from phcs.core.records import CaseFacts, OwnerFacts, PetFacts, RecordKind, RowRecord
from tests.match_keys import contact_keys

PHONE = "+34612345678"
ANA = OwnerFacts(full_name="Ana Ruiz", phone=PHONE, phone_given="612 345 678")
LUNA = PetFacts(name="Luna", species="dog")
FOOD = CaseFacts(status="closed", services=("food",), notes="dry food")


def build_row(
    owner: OwnerFacts = ANA,
    *,
    customer: str = "C1",
    visit: str = "V1",
    case: CaseFacts = FOOD,
    pets: tuple[PetFacts, ...] = (LUNA,),
) -> RowRecord:
    return RowRecord(owner=owner, owner_external_id=customer, pets=pets, case=case, case_external_id=visit)


def build_live_owner(
    facts: OwnerFacts = ANA, *, customer: str = "", imported: OwnerFacts | None = None, number: int = 901
) -> KnownOwner:
    return KnownOwner(
        id=UUID(int=number),
        version=4,
        planned=False,
        row_no=0,
        facts=facts,
        external_ids=frozenset({("waitwhile", customer)}) if customer else frozenset(),
        imported=imported,
    )


def build_live_case(owner: KnownOwner, facts: CaseFacts, *, imported: CaseFacts | None) -> KnownCase:
    return KnownCase(
        id=UUID(int=950),
        version=7,
        planned=False,
        row_no=0,
        owner_id=owner.id,
        facts=facts,
        imported=imported,
    )


def build_world(*owners: KnownOwner, cases: Mapping[str, KnownCase] | None = None) -> KnownWorld:
    keyed = []
    for owner in owners:
        customer = next((external_id for _, external_id in owner.external_ids), "")
        facts = owner.facts
        keys = contact_keys(
            source="waitwhile",
            external_id=customer,
            phone=facts.phone,
            phone2=facts.phone2,
            email=facts.email,
        )
        keyed.append((owner, keys))
    return KnownWorld(owners=keyed, cases=cases or {})


def plan_rows(
    *records: RowRecord,
    world: KnownWorld | None = None,
    duplicates: DuplicateStrategy = DuplicateStrategy.LINK,
    kind: RecordKind = RecordKind.CASE,
    status: RowStatus = RowStatus.VALID,
    decisions: Mapping[UUID, bool] | None = None,
) -> list[PlannedRow]:
    ids = count(1)
    policy = PlanPolicy(source="waitwhile", kind=kind, duplicates=duplicates)
    planner = Planner(policy=policy, new_id=lambda: UUID(int=next(ids)))
    known = world if world is not None else build_world()
    return [
        planner.plan_row(row_no, record, status, known, decisions or {})
        for row_no, record in enumerate(records, start=2)
    ]


def kinds_and_actions(row: PlannedRow) -> list[tuple[str, str]]:
    return [(action.kind.value, action.action.value) for action in row.actions]


def action_on(row: PlannedRow, kind: RecordKind) -> PlannedAction:
    return next(action for action in row.actions if action.kind is kind)


def finding_codes(rows: Iterable[PlannedRow]) -> list[list[tuple[FindingCode, Severity, str]]]:
    return [[(finding.code, finding.severity, finding.detail) for finding in row.findings] for row in rows]
