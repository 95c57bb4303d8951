"""two delays of gifts that nothing reads any more: one was counted in days of the calendar and is counted in working days
now, under another name, so that no figure that was decided for the one is read as the other"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from engine.schema import Moment

revision = "0096"
down_revision = "0095"
branch_labels = None
depends_on = None

WHY = "nothing reads this delay any more"
ROW = sa.table(
    "parameter_row", sa.column("id", sa.Uuid()), sa.column("table_name", sa.String()), sa.column("key", sa.String()),
    sa.column("valid_to", sa.Date()), sa.column("withdrawn_at", Moment()), sa.column("rev", sa.Integer()),
)  # fmt: skip
EVENT = sa.table(
    "parameter_event", sa.column("id", sa.Uuid()), sa.column("row_id", sa.Uuid()), sa.column("kind", sa.String()),
    sa.column("at", Moment()), sa.column("by", sa.String()), sa.column("valid_to", sa.Date()),
    sa.column("reason", sa.Text()),
)  # fmt: skip
OLD = (ROW.c.table_name == "gift_delay") & ROW.c.key.in_(["RECEIPT", "REISSUE"])


def upgrade() -> None:
    connection, now = op.get_bind(), datetime.now(UTC)
    rows = connection.execute(sa.select(ROW.c.id, ROW.c.valid_to).where(OLD, ROW.c.withdrawn_at.is_(None))).all()
    for id_, valid_to in rows:
        connection.execute(sa.update(ROW).where(ROW.c.id == id_).values(withdrawn_at=now, rev=ROW.c.rev + 1))
        told = {"kind": "withdrawn", "at": now, "by": "system", "valid_to": valid_to, "reason": WHY}
        connection.execute(sa.insert(EVENT).values(id=uuid4(), row_id=id_, **told))
    _marked(connection)


def downgrade() -> None:
    connection = op.get_bind()
    ours = sa.select(EVENT.c.row_id).where(EVENT.c.kind == "withdrawn", EVENT.c.reason == WHY)
    connection.execute(sa.update(ROW).where(OLD, ROW.c.id.in_(ours)).values(withdrawn_at=None))
    connection.execute(sa.delete(EVENT).where(EVENT.c.kind == "withdrawn", EVENT.c.reason == WHY))
    _marked(connection)


def _marked(connection: sa.Connection) -> None:
    """What other processes have read of the tables is read anew."""
    mark = sa.table("parameter_revision", sa.column("mark", sa.String()))
    connection.execute(sa.update(mark).values(mark=uuid4().hex))
