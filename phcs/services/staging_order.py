"""What one import's staging is about: which table, how it is read, by which rules it is checked."""

from dataclasses import dataclass

import sqlalchemy as sa

from phcs.core.checking import CheckSettings
from phcs.core.checking_order import CheckOrder
from phcs.core.mapping.tables import TableMapping
from phcs.core.options import ImportOptions
from phcs.core.reading.tables import TableReading
from phcs.extensions import db
from phcs.models.imports import Import, SourceTable
from phcs.models.repairs import Repair


@dataclass(frozen=True, slots=True)
class StagingOrder:
    """Everything that is the same for each row of the table."""

    found: Import
    table_no: int
    reading: TableReading
    check: CheckOrder
    has_repairs: bool = False
    """Whether people have repaired cells, which then say so again."""


def staging_order(found: Import) -> StagingOrder:
    """The order of staging this import's table, under the rules that it was uploaded under."""
    table = db.session.scalar(
        sa.select(SourceTable).where(
            SourceTable.organisation_id == found.organisation_id,
            SourceTable.import_id == found.id,
            SourceTable.table_no == 1,
        )
    )
    assert table is not None  # noqa: S101 - reading has written it in the transaction that led here
    reading = TableReading.from_json(table.reading)
    order = StagingOrder(
        found, table.table_no, reading, check_order_of(found, table, reading), _has_repairs(found)
    )
    db.session.rollback()
    return order


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
    )
