"""How a view or endpoint says who may use it; the doors read the mark and refuse what has none."""

from collections.abc import Callable
from typing import Any, TypeVar

from phcs.core.permissions import Permission

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
"""The mark of what anybody may use."""


def requires(permission: Permission) -> Callable[[View], View]:
    """Mark a view as open to whoever has this permission."""

    def mark(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Mark a view as open to anybody, signed in or not."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view
