"""By which rules an import recognises owners is chosen at upload, and can be tried out before."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError
from phcs.core.matching.presets import MatchPreset, MatchRules
from phcs.models.audit import AuditEvent
from phcs.models.organisations import Organisation
from phcs.models.records import MatchKey
from phcs.services.matching_preview import matching_preview
from tests.builders import actor_of, build_person
from tests.import_builders import (
    build_import,
    build_promotion,
    build_review,
    change_behind_the_back,
    export_csv,
    seen,
    table_hash,
    visit,
)
from tests.import_builders import live_hashes as hashes

Db = scoped_session[Session]
EVIDENCE = MatchRules()
LITERAL = MatchRules(MatchPreset.PHONE_NAME_PET, new_pet_is_new_owner=True)
KNOWN = visit(1, client_name="Ana Ruiz Gil", pet_name="Luna")
ANOTHER_PET = visit(1, waitwhile_id="v2", customer_id="", client_name="Ana Ruiz Gil", pet_name="Bruno")


@pytest.fixture
def admin(session: Db) -> Actor:
    return actor_of(build_person())


def rules_of(import_id: UUID) -> MatchRules:
    return seen(import_id).options.match_rules


def test_an_import_takes_the_rules_that_were_chosen_else_its_organisations(session: Db, admin: Actor) -> None:
    usual = build_import(actor=admin, content=[KNOWN])
    change_behind_the_back(Organisation, matching=LITERAL.as_json())
    own = build_import(actor=admin, content=[KNOWN])
    chosen = build_import(actor=admin, content=[KNOWN], matching="email_or_phone")
    literal = build_import(actor=admin, content=[KNOWN], matching="phone_name_pet", new_pet_is_new_owner="no")

    assert [rules_of(one) for one in (usual, own, chosen, literal)] == [
        EVIDENCE,
        LITERAL,
        MatchRules(MatchPreset.EMAIL_OR_PHONE),
        MatchRules(MatchPreset.PHONE_NAME_PET),
    ]
    told = session.scalars(
        sa.select(AuditEvent).where(AuditEvent.action == "import.received", AuditEvent.import_id == own)
    ).one()
    assert told.detail["matching"] == LITERAL.name


@pytest.mark.parametrize("choice", [{"matching": "by_magic"}, {"new_pet_is_new_owner": "perhaps"}])
def test_rules_that_there_are_not_are_refused_with_those_there_are(
    session: Db, admin: Actor, choice: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInputError, match=r"Choose one of: (email_or_phone|no, yes)"):
        build_import(actor=admin, content=[KNOWN], **choice)


def test_another_pet_is_added_to_the_owner_or_by_the_letter_makes_another_owner(
    session: Db, admin: Actor
) -> None:
    build_promotion(actor=admin, content=[KNOWN])

    linked = seen(build_review(actor=admin, content=[ANOTHER_PET], matching="phone_name_pet"))
    literal = seen(
        build_review(
            actor=admin, content=[ANOTHER_PET], matching="phone_name_pet", new_pet_is_new_owner="yes"
        )
    )

    assert (linked.plan_counts["owner"]["create"], linked.plan_counts["pet"]["create"]) == (0, 1)
    assert (literal.plan_counts["owner"]["create"], literal.plan_counts["pet"]["create"]) == (1, 1)
    assert [one.plan_matching["rules"] for one in (linked, literal)] == [
        MatchRules(MatchPreset.PHONE_NAME_PET).name,
        LITERAL.name,
    ]


@pytest.mark.parametrize("rows_at_once", [1, 2_000])
def test_by_its_own_rules_nothing_of_an_import_moves(session: Db, admin: Actor, rows_at_once: int) -> None:
    build_promotion(actor=admin, content=[KNOWN])
    rows = [ANOTHER_PET, visit(2), visit(2, waitwhile_id="v3", customer_id="", pet_name="Bo"), visit(4)]
    import_id = build_review(actor=admin, content=rows)

    preview = matching_preview(actor=admin, import_id=import_id, rules=EVIDENCE, rows_at_once=rows_at_once)

    assert (preview.moved, preview.first, preview.is_complete) == ({}, [], True)
    assert preview.before == preview.after == {"link": 2, "new": 2}


def test_other_rules_tell_what_would_move_and_write_nothing(session: Db, admin: Actor) -> None:
    build_promotion(actor=admin, content=[KNOWN])
    import_id = build_review(actor=admin, content=[ANOTHER_PET, visit(4)])
    before = (hashes(admin.organisation_id), table_hash(MatchKey), seen(import_id).plan_fingerprint)

    preview = matching_preview(actor=admin, import_id=import_id, rules=LITERAL)

    assert preview.moved == {("link", "new"): 1}
    assert [(one.row_no, one.before, one.after) for one in preview.first] == [(2, "link", "new")]
    assert (hashes(admin.organisation_id), table_hash(MatchKey), seen(import_id).plan_fingerprint) == before


def test_a_preview_stops_when_its_time_is_up_and_says_so(session: Db, admin: Actor) -> None:
    import_id = build_review(actor=admin, content=[visit(1), visit(2), visit(3)])

    preview = matching_preview(actor=admin, import_id=import_id, rules=EVIDENCE, seconds=0.0, rows_at_once=1)

    assert (preview.rows_answered, preview.rows_total, preview.is_complete) == (1, 3, False)


def test_the_command_takes_a_preset_and_refuses_another(app: Flask, admin: Actor, tmp_path: Path) -> None:
    path = tmp_path / "visits.csv"
    path.write_text(export_csv([KNOWN]))
    file = str(path)
    run = app.test_cli_runner().invoke

    done = run(args=["imports", "run", file, "--matching", "email_or_phone", "--json"])
    refused = run(args=["imports", "run", file, "--matching", "by_magic"])

    assert done.exit_code == 0, done.output
    import_id = UUID(json.loads(done.stdout.splitlines()[-1])["import"])
    assert rules_of(import_id) == MatchRules(MatchPreset.EMAIL_OR_PHONE)
    assert refused.exit_code == 2
    assert "by_magic" in refused.stderr
