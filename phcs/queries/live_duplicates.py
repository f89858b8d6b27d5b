"""Duplicates among an organisation's own owners: the list, one pair side by side, and how far a search is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from phcs.core.errors import NotFoundError
from phcs.core.merging.words import OPEN_SEARCHES, PairAnswer, PairOutcome, SearchState
from phcs.models.merges import DuplicatePair, DuplicateSearch
from phcs.models.records import Owner
from phcs.queries.paging import PAGE_SIZE, Page, page_of
from phcs.queries.searching import cleaned_search, holds_digits, holds_text

PAIRS_AT_ONCE = 500
PAIR_COLUMNS = (
    "pair",
    "outcome",
    "bits",
    "score",
    "owner_a",
    "name_a",
    "phone_a",
    "email_a",
    "owner_b",
    "name_b",
    "phone_b",
    "email_b",
    "explanation",
    "rules",
    "found_at",
    "answer",
    "answered_by",
    "answered_at",
)


@dataclass(frozen=True, slots=True)
class PairFilter:
    """Which pairs are wanted; the default wants those that wait for an answer. `text` is in a name or contact."""

    text: str = ""
    outcome: PairOutcome | None = None
    answer: PairAnswer = PairAnswer.OPEN


@dataclass(frozen=True, slots=True)
class PairSide:
    """One of the two owners in a list."""

    id: UUID
    full_name: str
    phone: str
    email: str
    city: str


@dataclass(frozen=True, slots=True)
class EvidencePart:
    """One thing that speaks for or against; bits are 0 where it is only told."""

    kind: str
    bits: float
    phrase: str


@dataclass(frozen=True, slots=True)
class PairLine:
    """Two owners who may be one person."""

    id: UUID
    outcome: PairOutcome
    bits: float
    score: int
    one: PairSide
    other: PairSide
    points: tuple[EvidencePart, ...]
    explanation: str
    rules: str
    found_at: datetime
    answer: PairAnswer
    answered_by_name: str
    answered_at: datetime | None

    def cells(self) -> tuple[Any, ...]:
        """The values in the order of PAIR_COLUMNS."""
        sides = [(one.id, one.full_name, one.phone, one.email) for one in (self.one, self.other)]
        return (
            *(self.id, self.outcome.value, self.bits, self.score, *sides[0], *sides[1]),
            *(self.explanation, self.rules, self.found_at.isoformat(), self.answer.value),
            *(self.answered_by_name, self.answered_at.isoformat() if self.answered_at else ""),
        )


@dataclass(frozen=True, slots=True)
class SearchProgress:
    """The newest search of an organisation."""

    state: SearchState
    asked_at: datetime
    asked_by_name: str
    finished_at: datetime | None
    owners_done: int
    owners_total: int
    pairs_found: int
    keys_skipped: int

    @property
    def is_open(self) -> bool:
        """Whether it waits or is worked on."""
        return self.state in OPEN_SEARCHES


def pair_lines(
    session: Session,
    *,
    organisation_id: UUID,
    wanted: PairFilter,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[PairLine]:
    """Pairs, the most certain first, in one query; none of which an owner is archived or gone."""
    found = page_of(
        session,
        _pairs(organisation_id, wanted),
        keys=[DuplicatePair.certainty, DuplicatePair.id],
        cursor=cursor,
        size=size,
        descending=True,
    )
    return found.of(_line)


def pair_line(session: Session, *, organisation_id: UUID, pair_id: UUID) -> PairLine:
    """One pair, archived owners too. Raises NotFoundError when there is none or one of the owners is gone."""
    row = session.execute(_with_sides(organisation_id).where(DuplicatePair.id == pair_id)).one_or_none()
    if row is None:
        raise NotFoundError("There is no such pair of owners. It may have been merged or removed meanwhile.")
    return _line(row)


def pair_after(session: Session, *, organisation_id: UUID, pair_id: UUID) -> UUID | None:
    """The pair that waits for an answer after this one in the list; else the first that waits, None if none does."""
    waiting = _pairs(organisation_id, PairFilter()).with_only_columns(DuplicatePair.id)
    waiting = waiting.where(DuplicatePair.id != pair_id)
    waiting = waiting.order_by(DuplicatePair.certainty.desc(), DuplicatePair.id.desc()).limit(1)
    here = session.execute(
        sa.select(DuplicatePair.certainty, DuplicatePair.id).where(
            DuplicatePair.organisation_id == organisation_id, DuplicatePair.id == pair_id
        )
    ).one_or_none()
    if here is not None:
        place = sa.tuple_(DuplicatePair.certainty, DuplicatePair.id)
        found = session.scalar(waiting.where(place < sa.tuple_(*map(sa.literal, here))))
        if found is not None:
            return found
    return session.scalar(waiting)


def pair_counts(session: Session, *, organisation_id: UUID) -> dict[PairAnswer, int]:
    """How many pairs of live owners there are by what was said about them."""
    asked = (
        _with_sides(organisation_id)
        .with_only_columns(DuplicatePair.answer, sa.func.count())
        .where(*_live())
        .group_by(DuplicatePair.answer)
    )
    found = dict.fromkeys(PairAnswer, 0)
    return found | {row[0]: row[1] for row in session.execute(asked)}


def all_pairs(session: Session, *, organisation_id: UUID, wanted: PairFilter) -> Iterator[PairLine]:
    """Every pair of a list in its order, read some thousand at a time."""
    cursor: str | None = None
    while True:
        page = pair_lines(
            session, organisation_id=organisation_id, wanted=wanted, cursor=cursor, size=PAIRS_AT_ONCE
        )
        yield from page.rows
        if page.next is None:
            return
        cursor = page.next


def search_progress(session: Session, *, organisation_id: UUID) -> SearchProgress | None:
    """The newest search, None where nobody has asked for one yet."""
    found = session.scalars(
        sa.select(DuplicateSearch).where(DuplicateSearch.organisation_id == organisation_id)
    ).one_or_none()
    if found is None:
        return None
    return SearchProgress(
        state=found.state,
        asked_at=found.asked_at,
        asked_by_name=found.asked_by_name,
        finished_at=found.finished_at,
        owners_done=found.owners_done,
        owners_total=found.owners_total,
        pairs_found=found.pairs_found,
        keys_skipped=found.keys_skipped,
    )


def searches_without_worker(session: Session, *, now: datetime) -> list[UUID]:
    """The organisations whose search waits for a worker; ids for workers, never for people."""
    waiting = sa.or_(DuplicateSearch.lease_until.is_(None), DuplicateSearch.lease_until < now)
    asked = sa.select(DuplicateSearch.organisation_id).where(
        DuplicateSearch.state.in_(OPEN_SEARCHES), waiting
    )
    return list(session.scalars(asked.order_by(DuplicateSearch.asked_at)))


ONE, OTHER = aliased(Owner), aliased(Owner)


def _with_sides(organisation_id: UUID) -> sa.Select[*tuple[Any, ...]]:
    sides: list[Any] = [
        getattr(side, name) for side in (ONE, OTHER) for name in ("id", "full_name", "phone", "email", "city")
    ]
    return (
        sa.select(DuplicatePair, *sides)
        .join(ONE, sa.and_(ONE.id == DuplicatePair.owner_a, ONE.organisation_id == organisation_id))
        .join(OTHER, sa.and_(OTHER.id == DuplicatePair.owner_b, OTHER.organisation_id == organisation_id))
        .where(DuplicatePair.organisation_id == organisation_id)
    )


def _live() -> tuple[sa.ColumnElement[bool], ...]:
    return (ONE.archived_at.is_(None), OTHER.archived_at.is_(None))


def _pairs(organisation_id: UUID, wanted: PairFilter) -> sa.Select[*tuple[Any, ...]]:
    found = _with_sides(organisation_id).where(*_live(), DuplicatePair.answer == wanted.answer)
    if wanted.outcome is not None:
        found = found.where(DuplicatePair.outcome == wanted.outcome)
    if text := cleaned_search(wanted.text):
        conditions = [
            condition
            for side in (ONE, OTHER)
            for condition in (
                holds_text(side.full_name, text),
                holds_text(side.email, text),
                holds_digits(side.phone, text),
            )
        ]
        found = found.where(sa.or_(*conditions))
    return found


def _line(row: Any) -> PairLine:
    pair: DuplicatePair = row[0]
    return PairLine(
        id=pair.id,
        outcome=pair.outcome,
        bits=pair.bits,
        score=pair.score,
        one=PairSide(*row[1:6]),
        other=PairSide(*row[6:11]),
        points=tuple(EvidencePart(*point) for point in pair.points),
        explanation=pair.explanation,
        rules=pair.rules,
        found_at=pair.found_at,
        answer=pair.answer,
        answered_by_name=pair.answered_by_name,
        answered_at=pair.answered_at,
    )
