"""By which rules an organisation's imports recognise owners, unless somebody chooses others."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.matching.presets import MatchRules
from phcs.models.organisations import Organisation


def usual_match_rules(session: Session, *, organisation_id: UUID) -> MatchRules:
    """The organisation's own choice."""
    stored = session.scalar(sa.select(Organisation.matching).where(Organisation.id == organisation_id))
    return MatchRules.from_json(stored or {})


def organisation_names(session: Session) -> list[tuple[UUID, str]]:
    """Every organisation with its name, for those who run the installation."""
    rows = session.execute(sa.select(Organisation.id, Organisation.name).order_by(Organisation.id))
    return [(organisation_id, name) for organisation_id, name in rows]
