"""Repairs outlive a new mapping and a new reading of the file: rows are repaired again while they are staged."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import orjson
import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.checking_order import HandedRow
from phcs.core.repairing import ROW_ITSELF, RawRow, RowRepairer, raw_row
from phcs.extensions import db
from phcs.models.imports import Import
from phcs.models.repairs import Repair
from phcs.services.limited_reading import HandedChunk
from phcs.services.staging_order import StagingOrder
from phcs.services.transactions import transaction


def doubt_repairs(session: Session, found: Import) -> None:
    """Take no repair for one that fits until its cell is met again: the file is read anew."""
    session.execute(
        sa.update(Repair)
        .where(Repair.organisation_id == found.organisation_id, Repair.import_id == found.id)
        .values(fits=False)
        .execution_options(synchronize_session=False)
    )


def with_repairs(order: StagingOrder, chunks: Iterator[HandedChunk]) -> Iterator[HandedChunk]:
    """The chunks, their rows with the repairs that people made of them and that still fit.

    One fits where the column has its heading and the file's cell says what it said when it was repaired. Costs
    nothing for an import without repairs; else one query a chunk, and rows with repairs are checked once more.
    """
    if not order.has_repairs:
        yield from chunks
        return
    repairer = RowRepairer(order.check)
    for chunk in chunks:
        yield replace(chunk, rows=_repaired(order, chunk.rows, repairer)) if chunk.rows else chunk


def _repaired(order: StagingOrder, rows: Sequence[HandedRow], repairer: RowRepairer) -> list[HandedRow]:
    repairs = _repairs(order, rows[0].row_no, rows[-1].row_no)
    changed: dict[bool, list[Repair]] = {True: [], False: []}
    done = []
    for row in rows:
        values: dict[int, str] = {}
        raw = _raw(row, order) if row.row_no in repairs else None
        for one in repairs.get(row.row_no, ()):
            fits = raw is not None and _fits(one, raw, order.check.headings, repairer.dropped)
            if fits:
                values[one.position] = one.value
            if fits is not one.fits:
                changed[fits].append(one)
        done.append(repairer.checked(raw, values) if raw is not None and values else row)
    for fits, found in changed.items():
        _mark(order, found, fits=fits)
    return done


def _repairs(order: StagingOrder, first: int, last: int) -> dict[int, list[Repair]]:
    """The repairs of these rows that nobody took back, in the order in which they were made."""
    session = db.session()
    found = session.scalars(
        sa.select(Repair)
        .where(
            Repair.organisation_id == order.found.organisation_id,
            Repair.import_id == order.found.id,
            Repair.table_no == order.table_no,
            Repair.row_no.between(first, last),
            Repair.taken_back.is_(False),
        )
        .order_by(Repair.row_no, Repair.batch_no)
    ).all()
    session.expunge_all()
    session.rollback()
    by_row: dict[int, list[Repair]] = {}
    for one in found:
        by_row.setdefault(one.row_no, []).append(one)
    return by_row


def _raw(row: HandedRow, order: StagingOrder) -> RawRow:
    told = [(code, column, value) for code, _, column, value, _ in row.findings]
    return raw_row(
        row.row_no, orjson.loads(row.cells), told, headings=order.check.headings, digest=row.digest
    )


def _fits(repair: Repair, raw: RawRow, headings: Sequence[str], dropped: frozenset[int]) -> bool:
    if repair.position == ROW_ITSELF:
        return True
    if repair.position >= len(headings) or repair.position in dropped:
        return False
    says = raw.cells[repair.position] if repair.position < len(raw.cells) else ""
    return headings[repair.position][:500] == repair.heading and says == repair.raw


def _mark(order: StagingOrder, repairs: Sequence[Repair], *, fits: bool) -> None:
    if not repairs:
        return
    keys = [(one.row_no, one.position, one.batch_no) for one in repairs]
    with transaction() as session:
        for start in range(0, len(keys), 500):
            session.execute(
                sa.update(Repair)
                .where(
                    Repair.organisation_id == order.found.organisation_id,
                    Repair.import_id == order.found.id,
                    Repair.table_no == order.table_no,
                    sa.tuple_(Repair.row_no, Repair.position, Repair.batch_no).in_(keys[start : start + 500]),
                )
                .values(fits=fits)
                .execution_options(synchronize_session=False)
            )
