"""Sending notices by e-mail: at least once, what came together in one mail, and again later where it cannot be sent.

A mail is claimed before it is sent: whoever dies in between leaves its notices to be claimed again. While they wait,
others of the same person join them. Nothing is sent of what its person has read by then.
"""

import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from phcs.config import Settings
from phcs.core.notices import NoticeKind
from phcs.extensions import db
from phcs.models.export_jobs import ExportJob
from phcs.models.imports import Import
from phcs.models.organisations import Person
from phcs.models.reviews import Notice
from phcs.queries.notices import people_to_mail, unsent
from phcs.services.transactions import transaction
from phcs.services.working import clock_from
from phcs.wording.notices import Told, mail_subject, mail_text

TIMEOUT_SECONDS = 15
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 60, 6 * 3_600
"""After a mail that could not be sent; also how long nobody else sends what somebody is sending."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostOffice:
    """The server that takes our mails; `security` is starttls, tls or none."""

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)
    sender: str
    public_url: str
    wait_seconds: int

    @classmethod
    def of(cls, settings: Settings) -> "PostOffice | None":
        """The post office that the settings name, None where they name none: then no mail is sent."""
        if not (settings.smtp_host and settings.mail_from):
            return None
        return cls(
            host=settings.smtp_host,
            port=settings.smtp_port,
            security=settings.smtp_security,
            user=settings.smtp_user,
            password=settings.smtp_password,
            sender=settings.mail_from,
            public_url=settings.public_url,
            wait_seconds=settings.mail_wait_seconds,
        )


@dataclass(frozen=True, slots=True)
class _Mail:
    """What one person is to be told, claimed by us."""

    address: str
    notices: tuple[UUID, ...]
    told: tuple[Told, ...]


def send_due_mails(*, now: datetime, office: PostOffice) -> int:
    """Send a mail to everybody who has waited long enough for one; gives how many were sent.

    A server that does not answer ends the round; what it should have taken is sent later. A slow one may take minutes
    over many mails: claims, dates and notes say the moment at which they are made.
    """
    moment = clock_from(now)
    people = people_to_mail(db.session(), now=now, wait_seconds=office.wait_seconds)
    db.session.rollback()
    if not people:
        return 0
    sent = 0
    try:
        with _connected(office) as server:
            for person_id in people:
                mail = _claim(person_id, moment())
                if mail is not None and _is_taken(server, mail, office, moment()):
                    _note_sent(mail, moment())
                    sent += 1
    except (OSError, smtplib.SMTPException) as problem:
        log.warning("mails are sent later: %s", type(problem).__name__)
        _put_off(people, moment())
    return sent


@contextmanager
def _connected(office: PostOffice) -> Iterator[smtplib.SMTP]:
    tls = ssl.create_default_context()
    if office.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            office.host, office.port, timeout=TIMEOUT_SECONDS, context=tls
        )
    else:
        server = smtplib.SMTP(office.host, office.port, timeout=TIMEOUT_SECONDS)
    with server:
        if office.security == "starttls":
            server.starttls(context=tls)
        if office.user:
            server.login(office.user, office.password)
        yield server


def _claim(person_id: UUID, now: datetime) -> _Mail | None:
    """Take all that a person is to be told, so that nobody else sends it; None when somebody was faster."""
    with transaction() as session:
        rows = session.execute(
            sa.select(
                Notice.id,
                Notice.kind,
                sa.func.coalesce(Notice.import_id, Notice.export_id).label("subject_id"),
                Notice.mail_attempts,
                sa.func.coalesce(Import.rows_total, ExportJob.rows_total).label("rows_total"),
                Person.email,
            )
            .join(Person, Person.id == Notice.person_id)
            .outerjoin(Import, Import.id == Notice.import_id)
            .outerjoin(ExportJob, ExportJob.id == Notice.export_id)
            .where(Notice.person_id == person_id, unsent(now))
            .order_by(Notice.id)
            .with_for_update(of=Notice, skip_locked=True)
        ).all()
        if not rows:
            return None
        ids = tuple(row.id for row in rows)
        attempts = max(row.mail_attempts for row in rows)
        _put_off_until(session, ids, now + _wait_after(attempts))
    told = tuple(Told(NoticeKind(row.kind), row.subject_id, row.rows_total) for row in rows)
    return _Mail(rows[0].email, ids, told)


def _is_taken(server: smtplib.SMTP, mail: _Mail, office: PostOffice, now: datetime) -> bool:
    """Whether the server took the mail; one that it refuses for this person alone is tried again later."""
    message = EmailMessage()
    message["From"] = office.sender
    message["To"] = mail.address
    message["Subject"] = f"PHCS Import: {mail_subject(mail.told)}"
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=office.sender.rpartition("@")[2].strip("> ") or None)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail_text(mail.told, public_url=office.public_url))
    try:
        server.send_message(message)
    except smtplib.SMTPResponseException as problem:
        log.warning("a mail was refused with %s; it is tried again later", problem.smtp_code)
        return False
    except smtplib.SMTPRecipientsRefused:
        log.warning("a mail's recipient was refused; it is tried again later")
        return False
    return True


def _note_sent(mail: _Mail, now: datetime) -> None:
    with transaction() as session:
        session.execute(
            sa.update(Notice)
            .where(Notice.id.in_(mail.notices))
            .values(mailed_at=now)
            .execution_options(synchronize_session=False)
        )


def _put_off(people: list[UUID], now: datetime) -> None:
    """The server could not be reached: everybody who waits waits a little longer each time."""
    with transaction() as session:
        waiting = session.execute(
            sa.select(Notice.id, Notice.mail_attempts)
            .join(Person, Person.id == Notice.person_id)
            .where(Notice.person_id.in_(people), unsent(now))
        ).all()
        if waiting:
            most = max(attempts for _, attempts in waiting)
            _put_off_until(session, tuple(one for one, _ in waiting), now + _wait_after(most))


def _put_off_until(session: Session, ids: tuple[UUID, ...], moment: datetime) -> None:
    session.execute(
        sa.update(Notice)
        .where(Notice.id.in_(ids))
        .values(mail_after=moment, mail_attempts=Notice.mail_attempts + 1)
        .execution_options(synchronize_session=False)
    )


def _wait_after(attempts: int) -> timedelta:
    return timedelta(seconds=min(FIRST_WAIT_SECONDS * 4**attempts, LONGEST_WAIT_SECONDS))
