"""filters that are kept, comments that name somebody, tasks that come back with an answer"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from engine.schema import Json, Moment

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", Json, nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_saved_filter_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
    )
    op.create_index(op.f("ix_saved_filter_person_id"), "saved_filter", ["person_id"])
    op.create_index(op.f("ix_saved_filter_shared"), "saved_filter", ["shared"])
    op.create_table(
        "mention",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("comment_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_mention_comment_id_comment")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mention_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
    )
    op.create_index(op.f("ix_mention_comment_id"), "mention", ["comment_id"])
    op.create_index(op.f("ix_mention_person_id"), "mention", ["person_id"])
    op.create_table(
        "task_question",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("asker", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["user_task.id"], name=op.f("fk_task_question_task_id_user_task")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_task_question")),
    )


def downgrade() -> None:
    op.drop_table("task_question")
    op.drop_table("mention")
    op.drop_table("saved_filter")
