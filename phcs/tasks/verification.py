"""Verifications: "make the report that was asked for about this import". Losing the hint loses nothing but time."""

from collections.abc import Callable
from uuid import UUID

from celery import shared_task

from phcs.extensions import current_settings
from phcs.services.verification import request_by_itself
from phcs.services.verification_working import make_verification
from phcs.services.working import utc_now, workshop_from
from phcs.tasks.hinting import send_hint
from phcs.tasks.stopping import is_stopping


@shared_task(name="phcs.tasks.verify")
def verify(import_id: str) -> None:
    """Make the report that was asked for about an import; does nothing when none was."""
    go_on_verifying(UUID(import_id), is_stopping)


def go_on_verifying(import_id: UUID, stopping: Callable[[], bool]) -> None:
    """Do what the task does, until this worker is stopped."""
    make_verification(import_id=import_id, workshop=workshop_from(current_settings(), stopping=stopping))


def verify_by_itself(import_id: UUID) -> None:
    """Have an import verified that has just been promoted or undone."""
    if request_by_itself(import_id=import_id, now=utc_now()):
        hint_verification(import_id)


def hint_verification(import_id: UUID) -> None:
    """Tell the workers that a report was asked for; if nobody can be told, the sweeper finds it."""
    send_hint(verify, import_id, about="the verification of import")
