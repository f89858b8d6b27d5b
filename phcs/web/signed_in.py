"""The signed-in person as the pages know them, loaded anew for every request from current rows."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask import Flask, Request, request, url_for
from flask_login import current_user

from phcs.core.actors import Actor, ActorKind
from phcs.core.permissions import Permission, Role, role_may
from phcs.extensions import db, login_manager
from phcs.queries.people import person_of_session
from phcs.services.signing_in import keep_session_alive, token_hash

SAFE_ADDRESS = re.compile(r"/[A-Za-z0-9_]")
"""How an address of ours begins; `//host`, `/\\host` and `https:host` do not."""

START_PAGE = "/"

ALIVE_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A person with a live session. `token` is what the cookie holds; only its hash is stored."""

    id: UUID
    organisation_id: UUID
    organisation_name: str
    four_eyes: bool
    time_zone: str
    name: str
    email: str
    role: Role
    seen_at: datetime
    token: str = field(repr=False)

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Give what Flask-Login keeps in the signed cookie."""
        return self.token

    def may(self, permission: Permission) -> bool:
        """Say whether this person's role has the permission."""
        return role_may(self.role, permission)

    def actor(self, request_id: str) -> Actor:
        """Give this person as use cases and the audit trail name them."""
        return Actor(
            kind=ActorKind.PERSON,
            organisation_id=self.organisation_id,
            id=self.id,
            name=self.name,
            role=self.role,
            request_id=request_id,
        )


def load_signed_in(token: str) -> SignedIn | None:
    """Give the person of this cookie, or None when their session ended or they were disabled."""
    found = person_of_session(db.session, token_hash=token_hash(token), now=datetime.now(UTC))
    if found is None:
        return None
    return SignedIn(
        id=found.person_id,
        organisation_id=found.organisation_id,
        organisation_name=found.organisation_name,
        four_eyes=found.four_eyes,
        time_zone=found.time_zone,
        name=found.name,
        email=found.email,
        role=found.role,
        seen_at=found.seen_at,
        token=token,
    )


def note_activity() -> None:
    """Push the end of the session away, at most every five minutes.

    A fragment that reloads itself is not activity: a page left open must not keep its session for ever.
    """
    reloads_itself = request.method == "GET" and "HX-Request" in request.headers
    if request.endpoint == "static" or reloads_itself or not current_user.is_authenticated:
        return
    now = datetime.now(UTC)
    if now - current_user.seen_at > ALIVE_EVERY:
        keep_session_alive(token=current_user.token, now=now)


def safe_next(address: str) -> str:
    """Give the address if it is a page of ours, else the start page. No open redirects."""
    controlled = any(character == "\\" or ord(character) < 33 for character in address)
    return address if SAFE_ADDRESS.match(address) and not controlled else START_PAGE


def sign_in_address(refused: Request) -> str:
    """Give the sign-in page's address, remembering where a page (not a form or fragment) wanted to go."""
    if refused.method != "GET" or "HX-Request" in refused.headers or refused.path == "/":
        return url_for("account.sign_in")
    return url_for("account.sign_in", next=refused.full_path.rstrip("?"))


def register(app: Flask) -> None:
    """Load the person from the session's row, and keep the row alive."""
    login_manager.session_protection = None
    login_manager.user_loader(load_signed_in)
    app.before_request(note_activity)
