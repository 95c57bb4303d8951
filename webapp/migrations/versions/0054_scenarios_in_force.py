"""what the scenarios of versions in force came to"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from engine.schema import Json
from engine.schema import Moment

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "studio_health",
        sa.Column("definition_id", sa.Uuid(), nullable=False),
        sa.Column("world", sa.String(length=16), nullable=False),
        sa.Column("played_at", Moment(), nullable=False),
        sa.Column("result", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["process_definition.id"], name=op.f("fk_studio_health_definition_id_process_definition")
        ),
        sa.PrimaryKeyConstraint("definition_id", name=op.f("pk_studio_health")),
    )


def downgrade() -> None:
    op.drop_table("studio_health")
