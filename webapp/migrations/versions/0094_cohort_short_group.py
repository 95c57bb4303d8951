"""who would like a short group after their own"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0094"
down_revision = "0093"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cohort_seat", sa.Column("short_group_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("cohort_seat", schema=None) as batch_op:
        batch_op.drop_column("short_group_on")
