"""Writing the audit trail, always inside the transaction of what it tells about."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.audit_form import actor_text, bound_digest, chain_text, hyphenated, subject_text
from phcs.core.chain import START, canonical_values, event_hash, leaf_digest_of
from phcs.models.audit import AuditEvent, AuditHead
from phcs.services import bulk
from phcs.services.bulk import JsonText
from phcs.services.webhook_outbox import announce

COLUMNS = (
    "chain_id",
    "seq",
    "organisation_id",
    "at",
    "actor_kind",
    "actor_id",
    "actor_name",
    "action",
    "subject_kind",
    "subject_id",
    "import_id",
    "row_no",
    "detail",
    "salt",
    "values",
    "digest",
    "previous_hash",
    "hash",
)


@dataclass(frozen=True, slots=True)
class RecordEvent:
    """What a promotion did to one record on behalf of one row."""

    action: str
    subject_kind: str
    subject_id: UUID
    row_no: int
    detail: dict[str, Any]
    values: dict[str, Any]


StoredEvent = tuple[str, str, str, int, str | None, str, int]
"""Action, subject's kind and key, row, parent's key, values as canonical JSON text, table; keys as 32 hex digits."""


def open_chain(session: Session, organisation_id: UUID) -> None:
    """Begin an organisation's chain; once, when the organisation is created."""
    session.add(AuditHead(chain_id=organisation_id, organisation_id=organisation_id, seq=0, hash=START))
    session.flush()  # the first event of the same transaction finds its head


def take_turn(session: Session, organisation_id: UUID) -> None:
    """Wait until nobody else is telling this organisation's chain anything, until this transaction ends."""
    session.execute(sa.select(AuditHead.seq).where(AuditHead.chain_id == organisation_id).with_for_update())


def record(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    action: str,
    subject_kind: str = "",
    subject_id: UUID | None = None,
    import_id: UUID | None = None,
    row_no: int | None = None,
    detail: dict[str, Any] | None = None,
    values: dict[str, Any] | None = None,
) -> None:
    """Add one event to the organisation's chain.

    `detail` must hold no personal data: it is hashed as it is and stays for ever. `values` may; they enter
    the chain as a salted digest. The chain's head is locked until the transaction ends. Webhooks that are to hear
    of it get their messages in the same transaction. What a request did carries its `X-Request-Id` (`request`).
    """
    request = {"request": actor.request_id} if actor.request_id else {}
    chain = Chain(actor=actor, now=now, chain_id=actor.organisation_id, import_id=import_id)
    chain.take_head(session)
    bulk.insert_rows(
        session,
        AuditEvent,
        COLUMNS,
        [chain.event(action, subject_kind, subject_id, row_no, {**(detail or {}), **request}, values)],
    )
    chain.move_head(session)
    announce(session, organisation_id=actor.organisation_id, import_id=import_id, action=action, now=now)


def record_on_import(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    action: str,
    import_id: UUID,
    detail: dict[str, Any] | None = None,
    values: dict[str, Any] | None = None,
) -> None:
    """Add one event about an import as a whole; see `record`."""
    record(
        session,
        actor=actor,
        now=now,
        action=action,
        subject_kind="import",
        subject_id=import_id,
        import_id=import_id,
        detail=detail,
        values=values,
    )


