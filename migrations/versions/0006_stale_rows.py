"""stale rows

Rows whose approval is void because records changed come back to review by name.

Revision: 0006
Follows: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "approved_rows",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("table_no", sa.Integer(), nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("plan_digest", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "table_no", "row_no", name=op.f("pk_approved_rows")),
        sqlite_with_rowid=False,
    )
    op.add_column("imports", sa.Column("voided_approval", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column(
        "plan_rows", sa.Column("plan_digest", sa.String(length=16), nullable=False, server_default="")
    )
    op.add_column("plan_rows", sa.Column("stale", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(
        "ix_plan_rows_import_id_stale",
        "plan_rows",
        ["import_id", "table_no", "row_no"],
        sqlite_where=sa.text("stale IS 1"),
        postgresql_where=sa.text("stale IS true"),
    )


def downgrade() -> None:
    op.drop_index("ix_plan_rows_import_id_stale", table_name="plan_rows")
    op.drop_column("plan_rows", "stale")
    op.drop_column("plan_rows", "plan_digest")
    op.drop_column("imports", "voided_approval")
    op.drop_table("approved_rows")
