"""applications by whom the register found alike: asked with every page of a member of staff"""

from __future__ import annotations

from alembic import op

revision = "0089"
down_revision = "0088"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_application_match", "application", ["match_person_id"])


def downgrade() -> None:
    op.drop_index("ix_application_match", "application")
