"""indexes by person hold those tasks alone that name one: a task that is opened for a role writes two entries less"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0079"
down_revision = "0078"
branch_labels = None
depends_on = None

_INDEXES = {
    "ix_user_task_inbox": (
        ["assignee", "rank_at", "created_at", "id", "follow_up_at"],
        "state = 'created'", "state = 'created' AND assignee IS NOT NULL",
    ),
    "ix_user_task_archive": (["closed_by", "closed_at", "id"], None, "closed_by IS NOT NULL"),
}  # fmt: skip


def upgrade() -> None:
    for name, (columns, _before, after) in _INDEXES.items():
        _replace(name, columns, after)


def downgrade() -> None:
    for name, (columns, before, _after) in _INDEXES.items():
        _replace(name, columns, before)


def _replace(name: str, columns: list[str], condition: str | None) -> None:
    where = None if condition is None else sa.text(condition)
    op.drop_index(name, table_name="user_task")
    op.create_index(name, "user_task", columns, postgresql_where=where, sqlite_where=where)
