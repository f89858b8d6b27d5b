"""For random imports and random edits after them: undo gives back the state before, but for what it names."""

from collections import Counter
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.planning import DuplicateStrategy
from phcs.core.records import RecordKind
from phcs.core.undoing import Bucket, Direction
from phcs.extensions import db
from phcs.models.records import Case, Owner, Pet
from phcs.queries.audit_chains import verify_trail
from phcs.services.record_editing import edit_record
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import build_promotion
from tests.undo_builders import Snapshot, carry_out, lines_of, live_facts

Db = scoped_session[Session]
Rows = list[dict[str, str]]

PEOPLE = ["Ana Silva", "Ana María Silva", "Luis Silva", "Omar Haddad", "Walk-in"]
ROW = st.fixed_dictionaries(
    {
        "waitwhile_id": st.sampled_from(["", "v1", "v2", "v3", "v4", "v5"]),
        "customer_id": st.sampled_from(["", "c1", "c2", "c3"]),
        "client_name": st.sampled_from(PEOPLE),
        "client_phone": st.sampled_from(["", "+14155550001", "+14155550002", "+14155550003"]),
        "client_email": st.sampled_from(["", "a@example.org", "b@example.org"]),
        "pet_name": st.sampled_from(["", "Rex", "Luna", "Rex, Luna"]),
        "species": st.sampled_from(["", "dog", "cat"]),
        "status": st.sampled_from(["New", "Closed"]),
        "tags": st.sampled_from(["", "senior", "senior, urgent", "urgent"]),
        "notes": st.sampled_from(["", "one", "two"]),
        "request_date": st.sampled_from(["2026-11-02 10:00", "2026-11-03 11:00"]),
        "request_type": st.sampled_from(["Pet food pantry", "Boarding"]),
    }
)
FILES = st.lists(ROW, min_size=1, max_size=7)
KINDS: dict[RecordKind, type[Owner] | type[Pet] | type[Case]] = {
    RecordKind.OWNER: Owner,
    RecordKind.PET: Pet,
    RecordKind.CASE: Case,
}
EDITED = {
    RecordKind.OWNER: ("city", "email", "notes"),
    RecordKind.PET: ("breed", "name"),
    RecordKind.CASE: ("notes", "location"),
}
EDITS = st.lists(
    st.tuples(
        st.sampled_from(list(KINDS)),
        st.integers(0, 20),
        st.integers(0, 2),
        st.sampled_from(["by hand", "x@example.org"]),
    ),
    max_size=4,
)
SLOWLY = settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink takes minutes, and files are small
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
on_sqlite = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)
STRATEGIES = st.sampled_from(DuplicateStrategy)


def records_of(actor: Actor, kind: RecordKind) -> list[Any]:
    table: Any = KINDS[kind]
    asked = sa.select(table).where(table.organisation_id == actor.organisation_id).order_by(table.id)
    return list(db.session.scalars(asked))


def edit_some(actor: Actor, edits: list[tuple[RecordKind, int, int, str]]) -> set[str]:
    """Edit live records as people do; gives the ids of those that changed."""
    touched: set[str] = set()
    for kind, place, fact, value in edits:
        db.session.rollback()
        found = records_of(actor, kind)
        names = EDITED[kind]
        name = names[fact % len(names)]
        if found and (name == "email") is (value == "x@example.org"):
            record = found[place % len(found)]
            changed = edit_record(
                actor=actor,
                organisation_id=actor.organisation_id,
                kind=kind,
                record_id=record.id,
                version=record.version,
                changes={name: value},
                now=NOW,
            )
            touched |= {str(record.id)} if changed else set()
    return touched


def staying(before: Snapshot, after: Snapshot, touched: set[str]) -> set[str]:
    """Which records of those that the import created stay: the edited ones, and those that they need."""
    created = {table: after[table].keys() - before[table].keys() for table in ("cases", "pets", "owners")}
    cases = created["cases"] & touched
    pets = created["pets"] & touched
    for pair in after["case_pets"]:
        case, pet = pair.split("/")
        pets |= {pet} & created["pets"] if case in cases else set()
    owners = created["owners"] & touched
    for table, kept in (("cases", cases), ("pets", pets)):
        owners |= {str(after[table][key]["owner_id"]) for key in kept} & created["owners"]
    return cases | pets | owners


def expected_value(before: Any, imported: Any, now: Any) -> Any:
    """What a fact of an older record is after the undo."""
    return before if now == imported else now


