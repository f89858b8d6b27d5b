"""What the worker does: each task looks at one import and calls its use case. Ids in, nothing out."""

from phcs.tasks.imports import advance, hint, sweep

__all__ = ["advance", "hint", "sweep"]
