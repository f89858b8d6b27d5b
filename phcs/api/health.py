"""What monitoring asks: is it alive, is it ready, how much is going on. Public, and numbers only."""

import logging
from datetime import UTC, datetime

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, jsonify
from kombu.exceptions import OperationalError
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from phcs.api.describing import Answer, described
from phcs.api.shapes import HealthShape, ReadinessShape
from phcs.core.access_marks import public
from phcs.extensions import current_settings, db
from phcs.queries.home import imports_by_state
from phcs.queries.waiting import oldest_wait_seconds

bp = Blueprint("api_health", __name__)
log = logging.getLogger(__name__)

LONGEST_WAIT_SECONDS = 300
"""When an import has waited longer, no worker is doing its work."""

BROKER_SECONDS = 2

_SECTION = "Monitoring"
_READY: ReadinessShape = {
    "status": "ready",
    "checks": {"database": "ok", "broker": "ok", "workers": "ok"},
    "oldest_wait_seconds": 0.0,
}


@bp.get("/healthz")
@public
@described(_SECTION, Answer("It is alive.", 200, HealthShape, {"status": "alive"}))
def healthz() -> Response:
    """Say that the process answers."""
    return jsonify(status="alive")


@bp.get("/readyz")
@public
@described(
    _SECTION, Answer("Everything does its part; 503 when something does not.", 200, ReadinessShape, _READY)
)
def readyz() -> tuple[Response, int]:
    """Say whether database, broker and workers do their part; 503 when one does not."""
    wait = _oldest_wait()
    checks = {
        "database": wait is not None,
        "broker": _broker_answers(),
        "workers": wait is None or wait <= LONGEST_WAIT_SECONDS,
    }
    is_ready = all(checks.values())
    answer = jsonify(
        status="ready" if is_ready else "not ready",
        checks={name: "ok" if is_ok else "failing" for name, is_ok in checks.items()},
        oldest_wait_seconds=None if wait is None else round(wait, 1),
    )
    return answer, 200 if is_ready else 503


@bp.get("/metrics")
@public
@described(
    _SECTION, Answer("The numbers.", 200, None, 'phcs_imports{state="review"} 2.0\n', (CONTENT_TYPE_LATEST,))
)
def metrics() -> Response:
    """Give the numbers as Prometheus reads them."""
    registry = CollectorRegistry()
    by_state = Gauge("phcs_imports", "Imports by state.", ["state"], registry=registry)
    for state, number in imports_by_state(db.session()).items():
        by_state.labels(state=state.value).set(number)
    wait = Gauge(
        "phcs_oldest_wait_seconds",
        "For how long the oldest import has been waiting for a worker.",
        registry=registry,
    )
    wait.set(oldest_wait_seconds(db.session(), now=datetime.now(UTC)))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _oldest_wait() -> float | None:
    """For how long the oldest import has waited; None when the database does not answer."""
    try:
        db.session.execute(sa.text("SELECT 1"))
        return oldest_wait_seconds(db.session(), now=datetime.now(UTC))
    except SQLAlchemyError:
        log.exception("the database does not answer")
        return None


def _broker_answers() -> bool:
    """Whether the broker can be reached; without one there is nothing to reach."""
    if not current_settings().broker_url:
        return True
    try:
        with current_app.extensions["celery"].connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=BROKER_SECONDS)
    except (OperationalError, OSError):
        log.warning("the broker does not answer")
        return False
    return True
