"""What the worker does: each task looks at one import and calls its use case. Ids in, nothing out."""

from phcs.tasks.imports import advance, hint, sweep
from phcs.tasks.lookout import guard, look_around
from phcs.tasks.purging import purge
from phcs.tasks.staging import stage_chunk

__all__ = ["advance", "guard", "hint", "look_around", "purge", "stage_chunk", "sweep"]
