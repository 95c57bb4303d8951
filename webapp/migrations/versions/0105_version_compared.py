"""the version that a draft was compared with when it was asked for, apart from the one that it goes on from"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0105"
down_revision = "0104"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("studio_draft", sa.Column("compared_id", sa.Uuid(), nullable=True))
    op.execute("UPDATE studio_draft SET compared_id = base_id WHERE state IN ('proposed', 'rehearsing')")


def downgrade() -> None:
    op.drop_column("studio_draft", "compared_id")
