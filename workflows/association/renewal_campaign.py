"""The campaign of renewals: whoever is due gets one, in batches, each night and when somebody asks; it can be stopped.

A batch is one transaction and the renewals of a membership and period are unique, so that a campaign that was cut off
goes on where it was, and nobody is started twice, however often and by whomever it is begun.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import ColumnElement, Select, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.assignment import SYSTEM, Actor
from engine.engine import Engine
from engine.models import Base, Job, Moment, UserTask
from engine.personal import Personal
from engine.registry import ConnectorWork, connector
from engine.transaction import transaction
from workflows.association import figures, renewal_reminders, renewals
from workflows.association.case_variables import local_day
from workflows.association.memberships import Membership, MembershipPeriod
from workflows.association.outgoing_letters import TO_POST, OutgoingLetter
from workflows.association.renewal_reminders import Told
from workflows.association.renewals import RUNNING, Renewal
from workflows.association.tariffs import LIFE_PART

KIND: Final = "RENEWALS"
JOB_TYPE: Final = "renewal.campaign"
ON, OFF = "ON", "OFF"
BATCH: Final = 50
NIGHTLY: Final = time(5)
CALLS: Final = ("call_as_delegate", "call_as_team")


class Campaign(Base):
    """Whether renewals are started by themselves, and how many it has started since it was last begun."""

    __tablename__ = "campaign"
    __privacy__ = Personal("work", "changed_by@actor", "keep", ids="changed_by", plain="kind state")
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    state: Mapped[str] = mapped_column(String(4))
    started: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    changed_by: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True, slots=True)
class Instalments:
    """Instalments of dues for life, in number and euros."""

    awaited: int
    due: Decimal
    paid: int
    received: Decimal


@dataclass(frozen=True, slots=True)
class Counts:
    """Where the renewals of the year stand. By state, by means of payment, by reminder, by reason of silence."""

    to_start: int
    states: Mapping[str, int]
    means: Mapping[str, int]
    told: Mapping[str, Told]
    silent: Mapping[str, int]
    grace: int
    lapsed: int
    calls: int
    letters: int
    instalments: Instalments

    @property
    def started(self) -> int:
        return sum(self.states.values())

    @property
    def share(self) -> int:
        """How many in a hundred of those who are due were started."""
        due = self.started + self.to_start
        return 100 * self.started // due if due else 100


def state(session: Session) -> str:
    """ON where renewals start by themselves."""
    found = session.get(Campaign, KIND)
    return found.state if found is not None else OFF


def is_starting(session: Session, now: datetime) -> bool:
    """Whether batches are under way: it is on, and the next one need not wait for the night."""
    return state(session) == ON and bool(session.scalar(_promised().where(Job.due_at <= now)))


def has_stopped(session: Session) -> bool:
    """Whether it is on and nothing works on it any more: its job gave up, or is gone."""
    return state(session) == ON and not session.scalar(_promised())


def _promised() -> Select[tuple[int]]:
    return select(func.count()).select_from(Job).where(Job.type == JOB_TYPE, Job.held.is_(False))


def begin(session: Session, engine: Engine, *, by: Actor) -> None:
    """Renewals start from now on: those that are due at once, then each night. A second time changes nothing.

    Where the work gave up, it is another attempt.
    """
    now, found = engine.clock.now(), session.get(Campaign, KIND)
    if found is None:
        found = Campaign(kind=KIND, state=OFF, started=0, changed_at=now, changed_by=by.id[:64])
        session.add(found)
    if found.state == OFF:
        found.state, found.started, found.changed_at, found.changed_by = ON, 0, now, by.id[:64]
    session.execute(delete(Job).where(Job.type == JOB_TYPE, Job.held.is_(True)))
    if not session.scalar(_promised()):
        _promise(session, now)


def stop(session: Session, engine: Engine, *, by: Actor) -> None:
    """No renewal is started any more by itself; those that run go on."""
    found = session.get(Campaign, KIND)
    if found is not None and found.state == ON:
        found.state, found.changed_at, found.changed_by = OFF, engine.clock.now(), by.id[:64]


def batch(session: Session, engine: Engine, *, size: int = BATCH, by: Actor = SYSTEM) -> int:
    """Starts the next renewals that are due, at most `size` of them; answers how many. None while it is stopped."""
    found = session.get(Campaign, KIND)
    if found is None or found.state == OFF:
        return 0
    today = local_day(engine.clock.now(), engine.settings.zone)
    started = len(renewals.start(session, engine, renewals.due(session, today, limit=size), by=by))
    found.started += started
    return started


@connector(JOB_TYPE, retries=5, policy="idempotent", results=())
def go_on(work: ConnectorWork) -> None:
    """One batch, then the job of the next one: at once while some are due, else in the night."""
    with transaction(work.engine) as session:
        if state(session) == OFF:
            return
        started = batch(session, work.engine)
        _promise(session, work.now if started == BATCH else _next_night(work))


def _next_night(work: ConnectorWork) -> datetime:
    zone = work.engine.settings.zone
    day = local_day(work.now, zone) + timedelta(days=1)
    return datetime.combine(day, NIGHTLY, zone)


def _promise(session: Session, due: datetime) -> None:
    session.add(Job(id=uuid4(), process_id="", kind="connector", type=JOB_TYPE, payload={}, due_at=due, retries=5))


def waiting(session: Session, today: date) -> int:
    """How many renewals are due and not started."""
    return renewals.count_due(session, today)


def counts(session: Session, today: date) -> Counts:
    """The counts of the cycles that end within the notice or ended within the year."""
    recent = Renewal.cycle_end > today - figures.days(session, "CYCLE", today)
    cases = select(Renewal.instance_id).where(recent)
    still = select(Membership.service_entitlement, func.count()).join(
        Renewal, (Renewal.membership_id == Membership.id) & (Renewal.state == RUNNING) & recent
    )
    entitled = _grouped(session, still.group_by(Membership.service_entitlement))
    paid = select(Renewal.means, func.count()).where(recent, Renewal.state == renewals.RENEWED)
    calls = select(func.count()).select_from(UserTask).where(UserTask.element.in_(CALLS), UserTask.state == "created")
    letters = select(func.count()).select_from(OutgoingLetter).where(OutgoingLetter.state == TO_POST)
    return Counts(
        to_start=waiting(session, today),
        states=_grouped(session, select(Renewal.state, func.count()).where(recent).group_by(Renewal.state)),
        means=_grouped(session, paid.group_by(Renewal.means)),
        told=renewal_reminders.told(session, cases),
        silent=renewal_reminders.silent(session, cases),
        grace=entitled.get("GRACE", 0),
        lapsed=entitled.get("LAPSED", 0),
        calls=session.scalar(calls) or 0,
        letters=session.scalar(letters) or 0,
        instalments=_instalments(session, recent),
    )


def _instalments(session: Session, recent: ColumnElement[bool]) -> Instalments:
    """Of dues for life: how many renewals wait for one, for how much, and how many brought one."""
    awaited = select(func.count(), func.sum(Renewal.dues)).where(
        recent, Renewal.state == RUNNING, Renewal.tariff_code == LIFE_PART
    )
    paid = (
        select(func.count(), func.sum(MembershipPeriod.life_paid))
        .join(Renewal, Renewal.order_id == MembershipPeriod.order_id)
        .where(recent, MembershipPeriod.life_parts > 0, MembershipPeriod.reversed_at.is_(None))
    )
    (waits, due), (came, sum_) = session.execute(awaited).one(), session.execute(paid).one()
    return Instalments(waits, due or Decimal(), came, sum_ or Decimal())


def _grouped(session: Session, query: Select[Any]) -> dict[str, int]:
    return {str(name): count for name, count in session.execute(query) if name is not None}
