"""why an erasure was refused stands in its case, never in its row"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("erasure_request") as batch_op:
        batch_op.drop_column("reason")


def downgrade() -> None:
    with op.batch_alter_table("erasure_request") as batch_op:
        batch_op.add_column(sa.Column("reason", sa.String(length=40), nullable=False, server_default=""))
    with op.batch_alter_table("erasure_request") as batch_op:
        batch_op.alter_column("reason", server_default=None)
