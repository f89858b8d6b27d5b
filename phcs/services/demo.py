"""A demo organisation: three people, a few records that were there before, and an export to try."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import process_actor
from phcs.core.permissions import Role
from phcs.core.records import CaseStatus, OwnerFacts
from phcs.models.organisations import Organisation
from phcs.models.records import Case, CasePet, Owner, Pet
from phcs.services import auditing
from phcs.services.identifiers import new_id
from phcs.services.name_counts import count_names
from phcs.services.organisations import create_organisation
from phcs.services.owner_keys import add_missing_keys
from phcs.services.people import add_person
from phcs.services.sample_export import KnownPerson, write_sample_export
from phcs.services.transactions import transaction

NAME = "Demo Pet Help Centre"
FOUNDER = "the demo"
SAMPLE_ROWS = 500
PEOPLE = (
    ("Ada Admin", "admin@demo.example.org", Role.ADMIN),
    ("Rui Reviewer", "reviewer@demo.example.org", Role.REVIEWER),
    ("Aino Auditor", "auditor@demo.example.org", Role.AUDITOR),
)
KNOWN = (
    ("Ana García", "+14155550101", "ana.garcia@example.org", "Luna", "dog", "food"),
    ("Daniel Okafor", "+14155550102", "daniel.okafor@example.org", "Max", "dog", "medical"),
    ("Ruth Cohen", "+14155550103", "", "Misu", "cat", "boarding"),
    ("Wei Kim", "+14155550104", "wei.kim@example.org", "Coco", "bird", "behavioural"),
)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody of the demo, with the password that is shown once."""

    name: str
    email: str
    role: Role
    password: str


def seed_demo(*, now: datetime, samples: Path) -> tuple[DemoPerson, ...]:
    """Found the demo organisation and write its sample export; gives its people, () when it exists already."""
    with transaction() as session:
        if session.scalar(sa.select(Organisation.id).where(Organisation.name == NAME)):
            return ()
    organisation_id = create_organisation(now=now, name=NAME, region="US", time_zone="UTC", founder=FOUNDER)
    founder = process_actor(organisation_id=organisation_id, name=FOUNDER)
    people = []
    for name, email, role in PEOPLE:
        password = "-".join(secrets.token_hex(2) for _ in range(4))
        add_person(actor=founder, now=now, name=name, email=email, role=role, password=password)
        people.append(DemoPerson(name, email, role, password))
    with transaction() as session:
        for number, known in enumerate(KNOWN, start=1):
            _add_known(session, organisation_id, known, now - timedelta(days=30 * number))
    write_sample_export(
        samples / "waitwhile-sample.csv",
        rows=SAMPLE_ROWS,
        until=now - timedelta(days=1),
        known=[_known_person(name, phone, email) for name, phone, email, *_ in KNOWN],
    )
    return tuple(people)


def _known_person(name: str, phone: str, email: str) -> KnownPerson:
    given, _, family = name.partition(" ")
    return KnownPerson(given, family, phone, email)


def _add_known(session: Session, organisation_id: UUID, known: tuple[str, ...], at: datetime) -> None:
    """One owner with a pet and a case, as people would have entered them."""
    name, phone, email, pet_name, species, service = known
    owner_id, pet_id, case_id = new_id(), new_id(), new_id()
    given, _, family = name.partition(" ")
    shared = {"organisation_id": organisation_id, "created_at": at, "updated_at": at}
    names = {"full_name": name, "given_name": given, "family_name": family}
    owner = Owner(
        id=owner_id, **names, phone=phone, phone_given=phone, email=email, tags=[], custom={}, **shared
    )
    session.add(owner)
    session.flush()  # the pet and the case name the owner
    session.add(Pet(id=pet_id, owner_id=owner_id, name=pet_name, species=species, **shared))
    session.add(
        Case(
            id=case_id,
            owner_id=owner_id,
            status=CaseStatus.IN_PROGRESS,
            services=[service],
            tags=[],
            custom={},
            opened_at=at,
            **shared,
        )
    )
    session.flush()  # the link names both
    session.add(CasePet(organisation_id=organisation_id, case_id=case_id, pet_id=pet_id))
    session.flush()
    session.refresh(owner)
    add_missing_keys(session, organisation_id, [owner])
    count_names(
        session, organisation_id, added=[OwnerFacts(full_name=name, given_name=given, family_name=family)]
    )
    actor = process_actor(organisation_id=organisation_id, name=FOUNDER)
    for kind, subject_id in (("owner", owner_id), ("pet", pet_id), ("case", case_id)):
        auditing.record(
            session, actor=actor, now=at, action=f"{kind}.created", subject_kind=kind, subject_id=subject_id
        )
