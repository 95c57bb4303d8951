"""effects"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.schema import Moment, OptionalJson

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "effect",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("fact", sa.String(length=12), nullable=False),
        sa.Column("type", sa.String(length=200), nullable=False),
        sa.Column("policy", sa.String(length=16), nullable=False),
        sa.Column("process_id", sa.String(length=200), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=True),
        sa.Column("element", sa.String(length=200), nullable=True),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=True),
        sa.Column("answer", OptionalJson, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effect")),
        sa.UniqueConstraint("key", "number", "step", name=op.f("uq_effect_key")),
    )
    op.create_index("ix_effect_instance", "effect", ["instance_id", "at"])
    unknown = sa.text("fact = 'unknown'")
    op.create_index("ix_effect_unknown", "effect", ["at", "id"], sqlite_where=unknown, postgresql_where=unknown)


def downgrade() -> None:
    op.drop_table("effect")
