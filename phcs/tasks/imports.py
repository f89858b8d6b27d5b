"""Hints: "look at this import". Losing one loses nothing, delivering one twice does nothing twice."""

import logging
from uuid import UUID

from celery import shared_task
from kombu.exceptions import OperationalError

from phcs.core.states import ImportState
from phcs.extensions import current_settings, db
from phcs.queries.export_jobs import exports_without_worker
from phcs.queries.live_duplicates import searches_without_worker
from phcs.queries.rehearsals import rehearsals_without_worker
from phcs.queries.verification_reports import verifications_without_worker
from phcs.queries.waiting import imports_without_worker
from phcs.services.advancing import advance_import
from phcs.services.working import utc_now, workshop_from
from phcs.tasks.duplicates import find_duplicates
from phcs.tasks.exporting import write_export_file
from phcs.tasks.rehearsing import rehearse
from phcs.tasks.staging import ask_help
from phcs.tasks.stopping import is_stopping
from phcs.tasks.verification import verify, verify_by_itself

VERIFIED_AFTER = frozenset({ImportState.COMPLETED, ImportState.UNDONE})
log = logging.getLogger(__name__)


@shared_task(name="phcs.tasks.advance")
def advance(import_id: str) -> None:
    """Move one import on; does nothing when there is nothing to do.

    A worker that is asked to stop in the middle of it passes the hint on to the others.
    """
    workshop = workshop_from(current_settings(), stopping=is_stopping, ask_help=ask_help)
    reached = advance_import(import_id=UUID(import_id), workshop=workshop)
    if reached in VERIFIED_AFTER and current_settings().verify_promotions:
        verify_by_itself(UUID(import_id))
    if is_stopping():
        hint(UUID(import_id))


@shared_task(name="phcs.tasks.sweep")
def sweep() -> None:
    """Send a hint for whatever waits for a worker (imports, searches, exports …): new, or its worker is gone."""
    for import_id in imports_without_worker(db.session(), now=utc_now()):
        advance.delay(str(import_id))
    for organisation_id in searches_without_worker(db.session(), now=utc_now()):
        find_duplicates.delay(str(organisation_id))
    for export_id in exports_without_worker(db.session(), now=utc_now()):
        write_export_file.delay(str(export_id))
    for rehearsal_id in rehearsals_without_worker(db.session(), now=utc_now()):
        rehearse.delay(str(rehearsal_id))
    for import_to_verify in verifications_without_worker(db.session(), now=utc_now()):
        verify.delay(str(import_to_verify))


def hint(import_id: UUID) -> None:
    """Tell the workers that an import waits. Sent after commit; if nobody can be told, the sweeper finds it."""
    try:
        advance.apply_async((str(import_id),), retry=False)
    except OperationalError:
        log.warning("no broker could be told about import %s; the sweeper will find it", import_id)
