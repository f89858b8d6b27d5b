"""staging chunks

Parts of a table that several workers stage at once.

Revision: 0005
Follows: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STATES = ("waiting", "working", "done")


def upgrade() -> None:
    op.create_table(
        "staging_chunks",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("table_no", sa.Integer(), nullable=False),
        sa.Column("chunk_no", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("made_under", sa.Integer(), nullable=False),
        sa.Column("byte_offset", sa.BigInteger(), nullable=False),
        sa.Column("first_row", sa.Integer(), nullable=False),
        sa.Column("last_row", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="chunkstate", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("held_by", sa.String(length=100), nullable=False),
        sa.Column("staged_through", sa.Integer(), nullable=False),
        sa.Column("rows_staged", sa.Integer(), nullable=False),
        sa.Column("row_counts", sa.JSON(), nullable=False),
        sa.Column("finding_counts", sa.JSON(), nullable=False),
        sa.Column("timings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_staging_chunks_import_id_imports")
        ),
        sa.PrimaryKeyConstraint("import_id", "table_no", "chunk_no", name=op.f("pk_staging_chunks")),
    )


def downgrade() -> None:
    op.drop_table("staging_chunks")
