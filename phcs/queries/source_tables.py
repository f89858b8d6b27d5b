"""The source tables of an import as planning and promoting go through them."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.records import RecordKind
from phcs.models.imports import Import, SourceTable


@dataclass(frozen=True, slots=True)
class TableInPlan:
    """One table: what its rows are about, and the source whose ids they carry."""

    table_no: int
    name: str
    kind: RecordKind
    source: str


def tables_in_plan(session: Session, found: Import) -> tuple[TableInPlan, ...]:
    """The import's tables in the order in which they are planned: parents before their children."""
    tables = session.scalars(
        sa.select(SourceTable).where(*taken_tables(found)).order_by(SourceTable.table_no)
    )
    return tuple(
        TableInPlan(table.table_no, table.name, RecordKind(table.kind), table.source or found.source)
        for table in tables
    )


def taken_tables(found: Import) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions of the import's tables that are not left out."""
    return (
        SourceTable.organisation_id == found.organisation_id,
        SourceTable.import_id == found.id,
        SourceTable.left_out == "",
    )
