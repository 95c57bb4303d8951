"""suspensions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.schema import Moment

revision = '0036'
down_revision = '0035'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('suspension',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('membership_id', sa.Uuid(), nullable=False),
    sa.Column('cause', sa.String(length=12), nullable=False),
    sa.Column('before', sa.String(length=16), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=True),
    sa.Column('suspended_at', Moment(), nullable=False),
    sa.Column('lifted_at', Moment(), nullable=True),
    sa.CheckConstraint("cause IN ('CHARGEBACK', 'UNPAID', 'IDENTITY', 'DISCIPLINARY')", name='ck_suspension_cause'),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_suspension_membership_id_membership')),
    sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_suspension_order_id_sales_order')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_suspension'))
    )
    with op.batch_alter_table('suspension', schema=None) as batch_op:
        batch_op.create_index('ix_suspension_membership', ['membership_id', 'lifted_at'], unique=False)
    # whoever is suspended now is so by an exit that is not closed
    op.execute(
        "INSERT INTO suspension (id, membership_id, cause, before, suspended_at) "
        "SELECT membership_exit.id, membership.id, 'DISCIPLINARY', "
        "COALESCE(membership_exit.entitlement_before, 'CURRENT'), membership_exit.opened_at "
        "FROM membership_exit JOIN membership ON membership.person_id = membership_exit.person_id "
        "WHERE membership_exit.closed_at IS NULL AND membership_exit.entitlement_before IS NOT NULL "
        "AND membership.service_entitlement = 'SUSPENDED'"
    )


def downgrade() -> None:
    op.drop_table('suspension')
