"""`flask imports decide`: one question answered, and the plan made anew."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from phcs.extensions import db
from phcs.models.organisations import Person
from phcs.models.records import Owner
from tests.builders import actor_of, build_organisation, build_person
from tests.import_builders import build_promotion, build_review, seen, visit
from tests.record_builders import AnySession

PHONE = "+14155550101"


@pytest.fixture
def import_id(session: AnySession) -> UUID:
    admin: Person = build_person(organisation=build_organisation(), email="ada@example.org")
    known = visit(1, client_name="Ana Silva", client_phone=PHONE, customer_id="", client_email="")
    asks = visit(2, client_name="A. Silva", client_phone=PHONE, customer_id="", client_email="")
    build_promotion(actor=actor_of(admin), content=[known])
    return build_review(actor=actor_of(admin), content=[asks])


def run(app: Flask, import_id: UUID, *options: str) -> tuple[int, str]:
    owner_id = db.session.scalars(sa.select(Owner.id)).one()
    db.session.rollback()
    arguments = ["imports", "decide", str(import_id), "--row", "2", "--owner", str(owner_id), *options]
    result = app.test_cli_runner().invoke(args=arguments)
    return result.exit_code, result.output


def test_an_answer_makes_the_plan_anew_and_is_taken_back(app: Flask, import_id: UUID) -> None:
    before = seen(import_id).plan_fingerprint

    same = run(app, import_id, "--same")
    linked = seen(import_id)
    back = run(app, import_id, "--take-back")

    said = "Kept. {} questions are open, 0 answers wait for the plan to be made anew.\n"
    assert (same, back) == ((0, said.format(0)), (0, said.format(1)))
    assert (linked.needs_decision, linked.plan_counts["owner"]["link"]) == (0, 1)
    assert seen(import_id).plan_fingerprint == before


def test_an_answer_for_later_waits(app: Flask, import_id: UUID) -> None:
    code, said = run(app, import_id, "--different", "--later")

    assert (code, "1 answers wait" in said, seen(import_id).waiting_answers) == (0, True, 1)


def test_a_row_that_does_not_ask_is_refused_and_no_answer_is_wrong_usage(app: Flask, import_id: UUID) -> None:
    assert run(app, import_id)[0] == 2
    assert run(app, import_id, "--take-back")[0] == 1
