"""The plan: for every row one outcome, for every record one action; nothing here touches a database."""

from phcs.core.planning.actions import (
    Action,
    DuplicateStrategy,
    PlannedAction,
    PlannedRow,
    PlanPolicy,
)
from phcs.core.planning.counts import PlanCounts
from phcs.core.planning.fingerprint import (
    PlanFingerprint,
    actions_from_json,
    actions_to_json,
    canonical_row,
    row_digest,
)
from phcs.core.planning.planner import Planner

__all__ = [
    "Action",
    "DuplicateStrategy",
    "PlanCounts",
    "PlanFingerprint",
    "PlanPolicy",
    "PlannedAction",
    "PlannedRow",
    "Planner",
    "actions_from_json",
    "actions_to_json",
    "canonical_row",
    "row_digest",
]
