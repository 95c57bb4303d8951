"""the country of an employer's address: an invoice abroad names it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0097"
down_revision = "0096"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("employer_payer", sa.Column("country", sa.String(2), nullable=False, server_default="FR"))
    with op.batch_alter_table("employer_payer") as table:
        table.alter_column("country", existing_type=sa.String(2), existing_nullable=False, server_default=None)


def downgrade() -> None:
    op.drop_column("employer_payer", "country")
