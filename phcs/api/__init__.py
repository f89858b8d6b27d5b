"""The REST endpoints: the same use cases, JSON in and out; and what monitoring asks."""

from flask import Flask

from phcs.api import admin, health, templates
from phcs.extensions import csrf


def register(app: Flask) -> None:
    """Add the REST endpoints to the application.

    They prove their callers by themselves (`access`), so that a program with a key needs no CSRF token.
    """
    for family in (admin.bp, templates.bp, health.bp):
        csrf.exempt(family)
        app.register_blueprint(family)
