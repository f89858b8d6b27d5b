"""Staged rows as planning takes them, and what people have answered about them."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

import orjson
import sqlalchemy as sa

from phcs.core.checking_order import HandedRow
from phcs.core.findings import RowStatus, Severity
from phcs.core.records import record_from_json
from phcs.extensions import db
from phcs.models.imports import Import, StagedFinding, StagedRow
from phcs.models.plans import MatchDecision
from phcs.services.plan_rows import StagedRecord

Decisions = Mapping[int, Mapping[UUID, bool]]
"""By row of one table and candidate: whether a person said that they are the same."""


def decisions_of(found: Import) -> Mapping[int, Decisions]:
    """What people have decided about rows of this import, by table."""
    answers: dict[int, dict[int, dict[UUID, bool]]] = {}
    rows = db.session.execute(
        sa.select(
            MatchDecision.table_no, MatchDecision.row_no, MatchDecision.owner_id, MatchDecision.same
        ).where(MatchDecision.organisation_id == found.organisation_id, MatchDecision.import_id == found.id)
    )
    for table_no, row_no, owner_id, same in rows:
        answers.setdefault(table_no, {}).setdefault(row_no, {})[owner_id] = same
    return answers


def staged_chunks(
    found: Import, table_no: int, size: int, *, after: int = -1, through: int | None = None
) -> Iterator[list[StagedRecord]]:
    """The staged rows of a table in file order, later than row `after`; reading's transaction ends after each chunk."""
    within = () if through is None else (StagedRow.row_no <= through,)
    while True:
        rows = (
            db.session.connection()
            .execute(
                sa.select(StagedRow.row_no, StagedRow.status, StagedRow.record, StagedRow.row_digest)
                .where(
                    StagedRow.organisation_id == found.organisation_id,
                    StagedRow.import_id == found.id,
                    StagedRow.table_no == table_no,
                    StagedRow.row_no > after,
                    *within,
                )
                .order_by(StagedRow.row_no)
                .limit(size)
            )
            .all()
        )
        if not rows:
            db.session.rollback()
            return
        errors = _errors(found, table_no, first=rows[0].row_no, last=rows[-1].row_no)
        db.session.rollback()
        yield [
            StagedRecord(
                row.row_no,
                row.status,
                record_from_json(row.record),
                row.row_digest,
                errors.get(row.row_no, ()),
            )
            for row in rows
        ]
        after = rows[-1].row_no


def handed_records(rows: Sequence[HandedRow]) -> list[StagedRecord]:
    """Rows that have just been checked, as `staged_chunks` gives them once they are staged."""
    return [
        StagedRecord(
            row.row_no,
            RowStatus(row.status),
            record_from_json(orjson.loads(row.record)),
            row.digest,
            tuple(dict.fromkeys(code for code, severity, *_ in row.findings if severity == Severity.ERROR)),
        )
        for row in rows
    ]


def _errors(found: Import, table_no: int, *, first: int, last: int) -> dict[int, tuple[str, ...]]:
    """The codes of the errors of these rows, each once, in the order in which they were found."""
    rows = db.session.execute(
        sa.select(StagedFinding.row_no, StagedFinding.code)
        .where(
            StagedFinding.organisation_id == found.organisation_id,
            StagedFinding.import_id == found.id,
            StagedFinding.table_no == table_no,
            StagedFinding.row_no.between(first, last),
            StagedFinding.stage == "check",
            StagedFinding.severity == Severity.ERROR,
        )
        .order_by(StagedFinding.row_no, StagedFinding.ordinal)
    )
    codes: dict[int, dict[str, None]] = {}
    for row_no, code in rows:
        codes.setdefault(row_no, {})[str(code)] = None
    return {row_no: tuple(each) for row_no, each in codes.items()}


def check_findings(found: Import) -> dict[str, int]:
    """How often checking found what, counted anew: an earlier plan's findings are among the import's counts."""
    rows = db.session.execute(
        sa.select(StagedFinding.code, sa.func.count())
        .where(
            StagedFinding.organisation_id == found.organisation_id,
            StagedFinding.import_id == found.id,
            StagedFinding.stage == "check",
        )
        .group_by(StagedFinding.code)
    ).all()
    return {str(code): number for code, number in rows}
