"""By which rules owners are recognised: chosen for one import in review, or for all that follow."""

from datetime import datetime
from uuid import UUID

from phcs.core.actors import Actor
from phcs.core.errors import WrongStateError
from phcs.core.matching.presets import MatchRules
from phcs.core.options import ImportOptions
from phcs.core.permissions import Permission
from phcs.core.states import ImportState
from phcs.models.organisations import Organisation
from phcs.services import auditing
from phcs.services.approval import change_state, find_import
from phcs.services.transactions import transaction


def change_match_rules(*, actor: Actor, now: datetime, import_id: UUID, rules: MatchRules) -> None:
    """Have the plan of an import in review made anew by these rules; what people answered stays.

    Raises WrongStateError when the import is not in review.
    """
    actor.require(Permission.DECIDE_DUPLICATES)
    with transaction() as session:
        found = find_import(session, actor, import_id)
        if found.state is not ImportState.REVIEW:
            raise WrongStateError(found.state, ImportState.STAGING)
        before = ImportOptions.from_json(found.options).match_rules
        chosen = {"matching": rules.preset.value, "new_pet_is_new_owner": rules.new_pet_is_new_owner}
        change_state(
            session,
            found,
            ImportState.STAGING,
            now=now,
            stage="matching",
            options={**found.options, **chosen},
            edited_by=sorted({*found.edited_by, str(actor.id)}),
        )
        auditing.record_on_import(
            session,
            actor=actor,
            now=now,
            action="import.match_rules_changed",
            import_id=found.id,
            detail={"before": before.name, "after": rules.name},
        )


def change_usual_match_rules(*, actor: Actor, now: datetime, rules: MatchRules) -> bool:
    """Choose the rules that imports take from now on where nobody chooses others; gives whether they are new."""
    actor.require(Permission.MANAGE_SETTINGS)
    with transaction() as session:
        organisation = session.get_one(
            Organisation, actor.organisation_id, with_for_update={"key_share": True}
        )
        before = MatchRules.from_json(organisation.matching)
        if before == rules:
            return False
        organisation.matching = rules.as_json()
        auditing.record(
            session,
            actor=actor,
            now=now,
            action="organisation.match_rules_changed",
            subject_kind="organisation",
            subject_id=organisation.id,
            detail={"before": before.name, "after": rules.name},
        )
    return True
