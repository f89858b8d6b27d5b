"""Headers that every answer carries, and the refusal of requests that another site made."""

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request

from phcs.web.htmx import vary

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITES = frozenset({"same-origin", "none"})
"""`Sec-Fetch-Site` of our own pages, and of an address that the person typed."""

YEAR_SECONDS = 31_536_000


def nonce() -> str:
    """Give the word that lets this answer's own scripts run."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def request_id() -> str:
    """Give the name of this request, the same in audit events, logs and the page of an unexpected error."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    return str(g.request_id)


def refuse_other_sites() -> None:
    """Refuse, with 403, an unsafe request that a page of another site made with our cookie."""
    if request.method in SAFE_METHODS or request.headers.get("Authorization", "").startswith("Bearer "):
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        foreign = site not in OWN_SITES
    else:
        origin = request.headers.get("Origin")
        foreign = origin is not None and urlsplit(origin).netloc != request.host
    if foreign:
        abort(403, "This request came from another site.")


def protect(response: Response) -> Response:
    """Add the headers; a page with data is never stored, a static file with its version for a year."""
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'nonce-{nonce()}'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Request-Id"] = request_id()
    if request.endpoint == "static":
        versioned = response.status_code == 200 and "v" in request.args
        response.headers["Cache-Control"] = (
            f"public, max-age={YEAR_SECONDS}, immutable" if versioned else "no-cache"
        )
        return response
    response.headers["Cache-Control"] = "no-store"
    return vary(response)


def register(app: Flask) -> None:
    """Guard every request and every answer."""
    app.before_request(refuse_other_sites)
    app.after_request(protect)
    app.jinja_env.globals.update(csp_nonce=nonce, request_id=request_id)
