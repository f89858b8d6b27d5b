"""Founding an organisation, and what it chooses."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.errors import InvalidInputError, NotAllowedError
from phcs.core.permissions import Role
from phcs.models.audit import AuditEvent, AuditHead
from phcs.models.organisations import Organisation
from phcs.queries.people import organisation_settings
from phcs.services.organisations import change_settings, create_organisation
from tests.builders import NOW, actor_of, build_organisation, build_person

Db = scoped_session[Session]


def test_a_new_organisation_has_an_audit_trail_that_begins_with_it(session: Db) -> None:
    organisation_id = create_organisation(
        now=NOW, name="Harbour", region="mx", time_zone="America/Mexico_City"
    )

    event = session.scalars(sa.select(AuditEvent)).one()
    assert (event.organisation_id, event.seq, event.action) == (organisation_id, 1, "organisation.created")
    assert session.get_one(AuditHead, organisation_id).seq == 1
    assert organisation_settings(session, organisation_id=organisation_id).region == "MX"


@pytest.mark.parametrize(
    ("name", "region", "zone"),
    [(" ", "US", "UTC"), ("Harbour", "XX", "UTC"), ("Harbour", "US", "Mars/Base"), ("H\x00", "US", "UTC")],
)
def test_what_cannot_be_right_founds_nothing(session: Db, name: str, region: str, zone: str) -> None:
    with pytest.raises(InvalidInputError):
        create_organisation(now=NOW, name=name, region=region, time_zone=zone)

    assert session.scalars(sa.select(Organisation)).all() == []


def test_changed_settings_hold_and_the_audit_trail_says_what_was_before(session: Db) -> None:
    organisation = build_organisation()
    admin = build_person(organisation=organisation)

    changed = change_settings(
        actor=actor_of(admin),
        now=NOW,
        name=organisation.name,
        four_eyes=True,
        region="CO",
        time_zone="UTC",
        keep_invalid_optional=False,
    )

    kept = organisation_settings(session, organisation_id=organisation.id)
    assert changed == ("region", "four_eyes")
    assert (kept.four_eyes, kept.region) == (True, "CO")
    assert session.scalars(sa.select(AuditEvent)).one().detail == {
        "region": {"before": "US", "after": "CO"},
        "four_eyes": {"before": False, "after": True},
    }


def test_settings_that_stay_as_they_are_leave_no_audit_event(session: Db) -> None:
    admin = build_person(organisation=build_organisation(name="Harbour"))

    change_settings(
        actor=actor_of(admin),
        now=NOW,
        name="Harbour",
        four_eyes=False,
        region="US",
        time_zone="UTC",
        keep_invalid_optional=False,
    )

    assert session.scalars(sa.select(AuditEvent)).all() == []


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AUDITOR])
def test_only_admins_change_settings(session: Db, role: Role) -> None:
    with pytest.raises(NotAllowedError):
        change_settings(
            actor=actor_of(build_person(role=role)),
            now=NOW,
            name="Harbour",
            four_eyes=False,
            region="US",
            time_zone="UTC",
            keep_invalid_optional=False,
        )
