"""What became of each row, as it is kept for ever."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request

from phcs.core.access_marks import requires
from phcs.core.permissions import Permission
from phcs.core.planning import Action
from phcs.core.records import RecordKind
from phcs.extensions import db
from phcs.queries.preview import ledger_rows
from phcs.web.access import current_actor
from phcs.web.htmx import asks_for_fragment
from phcs.web.imports.looking import details_of
from phcs.web.imports.undo import offer_of
from phcs.web.imports.words import KINDS
from phcs.web.row_addresses import asked_table

bp = Blueprint("result", __name__)


@bp.get("/<uuid:import_id>/result")
@requires(Permission.SEE_IMPORTS)
def show(import_id: UUID) -> str:
    """Show the equation and the ledger; for htmx only the ledger."""
    asked = request.args.get("outcome", "").strip()
    outcome = asked if asked in set(Action) else ""
    found = details_of(import_id)
    table_no = asked_table(found)
    page = ledger_rows(
        db.session(),
        organisation_id=current_actor().organisation_id,
        import_id=import_id,
        outcome=outcome,
        table_no=table_no,
        cursor=request.args.get("cursor"),
    )
    given = {"found": found, "ledger": page, "chosen": outcome, "table_no": table_no}
    if asks_for_fragment():
        return render_template("imports/_ledger.html", **given)
    return render_template(
        "imports/result.html", offer=offer_of(import_id), kinds=_kinds_of(found.plan_counts), **given
    )


def _kinds_of(plan_counts: Mapping[str, Any]) -> list[tuple[RecordKind, str]]:
    """The kinds of record that the import concerned, each with its word; their lists can be narrowed to it."""
    return [(kind, word) for kind, word in KINDS.items() if any(plan_counts.get(kind.value, {}).values())]
