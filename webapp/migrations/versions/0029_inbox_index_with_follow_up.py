"""inbox index with follow up

The number of postponed tasks was counted by reading each row of a person who holds thousands.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None

OPEN = sa.text("state = 'created'")
BEFORE = ['assignee', 'rank_at', 'created_at', 'id']


def upgrade() -> None:
    _replace([*BEFORE, 'follow_up_at'])


def downgrade() -> None:
    _replace(BEFORE)


def _replace(columns: list[str]) -> None:
    op.drop_index('ix_user_task_inbox', table_name='user_task')
    op.create_index('ix_user_task_inbox', 'user_task', columns, sqlite_where=OPEN, postgresql_where=OPEN)
