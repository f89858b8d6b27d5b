"""merges

Merges of live duplicates, and what undoes them.

Revision: 0010
Follows: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

DONE = "state = 'done'"
MERGED = "merged_into IS NOT NULL"


def choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def moment(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def organisation(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_organisation_id_organisations")
    return sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=name)


def upgrade() -> None:
    op.add_column("owners", sa.Column("merged_into", sa.Uuid(), nullable=True))
    op.add_column("pets", sa.Column("merged_into", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_owners_merged_into",
        "owners",
        ["merged_into"],
        sqlite_where=sa.text(MERGED),
        postgresql_where=sa.text(MERGED),
    )
    create_pairs()
    create_searches()
    create_merges()


def create_pairs() -> None:
    op.create_table(
        "duplicate_pairs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("owner_a", sa.Uuid(), nullable=False),
        sa.Column("owner_b", sa.Uuid(), nullable=False),
        sa.Column("outcome", choice("pairoutcome", "likely", "perhaps"), nullable=False),
        sa.Column("bits", sa.Float(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("certainty", sa.Integer(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("rules", sa.String(length=60), nullable=False),
        moment("found_at", nullable=False),
        sa.Column("answer", choice("pairanswer", "", "later", "different", "merged"), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_by_name", sa.String(length=200), nullable=False),
        moment("answered_at"),
        sa.CheckConstraint("owner_a < owner_b", name=op.f("ck_duplicate_pairs_order")),
        organisation("duplicate_pairs"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_pairs")),
        sa.UniqueConstraint(
            "organisation_id",
            "owner_a",
            "owner_b",
            name=op.f("uq_duplicate_pairs_organisation_id_owner_a_owner_b"),
        ),
    )
    op.create_index(
        "ix_duplicate_pairs_organisation_id_answer",
        "duplicate_pairs",
        ["organisation_id", "answer", "certainty", "id"],
    )
    op.create_index("ix_duplicate_pairs_owner_b", "duplicate_pairs", ["owner_b"])


def create_searches() -> None:
    op.create_table(
        "duplicate_searches",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("state", choice("searchstate", "asked", "running", "done", "failed"), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        moment("lease_until"),
        moment("asked_at", nullable=False),
        sa.Column("asked_by_name", sa.String(length=200), nullable=False),
        moment("finished_at"),
        sa.Column("after_owner", sa.Uuid(), nullable=True),
        sa.Column("owners_done", sa.Integer(), nullable=False),
        sa.Column("owners_total", sa.Integer(), nullable=False),
        sa.Column("pairs_found", sa.Integer(), nullable=False),
        sa.Column("keys_skipped", sa.Integer(), nullable=False),
        organisation("duplicate_searches"),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_duplicate_searches")),
    )


def create_merges() -> None:
    op.create_table(
        "owner_merges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("state", choice("mergestate", "done", "undone"), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("merged_by", sa.Uuid(), nullable=True),
        sa.Column("merged_by_name", sa.String(length=200), nullable=False),
        moment("merged_at", nullable=False),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("undone_by_name", sa.String(length=200), nullable=False),
        moment("undone_at"),
        moment("forgotten_at"),
        sa.CheckConstraint("kept_id <> other_id", name=op.f("ck_owner_merges_two_owners")),
        organisation("owner_merges"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owner_merges")),
    )
    op.create_index("ix_owner_merges_organisation_id_id", "owner_merges", ["organisation_id", "id"])
    op.create_index("ix_owner_merges_kept_id", "owner_merges", ["kept_id"])
    op.create_index("ix_owner_merges_other_id", "owner_merges", ["other_id"])
    op.create_index(
        "uq_owner_merges_archived",
        "owner_merges",
        ["other_id"],
        unique=True,
        sqlite_where=sa.text(DONE),
        postgresql_where=sa.text(DONE),
    )


def downgrade() -> None:
    op.drop_table("owner_merges")
    op.drop_table("duplicate_searches")
    op.drop_table("duplicate_pairs")
    op.drop_column("pets", "merged_into")
    op.drop_index("ix_owners_merged_into", "owners")
    op.drop_column("owners", "merged_into")
