"""Medical records, vaccinations, appointments, invoices and what else belongs to a history: lists and pages."""

from uuid import UUID

from flask import Blueprint, render_template, request

from phcs.core.access_marks import requires
from phcs.core.errors import NotFoundError
from phcs.core.history import HISTORY
from phcs.core.permissions import Permission
from phcs.core.records import HISTORY_KINDS, RecordKind
from phcs.extensions import db
from phcs.models.history import HISTORY_TABLES
from phcs.queries.history import HistoryFilter, history_lines, history_page
from phcs.queries.searching import sources_of
from phcs.web.access import current_actor
from phcs.web.htmx import asks_for_fragment
from phcs.web.records.lists import (
    RecordList,
    chosen_file,
    chosen_filters,
    chosen_id,
    chosen_shown,
    source_choices,
)

bp = Blueprint("history", __name__, url_prefix="/records")

KINDS: dict[str, RecordKind] = {HISTORY[kind.value].path: kind for kind in HISTORY_KINDS}


@bp.get("/<kind>")
@requires(Permission.SEE_RECORDS)
def index(kind: str) -> str:
    """List the records of one kind, those that came last first."""
    organisation_id, session, record_kind = current_actor().organisation_id, db.session(), _kind(kind)
    chosen = chosen_filters("text", "source", "import", "owner", "pet", "shown")
    wanted = HistoryFilter(
        text=chosen.get("text", ""),
        source=chosen.get("source", ""),
        import_id=chosen_id(chosen, "import"),
        shown=chosen_shown(chosen),
        owner_id=chosen_id(chosen, "owner"),
        pet_id=chosen_id(chosen, "pet"),
    )
    lines = history_lines(
        session,
        organisation_id=organisation_id,
        kind=record_kind,
        wanted=wanted,
        cursor=request.args.get("cursor"),
    )
    sources = sources_of(session, HISTORY_TABLES[record_kind], organisation_id=organisation_id)
    found = RecordList(lines, chosen, source_choices(sources), chosen_file(wanted.import_id))
    template = "records/_history.html" if asks_for_fragment() else "records/history.html"
    return render_template(template, found=found, kind=record_kind, kinds=KINDS)


@bp.get("/<kind>/<uuid:record_id>")
@requires(Permission.SEE_RECORDS)
def show(kind: str, record_id: UUID) -> str:
    """Show one record with whom it belongs to and where it came from."""
    found = history_page(
        db.session(),
        organisation_id=current_actor().organisation_id,
        kind=_kind(kind),
        record_id=record_id,
    )
    return render_template("records/history_record.html", record=found, kind=found.kind)


def _kind(path: str) -> RecordKind:
    """The kind that an address names. Raises NotFoundError for any other word."""
    if path not in KINDS:
        raise NotFoundError("There are no records of this kind.")
    return KINDS[path]
