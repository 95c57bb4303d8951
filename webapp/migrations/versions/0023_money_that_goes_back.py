"""money that goes back"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ('refunded', 'disputed'):
        op.add_column('payment', sa.Column(name, sa.Numeric(precision=12, scale=2), server_default='0', nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('payment') as batch_op:
        batch_op.drop_column('disputed')
        batch_op.drop_column('refunded')
