"""For random owners and choices a merge and its undo give the tables before; of two at once one wins."""

import threading
from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.errors import UseCaseError
from phcs.core.merging.fields import Take
from phcs.core.merging.words import MergeState
from phcs.core.records import RecordKind
from phcs.models.merges import OwnerMerge
from phcs.models.records import Case, Owner, Pet
from phcs.queries.audit_chains import verify_trail
from phcs.services.record_editing import edit_record
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import build_promotion, count, table_hash, visit
from tests.merge_builders import loaded, merge, merge_at, merge_seen, undone_at
from tests.undo_builders import live_facts

Db = scoped_session[Session]

ROW = st.fixed_dictionaries(
    {
        "waitwhile_id": st.sampled_from(["", "v1", "v2", "v3", "v4"]),
        "customer_id": st.sampled_from(["c1", "c2", "c3"]),
        "client_name": st.sampled_from(["Ana Silva", "Omar Haddad", "Walk-in"]),
        "client_phone": st.sampled_from(["", "+14155550001", "+14155550002"]),
        "client_email": st.sampled_from(["", "a@example.org", "b@example.org"]),
        "pet_name": st.sampled_from(["", "Rex", "Luna", "Rex, Luna"]),
        "species": st.sampled_from(["", "dog", "cat"]),
        "tags": st.sampled_from(["", "senior", "senior, urgent"]),
        "notes": st.sampled_from(["", "one", "two"]),
    }
)
FILES = st.lists(ROW, min_size=2, max_size=8)
JOINED = ("tags", "notes", "custom", "address", "phone2")
CHOICES = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.sampled_from([Take.KEPT, Take.OTHER]) for name in ("name", "phone", "email")},
        **{name: st.sampled_from(Take) for name in JOINED},
    },
)
SLOWLY = settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
on_sqlite = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)


@SLOWLY
@given(first=FILES, second=FILES, choices=CHOICES, places=st.lists(st.integers(0, 9), min_size=2, max_size=6))
@on_sqlite
def test_merges_undone_from_last_to_first_leave_the_tables_as_they_were(
    app: Flask,
    session: Db,
    first: list[dict[str, str]],
    second: list[dict[str, str]],
    choices: dict[str, Take],
    places: list[int],
) -> None:
    admin = actor_of(build_person())
    for number, rows in enumerate((first, second)):
        content = [visit(0, **row) for row in rows]
        build_promotion(actor=admin, content=content, file_name=f"{number}.csv", duplicates="update")
    before = live_facts(admin.organisation_id)

    merges = merged_some(session, admin, places, choices)
    for merge_id in reversed(merges):
        undo = merge_seen(session, admin, merge_id).undo
        assert undo is not None
        assert undo.stays == ()
        undone_at(session, admin, merge_id)

    assert live_facts(admin.organisation_id) == before
    assert verify_trail(session(), organisation_id=admin.organisation_id).problems == ()


def merged_some(session: Db, admin: Actor, places: list[int], choices: dict[str, Take]) -> list[UUID]:
    """Merge owners, two at a time, as these numbers choose them; gives the merges."""
    merges = []
    for one, other in zip(places[::2], places[1::2], strict=False):
        session.rollback()
        owners = list(
            session.scalars(
                sa.select(Owner.id)
                .where(Owner.organisation_id == admin.organisation_id, Owner.archived_at.is_(None))
                .order_by(Owner.id)
            )
        )
        kept, gone = owners[one % len(owners)], owners[other % len(owners)]
        if kept != gone:
            pair = (loaded(session, Owner.id == kept), loaded(session, Owner.id == gone))
            merges.append(merge(admin, *pair, fields=choices))
    return merges


def at_once(app: Flask, deeds: Sequence[Callable[[], object]]) -> list[UseCaseError | None]:
    """Do all of these at the same moment, each in its thread; gives who was refused how."""
    barrier = threading.Barrier(len(deeds))
    refusals: list[UseCaseError | None] = [None] * len(deeds)

    def do(number: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                deeds[number]()
            except UseCaseError as refusal:
                refusals[number] = refusal

    threads = [threading.Thread(target=do, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refusals


@pytest.fixture
def admin(session: Db) -> Actor:
    """Somebody whose organisation has Ana Silva twice."""
    found = actor_of(build_person())
    rows = [visit(1, client_name="Ana Silva"), visit(2, client_name="Anna Silva")]
    build_promotion(actor=found, content=rows)
    return found


def both(session: Db) -> tuple[Owner, Owner]:
    return loaded(session, Owner.full_name == "Ana Silva"), loaded(session, Owner.full_name == "Anna Silva")


def holding(session: Db) -> list[UUID]:
    """The merges that are not undone."""
    session.rollback()
    return list(session.scalars(sa.select(OwnerMerge.id).where(OwnerMerge.state == MergeState.DONE)))


def test_of_two_merges_of_the_same_pair_one_wins(app: Flask, session: Db, admin: Actor) -> None:
    for _ in range(3):
        one, other = both(session)

        pairs = ((one, other), (other, one), (one, other))
        refusals = at_once(app, [partial(merge, admin, *pair) for pair in pairs])

        assert refusals.count(None) == 1
        assert count(Owner, Owner.archived_at.is_(None)) == 1
        assert (
            count(
                Case, Case.owner_id == session.scalar(sa.select(Owner.id).where(Owner.archived_at.is_(None)))
            )
            == 2
        )
        for merge_id in holding(session):
            undone_at(session, admin, merge_id)


def test_a_merge_and_an_edit_at_once_lose_nothing(app: Flask, session: Db, admin: Actor) -> None:
    for number in range(3):
        one, other = both(session)
        city = f"City {number}"

        def edit(owner: Owner = other, city: str = city) -> None:
            edit_record(
                actor=admin,
                organisation_id=admin.organisation_id,
                kind=RecordKind.OWNER,
                record_id=owner.id,
                version=owner.version,
                changes={"city": city},
                now=NOW,
            )

        refusals = at_once(app, [partial(merge, admin, one, other), edit])

        assert refusals.count(None) == 1
        merges = holding(session)
        assert (count(Owner, Owner.city == city), len(merges)) in {(1, 0), (0, 1)}
        for merge_id in merges:
            undone_at(session, admin, merge_id)


def test_of_two_who_undo_a_merge_one_does(app: Flask, session: Db, admin: Actor) -> None:
    before = table_hash(Pet, Pet.owner_id == both(session)[1].id)
    merge_id = merge_at(session, admin, "Ana Silva", "Anna Silva")
    seen = merge_seen(session, admin, merge_id).undo
    assert seen is not None

    refusals = at_once(
        app,
        [lambda: undone_at(session, admin, merge_id, fingerprint=seen.fingerprint) for _ in range(3)],
    )

    assert refusals.count(None) == 1
    assert count(Owner, Owner.archived_at.is_(None)) == 2
    assert table_hash(Pet, Pet.owner_id == both(session)[1].id) != before  # its version
