"""Addresses that templates need: this page with another filter or cursor, and where in the house we are."""

from typing import Any

from flask import Flask, request, url_for


def address_with(**changes: str | None) -> str:
    """Give this page's address with some of its query changed; None takes a name out.

    A changed filter starts at the first page again: the cursor goes unless it is what changes.
    """
    query: dict[str, list[str]] = {name: values for name, values in request.args.lists() if name != "cursor"}
    for name, value in changes.items():
        query[name] = [] if value is None else [value]
    given: dict[str, Any] = {
        **(request.view_args or {}),
        **{name: values for name, values in query.items() if values},
    }
    return url_for(str(request.endpoint), **given)


def is_in(*sections: str) -> bool:
    """Say whether this page belongs to one of these blueprints, or to `blueprint.start-of-view`."""
    endpoint = request.endpoint or ""
    return any(
        endpoint == section or endpoint.startswith((f"{section}.", f"{section}_")) for section in sections
    )


def register(app: Flask) -> None:
    """Give templates the functions."""
    app.jinja_env.globals.update(address_with=address_with, is_in=is_in)
