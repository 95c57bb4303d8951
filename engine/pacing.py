"""Limits that a connector declares: how many of its calls run at once, and how many begin in a minute.

They hold over all workers of a database: whoever claims work of a limited connector locks its row first, counts the
leases and moves the pace on, in the transaction of the claim. The pace is a leaky bucket (GCRA, as in ITU-T I.371):
`free_at` is when the bucket is empty again; a call may begin while it is less than one burst ahead.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.database import serialise
from engine.models import ConnectorPace, Job
from engine.registry import Connector

__all__ = ["begin_call"]

BURST: Final = timedelta(seconds=2)  # calls of so much time may begin together


def begin_call(session: Session, connector: Connector, now: datetime) -> bool:
    """Whether one more call may begin now; it is counted then. The caller claims its job in this transaction."""
    if connector.at_once is None and connector.per_minute is None:
        return True
    serialise(session, f"connector {connector.type}")
    if connector.at_once is not None:
        running = select(func.count()).select_from(Job).where(Job.type == connector.type, Job.leased_until >= now)
        if session.execute(running).scalar_one() >= connector.at_once:
            return False
    return connector.per_minute is None or _paced(session, connector, connector.per_minute, now)


def _paced(session: Session, connector: Connector, per_minute: int, now: datetime) -> bool:
    interval = timedelta(minutes=1) / per_minute
    pace = session.get(ConnectorPace, connector.type)
    if pace is None:
        session.add(ConnectorPace(type=connector.type, free_at=now + interval))
        return True
    begins = max(pace.free_at, now)
    if begins - now > max(BURST - interval, timedelta(0)):
        return False
    pace.free_at = begins + interval
    return True
