"""the draft beside which a version in force was set, to bring both together"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0106"
down_revision = "0105"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("studio_draft", sa.Column("beside_id", sa.Uuid(), nullable=True))
    op.create_index("ix_studio_draft_beside_id", "studio_draft", ["beside_id"])


def downgrade() -> None:
    op.drop_index("ix_studio_draft_beside_id", "studio_draft")
    op.drop_column("studio_draft", "beside_id")
