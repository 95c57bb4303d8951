"""api tokens"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.schema import Json, Moment

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'api_token',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('token_digest', sa.String(length=64), nullable=False),
        sa.Column('name', sa.String(length=80), nullable=False),
        sa.Column('person_id', sa.Uuid(), nullable=True),
        sa.Column('roles', Json, nullable=False),
        sa.Column('scopes', Json, nullable=False),
        sa.Column('made_at', Moment(), nullable=False),
        sa.Column('made_by', sa.String(length=64), nullable=False),
        sa.Column('expires_at', Moment(), nullable=False),
        sa.Column('seen_at', Moment(), nullable=True),
        sa.Column('ended_at', Moment(), nullable=True),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_api_token_person_id_person')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
        sa.UniqueConstraint('token_digest', name=op.f('uq_api_token_token_digest')),
    )
    with op.batch_alter_table('api_token', schema=None) as batch_op:
        batch_op.create_index('ix_api_token_person', ['person_id', 'made_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('api_token', schema=None) as batch_op:
        batch_op.drop_index('ix_api_token_person')
    op.drop_table('api_token')
