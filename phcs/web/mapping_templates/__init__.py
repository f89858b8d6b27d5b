"""The pages of saved mappings."""

from phcs.web.mapping_templates.views import bp

__all__ = ["bp"]
