"""Export files as the command line takes them in, and the words that say what is in them."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

import click

from phcs.core.actors import Actor
from phcs.core.packing import NamedFile
from phcs.core.records import ServiceType
from phcs.core.sources import AUTO, KINDS, SOURCES
from phcs.extensions import current_settings
from phcs.services.uploading import UploadChoices, UploadLimits, receive_files
from phcs.services.working import utc_now, workshop_from


def _words(*words: str) -> click.Choice[str]:
    """One of these words, in capitals or not."""
    return click.Choice(sorted(words), case_sensitive=False)


SOURCE_WORDS = _words(AUTO, *(source.key for source in SOURCES))
KIND_WORDS = _words(*KINDS)
SERVICE_WORDS = _words(*(service.value for service in ServiceType))


def receive(files: Sequence[Path], actor: Actor, choices: UploadChoices) -> UUID:
    """Keep these files as one import; gives its id. Raises as `receive_files` does."""
    found = current_settings()
    with ExitStack() as opened:
        return receive_files(
            actor=actor,
            now=utc_now(),
            files=[NamedFile(file.name, opened.enter_context(file.open("rb"))) for file in files],
            choices=choices,
            store=workshop_from(found).store,
            limits=UploadLimits.of(found),
        )
