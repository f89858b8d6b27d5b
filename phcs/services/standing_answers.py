"""What people have answered about the owners of rows: in this import, and about the same people in earlier ones."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from uuid import UUID

from phcs.core.matching.incoming import incoming_person
from phcs.extensions import db
from phcs.models.imports import Import
from phcs.queries.kept_apart import has_kept_answers, kept_answers
from phcs.queries.source_tables import TableInPlan
from phcs.services.plan_rows import StagedRecord
from phcs.services.staged_records import Decisions, decisions_of

NO_ANSWERS: Mapping[UUID, bool] = MappingProxyType({})
NO_DECISIONS: Decisions = MappingProxyType({})


class StandingAnswers:
    """The answers that one plan holds; those about rows of this import win over those from earlier ones."""

    def __init__(self, found: Import) -> None:
        self._found = found
        self._of_rows = decisions_of(found)
        self._any_kept = has_kept_answers(db.session(), organisation_id=found.organisation_id)

    def about(self, rows: Sequence[StagedRecord], table: TableInPlan) -> Decisions:
        """The answers about these rows of one table, by row and owner; in one query at most."""
        of_rows = self._of_rows.get(table.table_no, NO_DECISIONS)
        if not self._any_kept:
            return of_rows
        persons = {
            row.row_no: incoming_person(
                row.record.owner,
                row.record.pets,
                source=table.source,
                external_id=row.record.owner_external_id,
            )
            for row in rows
            if row.record.owner is not None
        }
        kept = kept_answers(
            db.session(),
            organisation_id=self._found.organisation_id,
            persons=set(persons.values()) - {""},
        )
        answers = {row_no: kept[person] for row_no, person in persons.items() if person in kept}
        return {
            row.row_no: {**answers.get(row.row_no, NO_ANSWERS), **of_rows.get(row.row_no, NO_ANSWERS)}
            for row in rows
            if row.row_no in answers or row.row_no in of_rows
        }
