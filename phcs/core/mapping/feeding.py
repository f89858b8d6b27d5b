"""Which facts a target's text ends up in, where that is not the fact of its own name alone."""

from functools import cache

from phcs.core.mapping.targets import CODED_HISTORY

FED_BY: dict[str, tuple[str, ...]] = {
    "owner.full_name": ("owner.given_name", "owner.family_name"),
    "owner.given_name": ("owner.full_name",),
    "owner.family_name": ("owner.full_name",),
    "owner.phone_given": ("owner.phone",),
    "pet.species_given": ("pet.species",),
    "pet.age_class": ("pet.species",),
    "owner.phone2": ("owner.phone",),
    "case.status": ("row.state", "row.tags"),
    "case.outcome": ("row.state", "row.tags"),
    "case.opened_at": ("row.waiting_since", "row.clock"),
    "case.scheduled_at": ("row.clock",),
    "pet.weight": ("row.weight_unit",),
    "case.service_given": ("case.services",),
    "case.tags": ("row.tags",),
    **{f"{target}_given": (target,) for target in CODED_HISTORY},
    "medical_record.happened_at": ("row.clock",),
    "appointment.starts_at": ("row.clock",),
    "appointment.duration_minutes": ("row.ends_at",),
    **dict.fromkeys(("document.size", "document.sha256", "document.media_type"), ("document.file_name",)),
}
"""Facts that are worked out of another column when none of their own is mapped."""

_KEPT_AS_GIVEN = {
    "owner.email": ("owner.custom.email_given", "owner.custom.email_2"),
    "owner.phone2": ("owner.phone", "owner.custom.phone2_given"),
    "pet.name": ("pet.species_given",),
}
STEERING = frozenset({"row.staff_block", "row.anonymised"})
"""Targets that decide what becomes of a row and feed no fact."""


@cache
def fed_facts(target: str) -> tuple[str, ...]:
    """The facts in which a text of this target may end up, the likeliest first: `owner.phone`, `owner.custom.key`."""
    fed = [target] if not target.startswith("row.") else []
    fed += [fact for fact, feeding in FED_BY.items() if target in feeding]
    fed += _KEPT_AS_GIVEN.get(target, ())
    kind, _, fact = target.partition(".")
    if kind == "pet":  # what belongs to no one of several pets
        fed += [f"{other}.custom.pet_{fact}" for other in ("case", "owner")]
    return tuple(dict.fromkeys(fed))
