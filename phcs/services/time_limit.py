"""The longest that one stage of an import may take; looked at between chunks, so that nothing is cut in half."""

from dataclasses import replace

from phcs.core.errors import TooSlowError
from phcs.services.working import Workshop


def in_time(workshop: Workshop) -> Workshop:
    """The same workshop for one claim; TooSlowError is raised out of `told` once a stage has taken too long.

    A stage (reading, checking, matching, …) begins where the one before it ended.
    """
    begun = last = workshop.clock()
    stage_now = ""

    def told(stage: str, done: int, total: int) -> None:
        nonlocal begun, last, stage_now
        workshop.told(stage, done, total)
        if stage_now not in {"", stage}:
            begun = last
        stage_now, last = stage, workshop.clock()
        if done < total and (last - begun).total_seconds() > workshop.stage_seconds:
            raise TooSlowError(_sentence(stage, workshop.stage_seconds))

    return replace(workshop, told=told)


def _sentence(stage: str, seconds: int) -> str:
    span = f"{seconds / 60:g} minutes" if seconds >= 120 else f"{seconds} seconds"
    return (
        f"The stage “{stage}” took longer than {span}, so it was stopped. Nothing was changed; try again when less "
        "is going on, or upload a smaller part of the file."
    )
