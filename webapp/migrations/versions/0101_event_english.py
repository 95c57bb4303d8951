"""what an event's page and its notices say in English"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0101"
down_revision = "0100"
branch_labels = None
depends_on = None

_COLUMNS = (("association_event", "about_en"), ("event_notice", "text_en"))


def upgrade() -> None:
    for name, column in _COLUMNS:
        op.add_column(name, sa.Column(column, sa.Text(), nullable=False, server_default=""))
        with op.batch_alter_table(name) as table:
            table.alter_column(column, existing_type=sa.Text(), existing_nullable=False, server_default=None)


def downgrade() -> None:
    for name, column in _COLUMNS:
        op.drop_column(name, column)
