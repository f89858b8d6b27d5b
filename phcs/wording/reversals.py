"""How far an undo or redo takes records, in the words of every door: ahead, and after it was carried out."""

from collections.abc import Mapping

from phcs.core.undoing import Bucket, Direction

AHEAD: dict[Direction, Mapping[Bucket, str]] = {
    Direction.UNDO: {
        Bucket.REVERSED: "Will be taken back",
        Bucket.PARTLY: "Will be taken back in part",
        Bucket.KEPT: "Will stay as they are",
        Bucket.BLOCKED: "Must stay for others",
    },
    Direction.REDO: {
        Bucket.REVERSED: "Will come back",
        Bucket.PARTLY: "Will come back in part",
        Bucket.KEPT: "Will stay as they are",
        Bucket.BLOCKED: "Cannot come back",
    },
}
AFTER: dict[Direction, Mapping[Bucket, str]] = {
    Direction.UNDO: {
        Bucket.REVERSED: "Taken back",
        Bucket.PARTLY: "Taken back in part",
        Bucket.KEPT: "Stayed as they are",
        Bucket.BLOCKED: "Stayed for others",
    },
    Direction.REDO: {
        Bucket.REVERSED: "Came back",
        Bucket.PARTLY: "Came back in part",
        Bucket.KEPT: "Stayed as they are",
        Bucket.BLOCKED: "Could not come back",
    },
}


def bucket_words(direction: Direction, *, is_done: bool) -> Mapping[Bucket, str]:
    """What the buckets of an undo or redo are called, before it is carried out or after."""
    return (AFTER if is_done else AHEAD)[direction]
