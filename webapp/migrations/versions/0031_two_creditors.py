"""two creditors"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, column in (('mandate', 'creditor'), ('bank_statement', 'entity'), ('collection_file', 'entity')):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column(column, sa.String(length=12), nullable=False, server_default='ASSOCIATION'))
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(column, existing_type=sa.String(length=12), existing_nullable=False,
                                  server_default=None)
    with op.batch_alter_table('bank_statement', schema=None) as batch_op:
        batch_op.drop_index('ix_bank_statement_read')
        batch_op.create_index('ix_bank_statement_read', ['entity', 'read_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('bank_statement', schema=None) as batch_op:
        batch_op.drop_index('ix_bank_statement_read')
        batch_op.create_index('ix_bank_statement_read', ['read_at'], unique=False)
    for table, column in (('mandate', 'creditor'), ('bank_statement', 'entity'), ('collection_file', 'entity')):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column(column)
