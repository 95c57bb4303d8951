"""files that were chosen in forms that were sent when the session had ended"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.schema import Moment

revision = "0100"
down_revision = "0099"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unsent_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("field", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("held_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_unsent_file_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsent_file")),
    )
    op.create_index(op.f("ix_unsent_file_form_id"), "unsent_file", ["form_id"])
    op.create_index(op.f("ix_unsent_file_person_id"), "unsent_file", ["person_id"])
    op.create_index(op.f("ix_unsent_file_held_at"), "unsent_file", ["held_at"])


def downgrade() -> None:
    op.drop_table("unsent_file")
