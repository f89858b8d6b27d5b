"""The audit trail's chain: what was altered is found, and where."""

from collections.abc import Callable
from dataclasses import replace
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phcs.core.chain import START, Alteration, ChainedEvent, ChainHead, event_hash, leaf_digest, verify

CHAIN = "0199aaaa-0000-7000-8000-000000000001"
AT = "2026-11-21T10:00:00.000000+00:00"


def _event(seq: int, previous: str, *, action: str = "owner.created", chain_id: str = CHAIN) -> ChainedEvent:
    event = ChainedEvent(
        seq=seq,
        at=AT,
        actor="person:1 Ana",
        action=action,
        subject=f"owner:{seq}",
        import_id="0199",
        row_no=seq + 1,
        digest=leaf_digest(b"s" * 16, {"seq": seq}),
        previous=previous,
        hash="",
    )
    return replace(
        event,
        hash=event_hash(
            previous,
            chain_id=chain_id,
            seq=seq,
            at=event.at,
            actor=event.actor,
            action=event.action,
            subject=event.subject,
            import_id=event.import_id,
            row_no=event.row_no,
            digest=event.digest,
        ),
    )


def _chain(length: int, *, action: str = "owner.created") -> list[ChainedEvent]:
    events: list[ChainedEvent] = []
    for seq in range(1, length + 1):
        events.append(_event(seq, events[-1].hash if events else START, action=action))
    return events


def test_hashes_are_stored_so_they_stay_what_they_are() -> None:
    assert (
        leaf_digest(b"0123456789abcdef", {"name": ["", "María"], "n": 1})
        == "3da1ffdee0c05ef348d63216fdee5ad1362d4d7aa5c216077739374b231d0e15"
    )
    assert [event.hash for event in _chain(2)] == [
        "c2a45271c76461f0e29e49b253c18297bf7c97ec87b1ef43e57eb6f63b409f1c",
        "92d3173d57d7a58f8f64ea9abca0ce17ec308ed631689fea4ea548d6de3431de",
    ]


def test_an_intact_chain_gives_its_head() -> None:
    events = _chain(5)
    report = verify(events, chain_id=CHAIN, head=ChainHead(3, events[2].hash))
    assert (report.is_intact, report.events, report.head) == (True, 5, ChainHead(5, events[4].hash))


def test_an_empty_chain_is_intact() -> None:
    assert verify([], chain_id=CHAIN).is_intact


@pytest.mark.parametrize(
    "field",
    ["at", "actor", "action", "subject", "import_id", "digest"],
)
def test_an_edit_is_found_where_it_is(field: str) -> None:
    events = _chain(6)
    edit: dict[str, Any] = {field: "x"}
    events[3] = replace(events[3], **edit)
    report = verify(events, chain_id=CHAIN)
    assert (report.alteration, report.altered_at) == (Alteration.EDITED, 4)
    assert report.head == ChainHead(3, events[2].hash)


def _renumber(events: list[ChainedEvent]) -> list[ChainedEvent]:
    return [replace(event, seq=seq) for seq, event in enumerate(events, start=1)]


@pytest.mark.parametrize(
    ("alter", "alteration", "seq"),
    [
        (lambda events: [*events[:2], *events[3:]], Alteration.MISSING, 3),
        (lambda events: events[1:], Alteration.MISSING, 1),
        (lambda events: _renumber([*events[:2], *events[3:]]), Alteration.MISSING, 3),
        (lambda events: [*events[:2], events[3], events[2], *events[4:]], Alteration.REORDERED, 3),
        (lambda events: _renumber([*events[:2], events[3], events[2], *events[4:]]), Alteration.REORDERED, 3),
        (lambda events: _renumber([events[4], *events[1:4], events[0], events[5]]), Alteration.REORDERED, 1),
        (lambda events: [*events[:3], events[2], *events[3:]], Alteration.REORDERED, 4),
        (lambda events: [*events[:2], replace(events[2], row_no=99), *events[3:]], Alteration.EDITED, 3),
        (
            lambda events: [*events[:2], _event(3, events[1].hash, action="x"), *events[3:]],
            Alteration.EDITED,
            4,
        ),
        (lambda events: [*events[:2], replace(events[2], hash="0" * 64), *events[3:]], Alteration.EDITED, 3),
    ],
)
def test_every_kind_of_alteration_is_located(
    alter: Callable[[list[ChainedEvent]], list[ChainedEvent]], alteration: Alteration, seq: int
) -> None:
    report = verify(alter(_chain(6)), chain_id=CHAIN)
    assert (report.alteration, report.altered_at) == (alteration, seq)
    assert str(seq) in report.sentence


def test_a_cut_end_and_a_rewritten_chain_are_found_by_a_head_kept_elsewhere() -> None:
    events = _chain(6)
    head = ChainHead(6, events[5].hash)
    cut = verify(events[:4], chain_id=CHAIN, head=head)
    assert (cut.alteration, cut.altered_at) == (Alteration.HEAD_DIFFERS, 5)
    rewritten = verify(_chain(8, action="x"), chain_id=CHAIN, head=head)
    assert (rewritten.alteration, rewritten.altered_at) == (Alteration.HEAD_DIFFERS, 6)


def test_a_chain_of_another_organisation_does_not_pass_for_this_one() -> None:
    assert not verify(_chain(2), chain_id="other").is_intact


@given(st.integers(1, 8), st.data())
def test_no_single_alteration_goes_unnoticed(length: int, data: st.DataObject) -> None:
    events = _chain(length)
    position = data.draw(st.integers(0, length - 1))
    field = data.draw(st.sampled_from(sorted(set(ChainedEvent.__dataclass_fields__))))
    edit: dict[str, Any] = {field: 77 if field in {"seq", "row_no"} else "changed"}
    altered = [*events[:position], replace(events[position], **edit), *events[position + 1 :]]
    assert not verify(altered, chain_id=CHAIN).is_intact


def test_values_can_be_erased_because_only_their_digest_is_chained() -> None:
    digest = leaf_digest(b"a" * 16, {"name": "Ana", "phone": "+34612345678"})
    assert digest == leaf_digest(b"a" * 16, {"phone": "+34612345678", "name": "Ana"})
    assert digest != leaf_digest(b"b" * 16, {"name": "Ana", "phone": "+34612345678"})
    assert leaf_digest(b"ab", {}) != leaf_digest(b"a", {})


def test_a_promotion_of_a_million_records_is_not_held_up_by_hashing() -> None:
    started = process_time()
    _chain(20_000)
    assert 20_000 / (process_time() - started) > 20_000
