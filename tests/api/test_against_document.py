"""A program that knows nothing but the OpenAPI document tries every endpoint of a server that really runs.

Schemathesis sends what the document allows and what it forbids, and compares every answer with the document.
"""

import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from phcs.core.permissions import SCOPES
from phcs.extensions import limiter
from tests.builders import actor_of, build_api_key, build_organisation, build_person
from tests.import_builders import build_promotion, build_review, visit

pytestmark = pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)

PROMISES = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "ignored_auth",
    "use_after_free",
)
"""Not `positive_data_acceptance`: that what is well formed may still be refused with 422 is what the document says."""
FEWEST_CASES = 1_000


class Quiet(WSGIRequestHandler):
    """Two thousand requests need no line each."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Running:
    """A server, a key that may do everything, and the id of an import that waits for its review."""

    address: str
    key: str
    import_id: str


@pytest.fixture
def app_overrides() -> Mapping[str, Any]:
    return {"PHCS_API_LIMIT": "1000000 per minute"}


@pytest.fixture
def server(app: Flask) -> Iterator[Running]:
    with app.app_context():
        limiter.reset()
        admin = build_person(organisation=build_organisation())
        actor = actor_of(admin)
        build_promotion(actor=actor, content=[visit(1)])
        import_id = build_review(actor=actor, content=[visit(2), visit(3)])
        key = build_api_key(admin=admin, scopes=frozenset(SCOPES), now=datetime.now(UTC))
    web = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=web.serve_forever)
    thread.start()
    yield Running(f"http://127.0.0.1:{web.port}", key.secret, str(import_id))
    web.shutdown()
    thread.join()
    web.server_close()


def test_the_running_server_keeps_every_promise_of_its_document(server: Running, tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(
        f'[parameters]\n"path.import_id" = "{server.import_id}"\n"path.kind" = "cases"\n'
    )

    tried = subprocess.run(
        [
            *(Path(sys.executable).with_name("schemathesis"), "run", f"{server.address}/api/v1/openapi.json"),
            *("--header", f"Authorization: Bearer {server.key}", "--phases", "examples,coverage"),
            *("--checks", ",".join(PROMISES), "--max-examples", "1", "--seed", "1", "--continue-on-failure"),
            *("--no-color", "--warnings", "off"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert tried.returncode == 0, tried.stdout[-20_000:]
    assert cases_tried(tried.stdout) > FEWEST_CASES


def cases_tried(said: str) -> int:
    """How many requests were sent, as the summary counts them."""
    [line] = [line for line in said.splitlines() if " generated, " in line]
    return int(line.split()[0])
