"""The audit trail as lines of plain data: every chain with the name that its hashes cover, then its events in order."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.audit_form import chain_text
from phcs.core.chain import FORM
from phcs.models.audit import AuditHead
from phcs.queries.audit_chains import chained
from phcs.queries.verification_trail import chain_pieces


def trail_lines(session: Session, *, organisation_id: UUID, with_values: bool) -> Iterator[dict[str, Any]]:
    """A line for each chain, then a line for each of its events, the organisation's own chain first.

    An event's `hash` covers the other fields in the way that `core.chain` says, so that anybody can check it; its
    values enter by `leaf`, the digest of `salt` and `values`.
    """
    for chain_id, seq, digest in _chains(session, organisation_id):
        name = chain_text(organisation_id=organisation_id, chain_id=chain_id)
        yield {"chain": name, "form": FORM, "events": seq, "head": digest}
        for piece in chain_pieces(session, organisation_id=organisation_id, chain_id=chain_id):
            for row in piece:
                yield _event(row, with_values=with_values)


def _chains(session: Session, organisation_id: UUID) -> list[tuple[UUID, int, str]]:
    rows = session.execute(
        sa.select(AuditHead.chain_id, AuditHead.seq, AuditHead.hash)
        .where(AuditHead.organisation_id == organisation_id)
        .order_by(AuditHead.chain_id != organisation_id, AuditHead.chain_id)
    )
    return [(chain_id, seq, digest) for chain_id, seq, digest in rows]


def _event(row: Any, *, with_values: bool) -> dict[str, Any]:
    event = chained(row)
    told = {
        "seq": event.seq,
        "at": event.at,
        "actor": event.actor,
        "action": event.action,
        "subject": event.subject,
        "import": event.import_id,
        "row": event.row_no,
        "detail": row.detail,
        "leaf": row.digest,
        "previous": event.previous,
        "hash": event.hash,
    }
    return told | ({"salt": row.salt, "values": row.values} if with_values else {})
