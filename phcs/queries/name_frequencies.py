"""How frequent the parts of names are among an organisation's owners, as far as a plan needs to know."""

from collections.abc import Iterable
from itertools import chain
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.matching.frequencies import NameFrequencies, counted_parts
from phcs.core.records import OwnerFacts
from phcs.models.records import NameFrequency
from phcs.queries.among import among

ALL_OWNERS = ""
"""The part that every owner has."""
MOST_KEPT = 200_000
"""So many parts are kept in memory at most, about 30 MB."""


class FrequencyReader:
    """Reads frequencies once for each part: they do not change while a plan is made, or the plan is void."""

    def __init__(self, organisation_id: UUID) -> None:
        self._organisation_id = organisation_id
        self._counts: dict[str, tuple[int, int]] = {}
        self._asked: set[str] = set()

    def of_names(self, session: Session, owners: Iterable[OwnerFacts]) -> NameFrequencies:
        """The frequencies of all parts of these names, in one query at most."""
        parts = {part for part, _ in chain.from_iterable(map(counted_parts, owners))}
        if len(self._asked) > MOST_KEPT:
            self._asked, self._counts = set(), {}
        wanted = (parts | {ALL_OWNERS}) - self._asked
        if wanted:
            rows = session.execute(
                sa.select(NameFrequency.part, NameFrequency.owners, NameFrequency.owners_first).where(
                    NameFrequency.organisation_id == self._organisation_id,
                    among(session, NameFrequency.part, wanted),
                )
            )
            self._counts.update((part, (owners, first)) for part, owners, first in rows)
            self._asked |= wanted
        return NameFrequencies(owners=self._counts.get(ALL_OWNERS, (0, 0))[0], counts=self._counts)
