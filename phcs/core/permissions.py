"""Who may do what. One table; every route, command and endpoint names its permission from here."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is in an organisation."""

    ADMIN = "admin"
    REVIEWER = "reviewer"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """One thing that a role may do."""

    SEE_IMPORTS = "see_imports"
    UPLOAD = "upload"
    MAP_COLUMNS = "map_columns"
    CANCEL = "cancel"
    REPAIR_ROWS = "repair_rows"
    CONFIRM_FINDINGS = "confirm_findings"
    DECIDE_DUPLICATES = "decide_duplicates"
    REHEARSE = "rehearse"
    APPROVE = "approve"
    ABORT = "abort"
    COMMENT = "comment"
    UNDO = "undo"
    VERIFY = "verify"
    SEE_RECORDS = "see_records"
    EXPORT_RECORDS = "export_records"
    EDIT_RECORDS = "edit_records"
    MERGE_RECORDS = "merge_records"
    SEE_AUDIT = "see_audit"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_SETTINGS = "manage_settings"
    MANAGE_WEBHOOKS = "manage_webhooks"
    MANAGE_SCHEDULES = "manage_schedules"
    MANAGE_OWN_ACCOUNT = "manage_own_account"


_P = Permission
_EVERYBODY = frozenset(
    {_P.SEE_IMPORTS, _P.SEE_RECORDS, _P.EXPORT_RECORDS, _P.SEE_AUDIT, _P.VERIFY, _P.MANAGE_OWN_ACCOUNT}
)
"""To verify changes no record and no import: a report is made, and somebody says what they think of it."""

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMIN: frozenset(Permission),
    Role.REVIEWER: _EVERYBODY
    | {_P.REPAIR_ROWS, _P.CONFIRM_FINDINGS, _P.DECIDE_DUPLICATES, _P.APPROVE, _P.ABORT, _P.COMMENT}
    | {_P.EDIT_RECORDS, _P.REHEARSE},
    Role.AUDITOR: _EVERYBODY,
}

SCOPES: dict[str, frozenset[Permission]] = {
    "imports:read": frozenset({_P.SEE_IMPORTS}),
    "imports:write": frozenset(
        {_P.SEE_IMPORTS, _P.UPLOAD, _P.MAP_COLUMNS, _P.REPAIR_ROWS, _P.REHEARSE, _P.CANCEL, _P.UNDO}
        | {_P.VERIFY, _P.COMMENT}
    ),
    "imports:approve": frozenset(
        {
            _P.SEE_IMPORTS,
            _P.APPROVE,
            _P.ABORT,
            _P.DECIDE_DUPLICATES,
            _P.CONFIRM_FINDINGS,
            _P.REHEARSE,
            _P.VERIFY,
            _P.COMMENT,
        }
    ),
    "records:read": frozenset({_P.SEE_RECORDS}),
    "exports:read": frozenset({_P.EXPORT_RECORDS}),
    "audit:read": frozenset({_P.SEE_AUDIT}),
    "webhooks:write": frozenset({_P.MANAGE_WEBHOOKS}),
    "schedules:write": frozenset({_P.MANAGE_SCHEDULES}),
}
"""What each scope of an API key allows."""


def role_may(role: Role, permission: Permission) -> bool:
    """Say whether a person of this role may do this."""
    return permission in ROLE_PERMISSIONS[role]


def roles_with(permission: Permission) -> tuple[Role, ...]:
    """Give the roles whose people may do this, in the order of `Role`."""
    return tuple(role for role in Role if role_may(role, permission))


def scopes_allow(scopes: frozenset[str], permission: Permission) -> bool:
    """Say whether a key with these scopes may do this; unknown scopes allow nothing."""
    return any(permission in SCOPES.get(scope, frozenset()) for scope in scopes)
