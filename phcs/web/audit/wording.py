"""Each audit action as a plain sentence."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint
from markupsafe import Markup, escape

from phcs.core.actors import ActorKind
from phcs.queries.audit import AuditActor, AuditLine

SENTENCES: dict[str, str] = {
    "import.received": "{actor} uploaded {subject}",
    "import.read": "{actor} read {subject}",
    "import.reread": "{actor} had {subject} read in another way",
    "import.mapped": "{actor} mapped the columns of {subject}",
    "import.staged": "{actor} checked every row of {subject}",
    "import.planned": "{actor} made the plan for the import {subject}",
    "import.approved": "{actor} approved the import {subject}",
    "import.sent_back": "{actor} sent back the import {subject}",
    "import.aborted": "{actor} aborted the import {subject}",
    "import.cancelled": "{actor} cancelled the import {subject}",
    "import.failed": "The import {subject} failed and changed nothing",
    "import.retried": "{actor} tried the import {subject} again",
    "import.promoted": "{actor} promoted the import {subject}",
    "import.plan_outdated": "The plan of the import {subject} was out of date and is made anew",
    "import.file_purged": "{actor} deleted the file of the import {subject}, as its date had come",
    "import.rows_purged": "{actor} deleted the staged rows of the import {subject}, as their date had come",
    "import.undo_requested": "{actor} asked for the undo of the import {subject}",
    "import.undo_planned": "{actor} worked out the undo of the import {subject}",
    "import.undo_approved": "{actor} approved the undo of the import {subject}",
    "import.undo_withdrawn": "{actor} withdrew the undo of the import {subject}",
    "import.undo_outdated": "The undo of the import {subject} was out of date and is worked out anew",
    "import.undo_failed": "The undo of the import {subject} failed and changed nothing",
    "import.undone": "{actor} carried out the undo of the import {subject}",
    "import.redo_requested": "{actor} asked for the redo of the import {subject}",
    "import.redo_planned": "{actor} worked out the redo of the import {subject}",
    "import.redo_approved": "{actor} approved the redo of the import {subject}",
    "import.redo_withdrawn": "{actor} withdrew the redo of the import {subject}",
    "import.redo_outdated": "The redo of the import {subject} was out of date and is worked out anew",
    "import.redo_failed": "The redo of the import {subject} failed and changed nothing",
    "import.redone": "{actor} carried out the redo of the import {subject}",
    "match.decided": "{actor} decided that {place} is owner {subject}",
    "owner.created": "{actor} created owner {subject}{row}",
    "owner.updated": "{actor} updated owner {subject}{row}",
    "owner.edited": "{actor} edited owner {subject}",
    "owner.linked": "{actor} recognised owner {subject}{row}",
    "pet.created": "{actor} created pet {subject}{row}",
    "pet.updated": "{actor} updated pet {subject}{row}",
    "pet.edited": "{actor} edited pet {subject}",
    "pet.linked": "{actor} recognised pet {subject}{row}",
    "case.created": "{actor} created a case of {subject}{row}",
    "case.updated": "{actor} updated a case of {subject}{row}",
    "case.edited": "{actor} edited a case of {subject}",
    "case.linked": "{actor} recognised a case of {subject}{row}",
    "owner.removed": "{actor} removed owner {subject}, which came{row}",
    "owner.restored": "{actor} brought back owner {subject}, which came{row}",
    "owner.reverted": "{actor} gave owner {subject} back what it said before{row}",
    "owner.reapplied": "{actor} gave owner {subject} again what came{row}",
    "pet.removed": "{actor} removed pet {subject}, which came{row}",
    "pet.restored": "{actor} brought back pet {subject}, which came{row}",
    "pet.reverted": "{actor} gave pet {subject} back what it said before{row}",
    "pet.reapplied": "{actor} gave pet {subject} again what came{row}",
    "case.removed": "{actor} removed a case of {subject}, which came{row}",
    "case.restored": "{actor} brought back a case of {subject}, which came{row}",
    "case.reverted": "{actor} gave a case of {subject} back what it said before{row}",
    "case.reapplied": "{actor} gave a case of {subject} again what came{row}",
    "person.signed_in": "{actor} signed in",
    "person.signed_out": "{actor} signed out",
    "person.added": "{actor} added {subject}",
    "person.disabled": "{actor} disabled the account of {subject}",
    "person.enabled": "{actor} enabled the account of {subject}",
    "person.role_changed": "{actor} changed the role of {subject}",
    "person.password_changed": "{actor} changed their password",
    "person.password_reset": "{actor} gave {subject} a new password",
    "organisation.created": "{actor} founded the organisation",
    "organisation.settings_changed": "{actor} changed the settings of the organisation",
    "api-key.created": "{actor} made the API key {subject}",
    "api-key.revoked": "{actor} revoked the API key {subject}",
    "template.saved": "{actor} saved the mapping {subject}",
    "template.renamed": "{actor} renamed the mapping {subject}",
    "template.deleted": "{actor} deleted the mapping {subject}",
}
"""`{subject}` is a link where it has a page, `{place}` a row of a file, `{row}` the same with "from", or nothing."""

NOT_THE_SAME = "{actor} decided that {place} is not owner {subject}"
UNKNOWN = "{actor} did “{done}” to {kind} {subject}{row}"

ACTIONS: dict[str, str] = {
    "import.received": "Export file uploaded",
    "import.read": "Export file read",
    "import.reread": "Export file to be read in another way",
    "import.mapped": "Columns mapped",
    "import.staged": "Rows checked",
    "import.planned": "Plan made",
    "import.approved": "Import approved",
    "import.sent_back": "Import sent back",
    "import.aborted": "Import aborted",
    "import.cancelled": "Import cancelled",
    "import.failed": "Import failed",
    "import.retried": "Import tried again",
    "import.promoted": "Import promoted",
    "import.plan_outdated": "Plan out of date",
    "import.file_purged": "Export file deleted",
    "import.rows_purged": "Staged rows deleted",
    "import.undo_requested": "Undo asked for",
    "import.undo_planned": "Undo worked out",
    "import.undo_approved": "Undo approved",
    "import.undo_withdrawn": "Undo withdrawn",
    "import.undo_outdated": "Undo out of date",
    "import.undo_failed": "Undo failed",
    "import.undone": "Undo carried out",
    "import.redo_requested": "Redo asked for",
    "import.redo_planned": "Redo worked out",
    "import.redo_approved": "Redo approved",
    "import.redo_withdrawn": "Redo withdrawn",
    "import.redo_outdated": "Redo out of date",
    "import.redo_failed": "Redo failed",
    "import.redone": "Redo carried out",
    "match.decided": "Duplicate decided",
    "owner.created": "Owner created",
    "owner.updated": "Owner updated",
    "owner.edited": "Owner edited",
    "owner.linked": "Owner recognised",
    "pet.created": "Pet created",
    "pet.updated": "Pet updated",
    "pet.edited": "Pet edited",
    "pet.linked": "Pet recognised",
    "case.created": "Case created",
    "case.updated": "Case updated",
    "case.edited": "Case edited",
    "case.linked": "Case recognised",
    "owner.removed": "Owner removed",
    "owner.restored": "Owner brought back",
    "owner.reverted": "Owner taken back",
    "owner.reapplied": "Owner put back",
    "pet.removed": "Pet removed",
    "pet.restored": "Pet brought back",
    "pet.reverted": "Pet taken back",
    "pet.reapplied": "Pet put back",
    "case.removed": "Case removed",
    "case.restored": "Case brought back",
    "case.reverted": "Case taken back",
    "case.reapplied": "Case put back",
    "person.signed_in": "Person signed in",
    "person.signed_out": "Person signed out",
    "person.added": "Person added",
    "person.disabled": "Person disabled",
    "person.enabled": "Person enabled",
    "person.role_changed": "Role changed",
    "person.password_changed": "Password changed",
    "person.password_reset": "Password reset",
    "organisation.created": "Organisation founded",
    "organisation.settings_changed": "Settings changed",
    "api-key.created": "API key made",
    "api-key.revoked": "API key revoked",
    "template.saved": "Mapping saved",
    "template.renamed": "Mapping renamed",
    "template.deleted": "Mapping deleted",
}
"""The same actions as choices of the filter."""

PAGES: dict[str, str] = {
    "import": "/imports/{}",
    "owner": "/owners/{}",
    "pet": "/pets/{}",
    "case": "/cases/{}",
}
"""The addresses of subjects that have a page; other page families are known by address only."""

NAMELESS: dict[str, str] = {
    "import": "an import",
    "owner": "an owner",
    "pet": "whose name is unknown",
    "case": "an owner",
    "person": "a person",
    "api_key": "a key",
    "template": "of which nothing is left",
}
"""What stands for a subject without a name."""

DETAILS: dict[str, str] = {
    "sha256": "SHA-256 of the file",
    "own_upload": "Approved by who uploaded it",
    "same_content_as": "Same contents as import",
    "size": "Size in bytes",
    "import_staging": "Staged rows",
    "four_eyes": "Four eyes",
    "keep_invalid_optional": "Keep malformed optional values",
}


def audit_sentence(line: AuditLine) -> Markup:
    """What happened, in one sentence; an action that is not in the table is told by its own words."""
    is_other = line.action == "match.decided" and not dict(line.detail).get("same")
    pattern = NOT_THE_SAME if is_other else SENTENCES.get(line.action, UNKNOWN)
    place = _place(line)
    return escape(pattern).format(
        actor=_actor(line),
        subject=_subject(line),
        place=place or "a row",
        row=Markup(" from {}").format(place) if place else "",
        done=line.action.rpartition(".")[2].replace("_", " ").replace("-", " "),
        kind=line.subject_kind.replace("_", " ") or "something",
    )


def action_choices(chosen: str = "") -> tuple[tuple[str, str], ...]:
    """The choices of the filter by action; one that is chosen already stays choosable."""
    choices = tuple(ACTIONS.items())
    return choices if not chosen or chosen in ACTIONS else (*choices, (chosen, chosen))


def actor_choices(actors: Iterable[AuditActor]) -> tuple[tuple[str, str], ...]:
    """The choices of the filter by actor."""
    return tuple((actor.value, actor.name or "The system itself") for actor in actors)


def detail_lines(line: AuditLine) -> tuple[tuple[str, Any, Any], ...]:
    """The facts of an event as (name, was, now); `was` is None where nothing was replaced."""
    detail = dict(line.detail)
    if set(detail) == {"before", "after"}:
        return (
            (
                _words(line.action.rpartition(".")[2].removesuffix("_changed")),
                detail["before"],
                detail["after"],
            ),
        )
    return tuple(_detail(name, value) for name, value in detail.items() if value not in ("", None, {}, []))


def _detail(name: str, value: Any) -> tuple[str, Any, Any]:
    if isinstance(value, dict) and set(value) == {"before", "after"}:
        return _words(name), value["before"], value["after"]
    return _words(name), None, value


def _words(name: str) -> str:
    return DETAILS.get(name, name.replace("_", " ").capitalize())


def _actor(line: AuditLine) -> str:
    if line.actor_kind == ActorKind.PROCESS.value:
        return (line.actor_name[:1].upper() + line.actor_name[1:]) or "The system"
    return line.actor_name or "Somebody"


def _subject(line: AuditLine) -> Markup | str:
    name = line.subject_name or _name_told(line) or NAMELESS.get(line.subject_kind, "")
    is_gone = line.action.endswith(".removed") and not line.subject_name
    if line.subject_id is None or not name or is_gone:
        return name
    return Markup('<a href="{}">{}</a>').format(address, name) if (address := _address(line)) else name


def _name_told(line: AuditLine) -> str:
    """The name that the event itself holds, for a record that is not there any more."""
    told = (str(one.now) for one in line.changes if one.name in {"full_name", "name"} and one.now)
    return next(told, "")


def _address(line: AuditLine) -> str:
    pattern = PAGES.get(line.subject_kind, "")
    return pattern.format(line.subject_id) if pattern else ""


def _place(line: AuditLine) -> Markup:
    if line.import_id is None or line.row_no is None:
        return Markup("")
    file = Markup('<a href="/imports/{}">{}</a>').format(line.import_id, line.file_name or "an import")
    return Markup("row {} of {}").format(line.row_no, file)


def register(bp: Blueprint) -> None:
    """Give every template these words."""
    for word in (audit_sentence, detail_lines):
        bp.add_app_template_filter(word, word.__name__)
    bp.add_app_template_global(action_choices, "action_choices")
    bp.add_app_template_global(actor_choices, "actor_choices")
