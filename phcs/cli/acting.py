"""Who a command acts for."""

import sys
from typing import NoReturn

import click

from phcs.cli.import_output import REFUSED
from phcs.core.actors import Actor
from phcs.core.errors import InvalidInputError, UseCaseError
from phcs.extensions import db
from phcs.queries.acting_people import actor_of_person, first_admin


def actor_named(email: str) -> Actor:
    """The person with this address; without one, the first admin of the only organisation.

    Raises InvalidInputError when there is no such person, or no way to choose one.
    """
    found = actor_of_person(db.session(), email=email) if email else first_admin(db.session())
    db.session.rollback()
    if found is None:
        raise InvalidInputError(
            f"Nobody with the address {email} can act."
            if email
            else "Say who does this with --as EMAIL: there is not exactly one organisation with an admin."
        )
    return found


def acting(email: str) -> Actor:
    """Like `actor_named`; a command ends with the sentence where it raises."""
    try:
        return actor_named(email)
    except UseCaseError as problem:
        refuse(problem.sentence)


def refuse(sentence: str) -> NoReturn:
    """End the command with this sentence; nothing was changed."""
    click.echo(sentence, err=True)
    sys.exit(REFUSED)
