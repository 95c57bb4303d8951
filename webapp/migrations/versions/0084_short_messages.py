"""short messages to telephones: an outbox and archive of their own"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.schema import Moment

revision = "0084"
down_revision = "0083"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sms_message",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("key", sa.String(length=80), nullable=False, unique=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("to_number", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("encoding", sa.String(length=4), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("membership_end", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("suppressed", sa.String(length=24), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=True),
    )
    op.create_index("ix_sms_message_person_id", "sms_message", ["person_id"])
    op.create_index("ix_sms_message_case_id", "sms_message", ["case_id"])
    op.create_index("ix_sms_message_created_at", "sms_message", ["created_at"])


def downgrade() -> None:
    op.drop_table("sms_message")
