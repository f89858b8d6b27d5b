"""Receiving an export file: kept as it came, once it is answered; or nothing at all."""

import io
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, NotAllowedError, UnreadableFileError
from phcs.core.permissions import Role
from phcs.core.states import ImportState
from phcs.extensions import current_settings
from phcs.models.audit import AuditEvent
from phcs.models.imports import Import
from phcs.models.organisations import Organisation
from phcs.services.uploading import UploadChoices, UploadLimits, receive_file
from tests.builders import NOW, actor_of, build_actor, build_organisation, build_person
from tests.import_builders import (
    build_import,
    change_behind_the_back,
    count,
    export_csv,
    folder_store,
    seen,
    visits,
    workshop,
)

Db = scoped_session[Session]
NO_CHOICES = UploadChoices()


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


def stored_files() -> list[str]:
    folder = Path(current_settings().upload_store)
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def receive(
    admin: Actor, data: bytes, *, max_bytes: int = 1_000, choices: UploadChoices = NO_CHOICES
) -> None:
    receive_file(
        actor=admin,
        now=NOW,
        stream=io.BytesIO(data),
        file_name="visits.csv",
        choices=choices,
        store=workshop().store,
        limits=UploadLimits(max_bytes=max_bytes, max_age_days=1, future_days=0),
    )


def test_an_answered_upload_is_on_disk_byte_for_byte_and_waits_for_a_worker(
    session: Db, admin: Actor
) -> None:
    content = export_csv(visits(3)).encode()

    import_id = build_import(actor=admin, content=content, file_name="Visits May.csv")

    found = session.get_one(Import, import_id)
    assert folder_store().path(found.stored_name).read_bytes() == content
    assert (found.state, found.lease_until, found.file_name) == (ImportState.RECEIVED, None, "Visits May.csv")
    assert (found.file_size, found.file_sha256) == (len(content), sha256(content).hexdigest())
    assert (found.uploaded_by, found.uploaded_by_name, found.created_at) == (admin.id, admin.name, NOW)


def test_the_trail_knows_the_file_and_says_where_the_same_came_before(session: Db, admin: Actor) -> None:
    first = build_import(actor=admin, content=visits(2))
    build_import(actor=actor_of(build_person()), content=visits(2))
    second = build_import(actor=admin, content=visits(2))

    told = {
        one.import_id: one
        for one in session.scalars(sa.select(AuditEvent))
        if one.action == "import.received"
    }

    assert told[first].detail["same_content_as"] == ""
    assert told[second].detail["same_content_as"] == str(first)
    assert told[first].values == {"file_name": "visits.csv"}


def test_the_organisations_rules_of_that_moment_stay_with_the_import(session: Db) -> None:
    organisation = build_organisation(
        region="MX", time_zone="America/Mexico_City", keep_invalid_optional=True
    )
    admin = actor_of(build_person(organisation=organisation))
    import_id = build_import(
        actor=admin, content=visits(1), duplicates="skip", on_error="stop", service="boarding"
    )
    change_behind_the_back(Organisation, region="US", keep_invalid_optional=False)

    options = seen(import_id).options

    assert (options.region, options.time_zone, options.keep_invalid_optional) == (
        "MX",
        "America/Mexico_City",
        True,
    )
    assert (options.duplicates, options.on_error, options.service) == ("skip", "stop", "boarding")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\exports\\visits.csv", "visits.csv"),
        ("a\x00b\n.csv", "ab.csv"),
        ("", "export"),
        ("/", "export"),
        ("v" * 300, "v" * 255),
    ],
)
def test_a_file_name_is_only_a_name(session: Db, admin: Actor, name: str, kept: str) -> None:
    import_id = build_import(actor=admin, content=visits(1), file_name=name)

    found = session.get_one(Import, import_id)
    assert found.file_name == kept
    assert stored_files() == [found.stored_name]


@pytest.mark.parametrize(
    ("choice", "value"),
    [
        ("source", "okvett"),
        ("kind", "litter"),
        ("duplicates", "merge"),
        ("on_error", "ignore"),
        ("service", "taxi"),
    ],
)
def test_an_unknown_choice_is_refused_with_the_known_ones_and_keeps_nothing(
    session: Db, admin: Actor, choice: str, value: str
) -> None:
    with pytest.raises(InvalidInputError, match=f"“{value}”. Choose one of"):
        receive(admin, b"any file", choices=UploadChoices(**{choice: value}))

    assert stored_files() == []
    assert count(Import) == 0


def test_a_file_of_exactly_the_limit_is_taken_and_one_byte_more_keeps_nothing(
    session: Db, admin: Actor
) -> None:
    receive(admin, b"x" * 1_000)

    with pytest.raises(UnreadableFileError, match=r"larger than 0\.001 MB"):
        receive(admin, b"x" * 1_001)

    assert (count(Import), len(stored_files())) == (1, 1)


def test_an_empty_file_keeps_nothing(session: Db, admin: Actor) -> None:
    with pytest.raises(UnreadableFileError, match="empty"):
        receive(admin, b"")

    assert (count(Import), stored_files()) == (0, [])


def test_a_file_whose_import_cannot_be_noted_is_not_kept(session: Db) -> None:
    nobody = build_actor()

    with pytest.raises(sa.exc.NoResultFound):
        build_import(actor=nobody, content=visits(1))

    assert stored_files() == []


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AUDITOR])
def test_only_admins_upload(session: Db, role: Role) -> None:
    with pytest.raises(NotAllowedError):
        build_import(actor=actor_of(build_person(role=role)), content=visits(1))

    assert stored_files() == []
