"""one mail a day, restricted and erased people"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from engine.schema import Moment

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("mail") as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=13), server_default="transactional", nullable=False))
        batch_op.add_column(sa.Column("day", sa.String(length=48), nullable=True))
        batch_op.add_column(sa.Column("merged_into", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("order_key", sa.String(length=24), nullable=True))
        batch_op.add_column(sa.Column("membership_end", sa.Date(), nullable=True))
    op.execute(sa.text("UPDATE mail SET kind = 'news' WHERE NOT transactional"))
    with op.batch_alter_table("mail") as batch_op:
        batch_op.drop_column("transactional")
        batch_op.alter_column("kind", server_default=None)
        batch_op.create_index("ix_mail_merged_into", ["merged_into"])
        batch_op.create_unique_constraint("uq_mail_day", ["day"])
    with op.batch_alter_table("person") as batch_op:
        batch_op.add_column(sa.Column("restricted_since", Moment(), nullable=True))
        batch_op.add_column(sa.Column("erased_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("person") as batch_op:
        batch_op.drop_column("erased_on")
        batch_op.drop_column("restricted_since")
    with op.batch_alter_table("mail") as batch_op:
        batch_op.add_column(sa.Column("transactional", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.execute(sa.text("UPDATE mail SET transactional = (kind = 'transactional')"))
    with op.batch_alter_table("mail") as batch_op:
        batch_op.drop_constraint("uq_mail_day", type_="unique")
        batch_op.drop_index("ix_mail_merged_into")
        batch_op.alter_column("transactional", server_default=None)
        for name in ("membership_end", "order_key", "merged_into", "day", "kind"):
            batch_op.drop_column(name)
