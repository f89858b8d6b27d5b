"""Cases."""

from uuid import UUID

from flask import Blueprint, render_template, request

from phcs.core.access_marks import requires
from phcs.core.permissions import Permission
from phcs.core.records import CaseStatus, ServiceType
from phcs.extensions import db
from phcs.models.records import Case
from phcs.queries.cases import CaseFilter, case_lines, case_page
from phcs.queries.searching import sources_of
from phcs.web.access import current_actor
from phcs.web.records.lists import (
    RecordList,
    chosen_file,
    chosen_filters,
    chosen_id,
    chosen_member,
    chosen_shown,
    list_page,
    source_choices,
)

bp = Blueprint("cases", __name__, url_prefix="/cases")


@bp.get("")
@requires(Permission.SEE_RECORDS)
def index() -> str:
    """List cases, the newest first."""
    organisation_id, session = current_actor().organisation_id, db.session()
    chosen = chosen_filters("text", "status", "service", "source", "import", "owner", "pet", "shown")
    wanted = _wanted(chosen)
    found = RecordList(
        page=case_lines(
            session, organisation_id=organisation_id, wanted=wanted, cursor=request.args.get("cursor")
        ),
        chosen=chosen,
        source_choices=source_choices(sources_of(session, Case, organisation_id=organisation_id)),
        file_name=chosen_file(wanted.import_id),
    )
    return list_page("cases", found)


@bp.get("/<uuid:case_id>")
@requires(Permission.SEE_RECORDS)
def show(case_id: UUID) -> str:
    """Show one case with its pets, its owner and where it came from."""
    found = case_page(db.session(), organisation_id=current_actor().organisation_id, case_id=case_id)
    return render_template("records/case.html", case=found)


def _wanted(chosen: dict[str, str]) -> CaseFilter:
    return CaseFilter(
        text=chosen.get("text", ""),
        source=chosen.get("source", ""),
        import_id=chosen_id(chosen, "import"),
        shown=chosen_shown(chosen),
        status=chosen_member(chosen, "status", CaseStatus),
        service=chosen_member(chosen, "service", ServiceType),
        owner_id=chosen_id(chosen, "owner"),
        pet_id=chosen_id(chosen, "pet"),
    )
