"""retention

When the file and the rows of an import were purged, and how far a purge has come.

Revision: 0004
Follows: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENTS = ("file_purged_at", "rows_purge_begun_at", "rows_purged_at")


def upgrade() -> None:
    with op.batch_alter_table("imports") as batch:
        for name in MOMENTS:
            batch.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("purged_counts", sa.JSON(), nullable=True))
        batch.create_index("ix_imports_finished_at", ["finished_at"])


def downgrade() -> None:
    with op.batch_alter_table("imports") as batch:
        batch.drop_index("ix_imports_finished_at")
        for name in (*MOMENTS, "purged_counts"):
            batch.drop_column(name)
