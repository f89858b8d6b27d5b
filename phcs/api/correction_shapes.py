"""The shapes of answers about corrected rows and the data-quality log, and an example of each."""

from typing import TypedDict

_ID = "0199e1a4-7a10-7b2c-9d3e-4f5a6b7c8d9e"


class CorrectedShape(TypedDict):
    """What a corrected file has brought: rows and cells that changed, rows that did not, and the import to follow."""

    rows: int
    cells: int
    untouched: int
    corrected_in: str
    links: dict[str, str]


class QualityCauseShape(TypedDict):
    """One kind of finding and how its findings ended, by resolution."""

    code: str
    severity: str
    open: int
    resolved: int
    resolutions: dict[str, int]


class QualityEntryShape(TypedDict):
    """One finding and what became of it; `value` is "" once the rows were deleted."""

    table: int
    row: int
    column: str
    code: str
    severity: str
    value: str
    resolution: str
    resolved_by: str
    resolved_at: str | None


class ImportQualityShape(TypedDict):
    """The counts of one import, and a page of its findings in file order."""

    open: int
    resolved: int
    causes: list[QualityCauseShape]
    findings: list[QualityEntryShape]
    next: str | None


class QualityLineShape(TypedDict):
    """One import with its counts."""

    id: str
    file_name: str
    source: str
    state: str
    open: int
    resolved: int


class QualitySourceShape(TypedDict):
    """The counts of all imports of one source."""

    source: str
    open: int
    resolved: int


class QualityShape(TypedDict):
    """The counts by source, and a page of imports, newest first."""

    sources: list[QualitySourceShape]
    imports: list[QualityLineShape]
    next: str | None


CORRECTED: CorrectedShape = {
    "rows": 12,
    "cells": 14,
    "untouched": 3,
    "corrected_in": _ID,
    "links": {"self": f"/api/v1/imports/{_ID}", "page": f"/imports/{_ID}"},
}

IMPORT_QUALITY: ImportQualityShape = {
    "open": 1,
    "resolved": 1,
    "causes": [
        {
            "code": "name.missing",
            "severity": "error",
            "open": 1,
            "resolved": 1,
            "resolutions": {"rejected": 1, "corrected": 1},
        }
    ],
    "findings": [
        {
            "table": 1,
            "row": 12,
            "column": "client_name",
            "code": "name.missing",
            "severity": "error",
            "value": "",
            "resolution": "corrected",
            "resolved_by": "Ana Admin",
            "resolved_at": "2026-11-21T09:00:00+00:00",
        }
    ],
    "next": None,
}

QUALITY: QualityShape = {
    "sources": [{"source": "waitwhile", "open": 1, "resolved": 1}],
    "imports": [
        {
            "id": _ID,
            "file_name": "visits.csv",
            "source": "waitwhile",
            "state": "completed",
            "open": 1,
            "resolved": 1,
        }
    ],
    "next": None,
}
