"""why a line of the account was set aside, what it was a part of, and how its money went back"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0108"
down_revision = "0107"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("bank_line") as batch:
        batch.add_column(sa.Column("part_of", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("aside_reason", sa.String(280), nullable=False, server_default=""))
        batch.add_column(sa.Column("returned_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("return_reference", sa.String(80), nullable=False, server_default=""))
        batch.create_foreign_key(op.f("fk_bank_line_part_of_bank_line"), "bank_line", ["part_of"], ["id"])
        batch.create_index(op.f("ix_bank_line_part_of"), ["part_of"])
    with op.batch_alter_table("bank_line") as batch:
        for name, length in (("aside_reason", 280), ("return_reference", 80)):
            batch.alter_column(name, existing_type=sa.String(length), existing_nullable=False, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("bank_line") as batch:
        batch.drop_index(op.f("ix_bank_line_part_of"))
        batch.drop_constraint(op.f("fk_bank_line_part_of_bank_line"), type_="foreignkey")
        for column in ("return_reference", "returned_on", "aside_reason", "part_of"):
            batch.drop_column(column)
