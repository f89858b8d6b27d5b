"""A small client for PHCS: copy this file into your program; it needs nothing but Python 3.11.

phcs = Phcs("https://phcs.example.org", key)
done = phcs.upload("visits.csv", external_id="night-2026-11-21")
plan = phcs.wait(done.id)
phcs.approve(plan)
"""

import json
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

BUSY = frozenset({"received", "reading", "staging", "approved", "promoting", "undoing", "redoing"})
"""States in which PHCS works by itself."""


class PhcsError(Exception):
    """PHCS refused; `code` is stable, the text is for people."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True)
class Import:
    """An import as it is now; `answer` is everything that PHCS says of it."""

    id: str
    state: str
    fingerprint: str
    rows: Mapping[str, int]
    findings: Mapping[str, int]
    answer: Mapping[str, Any] = field(repr=False)

    @property
    def is_busy(self) -> bool:
        """Whether PHCS is working on it."""
        return self.state in BUSY


class Phcs:
    """One organisation's PHCS, by one of its keys."""

    def __init__(self, address: str, key: str, *, seconds: float = 60.0) -> None:
        self._base = f"{address.rstrip('/')}/api/v1"
        self._key = key
        self._seconds = seconds

    def upload(self, *files: str | Path, **choices: str) -> Import:
        """Upload an export file, or all that belong together; choices are those of `POST /imports` (source, …).

        Sent again by itself when the connection breaks: it is taken in once.
        """
        boundary = uuid.uuid4().hex
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in choices.items()
        ]
        parts += [_part(Path(file), boundary) for file in files]
        body = b"".join(parts) + f"--{boundary}--\r\n".encode()
        return _import(
            self._json("POST", "/imports", body=body, kind=f"multipart/form-data; boundary={boundary}")
        )

    def send(self, records: Sequence[Mapping[str, Any]], **choices: Any) -> Import:
        """Send up to 10,000 records instead of a file; choices are those of `POST /imports/bulk`."""
        return _import(self._json("POST", "/imports/bulk", data={"records": list(records), **choices}))

    def show(self, import_id: str) -> Import:
        """Return an import as it is now."""
        return _import(self._json("GET", f"/imports/{quote(import_id)}"))

    def wait(self, import_id: str, *, every: float = 1.0) -> Import:
        """Return the import once PHCS needs somebody else, or has ended it."""
        while (found := self.show(import_id)).is_busy:
            time.sleep(every)
        return found

    def rows(self, import_id: str, **filters: str) -> Iterator[Mapping[str, Any]]:
        """Every row of the plan with its findings, page after page."""
        return self._pages(f"/imports/{quote(import_id)}/rows", "rows", filters)

    def approve(self, plan: Import) -> Import:
        """Approve exactly the plan that was looked at; PhcsError `plan.stale` when it is another by now."""
        sent = {"fingerprint": plan.fingerprint}
        return _import(self._json("POST", f"/imports/{quote(plan.id)}/approve", data=sent))

    def abort(self, import_id: str, *, reason: str = "") -> Import:
        """Decline an import at review; nothing was changed."""
        return _import(self._json("POST", f"/imports/{quote(import_id)}/abort", data={"reason": reason}))

    def cancel(self, import_id: str) -> Import:
        """Stop an import before review; nothing was changed."""
        return _import(self._json("DELETE", f"/imports/{quote(import_id)}"))

    def errors(self, import_id: str) -> bytes:
        """The rejected rows with reasons, as CSV."""
        return self._call("GET", f"/imports/{quote(import_id)}/errors")

    def export(self, kind: str, *, form: str = "csv", **filters: str) -> bytes:
        """Every record of a kind (owners, pets, cases) as a file."""
        return self._call("GET", f"/exports/{quote(kind)}?{urlencode({'format': form, **filters})}")

    def _pages(self, path: str, name: str, filters: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
        asked = dict(filters)
        while True:
            page = self._json("GET", f"{path}?{urlencode(asked)}")
            yield from page[name]
            if not page["next"]:
                return
            asked["cursor"] = page["next"]

    def _json(
        self, method: str, path: str, *, data: Any = None, body: bytes | None = None, kind: str = ""
    ) -> dict[str, Any]:
        sent = json.dumps(data).encode() if data is not None else body
        answer: dict[str, Any] = json.loads(
            self._call(method, path, sent, kind or "application/json") or b"{}"
        )
        return answer

    def _call(
        self, method: str, path: str, body: bytes | None = None, kind: str = "application/json"
    ) -> bytes:
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": kind}
        if method == "POST":
            headers["Idempotency-Key"] = uuid.uuid4().hex  # the same for every try below
        request = Request(self._base + path, data=body, headers=headers, method=method)  # noqa: S310 - the caller's address
        for tries_left in (2, 1, 0):
            try:
                with urlopen(request, timeout=self._seconds) as answer:  # noqa: S310
                    content: bytes = answer.read()
                    return content
            except HTTPError as refused:
                problem = _problem(refused)
                is_passing = refused.code in {429, 503} or problem.code == "idempotency.running"
                if not is_passing or not tries_left:
                    raise problem from refused
                time.sleep(float(refused.headers.get("Retry-After") or 1))
            except OSError:
                if not tries_left:
                    raise
                time.sleep(1)
        raise AssertionError("the last try returns or raises")


def _part(path: Path, boundary: str) -> bytes:
    name = path.name.replace('"', "%22")
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    return f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + path.read_bytes() + b"\r\n"


def _import(answer: Mapping[str, Any]) -> Import:
    return Import(
        id=answer["id"],
        state=answer["state"],
        fingerprint=answer["plan"]["fingerprint"],
        rows=answer["rows"],
        findings=answer["findings"],
        answer=answer,
    )


def _problem(refused: HTTPError) -> PhcsError:
    try:
        said = json.loads(refused.read())
    except ValueError:
        said = {}
    return PhcsError(
        refused.code, said.get("code", f"http.{refused.code}"), said.get("detail", refused.reason)
    )
