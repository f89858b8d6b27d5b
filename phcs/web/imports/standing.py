"""Whether the person before the page may approve an import now, and in sentences what stands in the way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from phcs.core.actors import Actor
from phcs.core.options import OnError
from phcs.core.permissions import Permission
from phcs.core.planning import Action
from phcs.core.records import HISTORY_KINDS, RecordKind
from phcs.core.states import ImportState
from phcs.extensions import db
from phcs.queries.imports import ImportDetails
from phcs.queries.preparers import Hands, hands_of, people_behind, prepared_by
from phcs.queries.reviews import GuardLine, guards_of
from phcs.web.imports.words import KINDS, counted, listed
from phcs.wording.guards import guard_title
from phcs.wording.quality import on_error_sentence

_NAMED = (RecordKind.CASE, RecordKind.OWNER, RecordKind.PET)
_OTHERS = "other record"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the person may do, and each reason why not; the use case decides again."""

    reasons: tuple[str, ...]
    is_own: bool
    may_confirm: bool
    guards: tuple[GuardLine, ...]
    hands: Hands

    @property
    def open_guards(self) -> tuple[GuardLine, ...]:
        """What is unusual and nobody has confirmed."""
        return tuple(one for one in self.guards if one.confirmed_at is None)


def standing_of(found: ImportDetails, actor: Actor, *, four_eyes: bool) -> Standing:
    """How this person stands towards an import."""
    session, place = db.session(), {"organisation_id": actor.organisation_id, "import_id": found.row.id}
    mine = people_behind(session, organisation_id=actor.organisation_id, ids={str(actor.id)})
    is_second = not (four_eyes and mine & prepared_by(session, **place))
    may_decide = found.row.state is ImportState.REVIEW and actor.may(Permission.APPROVE)
    guards = guards_of(session, **place)
    return Standing(
        reasons=tuple(_reasons(found, actor, guards, is_second=is_second)),
        is_own=found.uploaded_by is not None and found.uploaded_by == actor.id,
        may_confirm=may_decide and is_second,
        guards=guards,
        hands=hands_of(session, **place, edited_by=found.edited_by),
    )


def _reasons(
    found: ImportDetails, actor: Actor, guards: tuple[GuardLine, ...], *, is_second: bool
) -> Iterator[str]:
    if found.row.state is not ImportState.REVIEW:
        yield "This import does not wait for an approval now. Its own page says where it stands."
        return
    if not actor.may(Permission.APPROVE):
        yield "Your role does not include approving. A reviewer or an admin can do it."
        return
    if not is_second:
        yield (
            "Your organisation asks for a second person, and you uploaded or edited this import, or decided on its "
            "duplicates. Ask a colleague who may approve."
        )
    if found.options.on_error == OnError.STOP.value and found.row.error:
        yield on_error_sentence(found.options.on_error, rejected=found.row.error)
    for one in guards:
        if one.confirmed_at is None:
            yield f"{guard_title(one.guard)}: somebody has to confirm it first, with a reason. See above."


def button_of(found: ImportDetails, known: Mapping[str, Mapping[str, int]]) -> str:
    """What the button says: how many records will be new and how many `known` ones will change."""
    created, changed = (
        _counts(found.plan_counts, Action.CREATE),
        _counts(known, Action.UPDATE),
    )
    linked = [] if created or changed else _counts(known, Action.LINK)
    parts = [
        f"{verb} {listed(counts)}"
        for verb, counts in (("import", created), ("change", changed), ("link", linked))
        if counts
    ]
    words = ", ".join(parts)
    return words[:1].upper() + words[1:] if parts else "Finish: nothing will change"


def _counts(numbers: Mapping[str, Any], action: Action) -> list[str]:
    found = ((kind, int(numbers.get(kind.value, {}).get(action.value, 0))) for kind in _NAMED)
    told = [counted(number, KINDS[kind]) for kind, number in found if number]
    others = sum(int(numbers.get(kind.value, {}).get(action.value, 0)) for kind in HISTORY_KINDS)
    return [*told, counted(others, _OTHERS)] if others else told
