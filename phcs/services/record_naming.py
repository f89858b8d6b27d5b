"""Keeping what sources call our records, and what they said of them, while a plan is carried out."""

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.errors import StalePlanError
from phcs.core.planning import imported_facts
from phcs.core.records import RecordKind
from phcs.extensions import json_text
from phcs.models.imports import Import
from phcs.models.records import ExternalId, FormerExternalId
from phcs.queries.among import among, by_index
from phcs.queries.stored_values import hex_text, word
from phcs.services import bulk

EXTERNAL_ID_COLUMNS = (
    "organisation_id",
    "source",
    "kind",
    "external_id",
    "record_id",
    "import_id",
    "imported",
    "imported_rows",
)
EXTERNAL_ID_KEYS = ("organisation_id", "source", "kind", "external_id")


class NamedStep(Protocol):
    """A stored action that states an external id; its key as 32 hex digits."""

    @property
    def kind(self) -> str: ...
    @property
    def record_id(self) -> str: ...
    @property
    def external_id(self) -> str: ...
    @property
    def body(self) -> dict[str, Any]: ...


class RecordNames:
    """The external ids of one source, as one import states them."""

    def __init__(self, *, session: Session, found: Import, source: str) -> None:
        self.session = session
        self.found = found
        self.source = source

    def keep(self, steps: Sequence[NamedStep]) -> None:
        """Keep external ids with what the source said; one that is another record's voids the plan."""
        latest = {(one.kind, one.external_id): one for one in steps}
        known = self._known_external_ids({external_id for _, external_id in latest})
        for key, one in latest.items():
            if known.get(key, one.record_id) != one.record_id:
                raise StalePlanError("An external id of this file belongs to another record by now.")
        new = [one for key, one in latest.items() if key not in known]
        old = [one for key, one in latest.items() if key in known]
        organisation, source, import_id = self.found.organisation_id.hex, self.source, self.found.id.hex
        bulk.insert_rows(
            self.session,
            ExternalId,
            EXTERNAL_ID_COLUMNS,
            [
                (
                    *(organisation, source, one.kind, one.external_id, one.record_id, import_id),
                    json_text(imported_facts(one.body)),
                    json_text(one.body.get("imported_rows", [])),
                )
                for one in new
            ],
            ready=True,
        )
        self._rename(old)

    def _rename(self, steps: Sequence[NamedStep]) -> None:
        """Restate external ids that are known already."""
        self._keep_former([one.external_id for one in steps])
        bulk.update_rows(
            self.session,
            ExternalId,
            EXTERNAL_ID_KEYS,
            EXTERNAL_ID_COLUMNS[4:],
            [
                (
                    UUID(one.record_id),
                    self.found.id,
                    imported_facts(one.body),
                    one.body.get("imported_rows", []),
                    self.found.organisation_id,
                    self.source,
                    one.kind,
                    one.external_id,
                )
                for one in steps
            ],
        )

    def _keep_former(self, external_ids: Sequence[str]) -> None:
        """Keep what is about to be restated, so that undo can bring it back; once for each external id."""
        if not external_ids:
            return
        kept = ("organisation_id", "source", "kind", "external_id", "record_id", "imported", "imported_rows")
        with by_index(self.session):
            self.session.execute(
                sa.insert(FormerExternalId).from_select(
                    ("import_id", "former_import_id", *kept),
                    sa.select(
                        sa.literal(self.found.id, sa.Uuid()),
                        ExternalId.import_id,
                        *(getattr(ExternalId, name) for name in kept),
                    ).where(
                        ExternalId.organisation_id == self.found.organisation_id,
                        ExternalId.source == self.source,
                        ExternalId.kind.in_(list(RecordKind)),
                        among(self.session, ExternalId.external_id, external_ids),
                        ExternalId.import_id != self.found.id,
                    ),
                )
            )

    def _known_external_ids(self, external_ids: set[str]) -> dict[tuple[str, str], str]:
        if not external_ids:
            return {}
        with by_index(self.session):
            rows = self.session.execute(
                sa.select(
                    word(ExternalId.kind),
                    ExternalId.external_id,
                    hex_text(self.session, ExternalId.record_id),
                ).where(
                    ExternalId.organisation_id == self.found.organisation_id,
                    ExternalId.source == self.source,
                    ExternalId.kind.in_(list(RecordKind)),
                    among(self.session, ExternalId.external_id, external_ids),
                )
            ).all()
        return {(kind, external_id): record_id for kind, external_id, record_id in rows}
