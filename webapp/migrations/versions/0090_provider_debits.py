"""what a provider collects, by its own name: it can be stopped there; and events of an order are found by its key"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0090"
down_revision = "0089"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("provider_event", sa.Column("reference", sa.String(80), nullable=True))
    op.create_index("ix_provider_event_order_key", "provider_event", ["order_key"])


def downgrade() -> None:
    op.drop_index("ix_provider_event_order_key", table_name="provider_event")
    op.drop_column("provider_event", "reference")
