"""Receiving an export file: once this has answered, the file is on disk and the import will reach an end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.config import Settings
from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, UseCaseError
from phcs.core.matching.presets import MatchPreset, MatchRules
from phcs.core.options import AskedReading, ImportOptions, OnError
from phcs.core.packing import NamedFile, PackedFiles
from phcs.core.permissions import Permission
from phcs.core.planning import DuplicateStrategy
from phcs.core.records import ServiceType
from phcs.core.sources import KINDS, SOURCES
from phcs.core.states import ImportState
from phcs.models.imports import Import
from phcs.models.organisations import Organisation
from phcs.queries.mapping_templates import require_template
from phcs.services import auditing
from phcs.services.identifiers import new_id
from phcs.services.resource_limits import limits_in_words
from phcs.services.store import Readable, StoredFile, UploadStore
from phcs.services.transactions import transaction

AUTO = "auto"
YES, NO = "yes", "no"
LONGEST_EXTERNAL_ID = 200


class ExternalIdTakenError(UseCaseError):
    """Another import of the organisation has this external id."""

    code = "import.external_id_taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadChoices:
    """What a person may say along with a file; `auto` and '' leave it to the file."""

    source: str = AUTO
    kind: str = AUTO
    duplicates: str = DuplicateStrategy.LINK.value
    on_error: str = OnError.SKIP.value
    service: str = ""
    template: str = ""
    """A saved mapping's name, '' for whichever fits, `-` for none."""
    external_id: str = ""
    """What the caller's own system calls this import."""
    auto_map: str = ""
    """NO waits for somebody to confirm the mapping, however sure it is; '' for YES."""
    matching: str = ""
    """A `MatchPreset`, '' for what the organisation has chosen."""
    new_pet_is_new_owner: str = ""
    """YES or NO, with the preset `phone_name_pet` only; '' for NO, or with the organisation's preset for its choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadLimits:
    """How large a file may be, and the limits of dates (days) that are settings of the installation."""

    max_bytes: int
    max_age_days: int
    future_days: int

    @classmethod
    def of(cls, settings: Settings) -> "UploadLimits":
        """Return the limits of the installation."""
        return cls(
            max_bytes=settings.max_upload_bytes,
            max_age_days=settings.date_max_age_days,
            future_days=settings.date_future_days,
        )


def receive_file(
    *,
    actor: Actor,
    now: datetime,
    stream: Readable,
    file_name: str,
    choices: UploadChoices,
    store: UploadStore,
    limits: UploadLimits,
    import_id: UUID | None = None,
) -> UUID:
    """Keep an export file and give the id of its import, which then waits for a worker.

    `import_id` is the id that it shall have; it must be a new one. Raises InvalidInputError for choices that do
    not exist, ExternalIdTakenError, UnreadableFileError for an empty or too large file, and NoRoomError when the
    disk of the store or of the database is full; nothing is kept then.
    """
    actor.require(Permission.UPLOAD)
    require_known(choices)
    import_id = import_id or new_id()
    with limits_in_words():
        stored = store.save(stream, file_id=import_id, max_bytes=limits.max_bytes)
    try:
        with transaction() as session:
            require_template(session, organisation_id=actor.organisation_id, name=choices.template)
            _require_free(session, actor.organisation_id, choices.external_id)
            options = _options(session, actor.organisation_id, choices, limits)
            _add_import(session, import_id, actor, now, plain_name(file_name), stored, choices, options)
    except BaseException:
        store.delete(stored.name)
        raise
    return import_id


def receive_files(
    *,
    actor: Actor,
    now: datetime,
    files: Sequence[NamedFile],
    choices: UploadChoices,
    store: UploadStore,
    limits: UploadLimits,
    import_id: UUID | None = None,
) -> UUID:
    """Keep export files that belong together as one import: a single one as it is, several as one ZIP of ours.

    The limit on bytes holds for all of them together. Raises as `receive_file` does, and InvalidInputError for no
    file, for two of one name and for more than can be taken at once.
    """
    if not files:
        raise InvalidInputError("Choose an export file first.")
    stream: Readable = files[0].stream
    name = files[0].name
    if len(files) > 1:
        stream = packed = PackedFiles([NamedFile(plain_name(one.name), one.stream) for one in files])
        name = packed.name
    return receive_file(
        actor=actor,
        now=now,
        stream=stream,
        file_name=name,
        choices=choices,
        store=store,
        limits=limits,
        import_id=import_id,
    )


def require_known(choices: UploadChoices) -> None:
    """Raise InvalidInputError unless everything that is chosen exists."""
    known: dict[str, tuple[str, set[str]]] = {
        "source": (choices.source, {AUTO, *(one.key for one in SOURCES)}),
        "kind": (choices.kind, set(KINDS)),
        "duplicates": (choices.duplicates, {one.value for one in DuplicateStrategy}),
        "on_error": (choices.on_error, {one.value for one in OnError}),
        "service": (choices.service, {"", *(one.value for one in ServiceType)}),
        "matching": (choices.matching, {"", *(one.value for one in MatchPreset)}),
        "auto_map": (choices.auto_map, {"", YES, NO}),
        "new_pet_is_new_owner": (choices.new_pet_is_new_owner, {"", YES, NO}),
    }
    for name, (value, allowed) in known.items():
        if value not in allowed:
            listed = ", ".join(sorted(allowed - {""}))
            raise InvalidInputError(
                f"There is no {name.replace('_', ' ')} “{value}”. Choose one of: {listed}."
            )


def _require_free(session: Session, organisation_id: UUID, external_id: str) -> None:
    """Raise unless no import has this external id. The head of the chain is held, so two cannot take it at once."""
    if not external_id:
        return
    if len(external_id) > LONGEST_EXTERNAL_ID or not external_id.isprintable():
        raise InvalidInputError("“external_id” may have up to 200 characters, and none that cannot be seen.")
    auditing.take_turn(session, organisation_id)
    taken = session.scalar(
        sa.select(Import.id).where(
            Import.organisation_id == organisation_id, Import.external_id == external_id
        )
    )
    if taken is not None:
        raise ExternalIdTakenError(f"The import {taken} has this external id already.")


def _options(
    session: Session, organisation_id: UUID, choices: UploadChoices, limits: UploadLimits
) -> ImportOptions:
    organisation = session.get_one(Organisation, organisation_id)
    rules = _match_rules(organisation, choices)
    return ImportOptions(
        duplicates=choices.duplicates,
        on_error=choices.on_error,
        service=choices.service,
        region=organisation.region,
        time_zone=organisation.time_zone,
        keep_invalid_optional=organisation.keep_invalid_optional,
        max_age_days=limits.max_age_days,
        future_days=limits.future_days,
        matching=rules.preset.value,
        new_pet_is_new_owner=rules.new_pet_is_new_owner,
    )


def _match_rules(organisation: Organisation, choices: UploadChoices) -> MatchRules:
    """What was chosen; else what the organisation has chosen."""
    usual = MatchRules.from_json(organisation.matching)
    preset = MatchPreset(choices.matching) if choices.matching else usual.preset
    literal = choices.new_pet_is_new_owner == YES
    if not choices.new_pet_is_new_owner and not choices.matching:
        literal = usual.new_pet_is_new_owner
    return MatchRules(preset, literal and preset is MatchPreset.PHONE_NAME_PET)


def _add_import(
    session: Session,
    import_id: UUID,
    actor: Actor,
    now: datetime,
    file_name: str,
    stored: StoredFile,
    choices: UploadChoices,
    options: ImportOptions,
) -> None:
    session.add(
        Import(
            id=import_id,
            organisation_id=actor.organisation_id,
            state=ImportState.RECEIVED,
            file_name=file_name,
            file_size=stored.size,
            file_sha256=stored.sha256,
            stored_name=stored.name,
            external_id=choices.external_id or None,
            source=choices.source,
            kind=choices.kind,
            options=options.as_json(),
            asked=AskedReading(
                source=choices.source,
                kind=choices.kind,
                template=choices.template,
                stops=choices.auto_map == NO,
            ).as_json(),
            uploaded_by=actor.id,
            uploaded_by_name=actor.name,
            created_at=now,
            updated_at=now,
            edited_by=[],
            timings={},
            row_counts={},
            finding_counts={},
            plan_counts={},
        )
    )
    _record_received(session, import_id, actor, now, file_name, stored, options)


def _record_received(
    session: Session,
    import_id: UUID,
    actor: Actor,
    now: datetime,
    file_name: str,
    stored: StoredFile,
    options: ImportOptions,
) -> None:
    auditing.take_turn(session, actor.organisation_id)  # of the same file at the same moment one comes first
    earlier = session.scalar(
        sa.select(Import.id)
        .where(
            Import.organisation_id == actor.organisation_id,
            Import.file_sha256 == stored.sha256,
            Import.id != import_id,
        )
        .order_by(Import.id.desc())
        .limit(1)
    )
    auditing.record_on_import(
        session,
        actor=actor,
        now=now,
        action="import.received",
        import_id=import_id,
        detail={
            "size": stored.size,
            "sha256": stored.sha256,
            "same_content_as": str(earlier) if earlier else "",
            "duplicates": options.duplicates,
            "matching": options.match_rules.name,
        },
        values={"file_name": file_name},
    )


def plain_name(file_name: str) -> str:
    """The last part of a name, without characters that no file name has; at most 255 long."""
    last = file_name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(character for character in last if character.isprintable())[:255].strip() or "export"
