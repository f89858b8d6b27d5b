"""The audit trail's hash chain: each event's hash covers the one before, so a change is found and located.

The hash never covers personal data itself, only a salted digest of it (`leaf_digest`): values can be
erased together with their salt and the chain still holds. A chain cannot show that its own end was cut
off or that all of it was rewritten; a head kept elsewhere does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

import orjson

FORM = "audit/1"
"""Part of every hash; another way of hashing gets another form."""

START = ""
"""What the first event of a chain has for `previous`."""

_RENUMBERED_WITHIN = 64


def leaf_digest(salt: bytes, values: Mapping[str, Any]) -> str:
    """Return the digest of an event's values. Without the salt (16 random bytes) nobody can guess them."""
    return leaf_digest_of(salt, canonical_values(values))


def canonical_values(values: Mapping[str, Any]) -> bytes:
    """Return the one JSON text of an event's values that its digest is made of."""
    return orjson.dumps(dict(values), option=orjson.OPT_SORT_KEYS)


def leaf_digest_of(salt: bytes, canonical: bytes) -> str:
    """Return the digest of values that are canonical text already."""
    return sha256(b"leaf/1\n%d\n%b%b" % (len(salt), salt, canonical)).hexdigest()


def event_hash(
    previous: str,
    *,
    chain_id: str,
    seq: int,
    at: str,
    actor: str,
    action: str,
    subject: str,
    import_id: str,
    row_no: int,
    digest: str,
) -> str:
    """Return the hash of an event: SHA-256 over one canonical JSON object with sorted keys.

    `chain_id` is the organisation's, `seq` counts its events from 1, `at` is ISO 8601 in UTC.
    """
    return sha256(
        orjson.dumps(
            {
                "action": action,
                "actor": actor,
                "at": at,
                "chain": chain_id,
                "digest": digest,
                "form": FORM,
                "import": import_id,
                "previous": previous,
                "row": row_no,
                "seq": seq,
                "subject": subject,
            },
            option=orjson.OPT_SORT_KEYS,
        )
    ).hexdigest()


@dataclass(frozen=True, slots=True)
class ChainedEvent:
    """An audit event as stored, with its place in the chain."""

    seq: int
    at: str
    actor: str
    action: str
    subject: str
    import_id: str
    row_no: int
    digest: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The last event at some time, kept outside the database."""

    seq: int
    hash: str


class Alteration(StrEnum):
    """What was done to a chain that does not hold."""

    EDITED = "edited"
    MISSING = "missing"
    REORDERED = "reordered"
    HEAD_DIFFERS = "head_differs"


@dataclass(frozen=True, slots=True)
class ChainReport:
    """Whether a chain holds; if not, the first event that does not fit and what was done.

    `head` is the last event that was reached, to be kept elsewhere.
    """

    events: int
    head: ChainHead
    altered_at: int = 0
    alteration: Alteration | None = None
    sentence: str = "The audit trail is intact."

    @property
    def is_intact(self) -> bool:
        """Whether nothing was changed, removed or moved."""
        return self.alteration is None


def verify(events: Iterable[ChainedEvent], *, chain_id: str, head: ChainHead | None = None) -> ChainReport:
    """Check a whole chain, in the order stored, in constant memory while it holds.

    With a `head` kept from earlier, a cut end and a chain that was rewritten as a whole are found too.
    """
    remaining = iter(events)
    seq, previous = 0, START
    for event in remaining:
        if (
            event.seq != seq + 1
            or event.previous != previous
            or _hash(chain_id, event, event.seq) != event.hash
        ):
            found = _explain(chain_id, event, seq + 1, previous, list(remaining))
            return _altered(seq, previous, seq + 1, found)
        seq, previous = event.seq, event.hash
        if head is not None and seq == head.seq and previous != head.hash:
            return _altered(seq, previous, seq, Alteration.HEAD_DIFFERS)
    if head is not None and seq < head.seq:
        return _altered(seq, previous, seq + 1, Alteration.HEAD_DIFFERS)
    return ChainReport(seq, ChainHead(seq, previous))


def _hash(chain_id: str, event: ChainedEvent, seq: int) -> str:
    return event_hash(
        event.previous,
        chain_id=chain_id,
        seq=seq,
        at=event.at,
        actor=event.actor,
        action=event.action,
        subject=event.subject,
        import_id=event.import_id,
        row_no=event.row_no,
        digest=event.digest,
    )


def _explain(
    chain_id: str, event: ChainedEvent, expected: int, previous: str, rest: list[ChainedEvent]
) -> Alteration:
    """Tell an edit from a removal and from events that changed places, renumbered or not."""
    if event.seq != expected:
        elsewhere = event.seq < expected or any(other.seq == expected for other in rest)
        return Alteration.REORDERED if elsewhere else Alteration.MISSING
    if event.previous == previous:
        return Alteration.EDITED
    if any(other.hash == event.previous for other in rest):
        return Alteration.REORDERED
    renumbered = range(expected + 1, expected + 1 + _RENUMBERED_WITHIN)
    if any(_hash(chain_id, event, seq) == event.hash for seq in renumbered):
        return Alteration.MISSING
    return Alteration.EDITED


_SENTENCES = {
    Alteration.EDITED: "Event {seq} or the link to it was edited.",
    Alteration.MISSING: "Event {seq} was removed.",
    Alteration.REORDERED: "Event {seq} is not in its place: events were moved or repeated.",
    Alteration.HEAD_DIFFERS: "At event {seq} the audit trail is not the one whose head was kept.",
}


def _altered(reached: int, previous: str, seq: int, alteration: Alteration) -> ChainReport:
    sentence = _SENTENCES[alteration].format(seq=seq)
    return ChainReport(reached, ChainHead(reached, previous), seq, alteration, sentence)
