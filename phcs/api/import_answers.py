"""An import as programs see it: numbers, progress, columns, first rows, and what to call next."""

from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from flask import url_for

from phcs.api.access import calling_actor
from phcs.api.shapes import ColumnShape, ImportLineShape, ImportShape, ProgressShape, SourceTableShape
from phcs.core.mapping.tables import ColumnMapping
from phcs.core.states import ImportState
from phcs.extensions import current_settings, db
from phcs.queries.import_report import history_entry_as_json, import_as_json, retention_as_json
from phcs.queries.import_tables import ImportTable
from phcs.queries.imports import ImportDetails, ImportRow, known_import
from phcs.services.working import keep_days

_S = ImportState

NEXT: dict[ImportState, tuple[str, ...]] = {
    _S.RECEIVED: ("cancel",),
    _S.READING: ("cancel",),
    _S.MAPPING: ("mapping", "cancel"),
    _S.STAGING: ("cancel",),
    _S.REVIEW: (
        *("rows", "findings", "errors", "corrections", "duplicates", "mapping"),
        *("approve", "send_back", "abort"),
    ),
    _S.COMPLETED: ("errors", "corrections", "verification", "undo"),
    _S.UNDOING: ("undo",),
    _S.UNDONE: ("verification", "undo"),
    _S.REDOING: ("undo",),
    _S.FAILED: ("abort",),
}
"""What can be called next, by state."""

ENDPOINTS = {
    "cancel": "api_imports.cancel",
    "mapping": "api_templates.map_import",
    "rows": "api_staged.rows",
    "findings": "api_staged.findings",
    "errors": "api_corrections.errors",
    "corrections": "api_corrections.correct",
    "duplicates": "api_duplicates.duplicates",
    "approve": "api_decisions.approve",
    "send_back": "api_decisions.send_back",
    "abort": "api_decisions.abort",
    "undo": "api_undo.show",
    "verification": "api_verification.show",
}


def details_of(import_id: UUID) -> ImportDetails:
    """The import as it is now. Raises NotFoundError."""
    db.session.rollback()  # what a worker did since is to be seen
    return known_import(
        db.session(),
        organisation_id=calling_actor().organisation_id,
        import_id=import_id,
        now=datetime.now(UTC),
    )


def import_answer(details: ImportDetails, *, self_endpoint: str = "api_imports.show") -> ImportShape:
    """The whole import."""
    row, tables = details.row, [_table(table) for table in details.tables]
    answer = {
        **import_as_json(details),
        "id": str(row.id),
        "external_id": row.external_id or None,
        "file_name": row.file_name,
        "uploaded_by": row.uploaded_by_name,
        "uploaded_at": row.created_at.isoformat(),
        "retention": retention_as_json(details, keep_days(current_settings())),
        "progress": _progress(details),
        "tables": tables,
        "left_out": [
            {"name": one.name, "reason": one.reason, "rows": one.rows if one.rows >= 0 else None}
            for one in details.file_tables.left_out
        ],
        "columns": tables[0]["columns"] if tables else [],
        "first_rows": tables[0]["first_rows"] if tables else [],
        "links": _links(details, self_endpoint),
    }
    return cast("ImportShape", answer)


def line_answer(row: ImportRow) -> ImportLineShape:
    """One line of the history."""
    line = {**history_entry_as_json(row), "id": str(row.id), "external_id": row.external_id or None}
    return cast("ImportLineShape", line)


def _progress(details: ImportDetails) -> ProgressShape:
    progress = details.progress
    return {
        "stage": progress.stage,
        "percent": progress.percent,
        "rows_done": progress.rows_done,
        "rows_total": progress.rows_total,
        "rows_per_second": progress.rate,
        "seconds_left": progress.seconds_left,
    }


def _table(table: ImportTable) -> SourceTableShape:
    """A table with its headings, the suggested mapping and its first rows."""
    return {
        "number": table.table_no,
        "name": table.name,
        "kind": table.kind,
        "source": table.mapping.source,
        "rows": table.reading.rows,
        "waits": table.waits,
        "notes": list(table.reading.notes),
        "columns": [_column(column) for column in table.mapping.columns],
        "first_rows": [list(cells) for cells in table.reading.first_rows[:10]],
    }


def _column(column: ColumnMapping) -> ColumnShape:
    return {
        "heading": column.heading,
        "target": column.target,
        "suggested": column.suggested,
        "confidence": column.confidence,
        "reason": column.reason,
    }


def _links(details: ImportDetails, self_endpoint: str) -> dict[str, str]:
    """Where it is to be seen, and what can be called next."""
    import_id = details.row.id
    links = {"self": url_for(self_endpoint, import_id=import_id), "page": f"/imports/{import_id}"}
    for name in NEXT.get(details.row.state, ()):
        links[name] = url_for(ENDPOINTS[name], import_id=import_id)
    return links
