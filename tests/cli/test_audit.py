"""`flask audit verify`: whether the trail is what was recorded, also against a head kept elsewhere."""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from phcs.core.audit_form import bound_digest
from phcs.core.chain import event_hash
from phcs.models.audit import AuditEvent, AuditHead
from phcs.models.organisations import Person
from phcs.services.transactions import transaction
from tests.builders import actor_of, build_person
from tests.import_builders import build_promotion, visits
from tests.record_builders import AnySession


@pytest.fixture
def admin(session: AnySession) -> Person:
    """The admin of the only organisation, whose trail has one promotion of two rows."""
    admin = build_person(email="ada@example.org")
    build_promotion(actor=actor_of(admin), content=visits(2))
    return admin


def verify(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["audit", "verify", *arguments])


def kept_head(app: Flask, tmp_path: Path, **changed: Any) -> str:
    """What `audit verify` printed, kept in a file; gives its path."""
    path = tmp_path / "head.json"
    path.write_text(json.dumps({**json.loads(verify(app).stdout), **changed}))
    return str(path)


def cut_the_end(admin: Person) -> None:
    """Remove the last two events and make the head fit, as somebody does who owns the database."""
    chain_id = admin.organisation_id
    with transaction() as writing:
        if writing.get_bind().dialect.name == "postgresql":
            writing.execute(sa.text("ALTER TABLE audit_events DISABLE TRIGGER USER"))
        else:
            writing.execute(sa.text("DROP TRIGGER audit_events_no_delete"))
        writing.execute(sa.delete(AuditEvent).where(AuditEvent.chain_id != chain_id))
        writing.execute(sa.delete(AuditHead).where(AuditHead.chain_id != chain_id))
        writing.execute(sa.delete(AuditEvent).where(AuditEvent.chain_id == chain_id, AuditEvent.seq > 4))
        last = writing.scalar(sa.select(AuditEvent.hash).where(AuditEvent.seq == 4))
        writing.execute(sa.update(AuditHead).values(seq=4, hash=last))


def test_an_intact_trail_prints_its_head_to_keep_elsewhere(app: Flask, admin: Person) -> None:
    result = verify(app)

    head = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert set(head) == {"events", "seq", "hash"}
    assert (head["events"], head["seq"], len(head["hash"])) == (12, 6, 64)


def test_a_kept_head_still_fits_after_more_was_recorded(app: Flask, admin: Person, tmp_path: Path) -> None:
    head = kept_head(app, tmp_path)
    build_promotion(actor=actor_of(admin), content=visits(2, first=10))

    assert verify(app, "--head", head).exit_code == 0


def test_an_end_that_was_cut_off_is_found_by_the_kept_head_alone(
    app: Flask, admin: Person, tmp_path: Path
) -> None:
    head = kept_head(app, tmp_path)
    cut_the_end(admin)

    assert verify(app).exit_code == 0
    found = verify(app, "--head", head)
    assert found.exit_code == 1
    assert "The trail ends at event 4; it had 6 when the head was kept." in found.stderr


def test_a_trail_that_was_written_anew_is_found_by_the_kept_head(
    app: Flask, admin: Person, tmp_path: Path
) -> None:
    rewritten_end = verify(app, "--head", kept_head(app, tmp_path, hash="0" * 64))
    rewritten_middle = verify(app, "--head", kept_head(app, tmp_path, seq=3, hash="0" * 64))

    assert [rewritten_end.exit_code, rewritten_middle.exit_code] == [1, 1]
    assert "At event 3 the trail is not the one whose head was kept" in rewritten_middle.stderr


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"seq": "x", "hash": "0"}'])
def test_a_file_that_holds_no_head_is_wrong_usage(
    app: Flask, admin: Person, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "head.json"
    path.write_text(content)

    result = verify(app, "--head", str(path))

    assert result.exit_code == 2
    assert "head.json holds no head" in result.stderr


def test_without_an_organisation_there_is_nothing_to_check(app: Flask) -> None:
    result = verify(app)

    assert (result.exit_code, result.stdout) == (1, "")
    assert "--as EMAIL" in result.stderr


def test_an_export_holds_every_event_and_its_end_is_a_head_to_check_by(
    app: Flask, admin: Person, tmp_path: Path
) -> None:
    path = tmp_path / "trail.jsonl"

    done = app.test_cli_runner().invoke(args=["audit", "export", "--output", str(path)])

    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert (done.exit_code, done.output) == (0, "")
    assert [line["events"] for line in lines if "chain" in line] == [6, 6]
    assert lines[-1]["head"] == {**json.loads(verify(app).stdout), "intact": True}
    assert rehashed(lines) == [line["hash"] for line in lines if "seq" in line]
    assert verify(app, "--head", str(path)).exit_code == 0
    cut_the_end(admin)
    assert "The trail ends at event 4" in verify(app, "--head", str(path)).stderr


def test_an_export_without_values_holds_nothing_that_records_said(
    app: Flask, admin: Person, tmp_path: Path
) -> None:
    path, head = tmp_path / "trail.jsonl", tmp_path / "head.json"
    export = ["audit", "export", "--output", str(path), "--head", str(head), "--without-values"]

    assert app.test_cli_runner().invoke(args=export).exit_code == 0

    assert "+1415" not in path.read_text()
    assert verify(app, "--head", str(head)).exit_code == 0


def rehashed(lines: list[dict[str, Any]]) -> list[str]:
    """The hash of every event of an export, worked out of its lines alone."""
    hashes: list[str] = []
    chain = ""
    for line in lines:
        chain = line.get("chain", chain)
        if "seq" in line:
            hashes.append(
                event_hash(
                    line["previous"],
                    chain_id=chain,
                    seq=line["seq"],
                    at=line["at"],
                    actor=line["actor"],
                    action=line["action"],
                    subject=line["subject"],
                    import_id=line["import"],
                    row_no=line["row"],
                    digest=bound_digest(leaf=line["leaf"], detail=line["detail"]),
                )
            )
    return hashes
