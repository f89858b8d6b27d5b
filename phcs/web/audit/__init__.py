"""The audit trail: who did what to which record, when."""

from phcs.web.audit.views import bp

__all__ = ["bp"]
