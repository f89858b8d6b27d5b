"""What a person has been told about imports."""

from phcs.web.notices.views import bp, register

__all__ = ["bp", "register"]
