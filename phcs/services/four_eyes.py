"""Four eyes: where an organisation asks for it, nobody approves what they prepared, by whichever door they come."""

from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.errors import FourEyesError
from phcs.models.imports import Import
from phcs.models.organisations import Organisation
from phcs.queries.preparers import people_behind, prepared_by

REFUSAL = (
    "Your organisation asks for a second person: whoever uploaded or edited an import, or decided on its duplicates, "
    "cannot approve it. Ask a colleague who may approve."
)


def require_second_person(session: Session, found: Import, actor: Actor) -> None:
    """Raise FourEyesError when the organisation asks for a second person and this actor is not one.

    A key counts as whoever made it, and so does what was done with it. A process is nobody's second person.
    """
    organisation = session.get_one(Organisation, found.organisation_id)
    if not organisation.four_eyes:
        return
    if actor.id is None:
        raise FourEyesError(REFUSAL)
    mine = people_behind(session, organisation_id=found.organisation_id, ids={str(actor.id)})
    if mine & prepared_by(session, organisation_id=found.organisation_id, import_id=found.id):
        raise FourEyesError(REFUSAL)
