"""Owners."""

from uuid import UUID

from flask import Blueprint, render_template, request

from phcs.core.access_marks import requires
from phcs.core.permissions import Permission
from phcs.extensions import db
from phcs.models.records import Owner
from phcs.queries.history import balances
from phcs.queries.kept_apart import kept_answers_about
from phcs.queries.owners import owner_lines, owner_page
from phcs.queries.searching import RecordFilter, sources_of
from phcs.web.access import current_actor
from phcs.web.records.lists import (
    RecordList,
    chosen_file,
    chosen_filters,
    chosen_id,
    chosen_shown,
    list_page,
    source_choices,
)
from phcs.web.records.timelines import timeline_on_page

bp = Blueprint("owners", __name__, url_prefix="/owners")


@bp.get("")
@requires(Permission.SEE_RECORDS)
def index() -> str:
    """List owners by name."""
    organisation_id, session = current_actor().organisation_id, db.session()
    chosen = chosen_filters("text", "source", "import", "shown")
    wanted = RecordFilter(
        text=chosen.get("text", ""),
        source=chosen.get("source", ""),
        import_id=chosen_id(chosen, "import"),
        shown=chosen_shown(chosen),
    )
    found = RecordList(
        page=owner_lines(
            session, organisation_id=organisation_id, wanted=wanted, cursor=request.args.get("cursor")
        ),
        chosen=chosen,
        source_choices=source_choices(sources_of(session, Owner, organisation_id=organisation_id)),
        file_name=chosen_file(wanted.import_id),
    )
    return list_page("owners", found)


@bp.get("/<uuid:owner_id>")
@requires(Permission.SEE_RECORDS)
def show(owner_id: UUID) -> str:
    """Show one owner with pets, balances, the whole history, and where it came from."""
    organisation_id = current_actor().organisation_id
    found = owner_page(db.session(), organisation_id=organisation_id, owner_id=owner_id)
    kept = kept_answers_about(db.session(), organisation_id=organisation_id, owner_id=owner_id)
    owed = balances(db.session(), organisation_id=organisation_id, owner_id=owner_id)
    history = timeline_on_page(owner_id=owner_id)
    return render_template("records/owner.html", owner=found, kept=kept, balances=owed, history=history)
