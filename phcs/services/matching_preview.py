"""What other rules would answer about the rows of an import, before anybody chooses them; nothing is written."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError
from phcs.core.matching.presets import MatchRules
from phcs.core.permissions import Permission
from phcs.core.planning import PlannedRow
from phcs.core.row_places import RowPlace
from phcs.extensions import db
from phcs.models.imports import Import
from phcs.models.plans import PlanRow
from phcs.queries.imports import known_import
from phcs.queries.planned_records import WorldScope
from phcs.queries.source_tables import TableInPlan, tables_in_plan
from phcs.services.chunk_planning import ChunkPlanner
from phcs.services.plan_rows import StagedRecord
from phcs.services.staged_records import staged_chunks
from phcs.services.working import utc_now

ROWS_AT_ONCE = 2_000
MOST_SHOWN = 50
SECONDS = 20.0
NOT_ASKED = ""
"""The answer about a row for which nobody was looked for."""


@dataclass(frozen=True, slots=True)
class MovedRow:
    """A row with another answer (link, review, new), and why it would be so by the other rules."""

    row_no: int
    external_id: str
    before: str
    after: str
    explanation: str
    table_no: int = 1

    @property
    def place(self) -> RowPlace:
        """Where the row stands."""
        return RowPlace(self.table_no, self.row_no)


@dataclass(slots=True)
class MatchingPreview:
    """How many rows have which answer now and by the other rules; `moved` are counts by (before, after).

    `rows_answered` of `rows_total` were answered before the time was up. `first` are the first of the moved rows.
    """

    rules: str
    rows_total: int
    rows_answered: int = 0
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    moved: Counter[tuple[str, str]] = field(default_factory=Counter)
    first: list[MovedRow] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether every row was answered."""
        return self.rows_answered >= self.rows_total


def matching_preview(
    *,
    actor: Actor,
    import_id: UUID,
    rules: MatchRules,
    seconds: float = SECONDS,
    rows_at_once: int = ROWS_AT_ONCE,
) -> MatchingPreview:
    """Answer the import's rows by other rules, in file order, for so many seconds at most.

    Each chunk of rows is answered against the live records and what the import's plan makes of the rows before it,
    so with the rules of the plan itself nothing moves. Memory does not grow with the file. Raises InvalidInputError
    when the import has no plan or its rows are not staged any more, NotFoundError.
    """
    actor.require(Permission.SEE_IMPORTS)
    known_import(db.session(), organisation_id=actor.organisation_id, import_id=import_id, now=utc_now())
    found = db.session.scalars(
        sa.select(Import).where(Import.organisation_id == actor.organisation_id, Import.id == import_id)
    ).one()
    db.session.expunge(found)
    if not found.plan_fingerprint or found.finished_at is not None:
        raise InvalidInputError("This import has no plan to compare with. Wait until it is ready for review.")
    preview = MatchingPreview(rules=rules.name, rows_total=found.rows_total)
    planner = ChunkPlanner(found=found, rules=rules)
    end = time.monotonic() + seconds
    for table in tables_in_plan(db.session(), found):
        for rows in staged_chunks(found, table.table_no, rows_at_once):
            _answer(preview, planner, found, table, rows)
            if time.monotonic() > end:
                return preview
    return preview


def _answer(
    preview: MatchingPreview,
    planner: ChunkPlanner,
    found: Import,
    table: TableInPlan,
    rows: Sequence[StagedRecord],
) -> None:
    """Compare one chunk's answers with those of the plan."""
    first, last = rows[0].row_no, rows[-1].row_no
    before = RowPlace(table.table_no, first)
    scope = WorldScope(found.organisation_id, found.id, table.source, before=before)
    session = db.session()
    answers = {row.row_no: row for row in planner.plan(session, scope, rows, table=table).rows}
    stored = session.execute(
        sa.select(PlanRow.row_no, PlanRow.external_id, PlanRow.match).where(
            PlanRow.organisation_id == found.organisation_id,
            PlanRow.import_id == found.id,
            PlanRow.table_no == table.table_no,
            PlanRow.row_no.between(first, last),
        )
    ).all()
    db.session.rollback()
    for row_no, external_id, match in sorted(stored, key=lambda row: row[0]):
        place = RowPlace(table.table_no, row_no)
        _compare(preview, place, external_id, match, answers[row_no])
    preview.rows_answered += len(rows)


def _compare(
    preview: MatchingPreview,
    place: RowPlace,
    external_id: str,
    match: Mapping[str, str],
    planned: PlannedRow,
) -> None:
    before = match.get("would_be") or match.get("outcome", NOT_ASKED)
    after = NOT_ASKED
    if planned.match is not None:
        after = str(planned.would_be or planned.match.outcome)
    preview.before[before] += 1
    preview.after[after] += 1
    if before == after:
        return
    preview.moved[before, after] += 1
    if len(preview.first) < MOST_SHOWN:
        explanation = planned.match.explanation if planned.match else planned.reason
        preview.first.append(MovedRow(place.row_no, external_id, before, after, explanation, place.table_no))
