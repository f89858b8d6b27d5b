"""Tables: columns, constraints, relationships. No Flask and no logic beyond one row.

Importing this package loads every table, so that migrations and `metadata` see them all.
"""

from phcs.models import (
    audit,
    imports,
    mapping_templates,
    organisations,
    plans,
    records,
    reversals,
    staging_chunks,
)

__all__ = [
    "audit",
    "imports",
    "mapping_templates",
    "organisations",
    "plans",
    "records",
    "reversals",
    "staging_chunks",
]
