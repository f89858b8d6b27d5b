"""Searching an organisation's own owners for duplicates: asked for by a person, worked on chunk by chunk by a worker.

The database says what is to be done and who does it: a claim is one guarded UPDATE, every later write proves it by
its fence. A search that is broken off goes on where it was.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor, process_actor
from phcs.core.errors import LeaseLostError
from phcs.core.merging.words import OPEN_SEARCHES, SearchState
from phcs.core.permissions import Permission
from phcs.extensions import db
from phcs.models.merges import DuplicateSearch
from phcs.queries.duplicate_candidates import (
    crowded_key_count,
    live_owner_count,
    owners_after,
)
from phcs.queries.name_frequencies import FrequencyReader
from phcs.services import auditing
from phcs.services.claiming import change_held, row_to_claim
from phcs.services.duplicate_finding import drop_outdated, keep_pairs, pairs_of
from phcs.services.rebuilding_keys import rebuild_where_old
from phcs.services.transactions import transaction

OWNERS_AT_ONCE = 1_000
LEASE_SECONDS = 120
MOST_ATTEMPTS = 3
SEARCHER = "the search for duplicates"
Told = Callable[[int, int], None]
Clock = Callable[[], datetime]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SearchClaim:
    """The right to work on an organisation's search until the lease ends; `after` is how far it has come."""

    organisation_id: UUID
    fence: int
    after: UUID | None
    done: int


def request_search(*, actor: Actor, now: datetime) -> bool:
    """Ask for a search among the organisation's owners; gives False when one is under way already."""
    actor.require(Permission.DECIDE_DUPLICATES)
    with transaction() as session:
        found = session.get(DuplicateSearch, actor.organisation_id, with_for_update=True)
        if found is not None and found.state in OPEN_SEARCHES:
            return False
        session.merge(
            DuplicateSearch(
                organisation_id=actor.organisation_id,
                state=SearchState.ASKED,
                fence=found.fence + 1 if found else 1,
                attempts=0,
                lease_until=None,
                asked_at=now,
                asked_by_name=actor.name,
                finished_at=None,
                after_owner=None,
                owners_done=0,
                owners_total=live_owner_count(session, organisation_id=actor.organisation_id),
                pairs_found=0,
                keys_skipped=0,
            )
        )
        auditing.record(session, actor=actor, now=now, action="duplicates.searched")
    return True


def search_duplicates(
    *,
    organisation_id: UUID,
    clock: Clock,
    told: Told = lambda _done, _total: None,
    stopping: Callable[[], bool] = lambda: False,
    owners_at_once: int = OWNERS_AT_ONCE,
) -> bool:
    """Work on the organisation's search, if one waits for a worker; gives whether it came to its end.

    Pairs are kept as they are found, some thousand owners to a transaction; memory does not grow with the number of
    owners. Pairs that nothing speaks for any more go, unless a person has answered them.
    """
    claim = _claim(organisation_id, clock())
    if claim is None:
        return False
    try:
        rebuild_where_old(organisation_id=organisation_id)
        return _search(claim, clock, told, stopping, owners_at_once)
    except LeaseLostError:
        log.info("the search of %s is somebody else's by now", organisation_id)
        return False


def _claim(organisation_id: UUID, now: datetime) -> SearchClaim | None:
    with transaction() as session:
        found = row_to_claim(
            session,
            DuplicateSearch,
            DuplicateSearch.organisation_id == organisation_id,
            DuplicateSearch.state.in_(OPEN_SEARCHES),
            now=now,
        )
        if found is None:
            return None
        if found.attempts >= MOST_ATTEMPTS:
            found.state, found.finished_at = SearchState.FAILED, now
            return None
        found.state, found.fence, found.attempts = SearchState.RUNNING, found.fence + 1, found.attempts + 1
        found.lease_until = now + timedelta(seconds=LEASE_SECONDS)
        if found.after_owner is None:
            found.keys_skipped = crowded_key_count(session, organisation_id=organisation_id)
        return SearchClaim(organisation_id, found.fence, found.after_owner, found.owners_done)


def _search(
    claim: SearchClaim, clock: Clock, told: Told, stopping: Callable[[], bool], owners_at_once: int
) -> bool:
    organisation_id, after, done = claim.organisation_id, claim.after, claim.done
    frequencies = FrequencyReader(organisation_id)
    total = live_owner_count(db.session(), organisation_id=organisation_id)
    while owners := owners_after(
        db.session(), organisation_id=organisation_id, after=after, limit=owners_at_once
    ):
        found = pairs_of(organisation_id, owners, frequencies)
        done += len(owners)
        with transaction() as session:
            _renew(session, claim, clock(), after_owner=owners[-1], owners_done=done, owners_total=total)
            keep_pairs(session, organisation_id, (after, owners[-1]), found, clock())
        after = owners[-1]
        told(done, total)
        if stopping():
            _give_back(claim)
            return False
    _finish(claim, after, clock())
    return True


def _finish(claim: SearchClaim, last: UUID | None, now: datetime) -> None:
    """Say what was found; forget the evidence about owners that are gone."""
    with transaction() as session:
        number = drop_outdated(session, claim.organisation_id, last)
        _renew(
            session, claim, now, state=SearchState.DONE, finished_at=now, lease_until=None, pairs_found=number
        )
        auditing.record(
            session,
            actor=process_actor(organisation_id=claim.organisation_id, name=SEARCHER),
            now=now,
            action="duplicates.found",
            detail={"pairs": number},
        )


def _renew(session: Session, claim: SearchClaim, now: datetime, **values: Any) -> None:
    """Hold the claim on and write progress. Raises LeaseLostError when the search is somebody else's by now."""
    given = {"lease_until": now + timedelta(seconds=LEASE_SECONDS), "attempts": 1, **values}
    held = sa.update(DuplicateSearch).where(
        DuplicateSearch.organisation_id == claim.organisation_id,
        DuplicateSearch.state == SearchState.RUNNING,
        DuplicateSearch.fence == claim.fence,
    )
    change_held(session, held.values(**given).execution_options(synchronize_session=False), what="search")


def _give_back(claim: SearchClaim) -> None:
    """Let another worker go on at once: this one was asked to stop."""
    with transaction() as session:
        session.execute(
            sa.update(DuplicateSearch)
            .where(
                DuplicateSearch.organisation_id == claim.organisation_id,
                DuplicateSearch.fence == claim.fence,
            )
            .values(lease_until=None, attempts=0)
        )
