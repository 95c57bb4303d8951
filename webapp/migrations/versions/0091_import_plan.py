"""the digest of what a look at a file saw: what goes in is what somebody agreed to"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0091"
down_revision = "0090"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("import_draft", sa.Column("plan", sa.String(64), nullable=True))


def downgrade() -> None:
    op.drop_column("import_draft", "plan")
