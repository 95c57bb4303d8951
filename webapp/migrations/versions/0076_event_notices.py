"""keep a notice for each date of an event"""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from engine.schema import Moment

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None

_EVENT = sa.table(
    "association_event", sa.column("id", sa.Uuid), sa.column("notice", sa.Text), sa.column("notice_date_id", sa.Uuid),
    sa.column("moved_at", Moment), sa.column("closed_at", Moment), sa.column("proposed_at", Moment),
)  # fmt: skip


def upgrade() -> None:
    notice = op.create_table(
        "event_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("told_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"]),
        sa.ForeignKeyConstraint(["event_id"], ["association_event.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("uq_event_notice_date", "event_notice", ["event_id", "appointment_id"], unique=True)
    at = sa.func.coalesce(_EVENT.c.closed_at, _EVENT.c.moved_at, _EVENT.c.proposed_at)
    told = sa.select(_EVENT.c.id, _EVENT.c.notice, _EVENT.c.notice_date_id, at.label("at")).where(_EVENT.c.notice != "")
    for row in op.get_bind().execute(told).all():
        values = {"id": uuid4(), "event_id": row.id, "text": row.notice, "told_at": row.at}
        op.execute(notice.insert().values(appointment_id=row.notice_date_id, **values))
    # not in a batch: on SQLite that drops the table, which others refer to
    op.drop_column("association_event", "notice")
    op.drop_column("association_event", "notice_date_id")


def downgrade() -> None:
    op.add_column("association_event", sa.Column("notice", sa.Text(), nullable=False, server_default=""))
    op.add_column("association_event", sa.Column("notice_date_id", sa.Uuid(), nullable=True))
    notice = sa.table(
        "event_notice", sa.column("event_id", sa.Uuid), sa.column("appointment_id", sa.Uuid), sa.column("text", sa.Text),
        sa.column("told_at", Moment),
    )  # fmt: skip
    for row in op.get_bind().execute(sa.select(notice).order_by(notice.c.told_at)).all():
        last = {"notice": row.text, "notice_date_id": row.appointment_id}
        op.execute(_EVENT.update().where(_EVENT.c.id == row.event_id).values(**last))
    op.drop_table("event_notice")
