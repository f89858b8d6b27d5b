"""The REST endpoints: the same use cases, JSON in and out; and what monitoring asks."""

from flask import Flask

from phcs.api import (
    admin,
    bulk,
    coming_again,
    comments,
    corrections,
    decisions,
    docs,
    documents,
    duplicates,
    export_jobs,
    exports,
    health,
    idempotency,
    imports,
    orphans,
    rehearsal,
    repairs,
    schedules,
    staged,
    templates,
    undo,
    verification,
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
    orphans.bp,
    coming_again.bp,
    rehearsal.bp,
    undo.bp,
    verification.bp,
    templates.bp,
    exports.bp,
    export_jobs.bp,
    documents.bp,
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
