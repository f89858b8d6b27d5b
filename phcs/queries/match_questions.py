"""The rows whose owner may be somebody PHCS knows, each beside that person; and those that were linked."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.records import RecordKind, fact_names
from phcs.core.row_places import RowPlace
from phcs.models.plans import PlanAction, PlanRow
from phcs.models.records import Owner, Pet
from phcs.queries.among import among
from phcs.queries.live_facts import fact_value
from phcs.queries.paging import Page, page_of
from phcs.queries.preview import PreviewFilter, PreviewRow, preview_rows

QUESTIONS = 10
"""Questions on one page: each takes as much room as a person needs to decide."""

COMPARED = tuple(name for name in fact_names(RecordKind.OWNER) if name not in {"custom", "phone_given"})

SAME, DIFFERS, ONLY_INCOMING, ONLY_KNOWN = "same", "differs", "only-incoming", "only-known"


@dataclass(frozen=True, slots=True)
class ComparedFact:
    """One fact of both; `verdict` is same, differs, only-incoming or only-known."""

    name: str
    incoming: Any
    known: Any
    verdict: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be a row's owner; `is_live` is False for one that an earlier row of the file makes."""

    id: UUID
    facts: Mapping[str, Any]
    pets: tuple[str, ...]
    is_live: bool


@dataclass(frozen=True, slots=True)
class MatchQuestion:
    """One question to a person: whether the owner of this row is this candidate."""

    row: PreviewRow
    candidate: Candidate
    compared: tuple[ComparedFact, ...]
    pets: tuple[str, ...]

    @property
    def differing(self) -> tuple[str, ...]:
        """The names of the facts in which they differ."""
        return tuple(fact.name for fact in self.compared if fact.verdict == DIFFERS)


@dataclass(frozen=True, slots=True)
class LinkedRow:
    """A row whose owner was recognised, and why."""

    row_no: int
    owner_id: UUID | None
    explanation: str
    answer: str
    """What a person has answered since, '' while it stands."""
    table_no: int = 1

    @property
    def place(self) -> RowPlace:
        """Where the row stands."""
        return RowPlace(self.table_no, self.row_no)


def match_questions(
    session: Session,
    *,
    organisation_id: UUID,
    import_id: UUID,
    cursor: str | None = None,
    size: int = QUESTIONS,
) -> Page[MatchQuestion]:
    """The open questions in file order, in a constant number of queries a page."""
    page = preview_rows(
        session,
        organisation_id=organisation_id,
        import_id=import_id,
        wanted=PreviewFilter(unanswered=True),
        cursor=cursor,
        size=size,
    )
    ids = {UUID(row.match.owner_id) for row in page.rows if row.match.owner_id}
    known = _candidates(session, organisation_id, import_id, ids)
    asked = [row for row in page.rows if row.match.owner_id and UUID(row.match.owner_id) in known]
    return page.with_rows([_question(row, known[UUID(row.match.owner_id)]) for row in asked])


def match_question(
    session: Session, *, organisation_id: UUID, import_id: UUID, place: RowPlace
) -> MatchQuestion | None:
    """What this row asks or, where it was linked, whom it was linked to; None when it is about nobody known."""
    page = preview_rows(
        session, organisation_id=organisation_id, import_id=import_id, wanted=PreviewFilter(places=(place,))
    )
    if not page.rows or not page.rows[0].match.owner_id:
        return None
    owner_id = UUID(page.rows[0].match.owner_id)
    known = _candidates(session, organisation_id, import_id, {owner_id})
    return _question(page.rows[0], known[owner_id]) if owner_id in known else None


