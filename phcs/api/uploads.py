"""Taking a file in, at whichever door of the REST interface it comes."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from flask import g, request

from phcs.api.access import calling_actor
from phcs.api.idempotency import id_to_make
from phcs.api.import_answers import details_of
from phcs.api.reading_requests import sent_fields
from phcs.core.errors import InvalidInputError, NotFoundError
from phcs.core.packing import NamedFile
from phcs.core.states import ImportState
from phcs.extensions import current_settings
from phcs.queries.imports import ImportDetails
from phcs.services.store import open_store
from phcs.services.uploading import UploadChoices, UploadLimits, receive_files
from phcs.services.webhooks import allowed_networks, require_address, tell_about_import
from phcs.tasks import hint

ENVELOPE_BYTES = 100_000
"""What a multipart request may add to the file itself."""

LONGEST_WAIT_SECONDS = 10.0
_LOOK_EVERY_SECONDS = 0.1
_NOT_READ_YET = frozenset({ImportState.RECEIVED, ImportState.READING})


def allow_a_file() -> None:
    """Let this request be as large as a file may be."""
    request.max_content_length = current_settings().max_upload_bytes + ENVELOPE_BYTES


def take_file() -> UUID:
    """Keep the file or files of this request and tell the workers; gives the import's id.

    Asked again with the same `Idempotency-Key` after a crash, it gives the import that was made then.
    """
    sent = [NamedFile(one.filename, one.stream) for one in request.files.getlist("file") if one.filename]
    if not sent:
        raise InvalidInputError("Send the export file as multipart/form-data in the field “file”.")
    return made_before() or received(sent, _choices())


def made_before() -> UUID | None:
    """The import that this very request made before it broke off, asked again with the same `Idempotency-Key`."""
    wanted_id = id_to_make()
    return wanted_id if wanted_id is not None and _exists(wanted_id) else None


def received(files: Sequence[NamedFile], choices: UploadChoices) -> UUID:
    """Keep these export files as one import and tell the workers; gives the import's id.

    With a `webhook_url` that address hears of this import, and `webhook_secret` gives what its messages are signed by.
    """
    settings = current_settings()
    url, allowed = webhook_url(), allowed_networks(settings)
    if url:
        require_address(url, allowed=allowed)
    import_id = receive_files(
        actor=calling_actor(),
        now=datetime.now(UTC),
        files=files,
        choices=choices,
        store=open_store(settings.upload_store),
        limits=UploadLimits.of(settings),
        import_id=id_to_make(),
    )
    if url:
        told = tell_about_import(
            actor=calling_actor(), now=datetime.now(UTC), import_id=import_id, url=url, allowed=allowed
        )
        g.webhook_secret = told.secret
    hint(import_id)
    return import_id


def webhook_url() -> str:
    """The address that is to hear of this import, '' for none. Raises InvalidInputError."""
    url = sent_fields().get("webhook_url", "")
    if not isinstance(url, str):
        raise InvalidInputError("“webhook_url” must be an address.")
    return url.strip()


def webhook_secret() -> dict[str, str]:
    """What signs the messages about the import that this request has made, to be shown now and never again."""
    secret = g.get("webhook_secret", "")
    return {"webhook_secret": secret} if secret else {}


def wait_until_read(import_id: UUID, *, seconds: float) -> ImportDetails:
    """The import once its headings are known, or as it is when the time is up."""
    until = time.monotonic() + seconds
    while True:
        details = details_of(import_id)
        if details.tables or details.row.state not in _NOT_READ_YET or time.monotonic() >= until:
            return details
        time.sleep(_LOOK_EVERY_SECONDS)


def seconds_to_wait(default: float) -> float:
    """For how long the caller wants to wait for the headings. Raises InvalidInputError."""
    text = str(sent_fields().get("wait", "")).strip()
    if not text:
        return default
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= LONGEST_WAIT_SECONDS:
        raise InvalidInputError(f"“wait” is a number of seconds from 0 to {LONGEST_WAIT_SECONDS:.0f}.")
    return seconds


def _exists(import_id: UUID) -> bool:
    try:
        details_of(import_id)
    except NotFoundError:
        return False
    return True


def _choices() -> UploadChoices:
    known = UploadChoices.__dataclass_fields__
    return UploadChoices(**{name: value for name, value in request.form.items() if name in known and value})
