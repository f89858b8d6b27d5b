"""faster plans

Keeps what external ids said before an import restated them, for undo; makes two indexes of plans smaller.

Revision: 0002
Follows: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PARTIAL = {"parent_id": "kind = 'pet'", "external_id": "external_id <> ''"}
KINDS = ("owner", "pet", "case")


def upgrade() -> None:
    op.create_table(
        "former_external_ids",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="recordkind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("former_import_id", sa.Uuid(), nullable=False),
        sa.Column("imported", sa.JSON(), nullable=False),
        sa.Column("imported_rows", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_former_external_ids_import_id_imports")
        ),
        sa.PrimaryKeyConstraint(
            "import_id", "source", "kind", "external_id", name=op.f("pk_former_external_ids")
        ),
    )


    for column, condition in PARTIAL.items():
        name = f"ix_plan_actions_import_id_{column}"
        op.drop_index(name, table_name="plan_actions")
        where = sa.text(condition)
        op.create_index(
            name, "plan_actions", ["import_id", column], sqlite_where=where, postgresql_where=where
        )


def downgrade() -> None:
    for column in PARTIAL:
        name = f"ix_plan_actions_import_id_{column}"
        op.drop_index(name, table_name="plan_actions")
        op.create_index(name, "plan_actions", ["import_id", column])
    op.drop_table("former_external_ids")
