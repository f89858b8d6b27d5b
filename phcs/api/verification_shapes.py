"""The shape of a verification report, and an example of it."""

from typing import Any, NotRequired, TypedDict


class EquationShape(TypedDict):
    """Two sums that must be the same, each a list of label and number; one that was not checked has a note."""

    code: str
    about: str
    left: list[list[Any]]
    right: list[list[Any]]
    note: str
    holds: bool
    checked: bool
    sentence: str


class ProblemsShape(TypedDict):
    """What does not add up: how many by code, and the first ones with row, record and a sentence."""

    total: int
    counts: dict[str, int]
    shown: list[dict[str, Any]]


class ColumnAccountShape(TypedDict):
    """One column: `fate` is mapped, steering, searched, not_imported or dropped; verdicts count its filled cells."""

    position: int
    heading: str
    target: str
    fate: str
    filled_first: int
    filled: int
    arrived: int
    verdicts: dict[str, int]


class TableAccountShape(TypedDict):
    """One table of the file: its rows when first read, read again and in the ledger; its columns."""

    table_no: int
    name: str
    kind: str
    rows: dict[str, int]
    outcomes: dict[str, int]
    columns: list[ColumnAccountShape]


class FactShape(TypedDict):
    """One value: the cells it comes from, what they were read as, what was before, what is live, and why."""

    name: str
    given: str
    stated: Any
    before: Any
    live: Any
    verdict: str
    reason: str


class SignatureShape(TypedDict):
    """What a person signed; it `holds` while report, signature and audit trail name the same digest."""

    by: str
    role: str
    at: str
    judgement: str
    remark: str
    digest: str
    holds: bool


_OfImport = TypedDict("_OfImport", {"import": NotRequired[dict[str, Any]]})


class VerificationShape(_OfImport):
    """A verification: `state` is requested, running, done or failed. All that is not required is there once it is done.

    `rows` are the sampled rows side by side, null once they were deleted; `sample` are their table and row numbers.
    """

    state: str
    number: int
    result: str | None
    digest: str | None
    unaltered: bool
    outdated: bool
    failure: str | None
    rows: list[dict[str, Any]] | None
    signatures: list[SignatureShape]
    form: NotRequired[str]
    made_at: NotRequired[str]
    requested_by: NotRequired[str]
    seed: NotRequired[str]
    sample_size: NotRequired[int]
    history: NotRequired[list[dict[str, Any]]]
    is_undone: NotRequired[bool]
    notes: NotRequired[list[str]]
    equations: NotRequired[list[EquationShape]]
    problems: NotRequired[ProblemsShape]
    tables: NotRequired[list[TableAccountShape]]
    records: NotRequired[list[dict[str, Any]]]
    chains: NotRequired[list[dict[str, Any]]]
    sample: NotRequired[list[list[int]]]
    values_digest: NotRequired[str]


_FACT: FactShape = {
    "name": "phone",
    "given": "(415) 555-0101",
    "stated": "+14155550101",
    "before": "",
    "live": "+14155550101",
    "verdict": "same",
    "reason": "",
}
VERIFICATION: VerificationShape = {
    "state": "done",
    "number": 1,
    "result": "adds_up",
    "digest": "7c9e6679f1c24f0e8a1d5b3c2e4f60718293a4b5c6d7e8f90112233445566778",
    "unaltered": True,
    "outdated": False,
    "failure": None,
    "form": "verification/1",
    "made_at": "2026-11-21T09:00:07+00:00",
    "requested_by": "Rui Auditor",
    "seed": "4d2fe454",
    "sample_size": 20,
    "import": {"id": "0199e1a4-6f2b-7c3d-8e4f-5a6b7c8d9e0f", "file_name": "visits.csv", "rows": 500},
    "history": [
        {"action": "import.promoted", "by": "Ana Admin", "at": "2026-11-21T09:00:00+00:00", "events": 1310}
    ],
    "is_undone": False,
    "notes": [],
    "equations": [
        {
            "code": "rows.outcomes",
            "about": "Every row has exactly one outcome",
            "left": [["created", 495], ["rejected", 5]],
            "right": [["rows of the file", 500]],
            "note": "",
            "holds": True,
            "checked": True,
            "sentence": "Every row has exactly one outcome: 495 created + 5 rejected = 500 = 500 rows of the file.",
        }
    ],
    "problems": {"total": 0, "counts": {}, "shown": []},
    "tables": [
        {
            "table_no": 1,
            "name": "visits.csv",
            "kind": "case",
            "rows": {
                "first_read": 500,
                "read_again": 500,
                "in_ledger": 500,
                "equal_digests": 500,
                "missing": 0,
                "surplus": 0,
            },
            "outcomes": {"create": 495, "reject": 5},
            "columns": [
                {
                    "position": 3,
                    "heading": "client_phone",
                    "target": "owner.phone",
                    "fate": "mapped",
                    "filled_first": 480,
                    "filled": 480,
                    "arrived": 477,
                    "verdicts": {"same": 477, "not_imported": 3},
                }
            ],
        }
    ],
    "records": [
        {"kind": "case", "planned": {"create": 495, "reject": 5}, "told": {"created": 495}, "live": 495}
    ],
    "chains": [
        {
            "name": "the chain of the promotion",
            "chain_id": "0199e1a4-7b10-7b2c-9d3e-4f5a6b7c8d9e",
            "expected": 1310,
            "events": 1310,
            "is_intact": True,
            "sentence": "The audit trail is intact.",
        }
    ],
    "sample": [[1, 17]],
    "values_digest": "0a1b2c3d4e5f60718293a4b5c6d7e8f90112233445566778899aabbccddeeff0",
    "rows": [
        {
            "table_no": 1,
            "table_name": "visits.csv",
            "row_no": 17,
            "outcome": "create",
            "reason": "",
            "cells": [
                {
                    "heading": "client_phone",
                    "target": "owner.phone",
                    "text": "(415) 555-0101",
                    "repaired": None,
                }
            ],
            "records": [
                {
                    "kind": "owner",
                    "record_id": "0199e1a4-7a10-7b2c-9d3e-4f5a6b7c8d9e",
                    "action": "create",
                    "is_live": True,
                    "facts": [_FACT],
                }
            ],
            "worst": "same",
        }
    ],
    "signatures": [
        {
            "by": "Rui Auditor",
            "role": "auditor",
            "at": "2026-11-21T10:12:00+00:00",
            "judgement": "correct",
            "remark": "",
            "digest": "7c9e6679f1c24f0e8a1d5b3c2e4f60718293a4b5c6d7e8f90112233445566778",
            "holds": True,
        }
    ],
}
