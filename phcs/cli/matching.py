"""`flask matching rebuild`: match keys and name frequencies of the owners that are there, written anew."""

import click
from flask.cli import AppGroup

from phcs.extensions import db
from phcs.queries.matching_settings import organisation_names
from phcs.services.rebuilding_keys import rebuild_keys

group = AppGroup("matching", help="How owners are recognised.")


@group.command("rebuild")
def rebuild() -> None:
    """Write the match keys and name frequencies of all owners anew, one organisation after the other.

    Needed after nothing but a repair of the tables: after an upgrade the first plan of each organisation does it.
    """
    names = organisation_names(db.session())
    db.session.rollback()
    for organisation_id, name in names:
        done = rebuild_keys(organisation_id=organisation_id)
        click.echo(f"{name}: {done:,} owners.")
