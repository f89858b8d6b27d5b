"""Questions about duplicates and their answers under /api/v1, each answer as the OpenAPI document promises."""

from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from phcs.core.states import ImportState
from phcs.extensions import limiter
from phcs.models.organisations import Person
from tests.api.callers import Program, code_of
from tests.builders import actor_of, build_organisation, build_person
from tests.import_builders import advance, build_promotion, build_review, seen, visit

pytestmark = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)
PAIRS = (("Ana Silva", "A. Silva"), ("Tom Baker", "T. Baker"), ("Ruth Cohen", "R. Cohen"))


@pytest.fixture
def admin(app: Flask) -> Person:
    with app.app_context():
        limiter.reset()
        return build_person(organisation=build_organisation(), name="Ada Admin")


@pytest.fixture
def import_id(app: Flask, admin: Person) -> UUID:
    """An import in review that asks three questions."""

    def rows(which: int) -> list[dict[str, str]]:
        return [
            visit(which * 10 + number, client_name=pair[which], client_phone=f"+1415555010{number}")
            | {"customer_id": "", "client_email": "", "pet_name": "Milo"}
            for number, pair in enumerate(PAIRS)
        ]

    with app.app_context():
        build_promotion(actor=actor_of(admin), content=rows(0))
        return build_review(actor=actor_of(admin), content=rows(1))


@pytest.fixture
def call(app: Flask, admin: Person) -> Program:
    return Program(app, admin, "imports:read", "imports:approve")


def answers(page: dict[str, Any], answer: str) -> list[dict[str, Any]]:
    return [{"row": one["row"], "owner": one["owner"], "answer": answer} for one in page["questions"]]


def test_a_program_reads_the_questions_page_by_page_and_answers_them(
    app: Flask, call: Program, import_id: UUID
) -> None:
    address = f"/api/v1/imports/{import_id}/duplicates"

    first = call("GET", f"{address}?size=2").get_json()
    second = call("GET", f"{address}?size=2&cursor={first['next']}").get_json()
    kept = call("POST", address, json={"answers": answers(first, "same"), "apply": False}).get_json()
    planned = call("POST", address, json={"answers": answers(second, "different")}).get_json()
    with app.app_context():
        assert advance(import_id) is ImportState.REVIEW
        left = seen(import_id).needs_decision
    given = call("GET", f"{address}?show=answered").get_json()["answers"]

    assert [one["row"] for page in (first, second) for one in page["questions"]] == [2, 3, 4]
    assert (kept["kept"], kept["open"], kept["waiting_answers"], kept["state"]) == (2, 1, 2, "review")
    assert (planned["state"], left) == ("staging", 0)
    assert [(one["answer"], one["in_plan"]) for one in given] == [
        ("same", True),
        ("same", True),
        ("different", True),
    ]


def test_a_question_tells_what_was_compared_and_what_it_weighs(call: Program, import_id: UUID) -> None:
    question = call("GET", f"/api/v1/imports/{import_id}/duplicates").get_json()["questions"][0]

    name = next(one for one in question["compared"] if one["fact"] == "full_name")
    assert (name["incoming"], name["known"], name["verdict"]) == ("A. Silva", "Ana Silva", "differs")
    assert {one["kind"] for one in question["points"]} >= {"phone", "name"}
    assert question["rules"] == "evidence/1"
    assert (question["pets"], question["known_pets"]) == (["Milo (dog)"], ["Milo (dog)"])


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"answers": []},
        {"answers": [{"row": 2, "owner": "x", "answer": "same"}]},
        {"answers": ["same"]},
        {"answers": [{"row": True, "owner": str(UUID(int=1)), "answer": "same"}]},
        {"answers": [{"row": 2, "owner": str(UUID(int=1)), "answer": "perhaps"}]},
        {"answers": [{"row": 2, "owner": str(UUID(int=1)), "answer": "same"}]},
        {"answers": [{"row": 2, "owner": str(UUID(int=1)), "answer": "take_back"}]},
        {"answers": [{"row": 2, "owner": str(UUID(int=1)), "answer": "same"}], "apply": "no"},
    ],
)
def test_answers_that_make_no_sense_are_refused_and_nothing_is_kept(
    call: Program, import_id: UUID, sent: dict[str, Any]
) -> None:
    address = f"/api/v1/imports/{import_id}/duplicates"

    assert code_of(call("POST", address, json=sent), 422) == "invalid_input"
    assert call("GET", address).get_json()["open"] == 3


def test_a_key_that_may_only_read_answers_nothing(app: Flask, admin: Person, import_id: UUID) -> None:
    reader = Program(app, admin, "imports:read")

    assert code_of(reader("POST", f"/api/v1/imports/{import_id}/duplicates", json={}), 403) == "not_allowed"
