"""quality log

The data-quality log and its counts, and which rejected rows came back repaired in which later import.

Revision: 0012
Follows: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SEVERITIES = ("error", "warning", "note")
RESOLUTIONS = (
    "open",
    "repaired",
    "corrected",
    "confirmed",
    "decided",
    "rechecked",
    "promoted",
    "rejected",
    "declined",
)


def upgrade() -> None:
    _create_log()
    _create_counts()
    _create_corrected_rows()
    op.add_column("imports", sa.Column("corrects", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("imports", "corrects")
    op.drop_index("ix_corrected_rows_corrected_in", "corrected_rows")
    op.drop_table("corrected_rows")
    op.drop_table("quality_counts")
    op.drop_table("quality_log")


def _create_log() -> None:
    op.create_table(
        "quality_log",
        *_of_import("quality_log"),
        sa.Column("table_no", sa.Integer(), nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("column_name", sa.String(length=500), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("severity", _words(SEVERITIES, "severity"), nullable=False),
        sa.Column("value", sa.String(length=250), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("resolution", _words(RESOLUTIONS, "resolution"), nullable=False),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.Column("resolved_by_name", sa.String(length=200), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        _one_of("quality_log", "severity", SEVERITIES),
        _one_of("quality_log", "resolution", RESOLUTIONS),
        sa.PrimaryKeyConstraint(
            "organisation_id",
            "import_id",
            "table_no",
            "row_no",
            "code",
            "column_name",
            "occurrence",
            name=op.f("pk_quality_log"),
        ),
        sqlite_with_rowid=False,
    )


def _create_counts() -> None:
    op.create_table(
        "quality_counts",
        *_of_import("quality_counts"),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("severity", _words(SEVERITIES, "severity"), nullable=False),
        sa.Column("resolution", _words(RESOLUTIONS, "resolution"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        _one_of("quality_counts", "severity", SEVERITIES),
        _one_of("quality_counts", "resolution", RESOLUTIONS),
        sa.PrimaryKeyConstraint(
            "organisation_id", "import_id", "code", "severity", "resolution", name=op.f("pk_quality_counts")
        ),
    )


def _create_corrected_rows() -> None:
    op.create_table(
        "corrected_rows",
        *_of_import("corrected_rows"),
        sa.Column("table_no", sa.Integer(), nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=False),
        sa.Column("corrected_in", sa.Uuid(), nullable=False),
        sa.Column("corrected_row_no", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["corrected_in"], ["imports.id"], name=op.f("fk_corrected_rows_corrected_in_imports")
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id",
            "import_id",
            "table_no",
            "row_no",
            "corrected_in",
            name=op.f("pk_corrected_rows"),
        ),
    )
    op.create_index("ix_corrected_rows_corrected_in", "corrected_rows", ["corrected_in"])


def _of_import(table: str) -> tuple[sa.Column[object] | sa.ForeignKeyConstraint, ...]:
    return (
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f(f"fk_{table}_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f(f"fk_{table}_import_id_imports")),
    )


def _words(words: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*words, native_enum=False, length=40, name=name)


def _one_of(table: str, column: str, words: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}"))
