"""cohort admission"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from engine.schema import Moment

revision = '0043'
down_revision = '0042'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('cohort_candidacy',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('cohort_id', sa.Uuid(), nullable=False),
    sa.Column('motivation', sa.Text(), nullable=False),
    sa.Column('conflicts', sa.Text(), nullable=False),
    sa.Column('situation', sa.String(length=8), nullable=False),
    sa.Column('years_exp', sa.Integer(), nullable=False),
    sa.Column('guest', sa.Boolean(), nullable=False),
    sa.Column('school', sa.String(length=160), nullable=False),
    sa.Column('availability', sa.Integer(), nullable=False),
    sa.Column('score', sa.Integer(), nullable=True),
    sa.Column('talks', sa.Integer(), nullable=False),
    sa.Column('second_interviewer_id', sa.Uuid(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('decision', sa.String(length=14), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('came_first', sa.Boolean(), nullable=False),
    sa.Column('passed_id', sa.Uuid(), nullable=True),
    sa.Column('scholarship', sa.Boolean(), nullable=False),
    sa.Column('tariff', sa.String(length=8), nullable=False),
    sa.Column('order_key', sa.String(length=24), nullable=True),
    sa.Column('state', sa.String(length=9), nullable=False),
    sa.Column('asked_at', Moment(), nullable=False),
    sa.Column('accepted_at', Moment(), nullable=True),
    sa.Column('closed_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['cohort_id'], ['cohort.id'], name=op.f('fk_cohort_candidacy_cohort_id_cohort')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_cohort_candidacy_person_id_person')),
    sa.ForeignKeyConstraint(['second_interviewer_id'], ['person.id'], name=op.f('fk_cohort_candidacy_second_interviewer_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cohort_candidacy'))
    )
    with op.batch_alter_table('cohort_candidacy', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_cohort_candidacy_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_cohort_candidacy_cohort', ['cohort_id', 'state'], unique=False)
    with op.batch_alter_table('cohort_seat', schema=None) as batch_op:
        batch_op.add_column(sa.Column('tariff', sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column('order_key', sa.String(length=24), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('cohort_seat', schema=None) as batch_op:
        batch_op.drop_column('order_key')
        batch_op.drop_column('tariff')
    with op.batch_alter_table('cohort_candidacy', schema=None) as batch_op:
        batch_op.drop_index('ix_cohort_candidacy_cohort')
        batch_op.drop_index(batch_op.f('ix_cohort_candidacy_person_id'))

    op.drop_table('cohort_candidacy')
