"""count what somebody has put off without reading everything that he holds"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

PUT_OFF = sa.text("state = 'created' AND follow_up_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_user_task_later", "user_task", ["assignee", "follow_up_at"], sqlite_where=PUT_OFF, postgresql_where=PUT_OFF
    )


def downgrade() -> None:
    op.drop_index("ix_user_task_later", table_name="user_task", sqlite_where=PUT_OFF, postgresql_where=PUT_OFF)
