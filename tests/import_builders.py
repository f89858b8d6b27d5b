"""Imports to start a test with: small exports in the words of the plain WaitWhile headings, and the steps of their way.

Each step is the use case that people and workers use. Call them in an app context. The clock stands still at
NOW unless a test moves it.
"""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from phcs.core.actors import Actor
from phcs.core.states import ImportState
from phcs.extensions import current_settings, db
from phcs.models.base import Base
from phcs.models.imports import Import, StagedFinding, StagedRow
from phcs.models.plans import LedgerRow, PlanAction, PlanRow
from phcs.models.records import Case, CasePet, ExternalId, MatchKey, Owner, Pet
from phcs.queries.imports import ImportDetails, import_details
from phcs.services.advancing import advance_import
from phcs.services.approval import NOTHING_CONFIRMED, approve_import
from phcs.services.store import FolderStore
from phcs.services.transactions import transaction
from phcs.services.uploading import UploadChoices, UploadLimits, receive_file
from phcs.services.working import Workshop, tell_nobody, workshop_from
from tests.builders import NOW

LIVE_TABLES: tuple[type[Base], ...] = (Owner, Pet, Case, CasePet, ExternalId)
STAGED_TABLES: tuple[type[Base], ...] = (StagedRow, StagedFinding, PlanRow, PlanAction)

VISIT = {
    "waitwhile_id": "",
    "customer_id": "",
    "client_name": "",
    "client_phone": "",
    "client_email": "",
    "pet_name": "",
    "species": "dog",
    "request_date": "2026-11-02 10:00",
    "status": "New",
    "request_type": "Pet food pantry",
    "outcome": "",
    "notes": "",
}
NAMES = (
    "Ana Silva|Omar Haddad|Wei Kim|Ruth Cohen|Tom Baker|Nadia Rossi|Luis Ortiz|Keisha Brown|Ivan Petrov"
).split("|")


@dataclass
class Clock:
    """A clock that a test moves by hand."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        """Let so much time pass."""
        self.now += timedelta(seconds=seconds)


def visit(number: int, **cells: str) -> dict[str, str]:
    """One visit of a person of its own with a pet of its own; `cells` says otherwise, heading by heading."""
    given, family = NAMES[number % len(NAMES)].split(" ")
    own = {
        "waitwhile_id": f"visit-{number}",
        "customer_id": f"customer-{number}",
        "client_name": f"{given} {family}son{_letters(number)}",
        "client_phone": f"+1415{5_000_000 + number:07d}",
        "client_email": f"person{number}@example.org",
        "pet_name": f"Rex {_letters(number)}",
    }
    return {**VISIT, **own, **cells}


def visits(count: int, *, first: int = 1) -> list[dict[str, str]]:
    """So many visits of different people."""
    return [visit(number) for number in range(first, first + count)]


def export_csv(rows: Sequence[Mapping[str, str]]) -> str:
    """An export with these rows; its headings are those of the first row."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


PEOPLE = (
    {"Name": "Rosa Lima", "Phone": "+14155551001", "Email": "rosa@example.org"},
    {"Name": "", "Phone": "+14155551002", "Email": "nobody@example.org"},
    {"Name": "Tariq Aziz", "Phone": "", "Email": "tariq@example.org"},
)
"""Three people; the second (row 3) has no name, the third no phone."""


def people_and_visits() -> bytes:
    """A ZIP of two tables: PEOPLE, and five visits of which row 2 has no phone and row 3 no name."""
    calls = [visit(1, client_phone=""), visit(2, client_name=""), *visits(3, first=3)]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("people.csv", export_csv(PEOPLE))
        file.writestr("visits.csv", export_csv(calls))
    return archive.getvalue()


def workshop(
    *,
    chunk_rows: int = 1_000,
    clock: Callable[[], datetime] = lambda: NOW,
    told: Callable[[str, int, int], None] = tell_nobody,
    lease_seconds: int = 30,
    max_attempts: int = 3,
    **brought: Any,
) -> Workshop:
    """What a worker of this test's application brings along."""
    usual = workshop_from(current_settings(), clock=clock, told=told, chunk_rows=chunk_rows)
    return replace(usual, lease_seconds=lease_seconds, max_attempts=max_attempts, **brought)


