"""the day on which a direct-debit mandate was last used"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

_USED = """
UPDATE mandate SET used_on = (
    SELECT max(due_on) FROM direct_debit WHERE direct_debit.mandate_id = mandate.id AND direct_debit.file_id IS NOT NULL
)
"""


def upgrade() -> None:
    op.add_column("mandate", sa.Column("used_on", sa.Date(), nullable=True))
    op.execute(_USED)


def downgrade() -> None:
    with op.batch_alter_table("mandate") as table:
        table.drop_column("used_on")
