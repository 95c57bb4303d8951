"""what may happen to a career group: further sessions, a merger, a hearing; project sheets"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from engine.models import Moment

revision = "0086"
down_revision = "0085"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cohort", schema=None) as batch_op:
        batch_op.add_column(sa.Column("extra", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("successor_id", sa.Uuid(), nullable=True))
    with op.batch_alter_table("cohort", schema=None) as batch_op:
        batch_op.alter_column("extra", server_default=None)
    with op.batch_alter_table("cohort_seat", schema=None) as batch_op:
        batch_op.add_column(sa.Column("move_answer", sa.String(length=5), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("from_seat_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_cohort_seat_from_seat_id_cohort_seat"), "cohort_seat", ["from_seat_id"], ["id"]
        )
    with op.batch_alter_table("cohort_seat", schema=None) as batch_op:
        batch_op.alter_column("move_answer", server_default=None)
    _hearings()
    _sheets()


def _hearings() -> None:
    op.create_table(
        "cohort_hearing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(length=15), nullable=False),
        sa.Column("reported_by", sa.String(length=64), nullable=False),
        sa.Column("reported_at", Moment(), nullable=False),
        sa.Column("hear_at", Moment(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("heard", sa.String(length=6), nullable=False),
        sa.Column("decision", sa.String(length=7), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["seat_id"], ["cohort_seat.id"], name=op.f("fk_cohort_hearing_seat_id_cohort_seat")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_cohort_hearing_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_hearing")),
    )
    op.create_index("ix_cohort_hearing_seat_id", "cohort_hearing", ["seat_id"])
    op.create_index("ix_cohort_hearing_person_id", "cohort_hearing", ["person_id"])


def _sheets() -> None:
    texts = ("assessment", "scenario_1", "scenario_2", "learnt", "plan")
    op.create_table(
        "cohort_sheet",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(length=12), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        sa.Column("interviews", sa.Integer(), nullable=False),
        sa.Column("written_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["seat_id"], ["cohort_seat.id"], name=op.f("fk_cohort_sheet_seat_id_cohort_seat")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_sheet")),
    )
    op.create_index("uq_cohort_sheet_version", "cohort_sheet", ["seat_id", "version"], unique=True)


def downgrade() -> None:
    op.drop_table("cohort_sheet")
    op.drop_table("cohort_hearing")
    with op.batch_alter_table("cohort_seat", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_cohort_seat_from_seat_id_cohort_seat"), type_="foreignkey")
        batch_op.drop_column("from_seat_id")
        batch_op.drop_column("move_answer")
    with op.batch_alter_table("cohort", schema=None) as batch_op:
        batch_op.drop_column("successor_id")
        batch_op.drop_column("extra")
