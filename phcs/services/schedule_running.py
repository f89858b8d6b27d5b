"""Running schedules: what is due is fetched, what is new becomes an import, what is clean may be approved.

A run is claimed by moving its next time on; whoever dies in between loses that run, the next one finds the file.
"""

import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from typing import BinaryIO, cast
from uuid import UUID

import sqlalchemy as sa

from phcs.core.actors import Actor, process_actor
from phcs.core.errors import UseCaseError
from phcs.extensions import db
from phcs.models.imports import Import
from phcs.models.organisations import Organisation
from phcs.models.schedules import ImportSchedule, ScheduledFile
from phcs.queries.schedules import clean_imports, seen_before
from phcs.services import auditing
from phcs.services.approval import approve_import
from phcs.services.identifiers import new_id
from phcs.services.outbound import UnreachableError, download
from phcs.services.schedule_times import next_run
from phcs.services.schedules import Reach
from phcs.services.store import UploadStore
from phcs.services.transactions import transaction
from phcs.services.uploading import UploadChoices, UploadLimits, receive_file
from phcs.services.watched_places import is_ready, open_watched

NOTHING_NEW = "Nothing new."
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What running a schedule needs besides the schedule."""

    store: UploadStore
    limits: UploadLimits
    reach: Reach
    hint: Callable[[UUID], None]
    """Tells the workers that an import waits."""


@dataclass(frozen=True, slots=True)
class _Run:
    """A claimed run of one schedule."""

    id: UUID
    organisation_id: UUID
    name: str
    place: str
    choices: UploadChoices

    @property
    def actor(self) -> Actor:
        """Who uploads: the schedule itself."""
        return process_actor(organisation_id=self.organisation_id, name=f"schedule “{self.name}”")


def run_due_schedules(*, now: datetime, desk: Desk) -> int:
    """Run every schedule whose time has come; gives the number of imports that it made."""
    made = 0
    for schedule_id in _due(now):
        run = _claim(schedule_id, now)
        if run is None:
            continue
        try:
            imports = _import_new(run, now, desk)
        except (UseCaseError, UnreachableError, OSError) as problem:
            _note(run, now, _sentence(problem), is_failing=True)
            continue
        made += len(imports)
        _note(run, now, _result(imports), is_failing=False)
        for import_id in imports:
            desk.hint(import_id)
    return made


def approve_clean_imports(*, now: datetime, hint: Callable[[UUID], None]) -> int:
    """Approve the imports of schedules that say so and that have nothing to look at; gives their number.

    Clean means: mapped by its template, no finding that warns, no row left out, nobody to decide about. Whatever else
    stops an approval (four eyes, something unusual about the file) leaves it to people; each plan is considered once.
    """
    approved = 0
    for clean in clean_imports(db.session()):
        db.session.rollback()
        with transaction() as session:
            session.execute(
                sa.update(ScheduledFile)
                .where(ScheduledFile.id == clean.file_id)
                .values(judged=clean.fingerprint)
            )
        if not clean.is_clean:
            continue
        actor = process_actor(organisation_id=clean.organisation_id, name=f"schedule “{clean.schedule_name}”")
        try:
            approve_import(actor=actor, now=now, import_id=clean.import_id, fingerprint=clean.fingerprint)
        except UseCaseError as refusal:
            log.info("import %s is left to people: %s", clean.import_id, refusal.code)
            continue
        hint(clean.import_id)
        approved += 1
    return approved


def _due(now: datetime) -> list[UUID]:
    found = list(
        db.session().scalars(
            sa.select(ImportSchedule.id)
            .where(ImportSchedule.next_at <= now)
            .order_by(ImportSchedule.next_at, ImportSchedule.id)
        )
    )
    db.session.rollback()
    return found


def _claim(schedule_id: UUID, now: datetime) -> _Run | None:
    """Move the schedule on to its next time; None when another worker was first."""
    with transaction() as session:
        found = session.get(ImportSchedule, schedule_id)
        if found is None or found.next_at is None or found.next_at > now:
            return None
        zone = session.get_one(Organisation, found.organisation_id).time_zone
        done = session.execute(
            sa.update(ImportSchedule)
            .where(ImportSchedule.id == schedule_id, ImportSchedule.next_at == found.next_at)
            .values(next_at=next_run(found.cron, after=now, time_zone=zone), last_at=now)
            .execution_options(synchronize_session=False)
        )
        if done.rowcount != 1:  # type: ignore[attr-defined]
            return None
        run = _Run(found.id, found.organisation_id, found.name, found.place, UploadChoices(**found.choices))
        session.expunge_all()
    return run


def _import_new(run: _Run, now: datetime, desk: Desk) -> list[UUID]:
    made = []
    for name, seen_as, file in _files(run, now, desk):
        import_id = _import_one(run, now, desk, name, seen_as, file)
        if import_id is not None:
            made.append(import_id)
    return made


def _files(run: _Run, now: datetime, desk: Desk) -> Iterator[tuple[str, str, BinaryIO]]:
    """Name, sign and contents of each file that may be new; a file lives until the next one is asked for."""
    most = desk.limits.max_bytes
    if "://" in run.place:
        with _scratch() as file:
            name = download(run.place, into=file, max_bytes=most, allowed=desk.reach.networks)
            yield name or "export", "", file
        return
    place = open_watched(desk.reach.watch_root, organisation_id=run.organisation_id, name=run.place)
    ready = [one for one in place.files() if is_ready(one, now=now)]
    known = seen_before(db.session(), schedule_id=run.id, seen_as=[one.seen_as for one in ready])
    db.session.rollback()
    for one in ready:
        if one.seen_as not in known:
            with _scratch() as file:
                place.copy(one.name, file, max_bytes=most)
                yield one.name, one.seen_as, file


@contextmanager
def _scratch() -> Iterator[BinaryIO]:
    with tempfile.TemporaryFile(prefix="phcs-") as file:
        yield cast(BinaryIO, file)


def _import_one(run: _Run, now: datetime, desk: Desk, name: str, seen_as: str, file: BinaryIO) -> UUID | None:
    """Upload a file unless its contents came before. A note counts only once its import is there: nothing is lost."""
    file.seek(0)
    sha256 = file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    import_id = new_id()
    if not _note_file(run, now, sha256, seen_as, import_id):
        return None
    file.seek(0)
    return receive_file(
        actor=run.actor,
        now=now,
        stream=file,
        file_name=name,
        choices=run.choices,
        store=desk.store,
        limits=desk.limits,
        import_id=import_id,
    )


def _note_file(run: _Run, now: datetime, sha256: str, seen_as: str, import_id: UUID) -> bool:
    """Note that this file was seen; False when its contents were seen before."""
    with transaction() as session:
        auditing.take_turn(session, run.organisation_id)  # of two runs at once one is first
        known = session.scalar(
            sa.select(ScheduledFile).where(
                ScheduledFile.schedule_id == run.id, ScheduledFile.sha256 == sha256
            )
        )
        if known is not None:
            known.seen_as = seen_as or known.seen_as
            if session.get(Import, known.import_id) is not None:
                return False
            known.import_id = import_id  # whoever noted it died before it was uploaded
            return True
        session.add(
            ScheduledFile(
                id=new_id(),
                organisation_id=run.organisation_id,
                schedule_id=run.id,
                sha256=sha256,
                seen_as=seen_as,
                import_id=import_id,
                seen_at=now,
            )
        )
    return True


def _note(run: _Run, now: datetime, result: str, *, is_failing: bool) -> None:
    """Keep what a run has come to; the audit trail hears when a schedule begins to fail, and when it ends."""
    with transaction() as session:
        found = session.get(ImportSchedule, run.id)
        if found is None:
            return
        changed = found.is_failing is not is_failing
        found.last_result, found.is_failing = result[:500], is_failing
        if changed:
            auditing.record(
                session,
                actor=run.actor,
                now=now,
                action="schedule.failing" if is_failing else "schedule.recovered",
                subject_kind="schedule",
                subject_id=run.id,
            )


def _sentence(problem: Exception) -> str:
    if isinstance(problem, UseCaseError | UnreachableError):
        return problem.sentence
    return "The folder could not be read: it is not there, or this program may not open it."


def _result(imports: list[UUID]) -> str:
    if not imports:
        return NOTHING_NEW
    return "One new file." if len(imports) == 1 else f"{len(imports)} new files."
