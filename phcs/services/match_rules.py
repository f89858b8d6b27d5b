"""By which rules owners are recognised: chosen for one import in review, or for all that follow."""

from datetime import datetime
from uuid import UUID

from phcs.core.actors import Actor
from phcs.core.matching.presets import MatchRules
from phcs.core.options import ImportOptions
from phcs.core.permissions import Permission
from phcs.models.organisations import Organisation
from phcs.services import auditing
from phcs.services.replanning import import_in_review, plan_anew
from phcs.services.transactions import transaction


def change_match_rules(*, actor: Actor, now: datetime, import_id: UUID, rules: MatchRules) -> None:
    """Have the plan of an import in review made anew by these rules; what people answered stays.

    Raises WrongStateError when the import is not in review.
    """
    with import_in_review(actor, import_id) as (session, found):
        before = ImportOptions.from_json(found.options).match_rules
        chosen = {"matching": rules.preset.value, "new_pet_is_new_owner": rules.new_pet_is_new_owner}
        plan_anew(
            session,
            found,
            actor=actor,
            now=now,
            action="import.match_rules_changed",
            detail={"before": before.name, "after": rules.name},
            options={**found.options, **chosen},
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
