"""forms that were sent when the session had ended"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from engine.schema import Json, Moment

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unsent_form",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("typed", Json, nullable=False),
        sa.Column("held_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_unsent_form_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsent_form")),
    )
    op.create_index(op.f("ix_unsent_form_person_id"), "unsent_form", ["person_id"])
    op.create_index(op.f("ix_unsent_form_held_at"), "unsent_form", ["held_at"])


def downgrade() -> None:
    op.drop_table("unsent_form")
