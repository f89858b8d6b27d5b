"""Who acts: a person, a key or a process, of exactly one organisation, with what it may do."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from phcs.core.errors import NotAllowedError
from phcs.core.permissions import Permission, Role, role_may, roles_with, scopes_allow


class ActorKind(StrEnum):
    """What sort of actor it is."""

    PERSON = "person"
    KEY = "key"
    PROCESS = "process"


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who does something, as every use case and every audit event names it."""

    kind: ActorKind
    organisation_id: UUID
    id: UUID | None
    name: str
    role: Role | None = None
    scopes: frozenset[str] = frozenset()
    request_id: str = ""

    def may(self, permission: Permission) -> bool:
        """Say whether this actor may do this; a process may do what the system does by itself."""
        if self.role is not None:
            return role_may(self.role, permission)
        return self.kind is ActorKind.PROCESS or scopes_allow(self.scopes, permission)

    def require(self, permission: Permission) -> None:
        """Raise NotAllowedError unless this actor may do this."""
        if not self.may(permission):
            right = permission.replace("_", " ")
            raise NotAllowedError(
                f"{self.name} may not do this; it needs the right to {right}.{self._who_may(permission)}"
            )

    def _who_may(self, permission: Permission) -> str:
        """Name the roles that have a right, to a person who lacks it; a key needs another key."""
        if self.role is None:
            return ""
        roles = [f"{'an' if role.value[0] == 'a' else 'a'} {role.value}" for role in roles_with(permission)]
        named = " or ".join(filter(None, (", ".join(roles[:-1]), roles[-1])))
        return f" In your organisation, {named} can do it; an admin can also change your role."


def process_actor(*, organisation_id: UUID, name: str) -> Actor:
    """The system itself, acting for an organisation."""
    return Actor(kind=ActorKind.PROCESS, organisation_id=organisation_id, id=None, name=name)
