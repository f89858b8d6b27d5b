"""A signed-out browser for each test of the pages.

Pages are tested on SQLite only: what differs between the databases is tested where it is written, in queries
and services.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from phcs.extensions import limiter
from phcs.models.organisations import Organisation
from tests.builders import build_organisation
from tests.web.pages import Pages


@pytest.fixture
def database_uri(sqlite_template: Path, tmp_path: Path) -> str:
    """An empty, migrated SQLite database of this test's own."""
    return f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path / 'phcs.db')}"


@pytest.fixture
def app_overrides() -> Mapping[str, Any]:
    """CSRF protection as in production: `Pages` sends the token that the page shows."""
    return {"WTF_CSRF_ENABLED": True}


@pytest.fixture
def organisation(app: Flask) -> Organisation:
    """The organisation of the people who sign in; nobody has tried to sign in yet.

    The limiter is one for all applications of this process, so its counts outlive a test's application.
    """
    with app.app_context():
        limiter.reset()
        return build_organisation()


@pytest.fixture
def pages(app: Flask, organisation: Organisation) -> Pages:
    """A signed-out browser."""
    return Pages(app, organisation)
