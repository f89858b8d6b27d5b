"""The client of docs/phcs_client.py against a running server with a worker."""

import importlib.util
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from phcs.config import ROOT
from phcs.extensions import limiter
from tests.builders import build_api_key, build_person
from tests.import_builders import export_csv, visit, visits

pytestmark = [
    pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True),
    pytest.mark.usefixtures("worker"),
]


@pytest.fixture
def client_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("phcs_client", ROOT / "docs" / "phcs_client.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def phcs(app: Flask, client_module: ModuleType) -> Iterator[Any]:
    with app.app_context():
        limiter.reset()
        key = build_api_key(admin=build_person(), now=datetime.now(UTC))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield client_module.Phcs(f"http://127.0.0.1:{server.server_port}", key.secret)
    server.shutdown()
    thread.join()


def test_a_file_is_uploaded_looked_at_approved_and_exported(phcs: Any, tmp_path: Path) -> None:
    file = tmp_path / "visits.csv"
    file.write_text(export_csv([*visits(3), visit(4, client_phone="12")]))

    sent = phcs.upload(file, external_id="night 1")
    plan = phcs.wait(sent.id, every=0.05)
    outcomes = [row["outcome"] for row in phcs.rows(plan.id, size="2")]
    phcs.approve(plan)
    done = phcs.wait(plan.id, every=0.05)

    assert (plan.state, plan.rows["error"], done.state) == ("review", 1, "completed")
    assert sorted(outcomes) == ["create", "create", "create", "reject"]
    assert b"12" in phcs.errors(plan.id)
    assert phcs.export("cases").count(b"\n") >= 4


def test_records_are_sent_without_a_file_and_can_be_declined(phcs: Any) -> None:
    sent = phcs.send([{"first_name": "Ana", "last_name": "Silva", "phone": "+14155550101"}])

    plan = phcs.wait(sent.id, every=0.05)
    declined = phcs.abort(plan.id, reason="Only a try.")

    assert (plan.state, declined.state) == ("review", "aborted")


def test_a_refusal_has_its_code_and_sentence(phcs: Any, client_module: ModuleType) -> None:
    with pytest.raises(client_module.PhcsError, match="no such import") as refused:
        phcs.show("01990000-0000-7000-8000-000000000000")

    assert (refused.value.status, refused.value.code) == (404, "not_found")
