"""jobs in groups"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from engine.schema import Moment

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('connector_pace',
    sa.Column('type', sa.String(length=200), nullable=False),
    sa.Column('free_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('type', name=op.f('pk_connector_pace'))
    )
    op.drop_index('ix_job_due', table_name='job')
    op.create_index('ix_job_free', 'job', ['priority', 'type', 'process_id', 'due_at', 'id'], unique=False, postgresql_where=sa.text('NOT held AND leased_until IS NULL'), sqlite_where=sa.text('NOT held AND leased_until IS NULL'))
    op.create_index('ix_job_leased', 'job', ['leased_until', 'type'], unique=False, postgresql_where=sa.text('leased_until IS NOT NULL'), sqlite_where=sa.text('leased_until IS NOT NULL'))


def downgrade() -> None:
    op.drop_index('ix_job_leased', table_name='job')
    op.drop_index('ix_job_free', table_name='job')
    op.create_index('ix_job_due', 'job', ['due_at'], unique=False, postgresql_where=sa.text('NOT held'), sqlite_where=sa.text('NOT held'))
    op.drop_table('connector_pace')
