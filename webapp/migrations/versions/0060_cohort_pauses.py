"""pauses of participants of a cohort"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0060'
down_revision = '0059'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('cohort_seat', schema=None) as batch_op:
        batch_op.add_column(sa.Column('paused_from', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('paused_until', sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('cohort_seat', schema=None) as batch_op:
        batch_op.drop_column('paused_until')
        batch_op.drop_column('paused_from')
