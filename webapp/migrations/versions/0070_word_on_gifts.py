"""what somebody who asks to be erased said of the gift that goes on"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("privacy_request", sa.Column("gift_stops", sa.Boolean(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("privacy_request") as table:
        table.drop_column("gift_stops")
