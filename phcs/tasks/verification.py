"""Verifications: "make the report that was asked for about this import". Losing the hint loses nothing but time."""

import logging
from uuid import UUID

from celery import shared_task
from kombu.exceptions import OperationalError

from phcs.extensions import current_settings
from phcs.services.verification import request_by_itself
from phcs.services.verification_working import make_verification
from phcs.services.working import utc_now, workshop_from
from phcs.tasks.stopping import is_stopping

log = logging.getLogger(__name__)


@shared_task(name="phcs.tasks.verify")
def verify(import_id: str) -> None:
    """Make the report that was asked for about an import; does nothing when none was."""
    make_verification(
        import_id=UUID(import_id), workshop=workshop_from(current_settings(), stopping=is_stopping)
    )


def verify_by_itself(import_id: UUID) -> None:
    """Have an import verified that has just been promoted or undone."""
    if request_by_itself(import_id=import_id, now=utc_now()):
        hint_verification(import_id)


def hint_verification(import_id: UUID) -> None:
    """Tell the workers that a report was asked for; if nobody can be told, the lookout finds it."""
    try:
        verify.apply_async((str(import_id),), retry=False)
    except OperationalError:
        log.warning("no broker could be told to verify import %s; the lookout will find it", import_id)
