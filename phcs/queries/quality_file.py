"""The data-quality log as a table for a file, safe to open in a spreadsheet."""

from collections.abc import Iterable, Iterator

from phcs.core.spreadsheet_text import safe_cell
from phcs.queries.quality import QualityEntry
from phcs.wording import finding_title

QUALITY_COLUMNS = (
    "import",
    "file",
    "source",
    "row",
    "column",
    "severity",
    "code",
    "finding",
    "value",
    "resolution",
    "resolved_by",
    "resolved_at",
    "table",
)


def quality_table(entries: Iterable[QualityEntry]) -> Iterator[list[str]]:
    """The columns, then a line for each entry; moments are in UTC."""
    yield list(QUALITY_COLUMNS)
    for entry in entries:
        found = entry.finding
        yield [
            str(safe_cell(cell))
            for cell in (
                str(entry.import_id),
                entry.file_name,
                entry.source,
                str(entry.row_no),
                found.column,
                found.severity.value,
                found.code.value,
                finding_title(found.code),
                found.value,
                entry.resolution.value,
                entry.resolved_by_name,
                entry.resolved_at.isoformat() if entry.resolved_at else "",
                str(entry.table_no),
            )
        ]
