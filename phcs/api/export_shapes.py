"""The shape of an export in the background, and its example."""

from typing import TypedDict

from phcs.api.shapes import FailureShape


class ExportJobShape(TypedDict):
    """One export in the background. `links.file` is there while `state` is `ready`; `size` is in bytes."""

    id: str
    kind: str
    format: str
    state: str
    rows_done: int
    rows_total: int
    percent: int
    size: int
    asked_by: str
    asked_at: str
    finished_at: str | None
    expires_at: str | None
    failure: FailureShape | None
    links: dict[str, str]


class ExportJobPageShape(TypedDict):
    """A page of exports, the newest first; `next` is the cursor of the following page."""

    exports: list[ExportJobShape]
    next: str | None


EXPORT_ID = "0199e1a4-9c30-7d4e-8f5a-6b7c8d9e0f1a"
_ADDRESS = f"/api/v1/exports/jobs/{EXPORT_ID}"

EXPORT_JOB: ExportJobShape = {
    "id": EXPORT_ID,
    "kind": "case",
    "format": "csv",
    "state": "ready",
    "rows_done": 250000,
    "rows_total": 250000,
    "percent": 100,
    "size": 61400000,
    "asked_by": "Nightly export",
    "asked_at": "2026-11-21T09:00:00+00:00",
    "finished_at": "2026-11-21T09:01:10+00:00",
    "expires_at": "2026-11-22T09:01:10+00:00",
    "failure": None,
    "links": {"self": _ADDRESS, "page": f"/exports/{EXPORT_ID}", "file": f"{_ADDRESS}/file?token=pB2…"},
}

EXPORT_JOBS: ExportJobPageShape = {"exports": [EXPORT_JOB], "next": None}
