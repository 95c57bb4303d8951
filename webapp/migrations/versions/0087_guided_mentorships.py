"""pairs are asked after eight weeks whether they suit each other, and the day of the first message is on record"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0087"
down_revision = "0086"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mentorship", sa.Column("first_word_on", sa.Date(), nullable=True))
    op.add_column("mentorship", sa.Column("guided", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("mentorship", "guided")
    op.drop_column("mentorship", "first_word_on")
