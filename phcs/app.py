"""The application: settings, extensions, and the three doors (pages, REST, commands)."""

from collections.abc import Mapping
from os import environ
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import phcs.tasks  # noqa: F401 - registers the tasks with Celery
from phcs import api, cli, web
from phcs.config import VARIABLES, Settings
from phcs.extensions import start_extensions

SMALL_REQUEST_BYTES = 1_000_000
"""The size of any request; the upload routes raise it for themselves."""


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Make an application.

    `overrides` wins over the environment for the variables in `.env.example`; any other name in it goes into
    Flask's own configuration. Raises SettingError when a setting cannot be used.
    """
    given = dict(overrides or {})
    ours = {name: given.pop(name) for name in VARIABLES if name in given}
    settings = Settings.from_environment({**environ, **ours})
    app = Flask("phcs", instance_path=settings.instance)
    app.config.update(
        PHCS=settings,
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=SMALL_REQUEST_BYTES,
        SESSION_COOKIE_NAME="__Host-phcs" if settings.https else "phcs",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=settings.https,
    )
    app.config.update(given)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    start_extensions(app, settings)
    web.register(app)
    api.register(app)
    cli.register(app)
    return app
