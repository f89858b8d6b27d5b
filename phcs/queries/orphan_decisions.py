"""What people decided about the orphans of an import, as planning takes it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.findings import FindingCode
from phcs.core.identifiers import PlannedKeys
from phcs.core.options import ImportOptions
from phcs.core.planning import OrphanChoice, OrphanDecision
from phcs.models.imports import Import
from phcs.models.orphans import OrphansDecided
from phcs.queries.source_tables import TableInPlan

ByCode = Mapping[FindingCode, OrphanDecision]


def orphan_decisions(session: Session, found: Import, tables: Sequence[TableInPlan]) -> dict[int, ByCode]:
    """By table and code; a decision about a table that has another number by now holds no more."""
    names = {table.table_no: table.name for table in tables}
    stored = session.execute(
        sa.select(
            OrphansDecided.table_no,
            OrphansDecided.table_name,
            OrphansDecided.code,
            OrphansDecided.choice,
            OrphansDecided.owner_id,
        ).where(OrphansDecided.organisation_id == found.organisation_id, OrphansDecided.import_id == found.id)
    )
    decided: dict[int, dict[FindingCode, OrphanDecision]] = {}
    for table_no, name, code, choice, owner_id in stored:
        if names.get(table_no) == name:
            one = OrphanDecision(choice, owner_id)
            if choice is OrphanChoice.PLACEHOLDER:
                one = placeholder_of(found)
            decided.setdefault(table_no, {})[FindingCode(code)] = one
    return dict(decided)


def placeholder_of(found: Import) -> OrphanDecision:
    """The one owner of an import who stands for owners that are not there: the same in every plan of it."""
    options = ImportOptions.from_json(found.options)
    day = _local(found.created_at, options.time_zone)
    name = f"Unknown owner, import of {day.day} {day:%b %Y}"
    return OrphanDecision(OrphanChoice.PLACEHOLDER, placeholder_id(found.id), name)


def placeholder_id(import_id: UUID) -> UUID:
    """The id that the placeholder of an import has, whether its plan needs one or not."""
    return PlannedKeys(import_id).stand_in()


def _local(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone))
