"""review

Profiles of files, guards, comments and notices of a review; who wants notices by e-mail.

Revision: 0013
Follows: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def of_organisation(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f(f"fk_{table}_organisation_id_organisations")
        ),
    )


def of_import(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f(f"fk_{table}_import_id_imports")),
    )


def upgrade() -> None:
    op.create_table(
        "import_profiles",
        *of_import("import_profiles"),
        *of_organisation("import_profiles"),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("profile", sa.JSON(), nullable=False),
        sa.Column("replaced", sa.JSON(), nullable=False),
        sa.Column("known", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_import_profiles")),
    )
    op.create_index(
        "ix_import_profiles_organisation_id_source_kind",
        "import_profiles",
        ["organisation_id", "source", "kind"],
    )
    op.create_table(
        "raised_guards",
        *of_import("raised_guards"),
        sa.Column("guard", sa.String(length=40), nullable=False),
        *of_organisation("raised_guards"),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_by_name", sa.String(length=200), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "guard", name=op.f("pk_raised_guards")),
    )
    op.create_table(
        "import_comments",
        sa.Column("id", sa.Uuid(), nullable=False),
        *of_import("import_comments"),
        *of_organisation("import_comments"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sent_back", sa.Boolean(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_comments")),
    )
    op.create_index("ix_import_comments_import_id", "import_comments", ["import_id"])
    create_notices()
    op.add_column("people", sa.Column("wants_mail", sa.Boolean(), nullable=False, server_default=sa.true()))


def create_notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        *of_import("notices"),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notices_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index("ix_notices_person_id_id", "notices", ["person_id", "id"])
    op.create_index("ix_notices_import_id", "notices", ["import_id"])
    for name, column, condition in (
        ("ix_notices_person_id_unread", "person_id", "read_at IS NULL"),
        ("ix_notices_created_at_unsent", "created_at", "mailed_at IS NULL"),
    ):
        op.create_index(
            name,
            "notices",
            [column],
            sqlite_where=sa.text(condition),
            postgresql_where=sa.text(condition),
        )


def downgrade() -> None:
    op.drop_column("people", "wants_mail")
    for table in ("notices", "import_comments", "raised_guards", "import_profiles"):
        op.drop_table(table)
