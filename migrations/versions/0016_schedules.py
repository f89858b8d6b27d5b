"""schedules

Places that are looked at by the clock, and the files that were seen there.

Revision: 0016
Follows: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_schedules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("place", sa.String(length=1000), nullable=False),
        sa.Column("cron", sa.String(length=100), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("approves_clean", sa.Boolean(), nullable=False),
        sa.Column("set_up_by_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_result", sa.String(length=500), nullable=False),
        sa.Column("is_failing", sa.Boolean(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_import_schedules_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_schedules")),
    )
    op.create_index("ix_import_schedules_organisation_id", "import_schedules", ["organisation_id"])
    op.create_index("ix_import_schedules_next_at", "import_schedules", ["next_at"])
    op.create_table(
        "scheduled_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("schedule_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("seen_as", sa.String(length=400), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("judged", sa.String(length=80), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_scheduled_files_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"],
            ["import_schedules.id"],
            name=op.f("fk_scheduled_files_schedule_id_import_schedules"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheduled_files")),
        sa.UniqueConstraint("schedule_id", "sha256", name=op.f("uq_scheduled_files_schedule_id_sha256")),
    )
    op.create_index("ix_scheduled_files_import_id", "scheduled_files", ["import_id"])


def downgrade() -> None:
    op.drop_index("ix_scheduled_files_import_id", table_name="scheduled_files")
    op.drop_table("scheduled_files")
    op.drop_index("ix_import_schedules_next_at", table_name="import_schedules")
    op.drop_index("ix_import_schedules_organisation_id", table_name="import_schedules")
    op.drop_table("import_schedules")
