"""What a promotion keeps others from doing while it lasts."""

import threading

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from phcs.core.states import ImportState
from tests.builders import actor_of, build_person
from tests.import_builders import advance, approve, build_import, build_review, seen, visits

Db = scoped_session[Session]


@pytest.mark.parametrize("database_uri", ["postgresql"], indirect=True)
def test_somebody_uploads_while_an_import_of_the_same_organisation_is_promoted(
    app: Flask, session: Db
) -> None:
    admin = actor_of(build_person())
    import_id = build_review(actor=admin, content=visits(20))
    approve(import_id, actor=admin)
    waited: list[bool] = []

    def upload() -> None:
        with app.app_context():
            build_import(actor=admin, content=visits(3))

    def upload_meanwhile(stage: str, done: int, total: int) -> None:
        uploading = threading.Thread(target=upload)
        uploading.start()
        uploading.join(10)
        waited.append(uploading.is_alive())

    assert advance(import_id, told=upload_meanwhile, chunk_rows=1_000) is ImportState.COMPLETED
    assert waited == [False]
    assert seen(import_id).row.state is ImportState.COMPLETED
