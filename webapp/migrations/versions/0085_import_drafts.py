"""files that are on their way in by the page of imports"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.schema import Json, Moment

revision = "0085"
down_revision = "0084"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_draft",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("lines", "reached", "added", "changed", "unchanged", "refused")
        ),
        *(sa.Column(name, Json, nullable=False) for name in ("ignored", "shown", "rejected")),
        sa.Column("moved", sa.Boolean(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=True),
    )
    op.create_index("ix_import_draft_at", "import_draft", ["at"])


def downgrade() -> None:
    op.drop_table("import_draft")
