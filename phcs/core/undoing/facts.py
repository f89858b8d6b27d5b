"""Taking back one fact: by value, tags and custom facts element by element."""

from dataclasses import dataclass, field
from typing import Any

from phcs.core.undoing.changes import KeptValue

NOTHING: tuple[Any, ...] = (None, "", [], {})


@dataclass(slots=True)
class ReversedFacts:
    """What comes back (`{fact: [now, then]}`) and what stays because somebody changed it since."""

    changes: dict[str, list[Any]] = field(default_factory=dict)
    kept: list[KeptValue] = field(default_factory=list)


def reverse_facts(changes: dict[str, list[Any]], live: dict[str, Any]) -> ReversedFacts:
    """Put each fact back to what it was before `changes`, unless it is no longer what they made it."""
    found = ReversedFacts()
    for name, (before, after) in sorted(changes.items()):
        now = live.get(name)
        if _same(now, before):
            continue
        if _same(now, after):
            found.changes[name] = [now, before]
        elif name == "tags":
            _reverse_tags(before or [], after or [], now or [], found)
        elif name == "custom":
            _reverse_custom(before or {}, after or {}, now or {}, found)
        else:
            found.kept.append(KeptValue(name, now, after))
    return found


def facts_changed(left: dict[str, Any], live: dict[str, Any]) -> tuple[KeptValue, ...]:
    """The facts that are not what the import left, for a record that stays because of them."""
    names = sorted(left.keys() | {name for name, value in live.items() if value not in NOTHING})
    return tuple(
        KeptValue(name, live.get(name), left.get(name))
        for name in names
        if not _same(live.get(name), left.get(name))
    )


def _reverse_tags(before: list[str], after: list[str], now: list[str], found: ReversedFacts) -> None:
    then = [tag for tag in now if tag in before or tag not in after]
    then += [tag for tag in before if tag not in after and tag not in then]
    if then != now:
        found.changes["tags"] = [now, then]


def _reverse_custom(
    before: dict[str, str], after: dict[str, str], now: dict[str, str], found: ReversedFacts
) -> None:
    then = dict(now)
    for key in sorted(before.keys() | after.keys()):
        was, stated, is_now = before.get(key), after.get(key), now.get(key)
        if was in {stated, is_now}:
            continue
        if is_now != stated:
            found.kept.append(KeptValue(f"custom.{key}", is_now, stated))
        elif was is None:
            then.pop(key)
        else:
            then[key] = was
    if then != now:
        found.changes["custom"] = [now, then]


def _same(one: Any, other: Any) -> bool:
    return one == other or (one in NOTHING and other in NOTHING)
