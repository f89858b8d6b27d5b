"""export jobs

Files of records that a worker writes while nobody waits, and notices about them.

Revision: 0020
Follows: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

STATES = ("waiting", "writing", "ready", "failed", "expired")
FOREIGN_KEY = "fk_notices_export_id_export_jobs"


def upgrade() -> None:
    op.create_table(
        "export_jobs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="exportstate", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_by_name", sa.String(length=200), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("rows_total", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure_code", sa.String(length=60), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("stored_name", sa.String(length=80), nullable=False),
        sa.Column("file_size", sa.BigInteger(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("token", sa.String(length=60), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_export_jobs_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_jobs")),
    )
    op.create_index("ix_export_jobs_organisation_id_id", "export_jobs", ["organisation_id", "id"])
    op.create_index("ix_export_jobs_state", "export_jobs", ["state"])
    op.create_index("ix_export_jobs_stored_name", "export_jobs", ["stored_name"])
    with op.batch_alter_table("notices") as batch:
        batch.alter_column("import_id", existing_type=sa.Uuid(), nullable=True)
        batch.add_column(sa.Column("export_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(FOREIGN_KEY, "export_jobs", ["export_id"], ["id"])


def downgrade() -> None:
    op.execute("DELETE FROM notices WHERE import_id IS NULL")
    with op.batch_alter_table("notices") as batch:
        batch.drop_constraint(FOREIGN_KEY, type_="foreignkey")
        batch.drop_column("export_id")
        batch.alter_column("import_id", existing_type=sa.Uuid(), nullable=False)
    op.drop_table("export_jobs")
