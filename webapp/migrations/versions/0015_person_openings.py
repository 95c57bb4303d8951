"""who opened whose page"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from engine.schema import Moment

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person_opening",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("opened_by", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("shown", sa.String(length=120), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_opening")),
    )
    with op.batch_alter_table("person_opening") as batch_op:
        batch_op.create_index("ix_person_opening_person", ["person_id", "opened_at"], unique=False)
        batch_op.create_index("ix_person_opening_actor", ["opened_by", "opened_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("person_opening") as batch_op:
        batch_op.drop_index("ix_person_opening_actor")
        batch_op.drop_index("ix_person_opening_person")
    op.drop_table("person_opening")
