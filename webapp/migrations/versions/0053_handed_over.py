"""whose task it is while a substitute has it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from engine.schema import Moment

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handed_over",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("substitute_id", sa.Uuid(), nullable=False),
        sa.Column("follow_up_at", Moment(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_handed_over_person_id_person")),
        sa.ForeignKeyConstraint(["task_id"], ["user_task.id"], name=op.f("fk_handed_over_task_id_user_task")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_handed_over")),
    )
    op.create_index(op.f("ix_handed_over_person_id"), "handed_over", ["person_id"])


def downgrade() -> None:
    op.drop_table("handed_over")
