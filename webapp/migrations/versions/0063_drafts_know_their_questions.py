"""how the questions of a draft were asked"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from engine.schema import Json

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("draft") as batch_op:
        batch_op.add_column(sa.Column("asked", Json, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("draft") as batch_op:
        batch_op.drop_column("asked")