def linked_rows(
    session: Session, *, organisation_id: UUID, import_id: UUID, cursor: str | None = None, size: int = 50
) -> Page[LinkedRow]:
    """The rows whose owner was recognised by resemblance or id in file order, with the explanation of each."""
    is_linked = sa.exists().where(
        PlanAction.import_id == PlanRow.import_id,
        PlanAction.table_no == PlanRow.table_no,
        PlanAction.row_no == PlanRow.row_no,
        PlanAction.organisation_id == PlanRow.organisation_id,
        PlanAction.kind == RecordKind.OWNER,
        PlanAction.action.in_(["link", "update", "unchanged"]),
    )
    columns = (PlanRow.table_no, PlanRow.row_no, PlanRow.owner_id, PlanRow.match, PlanRow.answer)
    statement = sa.select(*columns).where(
        PlanRow.organisation_id == organisation_id, PlanRow.import_id == import_id, is_linked
    )
    page = page_of(session, statement, keys=[PlanRow.table_no, PlanRow.row_no], cursor=cursor, size=size)
    return page.of(
        lambda row: LinkedRow(
            row.row_no, row.owner_id, row.match.get("explanation", ""), row.answer, row.table_no
        )
    )


def _candidates(
    session: Session, organisation_id: UUID, import_id: UUID, ids: Collection[UUID]
) -> dict[UUID, Candidate]:
    planned = _planned(session, organisation_id, import_id, PlanAction.record_id, RecordKind.OWNER, ids)
    owners = session.scalars(
        sa.select(Owner).where(Owner.organisation_id == organisation_id, among(session, Owner.id, ids))
    ).all()
    pets = _pet_names(session, organisation_id, import_id, ids)
    found = {
        one.record_id: Candidate(one.record_id, one.facts, tuple(pets[one.record_id]), is_live=False)
        for one in planned
    }
    for owner in owners:
        facts = {name: fact_value(name, getattr(owner, name)) for name in COMPARED}
        found[owner.id] = Candidate(owner.id, facts, tuple(pets[owner.id]), is_live=True)
    return found


def _pet_names(
    session: Session, organisation_id: UUID, import_id: UUID, ids: Collection[UUID]
) -> dict[UUID, list[str]]:
    names: dict[UUID, list[str]] = defaultdict(list)
    live = session.scalars(
        sa.select(Pet)
        .where(
            Pet.organisation_id == organisation_id,
            among(session, Pet.owner_id, ids),
            Pet.archived_at.is_(None),
        )
        .order_by(Pet.id)
        .limit(200)
    )
    for pet in live:
        names[pet.owner_id].append(pet_name({"name": pet.name, "species": pet.species}))
    for one in _planned(session, organisation_id, import_id, PlanAction.parent_id, RecordKind.PET, ids):
        if one.parent_id is not None:
            names[one.parent_id].append(pet_name(one.facts))
    return names


def _planned(
    session: Session,
    organisation_id: UUID,
    import_id: UUID,
    column: Any,
    kind: RecordKind,
    ids: Collection[UUID],
) -> list[PlanAction]:
    """Creations of this plan whose `column` is one of these."""
    return list(
        session.scalars(
            sa.select(PlanAction)
            .where(
                PlanAction.organisation_id == organisation_id,
                PlanAction.import_id == import_id,
                PlanAction.kind == kind,
                PlanAction.action == "create",
                among(session, column, ids),
            )
            .order_by(PlanAction.table_no, PlanAction.row_no)
            .limit(200)
        )
    )


def _question(row: PreviewRow, candidate: Candidate) -> MatchQuestion:
    incoming = row.record.get("owner") or {}
    compared = tuple(
        fact
        for name in COMPARED
        if (fact := _compared(name, incoming.get(name, ""), candidate.facts.get(name, ""))) is not None
    )
    return MatchQuestion(
        row, candidate, compared, tuple(pet_name(pet) for pet in row.record.get("pets") or ())
    )


def _compared(name: str, incoming: Any, known: Any) -> ComparedFact | None:
    """Both values of a fact; None when neither says anything."""
    if not incoming and not known:
        return None
    if not incoming or not known:
        return ComparedFact(name, incoming, known, ONLY_INCOMING if incoming else ONLY_KNOWN)
    both_say = _plain(incoming) == _plain(known)
    return ComparedFact(name, incoming, known, SAME if both_say else DIFFERS)


def _plain(value: Any) -> Any:
    """The value as people compare it: a difference of letter case or of list type is none."""
    return value.casefold() if isinstance(value, str) else sorted(value)


def pet_name(facts: Mapping[str, Any]) -> str:
    """A pet as a list names it: `Rex (dog)`."""
    name, species = facts.get("name") or "no name", facts.get("species")
    return f"{name} ({species})" if species else str(name)
