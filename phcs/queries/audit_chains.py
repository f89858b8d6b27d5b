"""Chains of audit events as they are stored, for checking them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.audit_form import actor_text, bound_digest, chain_text, subject_text
from phcs.core.chain import ChainedEvent, ChainHead, ChainReport, leaf_digest, verify
from phcs.models.audit import AuditEvent, AuditHead

ANCHORS = frozenset({"import.promoted", "import.undone", "import.redone"})
"""Events that name the chain of the record events that belong to them."""
PIECE = 5_000


@dataclass(frozen=True, slots=True)
class TrailReport:
    """What checking an organisation's whole trail found; () problems when it is intact."""

    events: int
    head: ChainHead
    problems: tuple[str, ...]


def verify_trail(session: Session, *, organisation_id: UUID, kept: ChainHead | None = None) -> TrailReport:
    """Check the organisation's chain, and each promotion's chain against the event that anchors it.

    With a head that was `kept` elsewhere, a cut end and a trail that was written anew are found too.
    """
    anchors: list[dict[str, Any]] = []
    problems: list[str] = []
    own = _check(session, organisation_id, organisation_id, problems, anchors)
    events = own.events
    for detail in anchors:
        chain_id = UUID(detail["records_chain"])
        head = ChainHead(detail["records_events"], detail["records_head"])
        report = _check(session, organisation_id, chain_id, problems, None)
        events += report.events
        if report.is_intact and report.head != head:
            problems.append(
                f"The {head.seq:,} events of a promotion ({chain_id}) are not those it ended with."
            )
    problems.extend(_loose_chains(session, organisation_id, {UUID(one["records_chain"]) for one in anchors}))
    problems.extend(_loose_events(session, organisation_id, checked=events))
    if kept is not None:
        problems.extend(_against_kept(session, organisation_id, kept, own.head))
    return TrailReport(events=events, head=own.head, problems=tuple(problems))


def _check(
    session: Session,
    organisation_id: UUID,
    chain_id: UUID,
    problems: list[str],
    anchors: list[dict[str, Any]] | None,
) -> ChainReport:
    stored = session.execute(
        sa.select(AuditHead.seq, AuditHead.hash).where(AuditHead.chain_id == chain_id)
    ).first()
    head = ChainHead(stored.seq, stored.hash) if stored else None
    name = chain_text(organisation_id=organisation_id, chain_id=chain_id)
    if head is None:
        problems.append(f"Chain {chain_id} has lost its head: its end cannot be checked.")
    report = verify(_events(session, organisation_id, chain_id, problems, anchors), chain_id=name, head=head)
    if not report.is_intact:
        problems.append(f"{report.sentence} (chain {chain_id})")
    elif head is not None and report.head.seq != head.seq:
        problems.append(f"Chain {chain_id} has {report.head.seq} events, its head says {head.seq}.")
    return report


def _events(
    session: Session,
    organisation_id: UUID,
    chain_id: UUID,
    problems: list[str],
    anchors: list[dict[str, Any]] | None,
) -> Iterator[ChainedEvent]:
    """The stored events of a chain in order; notes values that are no longer what was recorded."""
    after = 0
    while True:
        rows = session.scalars(
            sa.select(AuditEvent)
            .where(
                AuditEvent.organisation_id == organisation_id,
                AuditEvent.chain_id == chain_id,
                AuditEvent.seq > after,
            )
            .order_by(AuditEvent.seq)
            .limit(PIECE)
        ).all()
        if not rows:
            return
        for row in rows:
            if not says_what_was_recorded(row):
                problems.append(f"The values of event {row.seq} were changed (chain {chain_id}).")
            if anchors is not None and row.action in ANCHORS:
                anchors.append(row.detail)
            yield chained(row)
        after = rows[-1].seq
        session.expunge_all()


def says_what_was_recorded(row: Any) -> bool:
    """Whether the values are those of the digest, or were erased together with their salt."""
    if row.salt is None:
        return row.values is None
    return bool(leaf_digest(bytes.fromhex(row.salt), row.values or {}) == row.digest)


def chained(row: Any) -> ChainedEvent:
    """A stored event, or the columns of one, as the chain is checked by."""
    return ChainedEvent(
        seq=row.seq,
        at=row.at.isoformat(),
        actor=actor_text(kind=row.actor_kind, actor_id=row.actor_id, name=row.actor_name),
        action=row.action,
        subject=subject_text(kind=row.subject_kind, subject_id=row.subject_id),
        import_id=str(row.import_id or ""),
        row_no=row.row_no or 0,
        digest=bound_digest(leaf=row.digest, detail=row.detail),
        previous=row.previous_hash,
        hash=row.hash,
    )


def _loose_chains(session: Session, organisation_id: UUID, anchored: set[UUID]) -> list[str]:
    """Chains that no event of the organisation's chain anchors: somebody added or cut something."""
    chains = session.scalars(
        sa.select(AuditHead.chain_id).where(AuditHead.organisation_id == organisation_id)
    )
    return [
        f"Chain {chain_id} is not anchored in the organisation's chain."
        for chain_id in chains
        if chain_id != organisation_id and chain_id not in anchored
    ]


def _loose_events(session: Session, organisation_id: UUID, *, checked: int) -> list[str]:
    """Events that are in none of the chains that were checked: somebody put them in, or moved them out."""
    stored = session.scalar(
        sa.select(sa.func.count())
        .select_from(AuditEvent)
        .where(AuditEvent.organisation_id == organisation_id)
    )
    loose = (stored or 0) - checked
    return [f"{loose:,} events are in no chain."] if loose > 0 else []


def _against_kept(session: Session, organisation_id: UUID, kept: ChainHead, now: ChainHead) -> list[str]:
    """What a head kept from earlier says about the organisation's chain as it is now."""
    if kept.seq > now.seq:
        return [f"The trail ends at event {now.seq}; it had {kept.seq} when the head was kept."]
    stored = session.scalar(
        sa.select(AuditEvent.hash).where(
            AuditEvent.organisation_id == organisation_id,
            AuditEvent.chain_id == organisation_id,
            AuditEvent.seq == kept.seq,
        )
    )
    if stored == kept.hash:
        return []
    return [f"At event {kept.seq} the trail is not the one whose head was kept: it was written anew."]
