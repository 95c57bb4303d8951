"""pairs that work beside one another, and job offers that were told of"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0093"
down_revision = "0092"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mentorship", sa.Column("beside_id", sa.Uuid(), nullable=True))
    op.add_column("mentorship", sa.Column("offer_on", sa.Date(), nullable=True))
    op.create_index("ix_mentorship_beside_id", "mentorship", ["beside_id"])
    op.add_column("pair_proposal", sa.Column("beside_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("pair_proposal", "beside_id")
    op.drop_index("ix_mentorship_beside_id", table_name="mentorship")
    op.drop_column("mentorship", "offer_on")
    op.drop_column("mentorship", "beside_id")
