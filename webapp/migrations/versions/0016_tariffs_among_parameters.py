"""the tariffs are a parameter table"""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql')
TARIFF = sa.table(
    'dues_tariff', sa.column('id', sa.Uuid()), sa.column('code', sa.String()), sa.column('amount', sa.Numeric(12, 2)),
    sa.column('label_fr', sa.String()), sa.column('label_en', sa.String()), sa.column('whole_course', sa.Boolean()),
    sa.column('valid_from', sa.Date()), sa.column('valid_to', sa.Date()), sa.column('decided_by', sa.String()),
    sa.column('decided_on', sa.Date()), sa.column('applies_to_running', sa.Boolean()),
)
ROW = sa.table(
    'parameter_row', sa.column('id', sa.Uuid()), sa.column('table_name', sa.String()), sa.column('key', sa.String()),
    sa.column('label_fr', sa.String()), sa.column('label_en', sa.String()), sa.column('data', JSON),
    sa.column('valid_from', sa.Date()), sa.column('valid_to', sa.Date()), sa.column('decided_by', sa.String()),
    sa.column('decided_on', sa.Date()), sa.column('applies_to_running', sa.Boolean()), sa.column('rev', sa.Integer()),
)
EVENT = sa.table(
    'parameter_event', sa.column('row_id', sa.Uuid()),
)
SAME = ('id', 'label_fr', 'label_en', 'valid_from', 'valid_to', 'decided_by', 'decided_on', 'applies_to_running')


def upgrade() -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(TARIFF)).mappings().all():
        data = {'amount': f"{row['amount']:.2f}", 'whole_course': 'true' if row['whole_course'] else 'false'}
        kept = {name: row[name] for name in SAME}
        connection.execute(sa.insert(ROW).values(**kept, table_name='dues_tariff', key=row['code'], data=data, rev=1))
    mark = {'id': 1, 'mark': uuid4().hex}
    revision_table = sa.table('parameter_revision', sa.column('id', sa.Integer()), sa.column('mark', sa.String()))
    connection.execute(sa.delete(revision_table))
    connection.execute(sa.insert(revision_table).values(**mark))
    with op.batch_alter_table('dues_tariff', schema=None) as batch_op:
        batch_op.drop_index('ix_dues_tariff_code')
    op.drop_table('dues_tariff')


def downgrade() -> None:
    op.create_table(
        'dues_tariff',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('code', sa.String(length=8), nullable=False),
        sa.Column('amount', sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column('label_fr', sa.String(length=120), nullable=False),
        sa.Column('label_en', sa.String(length=120), nullable=False),
        sa.Column('whole_course', sa.Boolean(), nullable=False),
        sa.Column('valid_from', sa.Date(), nullable=False),
        sa.Column('valid_to', sa.Date(), nullable=True),
        sa.Column('decided_by', sa.String(length=80), nullable=False),
        sa.Column('decided_on', sa.Date(), nullable=False),
        sa.Column('applies_to_running', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_dues_tariff')),
    )
    with op.batch_alter_table('dues_tariff', schema=None) as batch_op:
        batch_op.create_index('ix_dues_tariff_code', ['code', 'valid_from'], unique=False)
    connection = op.get_bind()
    withdrawn = sa.column('withdrawn_at', sa.DateTime(timezone=True))
    rows = connection.execute(
        sa.select(ROW).where(ROW.c.table_name == 'dues_tariff', withdrawn.is_(None))
    ).mappings().all()
    for row in rows:
        kept = {name: row[name] for name in SAME} | {'decided_by': row['decided_by'][:80]}
        kept |= {'label_fr': row['label_fr'][:120], 'label_en': row['label_en'][:120]}
        connection.execute(sa.insert(TARIFF).values(
            **kept, code=row['key'], amount=sa.cast(row['data']['amount'], sa.Numeric(12, 2)),
            whole_course=row['data'].get('whole_course') == 'true',
        ))
    of_tariffs = sa.select(ROW.c.id).where(ROW.c.table_name == 'dues_tariff')
    connection.execute(sa.delete(EVENT).where(EVENT.c.row_id.in_(of_tariffs)))
    connection.execute(sa.delete(ROW).where(ROW.c.table_name == 'dues_tariff'))
