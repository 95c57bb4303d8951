"""acts on many cases, and what became of each case"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from engine.schema import Json, Moment

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "collective_act",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("process_id", sa.String(length=200), nullable=False),
        sa.Column("element", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("variables", Json, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collective_act")),
    )
    op.create_index("ix_collective_act_asked", "collective_act", ["asked_at"])
    op.create_table(
        "collective_case",
        sa.Column("act_id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("params", Json, nullable=False),
        sa.Column("at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["act_id"], ["collective_act.id"], name=op.f("fk_collective_case_act_id_collective_act")),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name=op.f("fk_collective_case_instance_id_process_instance")
        ),
        sa.PrimaryKeyConstraint("act_id", "instance_id", name=op.f("pk_collective_case")),
    )
    op.create_index("ix_collective_case_instance", "collective_case", ["instance_id"])
    op.create_index("ix_collective_case_state", "collective_case", ["act_id", "state", "instance_id"])


def downgrade() -> None:
    op.drop_table("collective_case")
    op.drop_table("collective_act")
