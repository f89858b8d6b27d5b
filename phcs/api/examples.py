"""Examples for the OpenAPI document, in the shapes that mypy checks them against."""

from phcs.api.mapping_shapes import MappingShape, TemplateDocumentShape, TemplatesShape, VersionShape
from phcs.api.shapes import (
    AdminHistoryShape,
    ColumnShape,
    FindingGroupsShape,
    ImportLineShape,
    ImportPageShape,
    ImportShape,
    RowPageShape,
    UndoShape,
)

IMPORT_ID = "0199e1a4-6f2b-7c3d-8e4f-5a6b7c8d9e0f"
OWNER_ID = "0199e1a4-7a10-7b2c-9d3e-4f5a6b7c8d9e"
TEMPLATE_ID = "0199e1a4-8b20-7c3d-8e4f-5a6b7c8d9e0f"
FINGERPRINT = "sha256:8f2b6c1d0e"
_AT = "2026-11-21T09:00:00+00:00"
_ADDRESS = f"/api/v1/imports/{IMPORT_ID}"

_COLUMN: ColumnShape = {
    "heading": "client_phone",
    "target": "owner.phone",
    "suggested": "",
    "confidence": 95,
    "reason": "known heading",
}

IMPORT: ImportShape = {
    "id": IMPORT_ID,
    "external_id": "nightly-2026-11-21",
    "file_name": "visits.csv",
    "uploaded_by": "Nightly export",
    "uploaded_at": _AT,
    "state": "review",
    "source": "waitwhile",
    "tables": [
        {
            "number": 1,
            "name": "visits.csv",
            "kind": "case",
            "source": "waitwhile",
            "rows": 500,
            "waits": False,
            "notes": ["Row 502 looks like a total. It is read like any other row; take it out of the file."],
            "columns": [_COLUMN],
            "first_rows": [["+14155550101"]],
        }
    ],
    "left_out": [{"name": "stock.csv", "reason": "Somebody chose to leave it out.", "rows": 12}],
    "rows": {"total": 500, "valid": 470, "warning": 25, "error": 5},
    "plan": {
        "fingerprint": FINGERPRINT,
        "owner": {"create": 310, "update": 0, "link": 160, "unchanged": 0},
        "pet": {"create": 330, "update": 4, "link": 150, "unchanged": 0},
        "case": {"create": 495, "update": 0, "skip": 0, "reject": 5},
    },
    "findings": {"phone.missing": 21, "date.future": 3},
    "duplicates_in_file": 12,
    "needs_decision": 4,
    "timings": {"read": 0.1, "check": 0.4, "match": 0.2, "stage": 0.3},
    "peak_memory_mb": 140,
    "retention": {
        "file_kept_until": None,
        "rows_kept_until": None,
        "file_deleted_at": None,
        "rows_deleted_at": None,
    },
    "progress": {
        "stage": "",
        "percent": 100,
        "rows_done": 500,
        "rows_total": 500,
        "rows_per_second": 0,
        "seconds_left": None,
    },
    "columns": [_COLUMN],
    "first_rows": [["+14155550101"]],
    "links": {"self": _ADDRESS, "page": f"/imports/{IMPORT_ID}", "approve": f"{_ADDRESS}/approve"},
}

LINE: ImportLineShape = {
    "id": IMPORT_ID,
    "external_id": "nightly-2026-11-21",
    "state": "completed",
    "file_name": "visits.csv",
    "source": "waitwhile",
    "kind": "case",
    "rows": {"total": 500, "valid": 470, "warning": 25, "error": 5},
    "uploaded_by": "Nightly export",
    "uploaded_at": _AT,
    "decided_by": "Ruth Reviewer",
    "decided_at": _AT,
    "finished_at": _AT,
}

IMPORTS: ImportPageShape = {"imports": [LINE], "next": "WyJmIiwi…"}

ADMIN_HISTORY: AdminHistoryShape = {
    "imports": [
        {
            "import": IMPORT_ID,
            "state": "completed",
            "file_name": "visits.csv",
            "source": "waitwhile",
            "kind": "case",
            "rows": LINE["rows"],
            "uploaded_by": "Nightly export",
            "uploaded_at": _AT,
            "decided_by": "Ruth Reviewer",
            "decided_at": _AT,
            "finished_at": _AT,
        }
    ],
    "next": None,
}

ROWS: RowPageShape = {
    "rows": [
        {
            "table": 1,
            "row": 17,
            "status": "warning",
            "outcome": "create",
            "reason": "",
            "needs_decision": False,
            "stale": False,
            "cells": ["Ana Silva", ""],
            "record": {"owner": {"full_name": "Ana Silva"}},
            "findings": [
                {
                    "code": "phone.missing",
                    "severity": "warning",
                    "column": "client_phone",
                    "value": "",
                    "detail": "",
                    "sentence": "The row has no phone number. Add it if you have it.",
                }
            ],
            "changes": [
                {
                    "kind": "owner",
                    "action": "create",
                    "id": OWNER_ID,
                    "facts": {"full_name": "Ana Silva"},
                    "changes": {},
                }
            ],
            "match": {
                "outcome": "new",
                "owner": None,
                "score": 0,
                "evidence": [],
                "explanation": "Nobody like this is known.",
            },
        }
    ],
    "next": None,
}

FINDINGS: FindingGroupsShape = {
    "findings": [{"code": "phone.missing", "severity": "warning", "rows": 21, "sentence": "No phone"}]
}

UNDO: UndoShape = {
    "offered": None,
    "until": _AT,
    "refusal": "",
    "reversals": [
        {
            "number": 1,
            "direction": "undo",
            "state": "planned",
            "fingerprint": FINGERPRINT,
            "records": {"reversed": 803, "partly": 1, "kept": 2, "blocked": 0},
            "requested_by": "Ana Admin",
            "requested_at": _AT,
            "decided_by": None,
            "decided_at": None,
            "finished_at": None,
        }
    ],
}

TEMPLATES: TemplatesShape = {
    "templates": [
        {
            "id": TEMPLATE_ID,
            "name": "Nightly visits",
            "version": 2,
            "source": "waitwhile",
            "kind": "case",
            "headings": ["client_name", "client_phone"],
            "saved_at": _AT,
            "saved_by": "Ana Admin",
            "used_at": None,
        }
    ]
}

TEMPLATE_DOCUMENT: TemplateDocumentShape = {
    "phcs_template": 1,
    "name": "Nightly visits",
    "source": "plain",
    "kind": "owner",
    "columns": [{"heading": "client_name", "feeds": "owner.full_name"}],
    "constants": {},
    "values": {},
    "joins": {},
    "reading": {},
}

VERSION: VersionShape = {"version": 2}

MAPPING: MappingShape = {
    "table": "visits.csv",
    "columns": {"Client phone": "owner.phone", "Remarks": ""},
    "dates": {"Request date": "day_first"},
}
