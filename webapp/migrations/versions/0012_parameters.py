"""dated parameter tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql')


def upgrade() -> None:
    op.create_table(
        'parameter_row',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('table_name', sa.String(length=40), nullable=False),
        sa.Column('key', sa.String(length=60), nullable=False),
        sa.Column('label_fr', sa.String(length=160), nullable=False),
        sa.Column('label_en', sa.String(length=160), nullable=False),
        sa.Column('data', JSON, nullable=False),
        sa.Column('valid_from', sa.Date(), nullable=False),
        sa.Column('valid_to', sa.Date(), nullable=True),
        sa.Column('decided_by', sa.String(length=120), nullable=False),
        sa.Column('decided_on', sa.Date(), nullable=False),
        sa.Column('applies_to_running', sa.Boolean(), nullable=False),
        sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('rev', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_parameter_row')),
    )
    op.create_index('ix_parameter_row_table', 'parameter_row', ['table_name', 'key', 'valid_from'], unique=False)
    op.create_table(
        'parameter_event',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('row_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.String(length=12), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('by', sa.String(length=64), nullable=False),
        sa.Column('valid_to', sa.Date(), nullable=True),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['row_id'], ['parameter_row.id'],
                                name=op.f('fk_parameter_event_row_id_parameter_row')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_parameter_event')),
    )
    op.create_index('ix_parameter_event_row', 'parameter_event', ['row_id', 'at'], unique=False)
    op.create_table(
        'parameter_revision',
        sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('mark', sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_parameter_revision')),
    )


def downgrade() -> None:
    op.drop_table('parameter_revision')
    op.drop_table('parameter_event')
    op.drop_table('parameter_row')
