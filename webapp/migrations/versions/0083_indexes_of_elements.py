"""indexes of jobs and subscriptions by element: which cases wait at one is looked up, not searched for"""

from __future__ import annotations

from alembic import op

revision = "0083"
down_revision = "0082"
branch_labels = None
depends_on = None

_INDEXES = {"ix_job_element": "job", "ix_subscription_element": "subscription"}


def upgrade() -> None:
    for name, table in _INDEXES.items():
        op.create_index(name, table, ["process_id", "element", "instance_id"])


def downgrade() -> None:
    for name, table in _INDEXES.items():
        op.drop_index(name, table_name=table)
