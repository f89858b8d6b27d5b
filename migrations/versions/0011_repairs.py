"""repairs

Repairs of staged cells, and the recipes made of them; findings summed up by column and cause, and confirmed.

Revision: 0011
Follows: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SEVERITIES = sa.Enum("error", "warning", "note", native_enum=False, length=40, name="severity")


def upgrade() -> None:
    _create_repairs()
    _create_recipes()
    _create_causes()
    op.execute(SUM_UP_CAUSES)
    op.execute(SUM_UP_VALUES)


def downgrade() -> None:
    op.drop_table("finding_confirmations")
    op.drop_index("ix_finding_values_import_id_rank", "finding_values")
    op.drop_index("ix_finding_values_import_id_value", "finding_values")
    op.drop_table("finding_values")
    op.drop_table("finding_causes")
    op.drop_index("ix_repair_recipes_organisation_id_heading_signature", "repair_recipes")
    op.drop_table("repair_recipes")
    op.drop_index("ix_repairs_import_id_batch_no_row_no", "repairs")
    op.drop_table("repairs")
    op.drop_table("repair_batches")


def _create_repairs() -> None:
    op.create_table(
        "repair_batches",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("batch_no", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("heading", sa.String(length=500), nullable=False),
        sa.Column("former", sa.String(length=250), nullable=False),
        sa.Column("value", sa.String(length=250), nullable=False),
        sa.Column("recipe", sa.String(length=100), nullable=False),
        sa.Column("cells", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("repaired_by", sa.Uuid(), nullable=True),
        sa.Column("repaired_by_name", sa.String(length=200), nullable=False),
        sa.Column("repaired_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cells_taken_back", sa.Integer(), nullable=False),
        sa.Column("taken_back_by_name", sa.String(length=200), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_repair_batches_import_id_imports")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_repair_batches_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("import_id", "batch_no", name=op.f("pk_repair_batches")),
    )
    op.create_table(
        "repairs",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("table_no", sa.Integer(), nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("batch_no", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("heading", sa.String(length=500), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("former", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("taken_back", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("fits", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint(
            "import_id", "table_no", "row_no", "position", "batch_no", name=op.f("pk_repairs")
        ),
    )
    op.create_index(
        "ix_repairs_import_id_batch_no_row_no", "repairs", ["import_id", "batch_no", "row_no"]
    )


def _create_recipes() -> None:
    op.create_table(
        "repair_recipes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_key", sa.String(length=100), nullable=False),
        sa.Column("heading_signature", sa.String(length=64), nullable=False),
        sa.Column("template", sa.String(length=100), nullable=False),
        sa.Column("headings", sa.JSON(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_by_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_repair_recipes_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair_recipes")),
        sa.UniqueConstraint(
            "organisation_id", "name_key", name=op.f("uq_repair_recipes_organisation_id_name_key")
        ),
    )
    op.create_index(
        "ix_repair_recipes_organisation_id_heading_signature",
        "repair_recipes",
        ["organisation_id", "heading_signature"],
    )


def _create_causes() -> None:
    op.create_table(
        "finding_causes",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("table_no", sa.Integer(), nullable=False),
        sa.Column("cause_no", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("severity", SEVERITIES, nullable=False),
        sa.Column("column_name", sa.String(length=500), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "severity IN ('error', 'warning', 'note')", name=op.f("ck_finding_causes_severity")
        ),
        sa.PrimaryKeyConstraint("import_id", "table_no", "cause_no", name=op.f("pk_finding_causes")),
    )
    op.create_table(
        "finding_values",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("table_no", sa.Integer(), nullable=False),
        sa.Column("cause_no", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.String(length=250), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first_row", sa.Integer(), nullable=False),
        sa.Column("last_row", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "table_no", "cause_no", "rank", name=op.f("pk_finding_values")),
    )
    op.create_index("ix_finding_values_import_id_value", "finding_values", ["import_id", "value"])
    op.create_index("ix_finding_values_import_id_rank", "finding_values", ["import_id", "rank"])
    op.create_table(
        "finding_confirmations",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("confirmation_no", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("column_name", sa.String(length=500), nullable=False),
        sa.Column("value", sa.String(length=250), nullable=False),
        sa.Column("any_value", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_by_name", sa.String(length=200), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_finding_confirmations_import_id_imports")
        ),
        sa.PrimaryKeyConstraint("import_id", "confirmation_no", name=op.f("pk_finding_confirmations")),
    )


SUM_UP_CAUSES = """
INSERT INTO finding_causes
  (import_id, table_no, cause_no, organisation_id, code, severity, column_name, number)
SELECT import_id, table_no,
  row_number() OVER (PARTITION BY import_id ORDER BY code, severity, column_name),
  organisation_id, code, severity, column_name, count(*)
FROM findings
GROUP BY import_id, table_no, organisation_id, code, severity, column_name
"""
SUM_UP_VALUES = """
INSERT INTO finding_values
  (import_id, table_no, cause_no, "rank", organisation_id, value, number, first_row, last_row)
SELECT c.import_id, c.table_no, c.cause_no,
  row_number() OVER (PARTITION BY c.import_id, c.cause_no ORDER BY count(*) DESC, f.value),
  c.organisation_id, f.value, count(*), min(f.row_no), max(f.row_no)
FROM finding_causes c JOIN findings f
  ON f.import_id = c.import_id AND f.table_no = c.table_no AND f.code = c.code
  AND f.severity = c.severity AND f.column_name = c.column_name
GROUP BY c.import_id, c.table_no, c.cause_no, c.organisation_id, f.value
"""
