"""when the page of an event was published for the first time: approvals are measured, and a page is due 21 days before"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0088"
down_revision = "0087"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("association_event", sa.Column("published_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE association_event SET published_at = decided_at WHERE approved IS NOT NULL")


def downgrade() -> None:
    op.drop_column("association_event", "published_at")
