"""One record: when it goes, when it comes back, what it keeps, and that taking back twice is where it was."""

from dataclasses import replace
from uuid import UUID

from phcs.core.records import RecordKind
from phcs.core.undoing import (
    Bucket,
    Dependant,
    Direction,
    Edit,
    Effect,
    LiveName,
    LiveRecord,
    Presence,
    RecordChange,
    StatedName,
    Surroundings,
    reverse_change,
)

OWNER, PET, CASE, IMPORT, LATER, EARLIER = (UUID(int=number) for number in range(1, 7))
BLANK = {"phone": "", "phone2": "", "email": ""}
ORIGIN = {"parent_id": "", "source": "waitwhile_import", "import_id": IMPORT.hex, "created_at": "2026-11-21"}
CREATED = RecordChange(
    RecordKind.OWNER, OWNER, 2, Presence.CREATED, version=1, facts_left={"full_name": "Ana Silva"}
)
LIVE = LiveRecord(version=1, origin=ORIGIN)
BY_HAND = Edit("Eva Editor", "2026-11-22T10:00:00+00:00", "", by_import=False, facts=("city",))
BY_IMPORT = replace(BY_HAND, by="Rui Reviewer", file_name="later.csv", by_import=True)


def around(
    direction: Direction = Direction.UNDO, *names: LiveName, present: frozenset[UUID] = frozenset()
) -> Surroundings:
    return Surroundings(
        direction, IMPORT, "waitwhile", {("", name.external_id): name for name in names}, present
    )


def name(*stated_by: UUID, has_former: bool = False, record_id: UUID = OWNER) -> LiveName:
    return LiveName("c1", record_id, stated_by, has_former)


def test_a_created_record_that_nobody_touched_goes_and_comes_back_the_same() -> None:
    gone = reverse_change(CREATED, LIVE, around())
    back = reverse_change(gone.change, None, around(Direction.REDO))

    assert (gone.effect, gone.bucket) == (Effect.REMOVED, Bucket.REVERSED)
    assert (back.effect, back.bucket) == (Effect.BROUGHT_BACK, Bucket.REVERSED)
    assert back.change.record["facts"] == CREATED.facts_left
    assert back.change.version == 2


def test_a_created_record_that_somebody_edited_stays_whole_and_says_who() -> None:
    live = replace(LIVE, version=2, facts={"full_name": "Ana Silva", "city": "Lima"}, edits=(BY_HAND,))

    found = reverse_change(CREATED, live, around())

    assert (found.effect, found.bucket) == (Effect.NONE, Bucket.KEPT)
    assert [(one.name, one.by) for one in found.kept] == [("city", "Eva Editor")]


def test_a_record_edited_forth_and_back_by_hand_was_touched() -> None:
    live = replace(LIVE, version=3, facts={"full_name": "Ana Silva"}, edits=(BY_HAND, BY_HAND))

    found = reverse_change(CREATED, live, around())

    assert (found.bucket, [(one.name, one.by) for one in found.kept]) == (Bucket.KEPT, [("", "Eva Editor")])


def test_a_record_that_later_imports_changed_and_gave_back_is_untouched() -> None:
    live = replace(LIVE, version=3, facts={"full_name": "Ana Silva"}, edits=(BY_IMPORT, BY_IMPORT))

    assert reverse_change(CREATED, live, around()).effect is Effect.REMOVED


def test_a_change_that_the_trail_does_not_tell_of_keeps_a_record() -> None:
    live = replace(LIVE, version=3, facts={"full_name": "Ana Silva"}, edits=(BY_IMPORT,))

    assert reverse_change(CREATED, live, around()).bucket is Bucket.KEPT


def test_a_created_record_stays_while_something_needs_it() -> None:
    live = replace(LIVE, dependants=(Dependant("pet", PET, "Rex"),))

    found = reverse_change(CREATED, live, around())

    assert (found.effect, found.bucket, found.dependants) == (Effect.NONE, Bucket.BLOCKED, live.dependants)


