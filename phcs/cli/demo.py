"""`flask demo seed`: something to try the product with."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from phcs.services.demo import seed_demo
from phcs.services.working import utc_now

group = AppGroup("demo", help="Something to try the product with.")


@group.command("seed")
def seed() -> None:
    """Found the demo organisation once; print its people's passwords, which are not kept anywhere."""
    samples = Path(current_app.config["PHCS"].instance) / "samples"
    people = seed_demo(now=utc_now(), samples=samples)
    if not people:
        click.echo("The demo organisation is there already.")
        return
    click.echo("A demo organisation with three people. These passwords are shown this once:\n")
    for person in people:
        click.echo(f"  {person.role.value:9}  {person.email:28}  {person.password}")
    click.echo(f"\nAn export to try: {samples / 'waitwhile-sample.csv'}\n")
