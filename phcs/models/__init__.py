"""Tables: columns, constraints, relationships. No Flask and no logic beyond one row.

Importing this package loads every table, so that migrations and `metadata` see them all.
"""

from phcs.models import (
    audit,
    finding_causes,
    imports,
    mapping_templates,
    merges,
    organisations,
    plans,
    quality,
    records,
    repairs,
    requests,
    reversals,
    reviews,
    schedules,
    staging_chunks,
    webhooks,
)

__all__ = [
    "audit",
    "finding_causes",
    "imports",
    "mapping_templates",
    "merges",
    "organisations",
    "plans",
    "quality",
    "records",
    "repairs",
    "requests",
    "reversals",
    "reviews",
    "schedules",
    "staging_chunks",
    "webhooks",
]
