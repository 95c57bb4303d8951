"""from which internet address a mandate was signed online: evidence, kept as long as the mandate"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0082"
down_revision = "0081"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mandate", sa.Column("signed_from", sa.String(length=45), nullable=True))


def downgrade() -> None:
    op.drop_column("mandate", "signed_from")
