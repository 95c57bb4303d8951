"""What waits for a second factor, for ten minutes and ten tries: a sign-in, or a key that is being added."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webapp.accounts.models import SecondStep

GOOD_FOR: Final = timedelta(minutes=10)
TRIES: Final = 10


def begin(session: Session, person_id: UUID, purpose: Literal["enter", "add"], now: datetime) -> SecondStep:
    """A new one with its own challenge. Forgets the expired ones."""
    session.execute(delete(SecondStep).where(SecondStep.expires_at <= now))
    step = SecondStep(
        id=uuid4(), person_id=person_id, purpose=purpose, challenge=secrets.token_hex(32), expires_at=now + GOOD_FOR,
        tries=0,
    )  # fmt: skip
    session.add(step)
    return step


def find(session: Session, step_id: UUID, purpose: Literal["enter", "add"], now: datetime) -> SecondStep | None:
    """The step, while it waits."""
    query = select(SecondStep).where(
        SecondStep.id == step_id, SecondStep.purpose == purpose, SecondStep.expires_at > now,
        SecondStep.used_at.is_(None), SecondStep.tries < TRIES,
    )  # fmt: skip
    return session.scalars(query).one_or_none()


def attempt(session: Session, step_id: UUID, purpose: Literal["enter", "add"], now: datetime) -> SecondStep | None:
    """The same under its row's lock, one try spent."""
    session.execute(select(SecondStep.id).where(SecondStep.id == step_id).with_for_update())
    step = find(session, step_id, purpose, now)
    if step is not None:
        step.tries += 1
    return step
