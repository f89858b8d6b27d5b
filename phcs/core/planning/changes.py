"""Which facts an update would change: blanks never erase, and what people edited stays theirs."""

from collections.abc import Iterable
from dataclasses import replace
from operator import attrgetter
from typing import Any, TypeVar

from phcs.core.history import HistoryFacts
from phcs.core.matching.keys import PLACEHOLDER_TAG
from phcs.core.matching.known import KnownPet
from phcs.core.matching.pets import find_pet
from phcs.core.records import FACTS, CaseFacts, Facts, OwnerFacts, PetFacts, fact_names

Changes = dict[str, list[Any]]
"""`{fact: [old, new]}`, lists for tuples."""

OWNER_LINK = "owner_id"
"""Among changes: that a record of history goes to another owner."""

_F = TypeVar("_F", bound=Facts)

_OWNER_TEXTS = (
    "full_name",
    "given_name",
    "family_name",
    "phone2",
    "email",
    "address",
    "city",
    "region",
    "postal_code",
    "country",
    "birth_date",
    "notes",
)
_NAMES = frozenset({"full_name", "given_name", "family_name"})
_CASE_TEXTS = (
    "status",
    "service_given",
    "outcome",
    "location",
    "opened_at",
    "closed_at",
    "scheduled_at",
    "pet_count",
    "notes",
)
_PET_TEXTS = (
    "name",
    "species",
    "age_class",
    "breed",
    "sex",
    "birth_date",
    "weight",
    "colour",
    "microchip",
    "sterilised",
    "deceased",
    "notes",
)

_LISTS = ("tags", "services")
_READ = {facts: (fact_names(kind), attrgetter(*fact_names(kind))) for kind, facts in FACTS.items()}


def stated_facts(facts: Facts) -> dict[str, Any]:
    """Return the non-empty facts as JSON would give them back (lists for tuples)."""
    names, values_of = _READ[facts.__class__]
    stated = {name: value for name, value in zip(names, values_of(facts), strict=True) if value}
    for name in _LISTS:
        if name in stated:
            stated[name] = list(stated[name])
    return stated


def with_changes(facts: _F, changes: Changes) -> _F:
    """Return the facts after these changes."""
    after: dict[str, Any] = {
        name: tuple(new) if isinstance(new, list) else new
        for name, (_, new) in changes.items()
        if name != OWNER_LINK
    }
    return replace(facts, **after)


def owner_changes(
    live: OwnerFacts, incoming: OwnerFacts, *, baseline: OwnerFacts | None, overwrite: bool
) -> Changes:
    """Return what an owner gains; with `overwrite` also which differing facts are replaced.

    Only facts that the source has changed since `baseline` count. A differing phone becomes the
    second phone while that is free; a phone is replaced only with `overwrite` and none free.
    """
    if incoming in (baseline, live):
        return {}
    changes: Changes = {}
    nameless = PLACEHOLDER_TAG in incoming.tags and PLACEHOLDER_TAG not in live.tags
    for name in _OWNER_TEXTS:
        new, old = getattr(incoming, name), getattr(live, name)
        if not new or new == old or (old and not overwrite) or (nameless and name in _NAMES):
            continue
        if baseline is None or getattr(baseline, name) != new:
            changes[name] = [old, new]
    if changes.get("phone2", ["", ""])[1] == live.phone:
        changes.pop("phone2", None)
    if baseline is None or baseline.phone != incoming.phone:
        _settle_phone(live, incoming, changes, overwrite=overwrite)
    added_tags = [tag for tag in incoming.tags if not (nameless and tag == PLACEHOLDER_TAG)]
    _merge_tags(live.tags, added_tags, baseline.tags if baseline else (), changes)
    _merge_custom(
        live.custom, incoming.custom, baseline.custom if baseline else {}, changes, overwrite=overwrite
    )
    return changes


def _settle_phone(live: OwnerFacts, incoming: OwnerFacts, changes: Changes, *, overwrite: bool) -> None:
    new = incoming.phone
    if not new:
        if incoming.phone_given and not live.phone and not live.phone_given:
            changes["phone_given"] = ["", incoming.phone_given]
    elif not live.phone or (overwrite and live.phone2 and new not in {live.phone, live.phone2}):
        changes["phone"] = [live.phone, new]
        if incoming.phone_given and incoming.phone_given != live.phone_given:
            changes["phone_given"] = [live.phone_given, incoming.phone_given]
        if changes.get("phone2", ["", ""])[1] == new:
            del changes["phone2"]
    elif not live.phone2 and new != live.phone and "phone2" not in changes:
        changes["phone2"] = ["", new]


