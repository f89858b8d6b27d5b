"""The REST endpoints: the same use cases, JSON in and out; and what monitoring asks."""

from flask import Flask

from phcs.api import (
    admin,
    bulk,
    comments,
    corrections,
    decisions,
    docs,
    duplicates,
    exports,
    health,
    idempotency,
    imports,
    repairs,
    schedules,
    staged,
    templates,
    undo,
    webhooks,
)
from phcs.api.access import caller_to_limit, calls_allowed
from phcs.extensions import csrf, limiter

FAMILIES = (
    imports.bp,
    bulk.bp,
    staged.bp,
    repairs.bp,
    corrections.bp,
    decisions.bp,
    comments.bp,
    duplicates.bp,
    undo.bp,
    templates.bp,
    exports.bp,
    webhooks.bp,
    schedules.bp,
    admin.bp,
    docs.bp,
)


def register(app: Flask) -> None:
    """Add the REST endpoints to the application.

    They prove their callers by themselves (`access`), so that a program with a key needs no CSRF token.
    """
    for family in FAMILIES:
        limiter.limit(calls_allowed, key_func=caller_to_limit)(family)
        csrf.exempt(family)
        app.register_blueprint(family)
    csrf.exempt(health.bp)
    app.register_blueprint(health.bp)
    idempotency.register(app)
