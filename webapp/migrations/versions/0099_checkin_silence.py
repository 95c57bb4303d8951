"""after how many days a check-in without an answer is told: what an association decided under the former key goes on under
the one that is read now; the delivered figure of the former key, or one that was decided anew since, is withdrawn"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from engine.schema import Moment

revision = "0099"
down_revision = "0098"
branch_labels = None
depends_on = None

OLD, NEW, SYSTEM = "CHECKIN", "CHECKIN_SILENCE", "system"
UNREAD = "nothing reads this key any more"
DECIDED = "what was decided under the former key goes on"
ROW = sa.table(
    "parameter_row", sa.column("id", sa.Uuid()), sa.column("table_name", sa.String()), sa.column("key", sa.String()),
    sa.column("valid_to", sa.Date()), sa.column("withdrawn_at", Moment()), sa.column("rev", sa.Integer()),
)  # fmt: skip
EVENT = sa.table(
    "parameter_event", sa.column("id", sa.Uuid()), sa.column("row_id", sa.Uuid()), sa.column("kind", sa.String()),
    sa.column("at", Moment()), sa.column("by", sa.String()), sa.column("valid_to", sa.Date()),
    sa.column("reason", sa.Text()),
)  # fmt: skip


def _of(key: str) -> sa.ColumnElement[bool]:
    return (ROW.c.table_name == "mentoring_delay") & (ROW.c.key == key)


def upgrade() -> None:
    connection = op.get_bind()
    if _decided(connection, OLD) and not _decided(connection, NEW):
        _withdraw(connection, NEW, DECIDED)
        connection.execute(sa.update(ROW).where(_of(OLD)).values(key=NEW, rev=ROW.c.rev + 1))
    else:
        _withdraw(connection, OLD, UNREAD)
    _marked(connection)


def downgrade() -> None:
    """What goes on under the new key stays there: the schema before this one was read by it too."""
    connection = op.get_bind()
    ours = sa.select(EVENT.c.row_id).where(EVENT.c.kind == "withdrawn", EVENT.c.reason == UNREAD)
    connection.execute(sa.update(ROW).where(_of(OLD), ROW.c.id.in_(ours)).values(withdrawn_at=None))
    connection.execute(sa.delete(EVENT).where(EVENT.c.kind == "withdrawn", EVENT.c.reason == UNREAD))
    _marked(connection)


def _decided(connection: sa.Connection, key: str) -> bool:
    """Whether somebody decided, ended or withdrew a row of the key, and not the product alone."""
    rows = sa.select(ROW.c.id).where(_of(key))
    by = sa.select(EVENT.c.id).where(EVENT.c.row_id.in_(rows), EVENT.c.by != SYSTEM)
    return connection.execute(by.limit(1)).first() is not None


def _withdraw(connection: sa.Connection, key: str, why: str) -> None:
    now = datetime.now(UTC)
    rows = connection.execute(sa.select(ROW.c.id, ROW.c.valid_to).where(_of(key), ROW.c.withdrawn_at.is_(None))).all()
    for id_, valid_to in rows:
        connection.execute(sa.update(ROW).where(ROW.c.id == id_).values(withdrawn_at=now, rev=ROW.c.rev + 1))
        told = {"kind": "withdrawn", "at": now, "by": SYSTEM, "valid_to": valid_to, "reason": why}
        connection.execute(sa.insert(EVENT).values(id=uuid4(), row_id=id_, **told))


def _marked(connection: sa.Connection) -> None:
    """What other processes have read of the tables is read anew."""
    mark = sa.table("parameter_revision", sa.column("mark", sa.String()))
    connection.execute(sa.update(mark).values(mark=uuid4().hex))
