"""from which internet address a mandate was signed online: evidence, kept as long as the mandate"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0081"
down_revision = "0080"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mandate", sa.Column("signed_from", sa.String(length=45), nullable=True))


def downgrade() -> None:
    op.drop_column("mandate", "signed_from")
