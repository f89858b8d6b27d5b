"""Each strategy holds for owner, pet and case alike; what was not followed stays on record."""

from dataclasses import replace
from uuid import UUID

import pytest

from phcs.core.matching.deciding import MatchOutcome
from phcs.core.matching.known import KnownPet
from phcs.core.planning import Action, DuplicateStrategy
from phcs.core.records import OwnerFacts, PetFacts, RecordKind
from tests.core.planning_rows import (
    ANA,
    FOOD,
    LUNA,
    action_on,
    build_live_case,
    build_live_owner,
    build_row,
    build_world,
    plan_rows,
)

FULL = replace(ANA, city="Lisboa")
OLD_LUNA = replace(LUNA, breed="mixed")
NEW_LUNA = replace(LUNA, breed="podenco", sex="female")
REX = PetFacts(name="Rex", species="cat")


def known_owner() -> tuple[object, ...]:
    owner = build_live_owner(FULL, customer="C1", imported=OwnerFacts(full_name="Ana Ruiz"))
    owner.pets.append(KnownPet(UUID(int=777), 3, planned=False, facts=OLD_LUNA))
    case = build_live_case(owner, replace(FOOD, notes="old"), imported=replace(FOOD, notes="old"))
    return owner, case


@pytest.mark.parametrize(
    ("strategy", "owner_changes", "pet_changes", "case_action"),
    [
        (DuplicateStrategy.LINK, {"postal_code": ["", "1100"]}, {"sex": ["", "female"]}, Action.UPDATE),
        (
            DuplicateStrategy.UPDATE,
            {"city": ["Lisboa", "Porto"], "postal_code": ["", "1100"]},
            {"breed": ["mixed", "podenco"], "sex": ["", "female"]},
            Action.UPDATE,
        ),
    ],
)
def test_link_fills_what_is_empty_and_update_lists_what_it_replaces(
    strategy: DuplicateStrategy,
    owner_changes: dict[str, list[str]],
    pet_changes: dict[str, list[str]],
    case_action: Action,
) -> None:
    owner, case = known_owner()
    row = build_row(replace(ANA, city="Porto", postal_code="1100"), pets=(NEW_LUNA,))

    planned = plan_rows(row, world=build_world(owner, cases={"V1": case}), duplicates=strategy)[0]  # type: ignore[arg-type, dict-item]

    assert action_on(planned, RecordKind.OWNER).changes == owner_changes
    assert action_on(planned, RecordKind.PET).changes == pet_changes
    assert action_on(planned, RecordKind.CASE).action is case_action


def test_skip_leaves_owner_pet_and_case_as_they_are_and_still_adds_unknown_pets() -> None:
    owner, case = known_owner()
    world = build_world(owner, cases={"V1": case})  # type: ignore[arg-type, dict-item]
    differing = replace(ANA, city="Porto", postal_code="1100")

    known, other = plan_rows(
        build_row(differing, pets=(NEW_LUNA,)),
        build_row(differing, pets=(NEW_LUNA, REX), visit="V2"),
        world=world,
        duplicates=DuplicateStrategy.SKIP,
    )

    assert (known.outcome, known.actions) == (Action.SKIP, ())
    assert [(one.kind, one.action, one.changes) for one in other.actions] == [
        (RecordKind.OWNER, Action.UNCHANGED, {}),
        (RecordKind.PET, Action.UNCHANGED, {}),
        (RecordKind.PET, Action.CREATE, {}),
        (RecordKind.CASE, Action.CREATE, {}),
    ]


def test_create_keeps_on_record_with_whom_the_row_would_be_linked() -> None:
    live = build_live_owner()

    planned = plan_rows(build_row(), world=build_world(live), duplicates=DuplicateStrategy.CREATE)[0]

    assert planned.match is not None
    assert (planned.match.outcome, planned.would_be) == (MatchOutcome.NEW, MatchOutcome.LINK)
    assert planned.match.owner is live
    assert planned.reason.startswith(
        "A new owner, because this import creates every owner. Otherwise: Linked to"
    )
    assert action_on(planned, RecordKind.OWNER).action is Action.CREATE


def test_a_known_owner_who_gains_a_pet_is_said_so() -> None:
    live = build_live_owner()
    live.pets.append(KnownPet(UUID(int=777), 1, planned=False, facts=LUNA))

    same, another = (
        plan_rows(build_row(pets=pets), world=build_world(live))[0] for pets in ((LUNA,), (LUNA, REX))
    )

    assert not same.reason.startswith("Links the owner")
    assert another.reason.startswith("Links the owner, adds the pet Rex (cat). Linked to Ana Ruiz")


def test_a_pets_name_is_never_replaced() -> None:
    live = build_live_owner()
    live.pets.append(KnownPet(UUID(int=777), 1, planned=False, facts=replace(LUNA, name="LUNA")))

    planned = plan_rows(build_row(), world=build_world(live), duplicates=DuplicateStrategy.UPDATE)[0]

    assert action_on(planned, RecordKind.PET).action is Action.UNCHANGED
