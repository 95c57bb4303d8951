"""what candidates for a cohort hand in"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from engine.schema import Json

revision = '0052'
down_revision = '0051'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('cohort_candidacy', schema=None) as batch_op:
        batch_op.add_column(sa.Column('files', Json, nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('full_rate', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('cohort_candidacy', schema=None) as batch_op:
        batch_op.alter_column('files', server_default=None)
        batch_op.alter_column('full_rate', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('cohort_candidacy', schema=None) as batch_op:
        batch_op.drop_column('full_rate')
        batch_op.drop_column('files')
