"""Founding an organisation from the command line, up to a person who signs in and a key that works."""

from datetime import UTC, datetime

from flask import Flask

from phcs.services.api_keys import actor_of_key
from phcs.services.signing_in import sign_in


def test_an_operator_founds_an_organisation_with_a_person_and_a_key(app: Flask) -> None:
    run = app.test_cli_runner()

    organisation = run.invoke(args=["orgs", "create", "Harbour"]).output.strip()
    email, password = run.invoke(
        args=["users", "create", "noor@example.org", "--org", "Harbour", "--name", "Noor", "--role", "admin"]
    ).output.split()
    key = run.invoke(
        args=["api-keys", "create", "Export", "--org", organisation, "--scope", "imports:read"]
    ).output

    with app.app_context():
        now = datetime.now(UTC)
        assert sign_in(email=email, password=password, now=now)
        actor = actor_of_key(secret=key.strip(), now=now)
    assert actor is not None
    assert str(actor.organisation_id) == organisation


def test_what_is_refused_says_why_and_exits_with_1(app: Flask) -> None:
    run = app.test_cli_runner()

    refused = run.invoke(args=["orgs", "create", "Harbour", "--region", "XX"])

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "two letters" in refused.stderr


def test_an_organisation_that_is_not_there_is_wrong_usage(app: Flask) -> None:
    run = app.test_cli_runner()
    command = ["users", "create", "noor@example.org", "--org", "Nowhere", "--name", "Noor", "--role", "admin"]

    assert run.invoke(args=command).exit_code == 2


def test_an_operator_lists_and_revokes_keys_without_ever_seeing_them_again(app: Flask) -> None:
    run = app.test_cli_runner()
    run.invoke(args=["orgs", "create", "Harbour"])
    create = ["api-keys", "create", "Nightly", "--org", "Harbour", "--scope", "exports:read"]
    secret = run.invoke(args=create).output.strip()

    listed = run.invoke(args=["api-keys", "list", "--org", "Harbour"]).output
    key_id = listed.split()[0]
    revoked = run.invoke(args=["api-keys", "revoke", key_id, "--org", "Harbour"])

    assert (secret[:12] in listed, secret in listed, "works" in listed) == (True, False, True)
    assert revoked.exit_code == 0
    assert "revoked" in run.invoke(args=["api-keys", "list", "--org", "Harbour"]).output
    with app.app_context():
        assert actor_of_key(secret=secret, now=datetime.now(UTC)) is None


def test_a_key_of_another_organisation_is_not_there_to_revoke(app: Flask) -> None:
    run = app.test_cli_runner()
    for name in ("Harbour", "Elsewhere"):
        run.invoke(args=["orgs", "create", name])
    run.invoke(args=["api-keys", "create", "Nightly", "--org", "Harbour", "--scope", "exports:read"])
    key_id = run.invoke(args=["api-keys", "list", "--org", "Harbour"]).output.split()[0]

    assert run.invoke(args=["api-keys", "revoke", key_id, "--org", "Elsewhere"]).exit_code == 1
    assert "works" in run.invoke(args=["api-keys", "list", "--org", "Harbour"]).output
