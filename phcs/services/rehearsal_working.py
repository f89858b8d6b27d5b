"""Rehearsing an import: its whole promotion in one transaction that is rolled back."""

import logging
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from phcs.core.errors import LeaseLostError, LimitError, StalePlanError
from phcs.core.rehearsing import (
    BROKE_OFF,
    PLAN_IS_OLD,
    REHEARSABLE,
    WENT_ON,
    RehearsalState,
    rehearsal_report,
)
from phcs.extensions import db
from phcs.models.imports import Import
from phcs.services.plan_carrying import CarriedOut, UnbalancedPromotionError, carry_out_plan
from phcs.services.rehearsing import RehearsalClaim, claim_rehearsal, end_rehearsal, give_back, hold_on
from phcs.services.stopwatch import Stopwatch, peak_memory_mb
from phcs.services.time_limit import in_time
from phcs.services.transactions import transaction
from phcs.services.working import Workshop, WorkStoppedError

log = logging.getLogger(__name__)


class _TakenBackError(Exception):
    """Ends the transaction of a rehearsal, so that nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class _Ended:
    state: RehearsalState
    report: dict[str, Any] = field(default_factory=dict)
    problem: str = ""


def rehearse_import(*, rehearsal_id: UUID, workshop: Workshop) -> RehearsalState | None:
    """Carry an import's plan out, count it, take it all back and keep what was counted.

    Gives the state reached, None when there was nothing to do or somebody else took it over. While it goes on it
    holds what the promotion itself would hold, no more and no longer. Safe to call any number of times.
    """
    claim = claim_rehearsal(
        rehearsal_id=rehearsal_id,
        now=workshop.clock(),
        lease_seconds=workshop.lease_seconds,
        max_attempts=workshop.max_attempts,
    )
    if claim is None:
        return None
    found = _plan_of(claim)
    try:
        ended = _rehearsed(claim, found, workshop) if found else _Ended(RehearsalState.FAILED, {}, WENT_ON)
        fingerprint = found.plan_fingerprint if found else ""
        with transaction() as session:
            end_rehearsal(
                session,
                claim,
                ended.state,
                now=workshop.clock(),
                report=ended.report,
                problem=ended.problem,
                fingerprint=fingerprint,
            )
    except LeaseLostError:
        log.info("rehearsal %s was taken over", rehearsal_id)
        return None
    except WorkStoppedError:
        give_back(claim)
        return None
    return ended.state


def _plan_of(claim: RehearsalClaim) -> Import | None:
    """The import, detached; None when its plan is not there any more or is carried out by now."""
    session = db.session()
    session.rollback()
    found = session.scalar(
        sa.select(Import).where(
            Import.organisation_id == claim.actor.organisation_id,
            Import.id == claim.import_id,
            Import.state.in_(REHEARSABLE),
        )
    )
    if found is not None:
        session.expunge(found)
    session.rollback()
    return found


def _rehearsed(claim: RehearsalClaim, found: Import, workshop: Workshop) -> _Ended:
    watch = Stopwatch()
    try:
        done = _tried_out(claim, found, in_time(workshop), watch)
    except StalePlanError:
        return _Ended(RehearsalState.DIFFERS, problem=PLAN_IS_OLD)
    except UnbalancedPromotionError as problem:
        return _Ended(RehearsalState.DIFFERS, problem=str(problem))
    except LimitError as problem:
        return _Ended(RehearsalState.FAILED, problem=problem.sentence)
    except IntegrityError:
        log.exception("the rehearsal of import %s was refused by the database", found.id)
        return _Ended(RehearsalState.DIFFERS, problem=BROKE_OFF)
    report = rehearsal_report(
        rows=found.rows_total,
        written=done.written,
        events=done.chain.seq,
        timings=watch.added_to({}),
        peak_memory_mb=peak_memory_mb(),
    )
    return _Ended(RehearsalState.FITS, report)


def _tried_out(claim: RehearsalClaim, found: Import, workshop: Workshop, watch: Stopwatch) -> CarriedOut:
    """Everything up to the commit, which never comes."""
    done: CarriedOut | None = None
    try:
        with transaction() as session:
            hold_on(session, claim, now=workshop.clock(), lease_seconds=workshop.lease_seconds)
            done = carry_out_plan(
                session,
                found=found,
                fingerprint=found.plan_fingerprint,
                actor=claim.actor,
                now=workshop.clock(),
                workshop=workshop,
                watch=watch,
            )
            raise _TakenBackError
    except _TakenBackError:
        assert done is not None  # noqa: S101 - it ended well
        return done
