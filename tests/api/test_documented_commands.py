"""The commands of docs/api.md do what the page says, in order, against a running server with a worker."""

import os
import re
import shutil
import subprocess
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.serving import make_server

from phcs.config import ROOT
from phcs.core.permissions import SCOPES
from phcs.embedded.valkey import ServerMissingError
from phcs.extensions import limiter
from tests.builders import build_api_key, build_person
from tests.conftest import missing

BLOCKS = re.findall(r"^```bash\n(.*?)^```", (ROOT / "docs" / "api.md").read_text(), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("worker")
def test_the_commands_of_the_page_work_one_after_the_other(app: Flask, tmp_path: Path) -> None:
    if not all(map(shutil.which, ("bash", "curl", "jq"))):
        missing(
            ServerMissingError("The commands of docs/api.md need bash, curl and jq: apt-get install curl jq.")
        )
    with app.app_context():
        limiter.reset()
        key = build_api_key(admin=build_person(), now=datetime.now(UTC))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", "\n".join(BLOCKS)],
            cwd=tmp_path,
            env={
                **os.environ,
                "PHCS": f"http://127.0.0.1:{server.server_port}",
                "PHCS_KEY": key.secret,
                "no_proxy": "127.0.0.1",
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    finally:
        server.shutdown()
        thread.join()

    assert done.returncode == 0, done.stdout + done.stderr
    assert "withdrawn" not in done.stderr
    assert '"external_id": "night-2026-11-02"' in done.stdout
    assert "Ana Silva" in done.stdout
    assert (tmp_path / "cases.csv").read_text(encoding="utf-8-sig").count("night") == 0


def test_the_page_names_every_scope_of_imports_records_and_exports() -> None:
    page = (ROOT / "docs" / "api.md").read_text()

    assert [scope for scope in SCOPES if f"`{scope}`" not in page] == []
