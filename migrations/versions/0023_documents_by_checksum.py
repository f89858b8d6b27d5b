"""documents by checksum

Documents are found by the checksum of their file; of a fact that both have changed a decision may take ours as well.

Revision: 0023
Follows: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_documents_organisation_id_sha256", "documents", ["organisation_id", "sha256"])
    op.add_column(
        "conflict_decisions", sa.Column("theirs", sa.Boolean(), server_default=sa.true(), nullable=False)
    )


def downgrade() -> None:
    op.execute("DELETE FROM conflict_decisions WHERE NOT theirs")
    op.drop_column("conflict_decisions", "theirs")
    op.drop_index("ix_documents_organisation_id_sha256", "documents")
