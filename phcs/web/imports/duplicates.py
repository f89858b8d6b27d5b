"""Rows whose owner may be somebody PHCS knows: a person decides, side by side."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, Response, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from phcs.core.access_marks import requires
from phcs.core.errors import InvalidInputError
from phcs.core.permissions import Permission
from phcs.core.sample_files import BYTE_ORDER_MARK
from phcs.core.spreadsheet_text import safe_cell
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.queries.match_questions import linked_rows, match_questions
from phcs.queries.matches import MATCH_COLUMNS, Match, matches
from phcs.services.deciding import decide_match
from phcs.web.access import current_actor, may
from phcs.web.imports.looking import decided, details_of

bp = Blueprint("duplicates", __name__)
LINES_AT_ONCE = 500
ANSWERS = {"same": True, "different": False}


@bp.get("/<uuid:import_id>/duplicates")
@requires(Permission.SEE_IMPORTS)
def show(import_id: UUID) -> str:
    """Show the open questions, and examples of rows that were linked without one."""
    found, session = details_of(import_id), db.session()
    organisation_id = current_actor().organisation_id
    return render_template(
        "imports/duplicates.html",
        found=found,
        questions=match_questions(
            session, organisation_id=organisation_id, import_id=import_id, cursor=request.args.get("cursor")
        ),
        linked=linked_rows(session, organisation_id=organisation_id, import_id=import_id),
        may_decide=found.row.state is ImportState.REVIEW and may(Permission.DECIDE_DUPLICATES),
    )


@bp.get("/<uuid:import_id>/matches.csv")
@requires(Permission.SEE_IMPORTS)
def download(import_id: UUID) -> Response:
    """Download every match with its answer and the reason."""
    found = details_of(import_id)
    lines = matches(db.session(), organisation_id=current_actor().organisation_id, import_id=found.row.id)
    name = f"matches-{found.row.id}.csv"
    return Response(
        stream_with_context(_as_csv(lines)),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _as_csv(found: Iterable[Match]) -> Iterator[str]:
    """The download, some hundred lines at a time, with the mark by which Excel knows UTF-8."""
    text = io.StringIO(newline="")
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text)
    writer.writerow(MATCH_COLUMNS)
    for number, match in enumerate(found, start=1):
        writer.writerow(map(safe_cell, match.cells()))
        if number % LINES_AT_ONCE == 0:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()


@bp.post("/<uuid:import_id>/duplicates/<int:row_no>/decide")
@requires(Permission.DECIDE_DUPLICATES)
def decide(import_id: UUID, row_no: int) -> ResponseReturnValue:
    """Keep the answer for one row; the plan is then made anew."""
    same, owner_id = _answer(request.form.get("answer", "")), _owner(request.form.get("owner", ""))
    return decided(
        import_id,
        lambda: decide_match(
            actor=current_actor(),
            now=datetime.now(UTC),
            import_id=import_id,
            row_no=row_no,
            owner_id=owner_id,
            same=same,
        ),
        said=f"Your answer for row {row_no} is kept. The plan is being made anew.",
        back=url_for("imports.duplicates.show", import_id=import_id),
    )


def _answer(text: str) -> bool:
    if text not in ANSWERS:
        raise InvalidInputError("Say whether they are the same person.")
    return ANSWERS[text]


def _owner(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise InvalidInputError("This form names no owner. Open the list again.") from error
