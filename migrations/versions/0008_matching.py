"""matching

How owners are matched: name frequencies, presets and keys beyond phone and mailbox. Keys and frequencies of the
owners that are there already are written anew by `flask matching rebuild`, or before the next plan.

Revision: 0008
Follows: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "name_frequencies",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(length=400), nullable=False),
        sa.Column("owners", sa.Integer(), nullable=False),
        sa.Column("owners_first", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_name_frequencies_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "part", name=op.f("pk_name_frequencies")),
        sqlite_with_rowid=False,
    )
    op.add_column("organisations", sa.Column("matching", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column(
        "organisations", sa.Column("keys_version", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("imports", sa.Column("plan_matching", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("imports", "plan_matching")
    op.drop_column("organisations", "keys_version")
    op.drop_column("organisations", "matching")
    op.drop_table("name_frequencies")