def _merge_tags(
    live: tuple[str, ...], incoming: list[str], before: tuple[str, ...], changes: Changes
) -> None:
    """Add the tags that are new in the source; tags that people took off since stay off."""
    added = [tag for tag in incoming if tag not in live and tag not in before]
    if added:
        changes["tags"] = [list(live), [*live, *added]]


def _merge_custom(
    live: dict[str, str],
    incoming: dict[str, str],
    before: dict[str, str],
    changes: Changes,
    *,
    overwrite: bool,
) -> None:
    if not incoming or incoming == live:
        return
    taken = {
        key: value
        for key, value in incoming.items()
        if value
        and before.get(key) != value
        and live.get(key, "") != value
        and (overwrite or not live.get(key))
    }
    if taken:
        changes["custom"] = [live, {**live, **taken}]


def pet_changes(live: PetFacts, incoming: PetFacts, *, overwrite: bool = False) -> Changes:
    """Return the empty facts of a pet that the row fills; with `overwrite` also which differing ones it replaces.

    A name is never replaced: pets are told apart by it, so another spelling is no news.
    """
    if live == incoming:
        return {}
    changes: Changes = {
        name: [old, new]
        for name in _PET_TEXTS
        if (new := getattr(incoming, name))
        and new != (old := getattr(live, name))
        and (not old or (overwrite and name != "name"))
    }
    if (
        incoming.species_given
        and not live.species_given
        and incoming.species == (live.species or incoming.species)
    ):
        changes["species_given"] = ["", incoming.species_given]
    return changes


def leaves_out(
    owner: OwnerFacts, pets: Iterable[PetFacts], live: OwnerFacts, live_pets: list[KnownPet]
) -> bool:
    """Say whether a row states facts that its owner and pets do not have though it was planned: spellings are none."""
    if owner_changes(live, owner, baseline=None, overwrite=True).keys() - _NAMES:
        return True
    found = ((pet, find_pet(pet, live_pets)) for pet in pets)
    return any(known is not None and pet_changes(known.facts, pet, overwrite=True) for pet, known in found)


def stated_changes(
    live: PetFacts | HistoryFacts, incoming: PetFacts | HistoryFacts, *, baseline: Facts | None
) -> Changes:
    """Return the facts of a record known by its source's own id that the source has changed since `baseline`.

    Without a baseline every differing non-empty fact counts. Facts that the source changed to what is live already,
    or leaves blank, do not. Links are no facts of the source: those of `incoming` are blank.
    """
    if incoming in (baseline, live):
        return {}
    return {
        name: [old, new]
        for name in live.__dataclass_fields__
        if (new := getattr(incoming, name))
        and new != (old := getattr(live, name))
        and (baseline is None or getattr(baseline, name) != new)
    }


def case_changes(live: CaseFacts, incoming: CaseFacts, *, baseline: CaseFacts | None) -> Changes:
    """Return the facts that the source has changed since `baseline` and that are not so already.

    Without a baseline every differing non-empty fact counts. A tag that the source has dropped since
    goes, a tag that people added stays.
    """
    if incoming in (baseline, live):
        return {}
    changes: Changes = {}
    for name in _CASE_TEXTS:
        new, old = getattr(incoming, name), getattr(live, name)
        if new and new != old and (baseline is None or getattr(baseline, name) != new):
            changes[name] = [old, new]
    known_services = (live.services, baseline.services if baseline else ())
    if incoming.services and incoming.services not in known_services:
        changes["services"] = [list(live.services), list(incoming.services)]
    _merge_case_tags(live.tags, incoming.tags, baseline.tags if baseline else (), changes)
    _merge_custom(live.custom, incoming.custom, baseline.custom if baseline else {}, changes, overwrite=True)
    return changes


def _merge_case_tags(
    live: tuple[str, ...], incoming: tuple[str, ...], before: tuple[str, ...], changes: Changes
) -> None:
    if not incoming or incoming in {live, before}:
        return
    dropped = set(before) - set(incoming)
    merged = [tag for tag in live if tag not in dropped]
    merged += [tag for tag in incoming if tag not in merged and tag not in before]
    if merged and tuple(merged) != live:
        changes["tags"] = [list(live), merged]
