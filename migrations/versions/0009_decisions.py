"""decisions

Decisions about duplicates that outlive their import, that wait for a new plan, and that are given for many alike.

Revision: 0009
Follows: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OPEN = {
    "sqlite_where": sa.text("undecided IS 1 AND answer = ''"),
    "postgresql_where": sa.text("undecided IS true AND answer = ''"),
}


def upgrade() -> None:
    op.add_column(
        "plan_rows", sa.Column("question", sa.String(length=200), nullable=False, server_default="")
    )
    op.add_column("plan_rows", sa.Column("answer", sa.String(length=10), nullable=False, server_default=""))
    op.create_index(
        "ix_plan_rows_import_id_open",
        "plan_rows",
        ["import_id", "undecided", "answer", "table_no", "row_no"],
        **OPEN,
    )
    op.create_index(
        "ix_plan_rows_import_id_question",
        "plan_rows",
        ["import_id", "undecided", "answer", "question", "table_no", "row_no"],
        **OPEN,
    )
    for name, default in (("lasting", sa.true()), ("planned", sa.true()), ("taken_back", sa.false())):
        op.add_column(
            "match_decisions", sa.Column(name, sa.Boolean(), nullable=False, server_default=default)
        )
    op.add_column(
        "match_decisions", sa.Column("rules", sa.String(length=60), nullable=False, server_default="")
    )
    op.create_index(
        "ix_match_decisions_import_id_same",
        "match_decisions",
        ["import_id", "same", "table_no", "row_no", "owner_id"],
    )
    op.create_index(
        "ix_match_decisions_import_id_waiting",
        "match_decisions",
        ["import_id"],
        sqlite_where=sa.text("planned IS 0"),
        postgresql_where=sa.text("planned IS false"),
    )
    op.create_table(
        "kept_answers",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("same", sa.Boolean(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by_name", sa.String(length=200), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_kept_answers_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "person", "owner_id", name=op.f("pk_kept_answers")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_kept_answers_owner_id", "kept_answers", ["owner_id"])


def downgrade() -> None:
    op.drop_index("ix_kept_answers_owner_id", "kept_answers")
    op.drop_table("kept_answers")
    op.drop_index("ix_match_decisions_import_id_waiting", "match_decisions")
    op.drop_index("ix_match_decisions_import_id_same", "match_decisions")
    for name in ("rules", "taken_back", "planned", "lasting"):
        op.drop_column("match_decisions", name)
    op.drop_index("ix_plan_rows_import_id_question", "plan_rows")
    op.drop_index("ix_plan_rows_import_id_open", "plan_rows")
    op.drop_column("plan_rows", "answer")
    op.drop_column("plan_rows", "question")
