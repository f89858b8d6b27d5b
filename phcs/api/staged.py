"""What an import has staged, for programs: its rows and its findings."""

from uuid import UUID

from flask import Blueprint, Response, jsonify, request

from phcs.api import examples, problems
from phcs.api.access import calling_actor, check_access
from phcs.api.describing import PAGING, Answer, Field, described
from phcs.api.import_answers import details_of
from phcs.api.reading_requests import one_of, page_size, plain, switch, whole
from phcs.api.shapes import ChangeShape, FindingGroupsShape, FindingShape, RowPageShape, RowShape
from phcs.core.access_marks import requires
from phcs.core.findings import Finding, FindingCode, RowStatus
from phcs.core.permissions import Permission
from phcs.core.planning.actions import Action
from phcs.extensions import db
from phcs.queries.import_report import finding_groups
from phcs.queries.preview import PlannedChange, PreviewFilter, PreviewRow, preview_rows
from phcs.wording.findings import finding_sentence, finding_title

bp = Blueprint("api_staged", __name__, url_prefix="/api/v1/imports/<uuid:import_id>")
problems.register(bp)

STATUSES = tuple(status.value for status in RowStatus)
OUTCOMES = tuple(action.value for action in Action)

OF_TABLE = Field("table", "Only of the table with this number.", "integer", example=1)
ROW_FILTERS = (
    OF_TABLE,
    Field("status", "Only rows of this status.", choices=STATUSES),
    Field("outcome", "Only rows of which this becomes.", choices=OUTCOMES),
    Field("code", "Only rows with this finding.", example="phone.missing"),
    Field("needs_decision", "Only rows that wait for a person.", "boolean", default=False),
    Field("stale", "Only rows for which an approval holds no more.", "boolean", default=False),
    *PAGING,
)


@bp.before_request
def admit() -> None:
    """Let a known caller in."""
    check_access()


@bp.get("/rows")
@requires(Permission.SEE_IMPORTS)
@described(
    "Rows and findings",
    Answer("A page of staged rows in file order.", 200, RowPageShape, examples.ROWS),
    query=ROW_FILTERS,
)
def rows(import_id: UUID) -> Response:
    """List the staged rows: cells as given, the record they make, findings, and what would become of each.

    Empty before review, and once the rows were deleted.
    """
    details_of(import_id)
    page = preview_rows(
        db.session(),
        organisation_id=calling_actor().organisation_id,
        import_id=import_id,
        wanted=PreviewFilter(
            status=one_of("status", STATUSES),
            outcome=one_of("outcome", OUTCOMES),
            code=plain("code"),
            undecided=switch("needs_decision"),
            stale=switch("stale"),
            table_no=whole("table"),
        ),
        cursor=request.args.get("cursor"),
        size=page_size(),
    )
    answer: RowPageShape = {"rows": [row_answer(row) for row in page.rows], "next": page.next}
    return jsonify(answer)


@bp.get("/findings")
@requires(Permission.SEE_IMPORTS)
@described(
    "Rows and findings",
    Answer("The findings in groups.", 200, FindingGroupsShape, examples.FINDINGS),
    query=(OF_TABLE,),
)
def findings(import_id: UUID) -> Response:
    """List what was found in the rows, in groups: errors first, the most frequent first.

    The rows of a group: `GET …/rows?code=`.
    """
    details_of(import_id)
    groups = finding_groups(
        db.session(),
        organisation_id=calling_actor().organisation_id,
        import_id=import_id,
        table_no=whole("table"),
    )
    answer: FindingGroupsShape = {
        "findings": [
            {
                "code": group.code,
                "severity": group.severity.value,
                "rows": group.rows,
                "sentence": finding_title(FindingCode(group.code)),
            }
            for group in groups
        ]
    }
    return jsonify(answer)


def row_answer(row: PreviewRow) -> RowShape:
    """One staged row."""
    return {
        "table": row.table_no,
        "row": row.row_no,
        "status": row.status.value,
        "outcome": row.outcome,
        "reason": row.reason,
        "needs_decision": row.undecided,
        "stale": row.stale,
        "cells": list(row.cells),
        "record": row.record,
        "findings": [finding_answer(one) for one in row.findings],
        "changes": [_change(one) for one in row.changes],
        "match": {
            "outcome": row.match.outcome,
            "owner": row.match.owner_id or None,
            "score": row.match.score,
            "evidence": list(row.match.evidence),
            "explanation": row.match.explanation,
        },
    }


def finding_answer(finding: Finding) -> FindingShape:
    """One finding, with its sentence for people."""
    return {
        "code": finding.code.value,
        "severity": finding.severity.value,
        "column": finding.column,
        "value": finding.value,
        "detail": finding.detail,
        "sentence": finding_sentence(finding),
    }


def _change(change: PlannedChange) -> ChangeShape:
    return {
        "kind": change.kind.value,
        "action": change.action,
        "id": str(change.record_id),
        "facts": change.facts,
        "changes": {fact: [old, new] for fact, old, new in change.changes},
    }
