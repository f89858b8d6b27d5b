"""Signing in and out, and what a person does about their own account."""

from phcs.web.account.views import bp

__all__ = ["bp"]
