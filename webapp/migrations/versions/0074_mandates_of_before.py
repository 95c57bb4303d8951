"""imported direct-debit mandates whose last use was not kept: their months of disuse count from today"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0074"
down_revision = "0073"
branch_labels = None
depends_on = None


def upgrade() -> None:
    mandate = sa.table(
        "mandate", sa.column("signed_by", sa.String), sa.column("state", sa.String), sa.column("used_on", sa.Date)
    )
    # the import took them because they were used, and forgot the day
    lost = (mandate.c.signed_by == "import") & mandate.c.used_on.is_(None) & (mandate.c.state != "CANCELED")
    op.execute(mandate.update().where(lost).values(used_on=datetime.now(UTC).date()))


def downgrade() -> None:
    """The day cannot be told from one that was kept: it stays."""
