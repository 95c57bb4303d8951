"""what the treasurer remarks about the accounts of an event"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0095"
down_revision = "0094"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("event_report", sa.Column("remark", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("event_report") as batch_op:
        batch_op.alter_column("remark", server_default=None)


def downgrade() -> None:
    op.drop_column("event_report", "remark")
