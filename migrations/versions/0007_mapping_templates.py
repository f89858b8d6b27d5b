"""mapping templates

Saved mappings, how a person wants a file to be read, and which saved mapping a table was read with.

Revision: 0007
Follows: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mapping_templates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_key", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_newest", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("heading_signature", sa.String(length=64), nullable=False),
        sa.Column("headings", sa.JSON(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("reading", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_by_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_mapping_templates_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mapping_templates")),
        sa.UniqueConstraint(
            "organisation_id",
            "name_key",
            "version",
            name=op.f("uq_mapping_templates_organisation_id_name_key_version"),
        ),
    )
    op.create_index(
        "ix_mapping_templates_organisation_id_heading_signature",
        "mapping_templates",
        ["organisation_id", "heading_signature"],
    )
    op.add_column("imports", sa.Column("asked", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("source_tables", sa.Column("template", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("source_tables", "template")
    op.drop_column("imports", "asked")
    op.drop_index("ix_mapping_templates_organisation_id_heading_signature", "mapping_templates")
    op.drop_table("mapping_templates")