def test_a_record_that_is_gone_needs_nothing() -> None:
    found = reverse_change(CREATED, None, around())

    assert (found.effect, found.bucket) == (Effect.NONE, Bucket.REVERSED)


def test_a_pet_does_not_come_back_without_its_owner() -> None:
    removed = RecordChange(
        RecordKind.PET,
        PET,
        2,
        Presence.REMOVED,
        record={**ORIGIN, "parent_id": OWNER.hex, "facts": {}, "version": 1},
    )

    alone = reverse_change(removed, None, around(Direction.REDO))
    together = reverse_change(removed, None, around(Direction.REDO, present=frozenset({OWNER})))

    assert (alone.bucket, [one.what for one in alone.dependants]) == (Bucket.BLOCKED, ["owner_gone"])
    assert together.effect is Effect.BROUGHT_BACK


def test_a_case_comes_back_with_those_of_its_pets_that_are_there() -> None:
    removed = RecordChange(
        RecordKind.CASE,
        CASE,
        2,
        Presence.REMOVED,
        record={**ORIGIN, "parent_id": OWNER.hex, "facts": {}, "version": 1},
        detached=(PET, LATER),
    )

    found = reverse_change(removed, None, around(Direction.REDO, present=frozenset({OWNER, PET})))

    assert (found.bucket, found.change.attached) == (Bucket.PARTLY, (PET,))
    assert [one.name for one in found.kept] == ["pets"]


def gained() -> RecordChange:
    return RecordChange(RecordKind.OWNER, OWNER, 2, version=1, names=(StatedName("c1", stated=True),))


def test_an_external_id_that_an_owner_gained_goes() -> None:
    found = reverse_change(gained(), replace(LIVE, facts=BLANK), around(Direction.UNDO, name(IMPORT)))

    [move] = found.change.names
    assert (move.stated, move.holder, move.gains) == (False, None, True)
    assert (found.effect, found.bucket) == (Effect.CHANGED, Bucket.REVERSED)


def test_an_external_id_that_was_only_stated_again_stays_with_the_former_statement() -> None:
    world = around(Direction.UNDO, name(IMPORT, EARLIER, has_former=True))

    found = reverse_change(gained(), replace(LIVE, facts=BLANK), world)

    assert (found.effect, found.change.names[0].gains) == (Effect.RESTATED, False)


def test_an_external_id_that_a_later_import_stated_again_stays_and_is_named() -> None:
    world = around(Direction.UNDO, name(LATER, IMPORT))

    found = reverse_change(gained(), replace(LIVE, facts=BLANK), world)

    assert found.change.names[0].holder == LATER
    assert (found.bucket, [one.name for one in found.kept]) == (Bucket.KEPT, ["external_id"])


def test_a_statement_goes_back_to_its_place_below_a_later_one() -> None:
    undone = reverse_change(gained(), replace(LIVE, facts=BLANK), around(Direction.UNDO, name(LATER, IMPORT)))

    still_there = reverse_change(
        undone.change, replace(LIVE, facts=BLANK), around(Direction.REDO, name(LATER))
    )
    gone = reverse_change(undone.change, replace(LIVE, facts=BLANK), around(Direction.REDO))

    assert still_there.change.names[0].holder == LATER
    assert (gone.change.names[0].holder, gone.change.names[0].gains) == (None, True)


def test_a_change_is_the_same_after_it_was_stored() -> None:
    change = RecordChange(
        kind=RecordKind.CASE,
        record_id=CASE,
        row_no=7,
        version=3,
        facts={"notes": ["a", "b"]},
        names=(StatedName("v1", stated=False, imported={"notes": "a"}, imported_rows=("x",), holder=LATER),),
        attached=(PET,),
        keys_dropped=(-5, 6),
    )

    data = change.as_json()

    assert RecordChange.from_json(data, kind=change.kind, record_id=CASE, row_no=7) == change
