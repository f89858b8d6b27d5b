"""What one import's staging is about: which tables, how they are read, by which rules they are checked."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from phcs.core.checking import CheckSettings
from phcs.core.checking_order import CheckOrder
from phcs.core.mapping.tables import TableMapping
from phcs.core.options import ImportOptions
from phcs.core.reading.tables import TableReading
from phcs.core.records import RecordKind
from phcs.extensions import db
from phcs.models.imports import Import, SourceTable
from phcs.models.repairs import Repair
from phcs.queries.source_tables import taken_tables
from phcs.services.upload_files import files_of


@dataclass(frozen=True, slots=True)
class StagingOrder:
    """Everything that is the same for each row of the table."""

    found: Import
    table_no: int
    reading: TableReading
    check: CheckOrder
    has_repairs: bool = False
    """Whether people have repaired cells, which then say so again."""


def staging_orders(found: Import) -> tuple[StagingOrder, ...]:
    """The orders of staging this import's tables one after the other, under the rules that it was uploaded under."""
    tables = db.session.scalars(
        sa.select(SourceTable).where(*taken_tables(found)).order_by(SourceTable.table_no)
    ).all()
    has_repairs = _has_repairs(found)
    orders = []
    for table in tables:
        reading = TableReading.from_json(table.reading)
        order = check_order_of(found, table, reading)
        orders.append(StagingOrder(found, table.table_no, reading, order, has_repairs))
    db.session.rollback()
    return tuple(orders)


def rows_to_stage(orders: Sequence[StagingOrder]) -> int:
    """How many rows the tables have."""
    return sum(order.reading.rows for order in orders)


def _has_repairs(found: Import) -> bool:
    of_import = (Repair.organisation_id == found.organisation_id, Repair.import_id == found.id)
    return db.session.scalar(sa.select(Repair.row_no).where(*of_import).limit(1)) is not None


def check_order_of(found: Import, table: SourceTable, reading: TableReading) -> CheckOrder:
    """By what the rows of this table are checked, and repaired cells as well."""
    options = ImportOptions.from_json(found.options)
    return CheckOrder(
        mapping=TableMapping.from_json(table.mapping),
        headings=tuple(column.heading_given for column in reading.columns),
        settings=CheckSettings(
            region=options.region,
            time_zone=options.time_zone,
            max_age_days=options.max_age_days,
            future_days=options.future_days,
            keep_invalid_optional=options.keep_invalid_optional,
        ),
        now=found.created_at,
        files=files_of(found) if table.kind == RecordKind.DOCUMENT.value else None,
    )
