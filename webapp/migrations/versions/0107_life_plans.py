"""dues for life in instalments: the terms, which instalment an order line is, what of it a period paid"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0107"
down_revision = "0106"
branch_labels = None
depends_on = None

LINE = ("part", "parts")


def upgrade() -> None:
    op.create_table(
        "life_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("price", sa.Numeric(12, 2), nullable=False),
        sa.Column("instalments", sa.Integer(), nullable=False),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.Column("payable_until", sa.Date(), nullable=False),
        sa.CheckConstraint("price > 0 AND instalments > 1", name="ck_life_plan_terms"),
        sa.CheckConstraint("payable_until >= begun_on", name="ck_life_plan_dates"),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("membership_id"),
    )
    for name in LINE:
        op.add_column("sales_order_line", sa.Column(name, sa.Integer(), nullable=True))
    op.add_column("sales_order_line", sa.Column("part_of", sa.Numeric(12, 2), nullable=True))
    op.add_column("membership_period", sa.Column("life_paid", sa.Numeric(12, 2), nullable=True))
    op.add_column("membership_period", sa.Column("life_parts", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("membership_period", "life_parts")
    op.drop_column("membership_period", "life_paid")
    for name in (*LINE, "part_of"):
        op.drop_column("sales_order_line", name)
    op.drop_table("life_plan")
