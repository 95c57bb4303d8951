"""a person may say in which time zone he lives: a country may have several"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0080"
down_revision = "0079"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("zone", sa.String(length=40), nullable=True))


def downgrade() -> None:
    op.drop_column("person", "zone")