class Chain:
    """One chain while events are added to it: an organisation's own, or a new one for a promotion's records.

    A promotion's chain is anchored by one event in the organisation's chain that names its last hash and
    length; so a promotion of a million records holds the organisation's head only for a moment.
    """

    def __init__(self, *, actor: Actor, now: datetime, chain_id: UUID, import_id: UUID | None) -> None:
        self.actor = actor
        self.now = now
        self.chain_id = chain_id
        self.import_id = import_id
        self.seq = 0
        self.head = START
        self._at = now.astimezone(UTC).isoformat()  # as the database gives it back
        self._actor_id = str(actor.id) if actor.id else ""
        self._actor_text = actor_text(kind=actor.kind.value, actor_id=self._actor_id, name=actor.name)
        self._chain_text = chain_text(organisation_id=actor.organisation_id, chain_id=chain_id)

    def take_head(self, session: Session) -> None:
        """Go on from the stored head, which nobody else can then move before this transaction ends."""
        head = session.execute(
            sa.select(AuditHead.seq, AuditHead.hash)
            .where(AuditHead.chain_id == self.chain_id)
            .with_for_update()
        ).one()
        self.seq, self.head = head.seq, head.hash

    def move_head(self, session: Session) -> None:
        """Store the new head."""
        session.execute(
            sa.update(AuditHead)
            .where(AuditHead.chain_id == self.chain_id)
            .values(seq=self.seq, hash=self.head)
        )

    def add(self, session: Session, events: Iterable[RecordEvent]) -> None:
        """Add record events in bulk."""
        rows = [
            self.event(one.action, one.subject_kind, one.subject_id, one.row_no, one.detail, one.values)
            for one in events
        ]
        bulk.insert_rows(session, AuditEvent, COLUMNS, rows)

    def add_stored(self, session: Session, told: Sequence[StoredEvent]) -> None:
        """Add record events whose values are canonical JSON text already, in bulk.

        The table's number is told where it is not the first.
        Gives the same hashes as `event`; half the work of it stays undone: no UUIDs, no dictionaries.
        """
        ids = (self.actor.organisation_id.hex, bulk.moment_text(session, self.now))
        who = (self.actor.kind.value, self._actor_id, self.actor.name)
        import_id = self.import_id.hex if self.import_id else None
        import_text, chain_id, actor, chain = (
            str(self.import_id or ""),
            self.chain_id.hex,
            self._actor_text,
            self._chain_text,
        )
        salts = secrets.token_bytes(16 * len(told))
        rows = []
        seq, head = self.seq, self.head
        for place, (action, kind, subject, row_no, parent, values, table_no) in enumerate(told):
            seq += 1
            salt = salts[16 * place : 16 * place + 16]
            digest = leaf_digest_of(salt, values.encode())
            detail = _detail_text(parent, table_no)
            previous = head
            head = event_hash(
                previous,
                chain_id=chain,
                seq=seq,
                at=self._at,
                actor=actor,
                action=action,
                subject=f"{kind}:{hyphenated(subject)}",
                import_id=import_text,
                row_no=row_no,
                digest=f"{digest}|{detail}",
            )
            rows.append(
                (
                    *(chain_id, seq, *ids, *who, action, kind, subject, import_id, row_no, detail),
                    *(salt.hex(), values, digest, previous, head),
                )
            )
        self.seq, self.head = seq, head
        bulk.insert_rows(session, AuditEvent, COLUMNS, rows, ready=True)

    def keep_head(self, session: Session) -> None:
        """Store the head of a new chain."""
        session.add(
            AuditHead(
                chain_id=self.chain_id,
                organisation_id=self.actor.organisation_id,
                seq=self.seq,
                hash=self.head,
            )
        )

    def event(
        self,
        action: str,
        subject_kind: str,
        subject_id: UUID | None,
        row_no: int | None,
        detail: dict[str, Any],
        values: dict[str, Any] | None,
    ) -> tuple[Any, ...]:
        """The next event as a row in the order of COLUMNS; moves the head in memory."""
        self.seq += 1
        salt = secrets.token_bytes(16)
        kept = canonical_values(values or {})
        digest = leaf_digest_of(salt, kept)
        previous = self.head
        self.head = event_hash(
            previous,
            chain_id=self._chain_text,
            seq=self.seq,
            at=self._at,
            actor=self._actor_text,
            action=action,
            subject=subject_text(kind=subject_kind, subject_id=subject_id),
            import_id=str(self.import_id or ""),
            row_no=row_no or 0,
            digest=bound_digest(leaf=digest, detail=detail),
        )
        return (
            self.chain_id,
            self.seq,
            self.actor.organisation_id,
            self.now,
            self.actor.kind.value,
            self._actor_id,
            self.actor.name,
            action,
            subject_kind,
            subject_id,
            self.import_id,
            row_no,
            detail,
            salt.hex(),
            JsonText(kept.decode()),
            digest,
            previous,
            self.head,
        )


def _detail_text(parent: str | None, table_no: int) -> str:
    """What a record event tells besides its values, as JSON with sorted keys."""
    told = [f'"parent":"{hyphenated(parent)}"'] if parent else []
    if table_no > 1:
        told.append(f'"table":{table_no}')
    return f"{{{','.join(told)}}}"
