"""Pets."""

from uuid import UUID

from flask import Blueprint, render_template, request

from phcs.core.access_marks import requires
from phcs.core.permissions import Permission
from phcs.core.records import Species
from phcs.extensions import db
from phcs.models.records import Pet
from phcs.queries.history import due_vaccines
from phcs.queries.pets import PetFilter, pet_lines, pet_page
from phcs.queries.searching import sources_of
from phcs.web.access import current_actor
from phcs.web.moments import today
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
from phcs.web.records.timelines import timeline_on_page

bp = Blueprint("pets", __name__, url_prefix="/pets")


@bp.get("")
@requires(Permission.SEE_RECORDS)
def index() -> str:
    """List pets by name."""
    organisation_id, session = current_actor().organisation_id, db.session()
    chosen = chosen_filters("text", "species", "source", "import", "owner", "shown")
    wanted = _wanted(chosen)
    found = RecordList(
        page=pet_lines(
            session, organisation_id=organisation_id, wanted=wanted, cursor=request.args.get("cursor")
        ),
        chosen=chosen,
        source_choices=source_choices(sources_of(session, Pet, organisation_id=organisation_id)),
        file_name=chosen_file(wanted.import_id),
    )
    return list_page("pets", found)


@bp.get("/<uuid:pet_id>")
@requires(Permission.SEE_RECORDS)
def show(pet_id: UUID) -> str:
    """Show one pet with its whole history, what is due, and where it came from."""
    found = pet_page(db.session(), organisation_id=current_actor().organisation_id, pet_id=pet_id)
    due = due_vaccines(db.session(), organisation_id=current_actor().organisation_id, pet_id=pet_id)
    history = timeline_on_page(pet_id=pet_id)
    return render_template("records/pet.html", pet=found, due=due, history=history, today=today())


def _wanted(chosen: dict[str, str]) -> PetFilter:
    return PetFilter(
        text=chosen.get("text", ""),
        source=chosen.get("source", ""),
        import_id=chosen_id(chosen, "import"),
        shown=chosen_shown(chosen),
        species=chosen_member(chosen, "species", Species),
        owner_id=chosen_id(chosen, "owner"),
    )
