"""doubts about who a member is"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from engine.schema import Json, Moment

revision = '0049'
down_revision = '0048'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('identity_dispute',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.String(length=12), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('proof_files', Json, nullable=False),
    sa.Column('told_by', sa.String(length=64), nullable=False),
    sa.Column('opened_at', Moment(), nullable=False),
    sa.Column('closed_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_identity_dispute_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_identity_dispute'))
    )
    with op.batch_alter_table('identity_dispute', schema=None) as batch_op:
        batch_op.create_index('ix_identity_dispute_person', ['person_id', 'state'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('identity_dispute', schema=None) as batch_op:
        batch_op.drop_index('ix_identity_dispute_person')

    op.drop_table('identity_dispute')
