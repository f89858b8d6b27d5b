"""Organisations: founding one, and what it chooses."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from phonenumbers import SUPPORTED_REGIONS

from phcs.core.actors import Actor, process_actor
from phcs.core.errors import InvalidInputError
from phcs.core.permissions import Permission
from phcs.models.organisations import Organisation
from phcs.services.auditing import open_chain, record
from phcs.services.identifiers import new_id
from phcs.services.transactions import transaction

LONGEST_NAME = 200


def create_organisation(
    *, now: datetime, name: str, region: str, time_zone: str, founder: str = "command line"
) -> UUID:
    """Found an organisation and open its audit trail; `founder` is the process that does it.

    Raises InvalidInputError for a name, region or time zone that cannot be accepted.
    """
    chosen = _checked(name=name, region=region, time_zone=time_zone)
    with transaction() as session:
        organisation = Organisation(
            id=new_id(), four_eyes=False, keep_invalid_optional=False, created_at=now, **chosen
        )
        session.add(organisation)
        session.flush()  # the audit trail's rows name the organisation
        open_chain(session, organisation.id)
        record(
            session,
            actor=process_actor(organisation_id=organisation.id, name=founder),
            now=now,
            action="organisation.created",
            subject_kind="organisation",
            subject_id=organisation.id,
            detail={"name": chosen["name"]},
        )
        return organisation.id


def change_settings(
    *,
    actor: Actor,
    now: datetime,
    name: str,
    four_eyes: bool,
    region: str,
    time_zone: str,
    keep_invalid_optional: bool,
) -> tuple[str, ...]:
    """Change what the organisation has chosen; give the names of the settings that are different now.

    Holds for imports that are checked or approved from now on. Raises InvalidInputError.
    """
    actor.require(Permission.MANAGE_SETTINGS)
    wanted: dict[str, Any] = _checked(name=name, region=region, time_zone=time_zone)
    wanted |= {"four_eyes": four_eyes, "keep_invalid_optional": keep_invalid_optional}
    with transaction() as session:
        organisation = session.get_one(
            Organisation, actor.organisation_id, with_for_update={"key_share": True}
        )
        changed = {key: value for key, value in wanted.items() if getattr(organisation, key) != value}
        if changed:
            record(
                session,
                actor=actor,
                now=now,
                action="organisation.settings_changed",
                subject_kind="organisation",
                subject_id=organisation.id,
                detail={
                    key: {"before": getattr(organisation, key), "after": value}
                    for key, value in changed.items()
                },
            )
        for key, value in changed.items():
            setattr(organisation, key, value)
    return tuple(changed)


def _checked(*, name: str, region: str, time_zone: str) -> dict[str, str]:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidInputError(f"Give the organisation's name, at most {LONGEST_NAME} characters.")
    region = region.strip().upper()
    if region not in SUPPORTED_REGIONS:
        raise InvalidInputError("Give the region as two letters, for example US, MX or DE.")
    if time_zone not in available_timezones():
        raise InvalidInputError("Choose a time zone of the list, for example America/New_York.")
    return {"name": name, "region": region, "time_zone": time_zone}
