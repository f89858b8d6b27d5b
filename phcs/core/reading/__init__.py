"""Binary stream → source rows.

Pure: the caller opens the stream. Untrusted files are read in the limited child process
(`phcs.core.reading.child`, started by `phcs.services.limited_reading`), never in a worker itself.
"""

from phcs.core.reading.choices import FileChoices, ReadingChoices
from phcs.core.reading.reader import inspect_table, inspect_tables, numbered_rows, opened_table, read_rows
from phcs.core.reading.tables import (
    ColumnReading,
    FileReading,
    Part,
    ReadLimits,
    RowRange,
    SourceRow,
    TableReading,
)

__all__ = [
    "ColumnReading",
    "FileChoices",
    "FileReading",
    "Part",
    "ReadLimits",
    "ReadingChoices",
    "RowRange",
    "SourceRow",
    "TableReading",
    "inspect_table",
    "inspect_tables",
    "numbered_rows",
    "opened_table",
    "read_rows",
]
