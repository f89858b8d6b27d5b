"""People edit live records; what they changed stays theirs in later imports and in an undo."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.core.actors import Actor
from phcs.core.editing import InvalidEditError, RecordChangedError, Typed, read_edit
from phcs.core.errors import InvalidInputError, NotFoundError
from phcs.core.mapping.rules import CheckRules, CheckSettings
from phcs.core.permissions import Permission
from phcs.core.planning.changes import Changes, with_changes
from phcs.core.records import OwnerFacts, RecordKind
from phcs.models.organisations import Organisation
from phcs.models.records import Case, Owner, Pet
from phcs.queries.live_facts import TABLES, column_value, facts_of
from phcs.services.auditing import record as record_event
from phcs.services.name_counts import count_names
from phcs.services.owner_keys import add_missing_keys
from phcs.services.transactions import transaction


def edit_record(
    *,
    actor: Actor,
    organisation_id: UUID,
    kind: RecordKind,
    record_id: UUID,
    version: int,
    changes: Mapping[str, Typed],
    now: datetime,
) -> tuple[str, ...]:
    """Store what somebody typed about a record at this version; give the facts that are different now.

    `changes` holds texts as typed, by fact; they are read as an import reads cells, with the organisation's
    region and time zone. Texts that say what the record says already are not written, and where nothing is
    left the record keeps its version. Raises NotFoundError, RecordChangedError when the record is at another
    version, InvalidEditError with a sentence for each fact that cannot be stored, InvalidInputError for an
    archived record.
    """
    actor.require(Permission.EDIT_RECORDS)
    with transaction() as session:
        organisation = _locked(session, actor, organisation_id)
        live = _record_at(session, organisation_id, kind, record_id, version)
        facts = facts_of(live)
        edit = read_edit(kind, live=facts, typed=changes, rules=_rules(organisation, now))
        if edit.problems:
            raise InvalidEditError(edit.problems)
        if not edit.changes:
            return ()
        _write(session, live, edit.changes, now)
        organisation.record_epoch += 1
        after = with_changes(facts, edit.changes)  # type: ignore[type-var] # facts are of one kind
        if isinstance(facts, OwnerFacts) and isinstance(after, OwnerFacts):
            count_names(session, organisation_id, added=[after], removed=[facts])
        if not isinstance(live, Case):
            owner_id = live.owner_id if isinstance(live, Pet) else live.id
            owner = session.get_one(Owner, owner_id, populate_existing=True)
            add_missing_keys(session, organisation_id, [owner])
        record_event(
            session,
            actor=actor,
            now=now,
            action=f"{kind.value}.edited",
            subject_kind=kind.value,
            subject_id=record_id,
            values={"changes": edit.changes},
        )
    return tuple(edit.changes)


def _locked(session: Session, actor: Actor, organisation_id: UUID) -> Organisation:
    """The organisation, which promotions lock first too: an edit and a promotion never pass each other."""
    if actor.organisation_id != organisation_id:
        raise NotFoundError("There is no such record.")
    return session.get_one(Organisation, organisation_id, with_for_update={"key_share": True})


def _record_at(
    session: Session, organisation_id: UUID, kind: RecordKind, record_id: UUID, version: int
) -> Owner | Pet | Case:
    table: Any = TABLES[kind]
    live: Owner | Pet | Case | None = session.scalars(
        sa.select(table).where(table.organisation_id == organisation_id, table.id == record_id)
    ).one_or_none()
    if live is None:
        raise NotFoundError(f"There is no such {kind.value}.")
    if live.archived_at is not None:
        raise InvalidInputError(f"This {kind.value} is archived, so it cannot be edited.")
    if live.version != version:
        raise _changed(kind)
    return live


def _changed(kind: RecordKind) -> RecordChangedError:
    return RecordChangedError(
        f"Somebody changed this {kind.value} since you opened it. Compare what you typed with what it says now, "
        "then save again."
    )


def _rules(organisation: Organisation, now: datetime) -> CheckRules:
    settings = CheckSettings(region=organisation.region, time_zone=organisation.time_zone)
    return CheckRules.of(settings=settings, day_first=None, now=now)


def _write(session: Session, live: Owner | Pet | Case, changes: Changes, now: datetime) -> None:
    """Change the record if it is still at its version. Raises RecordChangedError."""
    table = type(live)
    written = session.execute(
        sa.update(table)
        .where(
            table.organisation_id == live.organisation_id,
            table.id == live.id,
            table.version == live.version,
        )
        .values(
            {name: column_value(name, new) for name, (_, new) in changes.items()}
            | {"version": live.version + 1, "updated_at": now}
        )
        .execution_options(synchronize_session=False)
    )
    if written.rowcount != 1:  # type: ignore[attr-defined] # an UPDATE's result counts its rows
        raise _changed({Owner: RecordKind.OWNER, Pet: RecordKind.PET, Case: RecordKind.CASE}[table])
