"""migrations of running cases"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from engine.schema import Moment

revision = '0041'
down_revision = '0040'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql')


def upgrade() -> None:
    op.create_table('migration',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('process_id', sa.String(length=200), nullable=False),
    sa.Column('definition_id', sa.Uuid(), nullable=False),
    sa.Column('moved', JSON, nullable=False),
    sa.Column('asked_at', Moment(), nullable=False),
    sa.Column('asked_by', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('returns_until', Moment(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['definition_id'], ['process_definition.id'],
                            name=op.f('fk_migration_definition_id_process_definition')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_migration'))
    )
    op.create_index('ix_migration_process', 'migration', ['process_id', 'asked_at'], unique=False)
    op.create_table('migration_case',
    sa.Column('migration_id', sa.Uuid(), nullable=False),
    sa.Column('instance_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('from_id', sa.Uuid(), nullable=True),
    sa.Column('former', sa.Text(), nullable=False),
    sa.Column('asked_by', sa.String(length=64), nullable=False),
    sa.Column('at', Moment(), nullable=True),
    sa.Column('code', sa.String(length=80), nullable=False),
    sa.Column('element', sa.String(length=200), nullable=False),
    sa.Column('name', sa.String(length=400), nullable=False),
    sa.Column('params', JSON, nullable=False),
    sa.ForeignKeyConstraint(['from_id'], ['process_definition.id'],
                            name=op.f('fk_migration_case_from_id_process_definition')),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'],
                            name=op.f('fk_migration_case_instance_id_process_instance')),
    sa.ForeignKeyConstraint(['migration_id'], ['migration.id'], name=op.f('fk_migration_case_migration_id_migration')),
    sa.PrimaryKeyConstraint('migration_id', 'instance_id', name=op.f('pk_migration_case'))
    )
    op.create_index('ix_migration_case_state', 'migration_case', ['migration_id', 'state', 'instance_id'], unique=False)
    op.create_index('ix_migration_case_instance', 'migration_case', ['instance_id'], unique=False)


def downgrade() -> None:
    op.drop_table('migration_case')
    op.drop_table('migration')
