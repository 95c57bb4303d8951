"""documents beside a case that its staff alone may see"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("stored_file") as batch_op:
        batch_op.add_column(sa.Column("internal", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("stored_file") as batch_op:
        batch_op.alter_column("internal", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("stored_file") as batch_op:
        batch_op.drop_column("internal")
