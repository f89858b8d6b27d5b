"""Kills of the web process while it takes a file or an approval."""

import http.client
import json
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

import sqlalchemy as sa

from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.models.audit import AuditEvent
from phcs.models.imports import Import
from phcs.models.organisations import Person
from tests.builders import build_api_key
from tests.faults.campaign import Campaign
from tests.faults.exports import KnownExport, known_export
from tests.faults.processes import Driver, kill_process
from tests.import_builders import advance, count, seen, workshop

BOUNDARY = "a-line-between-parts"
LONGER = 1.3
"""A kill falls anywhere in the time that a request takes, or shortly after."""


@dataclass(kw_only=True)
class WebKills(Campaign):
    """A program sends a file or approves, and the web process is killed meanwhile."""

    driven: Driver
    is_ending: bool = False
    took: float = 0.0
    key: str = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        admin = db.session.get_one(Person, self.admin.id)
        self.key = build_api_key(admin=admin, now=datetime.now(UTC)).secret
        self.waiting_for_decision = self._in_review()
        self.spans = {True: self._seconds(self._upload), False: self._seconds(self._approve)}
        self.moments.clear()

    def kill_one(self) -> None:
        """One kill, of an upload and of an approval in turn."""
        with self.case():
            uploads = bool(self.cases % 2)
            after = self.dice.uniform(0, LONGER * self.spans[uploads])
            (self._upload if uploads else self._approve)(after)

    def _seconds(self, request: Callable[[float], None]) -> float:
        """How long a request takes that nobody disturbs; for the first one that a server gets, as all are here."""
        request(-1)
        return self.took

    def _upload(self, after: float) -> None:
        export = known_export(1_000 + self.cases)
        parts = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="visits.csv"\r\n'
            f"Content-Type: text/csv\r\n\r\n{export.content}\r\n--{BOUNDARY}--\r\n"
        )
        status = self._killed_request(after, "", parts.encode(), f"multipart/form-data; boundary={BOUNDARY}")
        self._look_at_upload(export, status)

    def _approve(self, after: float) -> None:
        import_id = self.waiting_for_decision
        body = json.dumps({"fingerprint": seen(import_id).plan_fingerprint}).encode()
        status = self._killed_request(after, f"/{import_id}/approve", body, "application/json")
        state = seen(import_id).row.state
        told = count(AuditEvent, AuditEvent.import_id == import_id, AuditEvent.action == "import.approved")
        self._expect(told == (state is ImportState.APPROVED), f"{told} approvals told of one that is {state}")
        self._expect(status != 202 or told == 1, "An approval was answered and not kept.")
        self.waiting_for_decision = import_id if state is ImportState.REVIEW else self._in_review()

    def _killed_request(self, after: float, path: str, body: bytes, kind: str) -> int | None:
        """Send a request and kill the server after so many seconds, or after it, when they are below 0.

        Gives the status, None without an answer.
        """
        answers: list[int] = []
        port = _free_port()
        server = self.driven.fork(f"web {port}")
        _wait_for(port)

        def send() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            with suppress(OSError, http.client.HTTPException):
                headers = {"Authorization": f"Bearer {self.key}", "Content-Type": kind}
                connection.request("POST", f"/api/admin/import{path}", body=body, headers=headers)
                answers.append(connection.getresponse().status)
            connection.close()

        client = threading.Thread(target=send)
        started = time.monotonic()
        client.start()
        if after < 0:
            client.join()
        else:
            time.sleep(after)
        self.took = time.monotonic() - started
        kill_process(server)
        client.join()
        self._expect(answers in ([], [202]), f"It answered {answers}.")
        status = answers[0] if answers else None
        self.moments[f"{'approval' if path else 'upload'}, {'answered' if status else 'not answered'}"] += 1
        return status

    def _look_at_upload(self, export: KnownExport, status: int | None) -> None:
        """Answered: there, with the file as it was sent; not answered: there like that, or not at all."""
        digest = sha256(export.content.encode()).hexdigest()
        db.session.rollback()
        found = db.session.scalars(sa.select(Import).where(Import.file_sha256 == digest)).all()
        self._expect(len(found) <= 1, "One request made two imports.")
        self._expect(status is None or len(found) == 1, "An upload was answered and not kept.")
        for one in found:
            self.files[one.id] = export
            with workshop().store.fetched(one.stored_name, sha256=digest) as path:
                kept = path.read_bytes()
            self._expect(sha256(kept).hexdigest() == digest, "The stored file is another than was sent.")

    def _expect(self, holds: bool, sentence: str) -> None:  # noqa: FBT001
        if not holds:
            self.failures.setdefault(self.cases, []).append(sentence)

    def _in_review(self) -> UUID:
        import_id = self.upload()
        advance(import_id)
        return import_id

    def approve_all(self) -> None:
        """Nobody but the program of this campaign approves while it runs; in the end everything is approved."""
        if self.is_ending:
            super().approve_all()

    def finish(self) -> None:
        """As ever, with a reviewer now."""
        self.is_ending = True
        super().finish()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.005)
    raise TimeoutError(f"Nobody answers on port {port}.")
