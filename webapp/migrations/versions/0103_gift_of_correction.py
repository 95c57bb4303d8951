"""the one gift that a correction of a receipt is about; a correction before this one was about the whole receipt"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0103"
down_revision = "0102"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("receipt_correction") as batch:
        batch.add_column(sa.Column("gift_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(op.f("fk_receipt_correction_gift_id_gift"), "gift", ["gift_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("receipt_correction") as batch:
        batch.drop_constraint(op.f("fk_receipt_correction_gift_id_gift"), type_="foreignkey")
        batch.drop_column("gift_id")
