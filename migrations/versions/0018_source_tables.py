"""source tables

Several tables in one import: where their records come from, which are taken, which wait for a person.

Revision: 0018
Follows: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("source_tables", sa.Column("source", sa.String(length=40), nullable=False, server_default=""))
    op.add_column("source_tables", sa.Column("rows", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("source_tables", sa.Column("left_out", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "source_tables", sa.Column("waits", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute(
        "UPDATE source_tables SET"
        " source = (SELECT imports.source FROM imports WHERE imports.id = source_tables.import_id),"
        " rows = (SELECT imports.rows_total FROM imports WHERE imports.id = source_tables.import_id)"
    )
    op.add_column("finding_confirmations", _table_no("table_no"))
    op.add_column("kept_answers", _table_no("table_no"))
    op.add_column("corrected_rows", _table_no("corrected_table_no"))


def _table_no(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default="1")


def downgrade() -> None:
    op.drop_column("corrected_rows", "corrected_table_no")
    op.drop_column("kept_answers", "table_no")
    op.drop_column("finding_confirmations", "table_no")
    op.drop_column("source_tables", "waits")
    op.drop_column("source_tables", "left_out")
    op.drop_column("source_tables", "rows")
    op.drop_column("source_tables", "source")