def check_records(
    states: tuple[Snapshot, Snapshot, Snapshot, Snapshot], stay: set[str]
) -> set[tuple[str, str]]:
    """Compare every live record with what it should be; gives the facts that the import lost to somebody's edit."""
    before, imported, edited, after = states
    lost: set[tuple[str, str]] = set()
    for table in ("owners", "pets", "cases"):
        assert after[table].keys() == before[table].keys() | (stay & imported[table].keys())
        for key in after[table].keys() - before[table].keys():
            assert after[table][key] == edited[table][key]
        for key, row in before[table].items():
            for name, value in row.items():
                was, now = imported[table][key][name], edited[table][key][name]
                assert after[table][key][name] == expected_value(value, was, now), (table, name)
                if was not in (value, now) and now != value:
                    lost.add((key, name))
    return lost


AGAIN = {"same_file": "Files repeat here.", "same_rows": "Rows repeat here."}


@on_sqlite
@SLOWLY
@given(earlier=FILES, file=FILES, duplicates=STRATEGIES, edits=EDITS)
def test_undo_gives_back_the_state_before_but_for_what_it_names(
    session: Db,
    earlier: Rows,
    file: Rows,
    duplicates: DuplicateStrategy,
    edits: list[tuple[RecordKind, int, int, str]],
) -> None:
    admin = actor_of(build_person())
    build_promotion(actor=admin, content=earlier)
    before = live_facts(admin.organisation_id)
    import_id = build_promotion(actor=admin, content=file, duplicates=duplicates.value, confirmations=AGAIN)
    imported = live_facts(admin.organisation_id)
    touched = edit_some(admin, edits)
    edited = live_facts(admin.organisation_id)

    details = carry_out(import_id, actor=admin, chunk_rows=3)

    after = live_facts(admin.organisation_id)
    stay = staying(before, imported, touched)
    lost = check_records((before, imported, edited, after), stay)
    lines = lines_of(details, actor=admin)
    assert {
        (str(line.record_id), kept.name)
        for line in lines
        for kept in line.kept
        if str(line.record_id) not in stay
    } == lost
    unmoved = {str(line.record_id) for line in lines if line.effect == "none" and line.bucket != "reversed"}
    assert stay <= unmoved
    assert Counter(after["case_pets"].keys()) == Counter(
        pair for pair in imported["case_pets"] if pair in before["case_pets"] or pair.split("/")[0] in stay
    )
    assert after["external_ids"] == {
        key: before["external_ids"].get(key, row)
        for key, row in imported["external_ids"].items()
        if key in before["external_ids"] or str(row["record_id"]) in stay
    }
    assert verify_trail(session(), organisation_id=admin.organisation_id).problems == ()


@on_sqlite
@SLOWLY
@given(files=st.lists(FILES, min_size=2, max_size=3), duplicates=STRATEGIES)
def test_undo_from_the_last_import_to_the_first_goes_back_step_by_step_and_redo_forth(
    session: Db, files: list[Rows], duplicates: DuplicateStrategy
) -> None:
    admin = actor_of(build_person())
    states = [live_facts(admin.organisation_id)]
    imports: list[UUID] = []
    for file in files:
        imports.append(
            build_promotion(actor=admin, content=file, duplicates=duplicates.value, confirmations=AGAIN)
        )
        states.append(live_facts(admin.organisation_id))

    for place in reversed(range(len(imports))):
        details = carry_out(imports[place], actor=admin, chunk_rows=4)
        assert lines_of(details, Bucket.PARTLY, Bucket.KEPT, Bucket.BLOCKED, actor=admin) == []
        assert live_facts(admin.organisation_id) == states[place]
    for place, import_id in enumerate(imports):
        details = carry_out(import_id, actor=admin, direction=Direction.REDO, chunk_rows=4)
        assert lines_of(details, Bucket.PARTLY, Bucket.KEPT, Bucket.BLOCKED, actor=admin) == []
        assert live_facts(admin.organisation_id) == states[place + 1]


@pytest.mark.parametrize("duplicates", DuplicateStrategy)
def test_the_same_holds_on_both_databases(session: Db, duplicates: DuplicateStrategy) -> None:
    admin = actor_of(build_person())
    row = {
        "waitwhile_id": "v1",
        "customer_id": "c1",
        "client_name": "Ana Silva",
        "client_phone": "+14155550001",
        "client_email": "",
        "pet_name": "Rex",
        "species": "dog",
        "tags": "senior",
        "notes": "one",
        "request_date": "2026-11-02 10:00",
        "request_type": "Boarding",
    }
    build_promotion(actor=admin, content=[row])
    before = live_facts(admin.organisation_id)
    file = [
        row | {"notes": "two", "tags": "urgent", "pet_name": "Luna"},
        row | {"waitwhile_id": "v2", "client_email": "a@example.org"},
    ]
    import_id = build_promotion(actor=admin, content=file, duplicates=duplicates.value, confirmations=AGAIN)
    imported = live_facts(admin.organisation_id)

    carry_out(import_id, actor=admin, chunk_rows=1)
    assert live_facts(admin.organisation_id) == before
    carry_out(import_id, actor=admin, direction=Direction.REDO, chunk_rows=1)

    assert live_facts(admin.organisation_id) == imported
