"""studio drafts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.schema import Json, Moment

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('studio_file',
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_studio_file'))
    )
    op.create_table('studio_draft',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('process_id', sa.String(length=200), nullable=False),
    sa.Column('name', sa.String(length=400), nullable=False),
    sa.Column('base_id', sa.Uuid(), nullable=True),
    sa.Column('rev', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('begun_at', Moment(), nullable=False),
    sa.Column('begun_by', sa.String(length=64), nullable=False),
    sa.Column('proposed_by', sa.String(length=64), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['base_id'], ['process_definition.id'],
                            name=op.f('fk_studio_draft_base_id_process_definition')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_studio_draft'))
    )
    with op.batch_alter_table('studio_draft', schema=None) as batch_op:
        batch_op.create_index('ix_studio_draft_process', ['process_id', 'state'], unique=False)

    op.create_table('studio_revision',
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('files', Json, nullable=False),
    sa.Column('saved_at', Moment(), nullable=False),
    sa.Column('saved_by', sa.String(length=64), nullable=False),
    sa.Column('note', sa.String(length=400), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['studio_draft.id'],
                            name=op.f('fk_studio_revision_draft_id_studio_draft')),
    sa.PrimaryKeyConstraint('draft_id', 'number', name=op.f('pk_studio_revision'))
    )
    op.create_table('studio_decision',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('verdict', sa.String(length=12), nullable=False),
    sa.Column('author', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('reviewer', sa.String(length=64), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('decided_at', Moment(), nullable=False),
    sa.Column('deployment_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['deployment_id'], ['deployment.id'],
                            name=op.f('fk_studio_decision_deployment_id_deployment')),
    sa.ForeignKeyConstraint(['draft_id'], ['studio_draft.id'],
                            name=op.f('fk_studio_decision_draft_id_studio_draft')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_studio_decision'))
    )
    with op.batch_alter_table('studio_decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_studio_decision_deployment_id'), ['deployment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_studio_decision_draft_id'), ['draft_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('studio_decision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_studio_decision_draft_id'))
        batch_op.drop_index(batch_op.f('ix_studio_decision_deployment_id'))

    op.drop_table('studio_decision')
    op.drop_table('studio_revision')
    with op.batch_alter_table('studio_draft', schema=None) as batch_op:
        batch_op.drop_index('ix_studio_draft_process')

    op.drop_table('studio_draft')
    op.drop_table('studio_file')
