"""words of cases and names

What is there already gets its words here. They are derived, so they are derived as the present program does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from engine.bpmn.state import read_root
from engine.folding import fold
from engine.terms import subjects, words

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

WORD = sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql')
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql')
OPEN = sa.text("state = 'created'")
BATCH = 2_000


def upgrade() -> None:
    op.create_table(
        'case_term',
        sa.Column('instance_id', sa.Uuid(), nullable=False),
        sa.Column('term', WORD, nullable=False),
        sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], ondelete='CASCADE',
                                name=op.f('fk_case_term_instance_id_process_instance')),
        sa.PrimaryKeyConstraint('instance_id', 'term', name=op.f('pk_case_term')),
    )
    for owner in ('person', 'application'):
        op.create_table(
            f'{owner}_word',
            sa.Column('owner_id', sa.Uuid(), nullable=False),
            sa.Column('word', WORD, nullable=False),
            sa.ForeignKeyConstraint(['owner_id'], [f'{owner}.id'], ondelete='CASCADE',
                                    name=op.f(f'fk_{owner}_word_owner_id_{owner}')),
            sa.PrimaryKeyConstraint('owner_id', 'word', name=op.f(f'pk_{owner}_word')),
        )
    _fill_cases()
    _fill_names('person', ('search_name',))
    _fill_names('application', ('birth_name', 'usage_name', 'first_names'))
    op.create_index('ix_case_term_newest', 'case_term', ['term', 'started_at', 'instance_id'])
    for owner in ('person', 'application'):
        op.create_index(f'ix_{owner}_word_word', f'{owner}_word', ['word', 'owner_id'])
    op.create_index('ix_process_instance_process', 'process_instance', ['process_id', 'started_at', 'id'])
    op.create_index('ix_process_instance_version', 'process_instance', ['definition_id', 'started_at', 'id'])
    op.create_index('ix_process_instance_status', 'process_instance', ['status', 'started_at', 'id'])
    op.create_index('ix_user_task_element', 'user_task', ['definition_id', 'element', 'instance_id'],
                    postgresql_where=OPEN, sqlite_where=OPEN)


def _rows(table: str, columns: Mapping[str, Any]) -> Iterator[list[Any]]:
    """All rows in batches, by id."""
    source = sa.table(table, sa.column('id', sa.Uuid()), *(sa.column(name, type_) for name, type_ in columns.items()))
    query, last = sa.select(source).order_by(source.c.id).limit(BATCH), None
    while True:
        found = query if last is None else query.where(source.c.id > last)
        rows = list(op.get_bind().execute(found))
        if not rows:
            return
        yield rows
        last = rows[-1].id


def _fill_cases() -> None:
    moment = sa.DateTime(timezone=True)
    target = sa.table('case_term', sa.column('instance_id', sa.Uuid()), sa.column('term', sa.String()),
                      sa.column('started_at', moment))
    columns = {'started_at': moment, 'title': sa.Text(), 'titles': JSON, 'business_key': sa.Text(), 'state': sa.Text()}
    for batch in _rows('process_instance', columns):
        terms = [
            {'instance_id': row.id, 'term': term, 'started_at': row.started_at}
            for row in batch
            for term in sorted(words(row.title, _texts(row.titles), row.business_key) | subjects(read_root(row.state)))
        ]
        if terms:
            op.bulk_insert(target, terms)


def _texts(titles: object) -> dict[str, str]:
    known = titles.items() if isinstance(titles, dict) else ()
    return {str(language): title for language, title in known if isinstance(title, str)}


def _fill_names(owner: str, columns: tuple[str, ...]) -> None:
    target = sa.table(f'{owner}_word', sa.column('owner_id', sa.Uuid()), sa.column('word', sa.String()))
    for batch in _rows(owner, dict.fromkeys(columns, sa.Text())):
        found = [
            {'owner_id': row.id, 'word': word}
            for row in batch
            for word in sorted({each[:64] for each in fold(' '.join(part or '' for part in row[1:])).split()})
        ]
        if found:
            op.bulk_insert(target, found)


def downgrade() -> None:
    op.drop_index('ix_user_task_element', 'user_task')
    op.drop_index('ix_process_instance_status', 'process_instance')
    op.drop_index('ix_process_instance_version', 'process_instance')
    op.drop_index('ix_process_instance_process', 'process_instance')
    op.drop_table('application_word')
    op.drop_table('person_word')
    op.drop_table('case_term')
