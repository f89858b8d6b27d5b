"""What an undo or redo does to a record and what it leaves, in sentences that a page and a command show alike."""

from phcs.core.history import HISTORY
from phcs.core.undoing.buckets import Bucket, Direction, Effect
from phcs.core.undoing.changes import Dependant, KeptValue

_AHEAD: dict[tuple[Direction, Effect], str] = {
    (Direction.UNDO, Effect.REMOVED): "Will be removed: the import created it, and nobody touched it since.",
    (Direction.UNDO, Effect.CHANGED): "Will be again what it was before the import.",
    (Direction.UNDO, Effect.NONE): "Is already what it was before the import.",
    (Direction.REDO, Effect.BROUGHT_BACK): "Will be brought back as the import created it.",
    (Direction.REDO, Effect.CHANGED): "Will be again what the import made it.",
    (Direction.REDO, Effect.NONE): "Is already what the import made it.",
}
_DONE: dict[tuple[Direction, Effect], str] = {
    (Direction.UNDO, Effect.REMOVED): "Removed: the import created it, and nobody had touched it since.",
    (Direction.UNDO, Effect.CHANGED): "Is again what it was before the import.",
    (Direction.UNDO, Effect.NONE): "Was already what it was before the import.",
    (Direction.REDO, Effect.BROUGHT_BACK): "Brought back as the import created it.",
    (Direction.REDO, Effect.CHANGED): "Is again what the import made it.",
    (Direction.REDO, Effect.NONE): "Was already what the import made it.",
}
_KEPT = "Stays as it is: it was changed since."
_PARTLY = " What was changed since stays."
_BLOCKED = {
    Direction.UNDO: "Stays, because something else needs it.",
    Direction.REDO: "Cannot come back, because something that it needs is missing or taken.",
}
_DEPENDANTS = {
    "pet": "The pet {name} belongs to this owner.",
    "case": "A case belongs to this owner.",
    "linked_case": "A case that stays is about this pet.",
    "linked_pet": "The pet {name} was added to this case since.",
    "external_id": "The id {name} was given by another source, or stated again by a later import.",
    "later_import": "The import {name} names it too. Undo that one first to take this back.",
    "owner_gone": "Its owner is not there any more.",
    "pet_gone": "Its pet is not there any more.",
    "invoice_gone": "Its invoice is not there any more.",
    "owner_there_again": "Somebody has brought the same person again since.",
    "external_id_taken": "The id {name} stands for another record by now.",
    "more": "And {name} more.",
}
_NAMELESS = {
    "pet": "A pet whose name is unknown belongs to this owner.",
    "linked_pet": "A pet was added since.",
}


def reversal_sentence(direction: Direction, bucket: Bucket, effect: Effect, *, done: bool) -> str:
    """What happens to a record, in the future tense or, when it is `done`, in the past."""
    if bucket is Bucket.BLOCKED:
        return _BLOCKED[direction]
    if bucket is Bucket.KEPT:
        return _KEPT
    visible = Effect.NONE if effect is Effect.RESTATED else effect
    sentence = (_DONE if done else _AHEAD)[direction, visible]
    return sentence + _PARTLY if bucket is Bucket.PARTLY else sentence


def kept_sentence(kept: KeptValue) -> str:
    """Why a value or a whole record stays; who changed it, as far as the audit trail tells."""
    if kept.name == "gone":
        return "The record is not there any more."
    if kept.name == "external_id":
        return "A later import stated this id again, or it stands for another record, so it stays."
    if kept.name == "link_gone":
        return "The record that it belonged to is not there any more, so it stays where it is."
    if kept.name == "pets":
        return "Some of its pets are not there any more."
    who = kept.by or "Somebody"
    if kept.name == "merged":
        return f"{who} merged it{f' on {kept.at[:10]}' if kept.at else ''}. Undo that merge first to take this back."
    where = f" with the import {kept.file_name}" if kept.file_name else ""
    return f"{who} changed it{where}{f' on {kept.at[:10]}' if kept.at else ''}."


def dependant_sentence(one: Dependant) -> str:
    """What keeps a record from going or coming back."""
    if one.what in HISTORY:
        label = HISTORY[one.what].label
        return f"The {label} {one.name} belongs to it." if one.name else f"One {label} belongs to it."
    pattern = _DEPENDANTS[one.what] if one.name else _NAMELESS.get(one.what, _DEPENDANTS[one.what])
    return pattern.format(name=one.name)
