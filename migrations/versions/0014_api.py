"""api

Requests that carried an `Idempotency-Key`, and what a caller's own system calls an import.

Revision: 0014
Follows: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answered_requests",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("caller_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("location", sa.String(length=500), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_answered_requests_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "caller_id", "key", name=op.f("pk_answered_requests")),
    )
    op.create_index("ix_answered_requests_asked_at", "answered_requests", ["asked_at"])
    op.add_column("imports", sa.Column("external_id", sa.String(length=200), nullable=True))
    op.create_index(
        "uq_imports_organisation_id_external_id", "imports", ["organisation_id", "external_id"], unique=True
    )


def downgrade() -> None:
    op.drop_index("uq_imports_organisation_id_external_id", "imports")
    op.drop_column("imports", "external_id")
    op.drop_index("ix_answered_requests_asked_at", "answered_requests")
    op.drop_table("answered_requests")
