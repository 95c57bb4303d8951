"""lists at size"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

FREE = sa.text("state = 'created' AND assignee IS NULL")
STANDING = sa.text("incidents > 0")


def upgrade() -> None:
    op.create_index("ix_process_instance_newest", "process_instance", ["started_at", "id"])
    op.create_index("ix_process_instance_started_by", "process_instance", ["started_by"])
    op.create_index(
        "ix_process_instance_incidents", "process_instance", ["process_id", "started_at"],
        postgresql_where=STANDING, sqlite_where=STANDING,
    )
    op.create_index(
        "ix_user_task_free", "user_task", ["rank_at", "created_at", "id"], postgresql_where=FREE, sqlite_where=FREE
    )
    op.create_index("ix_user_task_assignee", "user_task", ["assignee", "instance_id"])


def downgrade() -> None:
    op.drop_index("ix_user_task_assignee", "user_task")
    op.drop_index("ix_user_task_free", "user_task")
    op.drop_index("ix_process_instance_incidents", "process_instance")
    op.drop_index("ix_process_instance_started_by", "process_instance")
    op.drop_index("ix_process_instance_newest", "process_instance")
