"""What monitoring is told."""

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask

from phcs.extensions import db
from tests.builders import NOW, actor_of, build_person
from tests.import_builders import build_import, build_review, visits


def test_a_process_that_answers_is_alive(app: Flask) -> None:
    assert app.test_client().get("/healthz").get_json() == {"status": "alive"}


def test_it_is_ready_when_database_and_broker_answer(app: Flask) -> None:
    answer = app.test_client().get("/readyz")

    assert answer.status_code == 200
    assert answer.get_json()["checks"] == {"database": "ok", "broker": "ok", "workers": "ok"}


def test_an_import_that_nobody_takes_up_makes_it_not_ready(app: Flask) -> None:
    with app.app_context():
        build_import(actor=actor_of(build_person()), content=visits(1), now=NOW.replace(year=2025))

    answer = app.test_client().get("/readyz")

    assert answer.status_code == 503
    assert answer.get_json()["checks"]["workers"] == "failing"
    assert answer.get_json()["oldest_wait_seconds"] > 300


def test_a_database_that_does_not_answer_makes_it_not_ready(app: Flask) -> None:
    with app.app_context():
        db.session.execute(db.text("ALTER TABLE imports RENAME TO gone"))
        db.session.connection().exec_driver_sql("COMMIT")

    answer = app.test_client().get("/readyz")

    assert answer.status_code == 503
    assert answer.get_json()["checks"]["database"] == "failing"


def test_the_metrics_count_imports_by_state_and_name_nobody(app: Flask) -> None:
    with app.app_context():
        person = build_person(name="Maria Lopez")
        build_review(actor=actor_of(person), content=visits(1), file_name="secret-clinic.csv")

    answer = app.test_client().get("/metrics")

    assert 'phcs_imports{state="review"} 1.0' in answer.text
    assert 'phcs_imports{state="failed"} 0.0' in answer.text
    assert "phcs_oldest_wait_seconds 0.0" in answer.text
    assert "Maria" not in answer.text
    assert "secret-clinic" not in answer.text


class TestWithoutBroker:
    """A broker that is configured and gone."""

    @pytest.fixture
    def app_overrides(self) -> Mapping[str, Any]:
        return {"CELERY_BROKER_URL": "redis://127.0.0.1:1/0"}

    def test_a_broker_that_does_not_answer_makes_it_not_ready(self, app: Flask) -> None:
        answer = app.test_client().get("/readyz")

        assert answer.status_code == 503
        assert answer.get_json()["checks"] == {"database": "ok", "broker": "failing", "workers": "ok"}
