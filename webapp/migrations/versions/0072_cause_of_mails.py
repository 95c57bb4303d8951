"""keep the case and the element that wrote a mail"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mail", sa.Column("cause", sa.String(233), nullable=True))


def downgrade() -> None:
    op.drop_column("mail", "cause")
