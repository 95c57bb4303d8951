"""renewals, reminders, letters to post"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from engine.schema import Moment

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "renewal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=24), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("cycle_end", sa.Date(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("tariff_code", sa.String(length=8), nullable=True),
        sa.Column("dues", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("means", sa.String(length=8), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("started_by", sa.String(length=64), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.CheckConstraint("state IN ('RUNNING', 'RENEWED', 'NOT_RENEWED', 'STOPPED')", name="ck_renewal_state"),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"]),
        sa.ForeignKeyConstraint(["order_id"], ["sales_order.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("membership_id", "cycle_end"),
        sa.UniqueConstraint("reference"),
    )
    op.create_index("ix_renewal_cycle_end", "renewal", ["cycle_end", "state"])
    op.create_index("ix_renewal_instance_id", "renewal", ["instance_id"])
    op.create_index("ix_renewal_person_id", "renewal", ["person_id"])
    op.create_table(
        "reminder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column("answer", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    for name, column in (("at", "at"), ("case_id", "case_id"), ("instance_id", "instance_id"), ("person_id", "person_id")):
        op.create_index(f"ix_reminder_{name}", "reminder", [column])
    op.create_table(
        "outgoing_letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("closed_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["issued_document.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("document_id"),
    )
    op.create_index("ix_outgoing_letter_person_id", "outgoing_letter", ["person_id"])
    op.create_index("ix_outgoing_letter_state", "outgoing_letter", ["state", "made_at"])
    op.create_index("ix_sales_order_instance_id", "sales_order", ["instance_id"])


def downgrade() -> None:
    op.drop_index("ix_sales_order_instance_id", table_name="sales_order")
    for table in ("outgoing_letter", "reminder", "renewal"):
        op.drop_table(table)
