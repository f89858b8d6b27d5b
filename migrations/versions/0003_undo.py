"""undo

The undo and redo of promoted imports: what was asked for, planned, approved and done. Imports can be `redoing`.

Revision: 0003
Follows: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STATES = (
    "received reading mapping staging review approved promoting completed undoing undone failed cancelled aborted"
).split()
WITH_REDO = [*STATES[:10], "redoing", *STATES[10:]]
OPEN = "state IN ('requested', 'planned', 'approved')"


def choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def allow_states(states: list[str]) -> None:
    """Let imports be in these states only."""
    listed = ", ".join(f"'{state}'" for state in states)
    with op.batch_alter_table("imports") as batch_op:
        batch_op.drop_constraint(op.f("ck_imports_importstate"), type_="check")
        batch_op.create_check_constraint(op.f("ck_imports_importstate"), f"state IN ({listed})")


def upgrade() -> None:
    allow_states(WITH_REDO)
    op.create_table(
        "reversals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("direction", choice("direction", "undo", "redo"), nullable=False),
        sa.Column(
            "state",
            choice("reversalstate", "requested", "planned", "approved", "done", "withdrawn", "failed"),
            nullable=False,
        ),
        sa.Column("takes_back", sa.Uuid(), nullable=True),
        sa.Column("fingerprint", sa.String(length=80), nullable=False),
        sa.Column("approved_fingerprint", sa.String(length=80), nullable=False),
        sa.Column("record_epoch", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("requested_by_kind", sa.String(length=20), nullable=False),
        sa.Column("requested_by_name", sa.String(length=200), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by_kind", sa.String(length=20), nullable=False),
        sa.Column("decided_by_name", sa.String(length=200), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_reversals_import_id_imports")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_reversals_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reversals")),
        sa.UniqueConstraint("import_id", "number", name=op.f("uq_reversals_import_id_number")),
    )
    op.create_index(
        "uq_reversals_open",
        "reversals",
        ["import_id"],
        unique=True,
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )
    op.create_index("ix_reversals_organisation_id_state", "reversals", ["organisation_id", "state"])
    op.create_table(
        "reversal_actions",
        sa.Column("reversal_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", choice("recordkind", "owner", "pet", "case"), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("bucket", choice("bucket", "reversed", "partly", "kept", "blocked"), nullable=False),
        sa.Column("effect", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reversal_id"], ["reversals.id"], name=op.f("fk_reversal_actions_reversal_id_reversals")
        ),
        sa.PrimaryKeyConstraint("reversal_id", "ordinal", name=op.f("pk_reversal_actions")),
    )
    op.create_index(
        "ix_reversal_actions_reversal_id_record_id", "reversal_actions", ["reversal_id", "record_id"]
    )
    op.create_index(
        "ix_reversal_actions_reversal_id_bucket_ordinal",
        "reversal_actions",
        ["reversal_id", "bucket", "ordinal"],
    )


def downgrade() -> None:
    op.drop_table("reversal_actions")
    op.drop_table("reversals")
    op.execute("UPDATE imports SET state = 'undone' WHERE state = 'redoing'")
    allow_states(STATES)
