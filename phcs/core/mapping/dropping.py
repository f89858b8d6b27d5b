"""Columns whose cells PHCS does not even stage: national numbers and the like, which nobody asked for."""

from dataclasses import replace

from phcs.core.mapping.tables import ColumnMapping, TableMapping
from phcs.core.reading.tables import ColumnReading, TableReading

SENSITIVE = (
    "a national, insurance or payment number, or a clinical fact; dropped before anything is kept, unless you "
    "choose what it feeds"
)
"""The reason of a column that is dropped; a person who chooses what it feeds takes the reason away."""


def is_dropped(column: ColumnMapping) -> bool:
    """Say whether the cells of this column are not kept."""
    return not column.target and column.reason == SENSITIVE


def dropped_positions(mapping: TableMapping) -> tuple[int, ...]:
    """Return the positions of the columns whose cells are not kept."""
    return tuple(column.position for column in mapping.columns if is_dropped(column))


def without_dropped(reading: TableReading, mapping: TableMapping) -> TableReading:
    """Return the reading without samples of dropped columns; headings and fill stay."""
    dropped = frozenset(dropped_positions(mapping))
    if not dropped:
        return reading
    return replace(
        reading,
        columns=tuple(_bare(column) if column.position in dropped else column for column in reading.columns),
        first_rows=tuple(
            tuple("" if position in dropped else cell for position, cell in enumerate(row))
            for row in reading.first_rows
        ),
    )


def _bare(column: ColumnReading) -> ColumnReading:
    return ColumnReading(column.position, column.heading, column.heading_given, column.filled, ())
