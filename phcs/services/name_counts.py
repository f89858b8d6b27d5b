"""How many owners of an organisation have which part in their name, kept in step with the owners themselves."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from phcs.core.matching.frequencies import counted_parts
from phcs.core.records import OwnerFacts
from phcs.models.records import NameFrequency, Owner
from phcs.queries.among import among, checked
from phcs.queries.name_frequencies import ALL_OWNERS

PARTS_AT_ONCE = 5_000
MOST_PARTS_HELD = 100_000
"""So many changed parts wait in memory at most; a million owners have about as many."""
NAMES = frozenset({"full_name", "given_name", "family_name"})
UPSERT = """
    INSERT INTO name_frequencies AS known (organisation_id, part, owners, owners_first)
    {source}
    ON CONFLICT (organisation_id, part) DO UPDATE
    SET owners = known.owners + excluded.owners, owners_first = known.owners_first + excluded.owners_first
"""


class NameTally:
    """Collects how owners come, go and are renamed; `keep` writes the sums."""

    def __init__(self) -> None:
        self._changes: dict[str, list[int]] = {}

    def add(self, facts: OwnerFacts, times: int = 1) -> None:
        """Count an owner's name in, or with -1 out."""
        for part, is_first in ((ALL_OWNERS, False), *counted_parts(facts)):
            change = self._changes.setdefault(part, [0, 0])
            change[0] += times
            change[1] += times * is_first

    @contextmanager
    def renaming(
        self, session: Session, organisation_id: UUID, owner_ids: Collection[UUID]
    ) -> Iterator[None]:
        """Count these owners by what they are called before and after what is done within."""
        for facts in _names_of(session, organisation_id, owner_ids):
            self.add(facts, -1)
        yield
        for facts in _names_of(session, organisation_id, owner_ids):
            self.add(facts)

    def keep(self, session: Session, organisation_id: UUID, *, over: int = 0) -> None:
        """Write the sums in bulk if they are of more than so many parts; then start anew.

        In the transaction that writes the owners, with the organisation's row locked: two such never meet.
        """
        if len(self._changes) <= over:
            return
        rows = [
            (part, owners, first)
            for part, (owners, first) in sorted(self._changes.items())
            if owners or first
        ]
        self._changes = {}
        for start in range(0, len(rows), PARTS_AT_ONCE):
            _upsert(session, organisation_id, rows[start : start + PARTS_AT_ONCE])
        if any(owners < 0 for _, owners, _ in rows):
            session.execute(
                sa.delete(NameFrequency)
                .where(NameFrequency.organisation_id == organisation_id, NameFrequency.owners <= 0)
                .execution_options(synchronize_session=False)
            )


def count_names(
    session: Session,
    organisation_id: UUID,
    *,
    added: Iterable[OwnerFacts] = (),
    removed: Iterable[OwnerFacts] = (),
) -> None:
    """Keep the frequencies of name parts in step: these owners came (or are called so now), those went.

    In the transaction that writes the owners, with the organisation's row locked.
    """
    tally = NameTally()
    for facts in added:
        tally.add(facts)
    for facts in removed:
        tally.add(facts, -1)
    tally.keep(session, organisation_id)


def called(facts: Mapping[str, Any]) -> OwnerFacts:
    """Only the names, out of facts as they are stored."""
    return OwnerFacts(**{name: facts[name] for name in NAMES if name in facts})


def _names_of(session: Session, organisation_id: UUID, owner_ids: Collection[UUID]) -> list[OwnerFacts]:
    if not owner_ids:
        return []
    rows = session.execute(
        sa.select(Owner.full_name, Owner.given_name, Owner.family_name).where(
            checked(Owner.organisation_id, organisation_id), among(session, Owner.id, owner_ids)
        )
    )
    return [OwnerFacts(full_name=full, given_name=given, family_name=family) for full, given, family in rows]


def _upsert(session: Session, organisation_id: UUID, rows: list[tuple[str, int, int]]) -> None:
    """Add to thousands of parts: with one statement on PostgreSQL, prepared once on SQLite."""
    of = sa.bindparam("of", type_=sa.Uuid())
    if session.get_bind().dialect.name == "postgresql":
        parts, owners, firsts = zip(*rows, strict=True)
        source = "SELECT :of, * FROM unnest(:parts, :owners, :firsts)"
        statement = sa.text(UPSERT.format(source=source)).bindparams(
            of,
            sa.bindparam("parts", type_=postgresql.ARRAY(sa.Text)),
            sa.bindparam("owners", type_=postgresql.ARRAY(sa.Integer)),
            sa.bindparam("firsts", type_=postgresql.ARRAY(sa.Integer)),
        )
        session.execute(
            statement,
            {"of": organisation_id, "parts": list(parts), "owners": list(owners), "firsts": list(firsts)},
        )
        return
    statement = sa.text(UPSERT.format(source="VALUES (:of, :part, :owners, :first)")).bindparams(of)
    session.execute(
        statement,
        [
            {"of": organisation_id, "part": part, "owners": owners, "first": first}
            for part, owners, first in rows
        ],
    )
