"""Service tasks that gather what the decision `dues_quote` asks and turn its code into an amount.

The decision knows rules, the dated table knows figures: see `tariffs`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from engine.registry import ServiceWork, service_task
from workflows.association import figures, life_plans, memberships, tariffs
from workflows.association.applications import Application, age_on
from workflows.association.case_variables import amount, local_day, text, whole
from workflows.association.life_plans import Offer
from workflows.association.memberships import Membership
from workflows.association.tariffs import Tariff
from workflows.association.verification import application_of

JOB_SEEKER = "JSK"
LIFE, LIFE_PART, FULL_RATE = "LIFE", "LIFE_PART", "STD"
_ZERO: Final = Decimal("0.00")
FOR_LIFE: Final = frozenset({LIFE, LIFE_PART})
LIFE_FACTS: Final = ("life_amount", "life_years", "life_part", "life_parts", "life_paid_parts", "life_running")


def facts(work: ServiceWork) -> Mapping[str, object]:
    """Age, years since the diploma, residence and the use of the job seeker's rate, on this day."""
    application = application_of(work)
    today = local_day(work.now, work.engine.settings.zone)
    used = application.person_id is not None and memberships.used_within(
        work.session, application.person_id, JOB_SEEKER, today - figures.days(work.session, "JOB_SEEKER", today)
    )
    return {
        "years_since_grad": today.year - application.promotion_year if application.promotion_year else None,
        "age": age_on(application.birth_date, today),
        "residence": "FR" if application.country == "FR" else "ABROAD",
        "situation": application.situation,
        "job_seeker_rate_used": used,
    }


@service_task("dues.price", results=("tariff", "dues_amount", "dues_end", "course_end", *LIFE_FACTS))
def price(work: ServiceWork) -> Mapping[str, object]:
    """The yearly amount of the tariff, and when a membership that is paid today would end."""
    application = application_of(work)
    today = local_day(work.now, work.engine.settings.zone)
    quote = work.variables.get("quote")
    quoted = text(quote, "code") if isinstance(quote, Mapping) else ""
    code = text(work.variables, "set_tariff") or quoted
    started = local_day(application.created_at, work.engine.settings.zone)
    row = price_row(work.session, code, started, today)
    membership = memberships.of(work.session, application.person_id) if application.person_id else None
    end = course_end(work.session, application, today) if row.whole_course else a_year_from(today)
    return {
        "tariff": code,
        "dues_amount": amount(work.variables, "set_amount", row.amount),
        "dues_end": end,
        "course_end": course_end(work.session, application, today),
        **life_facts(work.session, membership, started, today),
    }


def life_offer(session: Session, membership: Membership | None, started: date, today: date) -> Offer:
    """What dues for life cost somebody: so many years at the full rate, at once or in instalments."""
    years = figures.number(session, "LIFE_YEARS", today, started=started)
    price = price_row(session, FULL_RATE, started, today).amount * years
    return life_plans.offer(session, membership, price, today, started=started)


def life_facts(session: Session, membership: Membership | None, started: date, today: date) -> Mapping[str, object]:
    """The same for the basket: all that is left, and the next instalment (nothing where none is offered)."""
    found = life_offer(session, membership, started, today)
    return {
        "life_amount": found.rest,
        "life_years": figures.number(session, "LIFE_YEARS", today, started=started),
        "life_part": found.part or _ZERO,
        "life_parts": found.parts,
        "life_paid_parts": found.paid_parts,
        "life_running": found.running,
    }


def as_shown(variables: Mapping[str, object], today: Offer) -> Offer:
    """The offer that the basket showed, to which whoever answers agreed, where that of today differs: a rate was
    changed meanwhile, or a plan's time was over. Raises VariableUnusable."""
    rest, part = amount(variables, "life_amount", today.rest), amount(variables, "life_part", today.part or _ZERO)
    return replace(
        today,
        price=today.price + rest - today.rest,
        rest=rest,
        part=part if part > 0 else None,
        parts=whole(variables, "life_parts", today.parts),
        paid_parts=whole(variables, "life_paid_parts", today.paid_parts),
        running=variables.get("life_running", today.running) is True,
    )


def price_row(session: Session, code: str, started: date, today: date) -> Tariff:
    """The row in force when the case began, unless a later one applies to running cases. Raises NotFound."""
    return tariffs.in_force(session, code, today, started=started)


def a_year_from(day: date) -> date:
    """The last day of a year that begins on this day."""
    try:
        return day.replace(year=day.year + 1) - timedelta(days=1)
    except ValueError:  # 29 February: the year ends with 27 February, as the decision `period_rule` clamps
        return date(day.year + 1, 2, 27)


def course_end(session: Session, application: Application, today: date) -> date:
    """When a student's membership ends: with the course, and not before a year is over."""
    year = application.promotion_year or today.year + 1
    return max(figures.course_end(session, year, today), a_year_from(today))


def due_for(dues_amount: Decimal, years: int, *, whole_course: bool, share: int = 100) -> Decimal:
    """What the dues line costs: the years, once for a whole course, in hundredths for the second member of a couple."""
    return (dues_amount * (1 if whole_course else years) * share / 100).quantize(Decimal("0.01"))


def couple_share(session: Session, on: date, *, couple: bool) -> int:
    """What share of the rate is paid, in hundredths: less by the second member of a couple (domain §P1.4)."""
    return figures.number(session, "COUPLE_PERCENT", on) if couple else 100


@dataclass(frozen=True, slots=True)
class Dues:
    """The dues line of an order; `instalment`: what it is a part of; `for_good`: the membership is for life by it."""

    amount: Decimal
    tariff: str
    years: int
    instalment: Offer | None = None
    for_good: bool = False


def dues_for_life(chosen: str, life: Offer, *, once: bool) -> Dues | None:
    """The dues line of somebody who chose to pay for life; None for years. At a rate that is had for `once` nobody
    begins with it, but what has begun may go on; who chose an instalment where none is offered any more pays a year,
    and never the whole price instead."""
    if chosen not in FOR_LIFE or (once and not life.running):
        return None
    if chosen == LIFE_PART:
        return Dues(life.part, tariffs.LIFE_PART, 1, life, life.is_last) if life.part is not None else None
    return Dues(life.rest, tariffs.LIFE, 1, life if life.paid > 0 else None, for_good=True)
