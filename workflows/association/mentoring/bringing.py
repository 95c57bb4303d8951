"""Pairs that an import brought along get a case of their own, which stands at the date that comes next for them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import SYSTEM
from engine.engine import Engine
from workflows.association.case_variables import local_day
from workflows.association.mentoring import pairs
from workflows.association.mentorships import RUNNING, Mentorship

MESSAGE = "pair_brought"
_TTL = timedelta(days=1)


def begin_cases(session: Session, engine: Engine) -> int:
    """Begins the case of every running pair that has none; answers how many. Asked again, it begins no second one.

    Dates that have passed are behind the pair, and nobody is asked about them; being brought along is a sign.
    """
    now = engine.clock.now()
    today = local_day(now, engine.settings.zone)
    waiting = select(Mentorship).where(
        Mentorship.state == RUNNING, Mentorship.instance_id.is_(None), Mentorship.proposal_id.is_(None),
        Mentorship.ends_on >= today,
    )  # fmt: skip
    found = session.scalars(waiting.order_by(Mentorship.started_on, Mentorship.id)).all()
    for pair in found:
        pair.guided = True
        pair.steps = sum(each.on <= today for each in pairs.calendar(session, pair))
        pairs.sign(pair, pair.sign_on or today)
        session.flush()
        told = {"pair_id": str(pair.id), "brought": True}
        commands.correlate_message(
            session, engine, MESSAGE, str(pair.id), told, source="import", message_id=str(pair.id), ttl=_TTL, by=SYSTEM
        )
    return len(found)
