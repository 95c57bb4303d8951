"""surpluses"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('invoice', schema=None) as batch_op:
        batch_op.add_column(sa.Column('first_position', sa.Integer(), server_default='1', nullable=False))
        batch_op.drop_constraint(batch_op.f('uq_invoice_order_id'), type_='unique')
        batch_op.create_unique_constraint(batch_op.f('uq_invoice_order_id'), ['order_id', 'first_position'])
    with op.batch_alter_table('membership_period', schema=None) as batch_op:
        batch_op.add_column(sa.Column('surplus_of', sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f('ix_membership_period_surplus_of'), ['surplus_of'], unique=False)
        batch_op.create_foreign_key(
            batch_op.f('fk_membership_period_surplus_of_sales_order'), 'sales_order', ['surplus_of'], ['id']
        )


def downgrade() -> None:
    with op.batch_alter_table('membership_period', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_membership_period_surplus_of_sales_order'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_membership_period_surplus_of'))
        batch_op.drop_column('surplus_of')
    op.execute("UPDATE invoice SET amount = (SELECT SUM(each.amount) FROM invoice AS each WHERE each.order_id = "
               "invoice.order_id) WHERE first_position = 1")
    op.execute('DELETE FROM credit_note WHERE invoice_id IN (SELECT id FROM invoice WHERE first_position > 1)')
    op.execute('DELETE FROM invoice WHERE first_position > 1')
    with op.batch_alter_table('invoice', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_invoice_order_id'), type_='unique')
        batch_op.create_unique_constraint(batch_op.f('uq_invoice_order_id'), ['order_id'])
        batch_op.drop_column('first_position')
