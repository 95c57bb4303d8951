"""what staff answered for whom a case is about"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from engine.schema import Moment

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "on_behalf",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("element", sa.String(length=200), nullable=True),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name=op.f("fk_on_behalf_instance_id_process_instance")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_on_behalf")),
    )
    op.create_index(op.f("ix_on_behalf_instance_id"), "on_behalf", ["instance_id"])


def downgrade() -> None:
    op.drop_table("on_behalf")
