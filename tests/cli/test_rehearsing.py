"""`flask imports rehearse`: the whole promotion in one process, and nothing of it is kept."""

import json

import pytest
from flask import Flask

from phcs.models.records import Owner
from tests.builders import actor_of, build_organisation, build_person
from tests.import_builders import build_promotion, build_review, count, visits
from tests.record_builders import AnySession

pytestmark = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)


def test_a_rehearsal_says_what_would_be_written_and_changes_nothing(app: Flask, session: AnySession) -> None:
    admin = build_person(organisation=build_organisation())
    import_id = str(build_review(actor=actor_of(admin), content=visits(2)))
    run = app.test_cli_runner().invoke

    words = run(args=["imports", "rehearse", import_id])
    programs = json.loads(run(args=["imports", "rehearse", import_id, "--json"]).stdout.splitlines()[-1])

    assert (words.exit_code, "It fits" in words.output, "owner: 2 create" in words.output) == (0, True, True)
    assert programs["rehearsal"]["report"]["records"]["pet"] == {"create": 2, "update": 0, "link": 0}
    assert count(Owner) == 0


def test_a_promoted_import_is_refused(app: Flask, session: AnySession) -> None:
    admin = build_person(organisation=build_organisation())
    import_id = str(build_promotion(actor=actor_of(admin), content=visits(1)))

    result = app.test_cli_runner().invoke(args=["imports", "rehearse", import_id])

    assert (result.exit_code, "This import is completed" in result.output) == (1, True)
