"""orphans

What people decided about rows whose owner, pet or invoice is not there, and about facts that were changed both here
and there; rows that are kept out are found by what their source calls them.

Revision: 0019
Follows: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

KINDS = (
    "owner",
    "pet",
    "case",
    "product",
    "medical_record",
    "vaccination",
    "appointment",
    "invoice",
    "invoice_line",
    "payment",
    "document",
)
KEPT_OUT = sa.text("outcome IN ('skip', 'reject') AND external_id <> ''")


def upgrade() -> None:
    op.create_table(
        "orphan_decisions",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("table_no", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("table_name", sa.String(length=255), nullable=False),
        sa.Column("choice", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by_name", sa.String(length=200), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "choice <> 'owner' OR owner_id IS NOT NULL", name=op.f("ck_orphan_decisions_has_owner")
        ),
        sa.CheckConstraint(
            "choice IN ('hold', 'owner', 'placeholder')", name=op.f("ck_orphan_decisions_orphanchoice")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_orphan_decisions_import_id_imports")
        ),
        sa.PrimaryKeyConstraint("import_id", "table_no", "code", name=op.f("pk_orphan_decisions")),
    )
    op.create_table(
        "conflict_decisions",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("fact", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by_name", sa.String(length=200), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ({})".format(", ".join(f"'{kind}'" for kind in KINDS)),
            name=op.f("ck_conflict_decisions_recordkind"),
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_conflict_decisions_import_id_imports")
        ),
        sa.PrimaryKeyConstraint("import_id", "kind", "fact", name=op.f("pk_conflict_decisions")),
    )
    op.create_index(
        "ix_plan_rows_import_id_kept_out",
        "plan_rows",
        ["import_id", "external_id"],
        sqlite_where=KEPT_OUT,
        postgresql_where=KEPT_OUT,
    )


def downgrade() -> None:
    op.drop_index("ix_plan_rows_import_id_kept_out", table_name="plan_rows")
    op.drop_table("conflict_decisions")
    op.drop_table("orphan_decisions")
