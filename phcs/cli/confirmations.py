"""Confirming on the command line what is unusual about a file."""

from collections.abc import Mapping
from dataclasses import dataclass

import click

from phcs.core.actors import Actor


@dataclass(frozen=True, slots=True)
class Decision:
    """What a command decides about an import, on whose behalf, and why what is unusual about it is right."""

    approver: Actor
    confirmations: Mapping[str, str]


confirm_option = click.option(
    "--confirm",
    "confirmed",
    multiple=True,
    metavar="GUARD=REASON",
    help="Say why something unusual about the file is right; may be repeated.",
)


def reasons_by_guard(confirmed: tuple[str, ...]) -> dict[str, str]:
    """The reasons by guard; a value without both parts is wrong usage."""
    found = {}
    for one in confirmed:
        guard, sign, reason = one.partition("=")
        if not (guard.strip() and sign and reason.strip()):
            raise click.UsageError("--confirm needs GUARD=REASON, for example same_file='A second try'.")
        found[guard.strip()] = reason.strip()
    return found
