"""Migrations go up, down and up again on both databases, and lead to exactly the tables of the models."""

import ast
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import check, downgrade, upgrade

from phcs.config import ROOT
from phcs.extensions import db

BROKEN = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = {head!r}
branch_labels = depends_on = None


def upgrade():
    op.create_table("half_done", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO half_done (id) VALUES (1)")
    op.execute("INSERT INTO no_such_table (id) VALUES (1)")
"""


def tables(app: Flask) -> set[str]:
    with app.app_context():
        return set(sa.inspect(db.engine).get_table_names())


def test_migrations_lead_to_the_tables_of_the_models(app: Flask) -> None:
    with app.app_context():
        check()  # exits when a migration is wanting


def test_migrations_go_down_and_up_again(app: Flask) -> None:
    before = tables(app)

    with app.app_context():
        downgrade(revision="base")
    assert tables(app) == {"alembic_version"}

    with app.app_context():
        upgrade()
        check()
    assert tables(app) == before


def test_there_is_one_way_from_nothing_to_now() -> None:
    scripts = ScriptDirectory(str(ROOT / "migrations"))

    assert len(scripts.get_heads()) == 1
    assert [script.revision for script in scripts.walk_revisions()][::-1] == sorted(
        script.revision for script in scripts.walk_revisions()
    )


def test_a_migration_that_fails_leaves_nothing_behind(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    for path in [*(ROOT / "migrations").glob("*.*"), *(ROOT / "migrations" / "versions").glob("*.py")]:
        (folder / path.relative_to(ROOT / "migrations")).write_text(path.read_text())
    head = ScriptDirectory(str(folder)).get_current_head()
    (folder / "versions" / "9999_broken.py").write_text(BROKEN.format(head=head))
    before = tables(app)

    with app.app_context(), pytest.raises(sa.exc.DBAPIError, match="no_such_table"):
        upgrade(directory=str(folder))

    assert tables(app) == before
    assert version(app) == head


def test_a_migration_can_be_read_without_our_classes() -> None:
    imported = {
        node.module
        for path in (ROOT / "migrations" / "versions").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
    }

    assert {name for name in imported if name and name.startswith("phcs")} == set()


@pytest.mark.parametrize("database_uri", ["sqlite"], indirect=True)
def test_foreign_keys_hold_again_after_migrating(app: Flask) -> None:
    with app.app_context():
        downgrade(revision="base")
        upgrade()
        with db.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def version(app: Flask) -> str:
    with app.app_context(), db.engine.connect() as connection:
        return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one())
