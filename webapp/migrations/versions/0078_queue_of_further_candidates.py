"""further candidates know where their tasks stand in lists, and whether nobody holds them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.models import Moment

revision = "0078"
down_revision = "0077"
branch_labels = None
depends_on = None

_OF_TASK = """
    UPDATE task_candidate SET
        rank_at = (SELECT user_task.rank_at FROM user_task WHERE user_task.id = task_id),
        created_at = (SELECT user_task.created_at FROM user_task WHERE user_task.id = task_id),
        free = (SELECT user_task.assignee IS NULL FROM user_task WHERE user_task.id = task_id)
"""


def upgrade() -> None:
    with op.batch_alter_table("task_candidate") as table:
        table.add_column(sa.Column("rank_at", Moment(), nullable=True))
        table.add_column(sa.Column("created_at", Moment(), nullable=True))
        table.add_column(sa.Column("free", sa.Boolean(), nullable=True))
    op.execute(sa.text(_OF_TASK))
    with op.batch_alter_table("task_candidate") as table:
        table.alter_column("rank_at", existing_type=Moment(), nullable=False)
        table.alter_column("created_at", existing_type=Moment(), nullable=False)
        table.alter_column("free", existing_type=sa.Boolean(), nullable=False)
        table.create_index(
            "ix_task_candidate_queue", ["candidate", "rank_at", "created_at", "task_id"],
            postgresql_where=sa.text("free"), sqlite_where=sa.text("free"),
        )  # fmt: skip


def downgrade() -> None:
    with op.batch_alter_table("task_candidate") as table:
        table.drop_index("ix_task_candidate_queue")
        table.drop_column("free")
        table.drop_column("created_at")
        table.drop_column("rank_at")
