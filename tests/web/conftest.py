"""A signed-out browser for each test of the pages."""

import pytest
from flask import Flask

from phcs.models.organisations import Organisation
from tests.builders import build_organisation
from tests.web.pages import Pages


@pytest.fixture
def organisation(sqlite_app: Flask) -> Organisation:
    """The organisation of the people who sign in."""
    with sqlite_app.app_context():
        return build_organisation()


@pytest.fixture
def pages(sqlite_app: Flask, organisation: Organisation) -> Pages:
    """A signed-out browser, with CSRF protection as in production."""
    return Pages(sqlite_app, organisation)
