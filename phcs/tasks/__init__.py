"""What the worker does: each task looks at one import and calls its use case. Ids in, nothing out."""

from phcs.tasks.duplicates import find_duplicates
from phcs.tasks.exporting import write_export_file
from phcs.tasks.imports import advance, hint, sweep
from phcs.tasks.lookout import guard, look_around
from phcs.tasks.mails import send_mails
from phcs.tasks.purging import purge
from phcs.tasks.rehearsing import hint_rehearsal, rehearse
from phcs.tasks.schedules import run_schedules
from phcs.tasks.staging import stage_chunk
from phcs.tasks.verification import hint_verification, verify
from phcs.tasks.webhooks import send_webhooks

__all__ = [
    "advance",
    "find_duplicates",
    "guard",
    "hint",
    "hint_rehearsal",
    "hint_verification",
    "look_around",
    "purge",
    "rehearse",
    "run_schedules",
    "send_mails",
    "send_webhooks",
    "stage_chunk",
    "sweep",
    "verify",
    "write_export_file",
]
