"""The indicators of memberships, and what the association aims at. Source: domain §P1.10."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, distinct, func, or_, select
from sqlalchemy.orm import Session

from engine.models import HistoryEvent
from engine.terms import CaseTerm, about
from workflows.association import figures
from workflows.association.applications import Application
from workflows.association.bank.debits import REJECTED, RETURNED, SENT, SETTLED, DirectDebit
from workflows.association.diplomas import Diploma
from workflows.association.indicators.months import Period, Series, counted, end_of, middles, month_of, shares
from workflows.association.indicators.wrong_reminders import wrong_reminders
from workflows.association.mandates import Mandate
from workflows.association.memberships import Membership, MembershipPeriod
from workflows.association.orders import ASSOCIATION
from workflows.association.parameters import Column, Row, Table
from workflows.association.people import Person
from workflows.association.renewals import RENEWED, STOPPED, Renewal

__all__ = ["TARGETS", "of_period"]

TARGETS: Final = Table(
    "membership_target",
    "Objectifs des adhésions",
    "Targets of memberships",
    (Column("value", "amount", "Objectif", "Target", minimum=0),),
    first=(
        Row("member_rate", "Part des diplômés membres, en % (au moins)", "Graduates who are members, in % (at least)",
            Decimal("31.00")),
        Row("student_rate", "Part des entrants membres la première année, en % (au moins)",
            "Entrants who join in their first year, in % (at least)", Decimal("60.00")),
        Row("renewal_rate", "Renouvellements, en % (au moins)", "Renewals, in % (at least)", Decimal("85.00")),
        Row("days_automatic", "Jours de la demande à l'adhésion, sans contrôle (au plus)",
            "Days from application to membership, without a check (at most)", Decimal("1.00")),
        Row("days_checked", "Jours de la demande à l'adhésion, avec contrôle (au plus)",
            "Days from application to membership, with a check (at most)", Decimal("5.00")),
        Row("reject_rate", "Prélèvements rejetés, en % (au plus)", "Rejected direct debits, in % (at most)",
            Decimal("2.00")),
        Row("wrong_reminders", "Relances parties à tort (au plus)", "Reminders that should not have left (at most)",
            Decimal("0.00")),
    ),
)  # fmt: skip
CHECKS: Final = ("review_duplicate", "check_diploma", "check_register", "decide_admission")  # by a person
_YEAR: Final = Decimal(365)  # days
_SOME: Final = 500  # terms of one statement


@dataclass(frozen=True, slots=True)
class Joining:
    """An application, and when the membership that came of it was active; None where there is none."""

    id: UUID
    month: date
    student: bool
    days: Decimal | None


def of_period(session: Session, period: Period, today: date, zone: ZoneInfo) -> Sequence[Series]:
    """Every indicator over the months of a period, in the order of the domain."""
    joining = _joining(session, period, zone)
    students = [each for each in joining if each.student]
    automatic, checked = _days(session, period, joining)
    return (
        _member_rate(session, period, today),
        shares(
            "student_rate", period,
            Counter(each.month for each in students if each.days is not None and each.days <= _YEAR),
            Counter(each.month for each in students),
        ),
        *_renewals(session, period, today),
        automatic,
        checked,
        _reject_rate(session, period),
        counted("wrong_reminders", period, wrong_reminders(session, period, zone)),
    )  # fmt: skip


def _member_rate(session: Session, period: Period, today: date) -> Series:
    """Of those who hold a diploma, how many had a paid period that stands on the last day of each month."""
    days = [min(end_of(month), today) for month in period.months if month <= today]
    if not days:
        return shares("member_rate", period, {}, {})
    members = session.execute(
        select(*(func.count(distinct(case((_covers(day), Membership.id)))) for day in days))
        .select_from(MembershipPeriod)
        .join(Membership, Membership.id == MembershipPeriod.membership_id)
        .join(Person, Person.id == Membership.person_id)
        .where(MembershipPeriod.end_date >= period.first, Membership.category == "GRADUATE", Person.erased_on.is_(None))
    ).one()
    first = select(Diploma.person_id, func.min(Diploma.promotion_year).label("year")).group_by(Diploma.person_id)
    known = first.subquery()
    alive = [func.sum(case((and_(known.c.year <= day.year, _lives(day)), 1), else_=0)) for day in days]
    graduates = session.execute(
        select(*alive).select_from(Person).join(known, known.c.person_id == Person.id).where(Person.erased_on.is_(None))
    ).one()
    part = {month_of(day): int(count or 0) for day, count in zip(days, members, strict=True)}
    whole = {month_of(day): int(count or 0) for day, count in zip(days, graduates, strict=True)}
    told = shares("member_rate", period, part, whole)
    last = next((each for each in reversed(told.figures) if each.of), told.whole)
    return Series(told.key, told.unit, told.figures, last)


def _lives(day: date) -> ColumnElement[bool]:
    return or_(Person.deceased_on.is_(None), Person.deceased_on > day)


def _covers(day: date) -> ColumnElement[bool]:
    return and_(
        MembershipPeriod.start_date <= day, MembershipPeriod.end_date >= day, MembershipPeriod.reversed_at.is_(None)
    )


def _joining(session: Session, period: Period, zone: ZoneInfo) -> Sequence[Joining]:
    begin, until = (datetime.combine(day, time(), zone) for day in (period.first, period.until))
    active = and_(
        MembershipPeriod.membership_id == Membership.id, MembershipPeriod.written_at >= Application.created_at
    )
    query = (
        select(Application.id, Application.created_at, Application.category, func.min(MembershipPeriod.written_at))
        .outerjoin(Membership, Membership.person_id == Application.person_id)
        .outerjoin(MembershipPeriod, active)
        .where(Application.created_at >= begin, Application.created_at < until, Application.category != "GUEST")
        .group_by(Application.id, Application.created_at, Application.category)
    )
    return [
        Joining(id_, month_of(at.astimezone(zone).date()), category == "STUDENT", _between(at, since))
        for id_, at, category, since in session.execute(query).tuples()
    ]


def _between(asked: datetime, active: datetime | str | None) -> Decimal | None:
    """Days between two moments; what an aggregate answers is text on SQLite."""
    if active is None:
        return None
    since = datetime.fromisoformat(active) if isinstance(active, str) else active
    return Decimal((since - asked) / timedelta(days=1))


def _days(session: Session, period: Period, joining: Sequence[Joining]) -> tuple[Series, Series]:
    """From the application to the membership: where nobody had to look, and where a person checked. What the history
    says of the case decides: a task of a check was opened in it."""
    active = [each for each in joining if each.days is not None]
    terms = [about(each.id) for each in active]
    checked: set[str] = set()
    for start in range(0, len(terms), _SOME):
        opened = select(HistoryEvent.instance_id).where(
            HistoryEvent.instance_id == CaseTerm.instance_id, HistoryEvent.kind == "task_opened",
            HistoryEvent.element.in_(CHECKS),
        )  # fmt: skip
        query = select(CaseTerm.term).where(CaseTerm.term.in_(terms[start : start + _SOME]), opened.exists())
        checked |= set(session.scalars(query))
    told = [(about(each.id) in checked, each.month, each.days or Decimal(0)) for each in active]
    return (
        middles("days_automatic", period, ((month, days) for by_hand, month, days in told if not by_hand)),
        middles("days_checked", period, ((month, days) for by_hand, month, days in told if by_hand)),
    )


def _renewals(session: Session, period: Period, today: date) -> tuple[Series, Series]:
    """Of the memberships that ended in a month: how many were renewed, and of those that were not paid by then, how
    many were within the grace that follows."""
    grace = figures.days(session, "GRACE", today)
    query = (
        select(Renewal.cycle_end, Renewal.state, MembershipPeriod.value_date, func.count())
        .outerjoin(
            MembershipPeriod,
            and_(MembershipPeriod.order_id == Renewal.order_id, MembershipPeriod.reversed_at.is_(None)),
        )
        .where(Renewal.cycle_end >= period.first, Renewal.cycle_end < period.until, Renewal.state != STOPPED)
        .where(Renewal.cycle_end < today)
        .group_by(Renewal.cycle_end, Renewal.state, MembershipPeriod.value_date)
    )
    ended, renewed, late, rescued = (Counter[date]() for _ in range(4))
    for end, state, paid, count in session.execute(query).tuples():
        month = month_of(end)
        ended[month] += count
        renewed[month] += count if state == RENEWED else 0
        late[month] += count if paid is None or paid > end else 0
        rescued[month] += count if paid is not None and end < paid <= end + grace else 0
    return shares("renewal_rate", period, renewed, ended), shares("rescue_rate", period, rescued, late)


def _reject_rate(session: Session, period: Period) -> Series:
    """Of the direct debits of the association that went to the bank, how many it rejected or returned."""
    went = (SENT, SETTLED, REJECTED, RETURNED)
    query = (
        select(DirectDebit.due_on, DirectDebit.state, func.count())
        .join(Mandate, Mandate.id == DirectDebit.mandate_id)
        .where(DirectDebit.state.in_(went), DirectDebit.due_on >= period.first, DirectDebit.due_on < period.until)
        .where(Mandate.creditor == ASSOCIATION)
        .group_by(DirectDebit.due_on, DirectDebit.state)
    )
    sent, back = Counter[date](), Counter[date]()
    for day, state, count in session.execute(query).tuples():
        sent[month_of(day)] += count
        back[month_of(day)] += count if state in {REJECTED, RETURNED} else 0
    return shares("reject_rate", period, back, sent)
