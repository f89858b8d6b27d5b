"""The start page: what waits for whoever looks at it."""

from phcs.web.home.views import bp

__all__ = ["bp"]
