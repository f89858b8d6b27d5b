"""Each audit action as a plain sentence."""

from collections.abc import Iterable

from flask import Blueprint
from markupsafe import Markup, escape

from phcs.core.actors import ActorKind
from phcs.core.history import HISTORY
from phcs.core.history_titles import history_title
from phcs.queries.audit import AuditActor, AuditLine
from phcs.web.audit.details import detail_lines
from phcs.web.audit.sentences import ACTIONS, SENTENCES

NOT_THE_SAME = "{actor} decided that {place} is not owner {subject}"
BOTH_KEPT = "{actor} decided to keep both for now: {place} and owner {subject}"
UNKNOWN = "{actor} did “{done}” to {kind} {subject}{row}"

PAGES: dict[str, str] = {
    "import": "/imports/{}",
    "owner": "/owners/{}",
    "pet": "/pets/{}",
    "case": "/cases/{}",
    "export": "/exports/{}",
    **{kind: f"/records/{declared.path}/{{}}" for kind, declared in HISTORY.items()},
}
"""The addresses of subjects that have a page; other page families are known by address only."""

NAMELESS: dict[str, str] = {
    "import": "an import",
    "owner": "an owner",
    "pet": "whose name is unknown",
    "case": "an owner",
    "export": "a file of records",
    "person": "a person",
    "api_key": "a key",
    "webhook": "a webhook",
    "schedule": "a schedule",
    "template": "of which nothing is left",
    "recipe": "of repairs",
    **dict.fromkeys(HISTORY, "of which nothing is left"),
}
"""What stands for a subject without a name."""


def audit_sentence(line: AuditLine) -> Markup:
    """What happened, in one sentence; an action that is not in the table is told by its own words."""
    is_other = line.action == "match.decided" and not dict(line.detail).get("same")
    other = NOT_THE_SAME if dict(line.detail).get("lasting", True) else BOTH_KEPT
    pattern = other if is_other else SENTENCES.get(line.action, UNKNOWN)
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
    if line.subject_kind in HISTORY:
        return history_title(line.subject_kind, {one.name: one.now for one in line.changes})
    told = (str(one.now) for one in line.changes if one.name in {"full_name", "name"} and one.now)
    return next(told, "")


def _address(line: AuditLine) -> str:
    pattern = PAGES.get(line.subject_kind, "")
    return pattern.format(line.subject_id) if pattern else ""


def _place(line: AuditLine) -> Markup:
    if line.import_id is None or line.row_no is None:
        return Markup("")
    file = Markup('<a href="/imports/{}">{}</a>').format(line.import_id, line.file_name or "an import")
    table = Markup("{} of ").format(line.table_name) if line.table_name else Markup("")
    return Markup("row {} of {}{}").format(line.row_no, table, file)


def register(bp: Blueprint) -> None:
    """Give every template these words."""
    for word in (audit_sentence, detail_lines):
        bp.add_app_template_filter(word, word.__name__)
    bp.add_app_template_global(action_choices, "action_choices")
    bp.add_app_template_global(actor_choices, "actor_choices")
