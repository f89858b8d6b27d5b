"""An installation that has an endpoint for suggestions asks it while a file is read; all others ask nobody."""

import pytest
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.states import ImportState
from tests.builders import actor_of, build_organisation, build_person
from tests.import_builders import advance, build_import, seen, workshop
from tests.services.test_heading_suggestions import Serve, answering, endpoint_at, serve

__all__ = ["serve"]

ROW = {"Name": "Ana Silva", "Phone": "+14155550101", "Zorblax": "green"}


@pytest.fixture
def admin(session: scoped_session[Session]) -> Actor:
    return actor_of(build_person(organisation=build_organisation()))


def test_what_the_endpoint_suggests_stands_beside_the_column_and_a_failure_among_the_notes(
    admin: Actor,
    serve: Serve,
) -> None:
    server = serve(answering('{"2": "pet.colour"}'))
    told, untold = (build_import(actor=admin, content=[ROW | {"Name": name}]) for name in ("A Bee", "C Dee"))

    assert advance(told, suggest=endpoint_at(server.url)) is ImportState.REVIEW
    assert advance(untold, suggest=endpoint_at("http://127.0.0.1:9/v1")) is ImportState.REVIEW

    column = seen(told).tables[0].mapping.columns[2]
    assert (column.target, column.suggested, column.reason) == ("", "pet.colour", "suggested by tiny-1")
    assert len(server.asked) == 1
    assert any("could not be asked" in note for note in seen(untold).tables[0].reading.notes)


def test_nobody_is_asked_unless_the_settings_name_an_endpoint(admin: Actor) -> None:
    assert workshop().suggest is None
