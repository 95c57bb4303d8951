"""couples at renewal and employers who pay"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from engine.schema import Moment

revision = '0045'
down_revision = '0044'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('employer_payer',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=True),
    sa.Column('company', sa.String(length=120), nullable=False),
    sa.Column('address_lines', sa.String(length=300), nullable=False),
    sa.Column('postcode', sa.String(length=16), nullable=False),
    sa.Column('city', sa.String(length=80), nullable=False),
    sa.Column('reference', sa.String(length=60), nullable=False),
    sa.Column('named_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_employer_payer_order_id_sales_order')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_employer_payer_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_employer_payer'))
    )
    with op.batch_alter_table('employer_payer', schema=None) as batch_op:
        batch_op.create_index('ix_employer_payer_order', ['order_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_employer_payer_person_id'), ['person_id'], unique=False)

    with op.batch_alter_table('renewal', schema=None) as batch_op:
        batch_op.add_column(sa.Column('partner_id', sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_renewal_partner_id_person'), 'person', ['partner_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_renewal_partner_id'), ['partner_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('renewal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_renewal_partner_id'))
        batch_op.drop_constraint(batch_op.f('fk_renewal_partner_id_person'), type_='foreignkey')
        batch_op.drop_column('partner_id')

    with op.batch_alter_table('employer_payer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_employer_payer_person_id'))
        batch_op.drop_index('ix_employer_payer_order')

    op.drop_table('employer_payer')