def folder_store() -> FolderStore:
    """The folder in which this test's application keeps uploads."""
    return FolderStore(current_settings().upload_store)


def build_import(
    *,
    actor: Actor,
    content: str | bytes | Sequence[Mapping[str, str]],
    file_name: str = "visits.csv",
    now: datetime = NOW,
    **choices: Any,
) -> UUID:
    """An uploaded export, given as rows or as the file's contents, that waits for a worker."""
    if not isinstance(content, str | bytes):
        content = export_csv(content)
    data = content.encode() if isinstance(content, str) else content
    return receive_file(
        actor=actor,
        now=now,
        stream=io.BytesIO(data),
        file_name=file_name,
        choices=UploadChoices(**choices),
        store=workshop().store,
        limits=UploadLimits(max_bytes=50_000_000, max_age_days=1_827, future_days=0),
    )


def advance(import_id: UUID, **brought: Any) -> ImportState | None:
    """What a worker does with the import; `brought` says what is unusual about its workshop."""
    return advance_import(import_id=import_id, workshop=workshop(**brought))


def build_review(*, actor: Actor, content: str | bytes | Sequence[Mapping[str, str]], **choices: Any) -> UUID:
    """An import that a worker has brought to review."""
    import_id = build_import(actor=actor, content=content, **choices)
    assert advance(import_id) is ImportState.REVIEW
    return import_id


def approve(
    import_id: UUID,
    *,
    actor: Actor,
    now: datetime = NOW,
    confirmations: Mapping[str, str] = NOTHING_CONFIRMED,
) -> None:
    """Approve the plan as it is now."""
    fingerprint = seen(import_id).plan_fingerprint
    approve_import(
        actor=actor, now=now, import_id=import_id, fingerprint=fingerprint, confirmations=confirmations
    )


def build_promotion(
    *,
    actor: Actor,
    content: str | bytes | Sequence[Mapping[str, str]],
    confirmations: Mapping[str, str] = NOTHING_CONFIRMED,
    **choices: Any,
) -> UUID:
    """An import that went the whole way."""
    import_id = build_review(actor=actor, content=content, **choices)
    approve(import_id, actor=actor, confirmations=confirmations)
    assert advance(import_id) is ImportState.COMPLETED
    return import_id


def seen(import_id: UUID) -> ImportDetails:
    """The import as its pages show it, as it is now."""
    db.session.rollback()
    organisation_id = db.session.scalar(sa.select(Import.organisation_id).where(Import.id == import_id))
    assert organisation_id is not None
    found = import_details(db.session(), organisation_id=organisation_id, import_id=import_id, now=NOW)
    assert found is not None
    return found


def change_behind_the_back(table: type[Base], *where: sa.ColumnElement[bool], **values: Any) -> None:
    """Change rows as if by another program; the product has no such use case."""
    with transaction() as session:
        session.execute(
            sa.update(table).where(*where).values(**values).execution_options(synchronize_session=False)
        )


def plan_anew_behind_the_back(import_id: UUID) -> None:
    """Have an import's next worker plan all that is staged, as after a promotion whose plan was outdated."""
    change_behind_the_back(Import, Import.id == import_id, state=ImportState.STAGING, stage="matching")


def count(table: type[Base], *where: sa.ColumnElement[bool]) -> int:
    """How many rows the table has under these conditions, as they are now."""
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(table).where(*where)) or 0


def table_hash(table: type[Base], *where: sa.ColumnElement[bool]) -> str:
    """One hash over every column of the rows under these conditions, whatever their order."""
    db.session.rollback()
    rows = db.session.execute(sa.select(*table.__table__.columns).where(*where))
    return sha256("\n".join(sorted(repr(tuple(row)) for row in rows)).encode()).hexdigest()


def live_hashes(organisation_id: UUID) -> dict[str, str]:
    """The hash of every table that an organisation's live records lie in."""
    tables: Iterable[type[Base]] = (*LIVE_TABLES, LedgerRow, MatchKey)
    return {
        table.__tablename__: table_hash(table, table.__table__.c.organisation_id == organisation_id)
        for table in tables
    }


def _letters(number: int) -> str:
    """The number in letters, because names have no digits: 0 is a, 26 is ba."""
    high, low = divmod(number, 26)
    return (_letters(high) if high else "") + "abcdefghijklmnopqrstuvwxyz"[low]
