"""The REST endpoints."""

from flask import Flask


def register(app: Flask) -> None:  # noqa: ARG001
    """Add the REST endpoints to the application."""
