"""The plan: for every row one outcome, for every record one action; nothing here touches a database."""

from phcs.core.planning.actions import (
    Action,
    DuplicateStrategy,
    OrphanChoice,
    OrphanDecision,
    PlannedAction,
    PlannedRow,
    PlanPolicy,
)
from phcs.core.planning.counts import PlanCounts
from phcs.core.planning.fingerprint import (
    PlanFingerprint,
    StoredAction,
    action_from_stored,
    imported_facts,
    row_digest,
    stored_action,
)
from phcs.core.planning.planner import Planner

__all__ = [
    "Action",
    "DuplicateStrategy",
    "OrphanChoice",
    "OrphanDecision",
    "PlanCounts",
    "PlanFingerprint",
    "PlanPolicy",
    "PlannedAction",
    "PlannedRow",
    "Planner",
    "StoredAction",
    "action_from_stored",
    "imported_facts",
    "row_digest",
    "stored_action",
]
