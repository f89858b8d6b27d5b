"""Founding organisations, adding people and making keys, for operators: `flask orgs|users|api-keys create`."""

import sys
from datetime import UTC, datetime, timedelta
from uuid import UUID

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from phcs.cli.acting import refuse
from phcs.core.actors import Actor, process_actor
from phcs.core.errors import UseCaseError
from phcs.core.permissions import SCOPES, Role
from phcs.extensions import db
from phcs.queries.people import api_keys_of, organisation_settings, organisations_called
from phcs.services.api_keys import create_api_key, revoke_api_key
from phcs.services.organisations import create_organisation
from phcs.services.passwords import generate_password
from phcs.services.people import add_person

ACTOR_NAME = "command line"

orgs = AppGroup("orgs", help="Organisations.")
users = AppGroup("users", help="People who sign in.")
api_keys = AppGroup("api-keys", help="Keys for programs.")

organisation_option = click.option(
    "--org",
    "organisation",
    required=True,
    metavar="ID|NAME",
    help="The organisation, by id or by its exact name.",
)


@orgs.command("create")
@click.argument("name")
@click.option(
    "--region", default="", help="Two letters; phone numbers without a country code are of this region."
)
@click.option("--time-zone", default="", help="For times without a zone, for example America/New_York.")
def create_org(name: str, region: str, time_zone: str) -> None:
    """Found an organisation; print its id."""
    settings = current_app.config["PHCS"]
    try:
        organisation_id = create_organisation(
            now=datetime.now(UTC),
            name=name,
            region=region or settings.default_region,
            time_zone=time_zone or settings.time_zone,
        )
    except UseCaseError as problem:
        refuse(problem.sentence)
    click.echo(organisation_id)


@users.command("create")
@click.argument("email")
@organisation_option
@click.option("--name", required=True)
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input, first line.")
def create_user(*, email: str, organisation: str, name: str, role: str, password_stdin: bool) -> None:
    """Add a person; print their first password unless it was given."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else generate_password()
    try:
        add_person(
            actor=_actor_for(organisation),
            now=datetime.now(UTC),
            name=name,
            email=email,
            role=Role(role),
            password=password,
        )
    except UseCaseError as problem:
        refuse(problem.sentence)
    click.echo(f"{email} may sign in as {role}." if password_stdin else f"{email} {password}")


@api_keys.command("create")
@click.argument("name")
@organisation_option
@click.option("--scope", "scopes", type=click.Choice(list(SCOPES)), multiple=True, required=True)
@click.option("--days", type=click.IntRange(1, 366), default=90, show_default=True, help="When it ends.")
def create_key(name: str, organisation: str, scopes: tuple[str, ...], days: int) -> None:
    """Make a key; print it, the only time that anybody sees it."""
    now = datetime.now(UTC)
    try:
        key = create_api_key(
            actor=_actor_for(organisation),
            now=now,
            name=name,
            scopes=frozenset(scopes),
            expires_at=now + timedelta(days=days),
        )
    except UseCaseError as problem:
        refuse(problem.sentence)
    click.echo(key.secret)


@api_keys.command("list")
@organisation_option
def list_keys(organisation: str) -> None:
    """List the keys of an organisation, the newest first; never the keys themselves."""
    now = datetime.now(UTC)
    try:
        actor = _actor_for(organisation)
    except UseCaseError as problem:
        refuse(problem.sentence)
    for key in api_keys_of(db.session, organisation_id=actor.organisation_id):
        state = "revoked" if key.revoked_at else "ended" if key.ended(now) else "works"
        used = f"{key.last_used_at:%Y-%m-%d}" if key.last_used_at else "never"
        click.echo(
            f"{key.id}  {key.prefix}…  {state}  until {key.expires_at:%Y-%m-%d}  last used {used}  "
            f"{', '.join(key.scopes)}  {key.name}"
        )


@api_keys.command("revoke")
@click.argument("key_id", type=click.UUID)
@organisation_option
def revoke_key(key_id: UUID, organisation: str) -> None:
    """End a key; programs that use it are refused from their next request on."""
    try:
        revoke_api_key(actor=_actor_for(organisation), now=datetime.now(UTC), key_id=key_id)
    except UseCaseError as problem:
        refuse(problem.sentence)
    click.echo("The key is revoked.")


def register_commands(app: Flask) -> None:
    """Add the commands to the application."""
    for group in (orgs, users, api_keys):
        app.cli.add_command(group)


def _actor_for(organisation: str) -> Actor:
    """Give the command line as an actor of the organisation that was named. Raises NotFoundError."""
    named = organisations_called(db.session, name=organisation)
    if len(named) > 1:
        raise click.UsageError(
            f"Several organisations are called {organisation!r}; give the id: {_listed(named)}"
        )
    try:
        organisation_id = named[0] if named else UUID(organisation)
    except ValueError:
        raise click.UsageError(f"There is no organisation called {organisation!r}.") from None
    found = organisation_settings(db.session, organisation_id=organisation_id)
    return process_actor(organisation_id=found.id, name=ACTOR_NAME)


def _listed(ids: tuple[UUID, ...]) -> str:
    return ", ".join(str(one) for one in ids)
