"""what people say of a career group, who is close to its facilitators, the event of its information meetings"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from engine.models import Moment

revision = "0081"
down_revision = "0080"
branch_labels = None
depends_on = None

_NEAR = ("cohort_candidacy", "cohort_seat")
_STATEMENTS = ("clarity", "content", "leading", "trust", "pace", "network")


def upgrade() -> None:
    for table in _NEAR:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("near_lead", sa.Boolean(), nullable=False, server_default=sa.false()))
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column("near_lead", server_default=None)
    with op.batch_alter_table("cohort", schema=None) as batch_op:
        batch_op.add_column(sa.Column("meetings_id", sa.Uuid(), nullable=True))
    op.create_table(
        "cohort_opinion",
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _STATEMENTS),
        sa.Column("given_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["seat_id"], ["cohort_seat.id"], name=op.f("fk_cohort_opinion_seat_id_cohort_seat")),
        sa.PrimaryKeyConstraint("seat_id", name=op.f("pk_cohort_opinion")),
    )
    op.create_table(
        "cohort_news",
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("told_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["seat_id"], ["cohort_seat.id"], name=op.f("fk_cohort_news_seat_id_cohort_seat")),
        sa.PrimaryKeyConstraint("seat_id", "number", name=op.f("pk_cohort_news")),
    )


def downgrade() -> None:
    op.drop_table("cohort_news")
    op.drop_table("cohort_opinion")
    with op.batch_alter_table("cohort", schema=None) as batch_op:
        batch_op.drop_column("meetings_id")
    for table in _NEAR:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("near_lead")
