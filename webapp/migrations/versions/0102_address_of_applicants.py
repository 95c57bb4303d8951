"""the country of an applicant's postal address, apart from the country of residence; one without it is as before"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0102"
down_revision = "0101"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("application", sa.Column("address_country", sa.String(length=2), nullable=True))


def downgrade() -> None:
    op.drop_column("application", "address_country")
