"""received mails"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.schema import Moment

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "received_mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("mail_id", sa.Uuid(), nullable=True),
        sa.Column("instance_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("sender", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=250), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("attachments", sa.Integer(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_mail")),
        sa.UniqueConstraint("key", name=op.f("uq_received_mail_key")),
    )
    op.create_index("ix_received_mail_case", "received_mail", ["instance_id", "received_at"])
    op.create_index("ix_received_mail_person_id", "received_mail", ["person_id"])
    op.create_index("ix_received_mail_application_id", "received_mail", ["application_id"])


def downgrade() -> None:
    op.drop_table("received_mail")
