"""say which date of a series a notice is about"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("association_event", sa.Column("notice_date_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("association_event", "notice_date_id")
