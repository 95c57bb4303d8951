"""How the events of a year went, each figure beside its aim (domain §P4.10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.calendar import PARIS
from engine.workdays import WorkCalendar
from workflows.association import measures
from workflows.association.events import figures, records
from workflows.association.events.expenses import PAID, EventExpense
from workflows.association.events.incidents import EventIncident
from workflows.association.events.records import ENDED, Event
from workflows.association.events.registrations import ATTENDED, COMING, MISSED, EventRegistration
from workflows.association.events.reports import EventReport
from workflows.association.measures import COUNT, DAYS, EUROS, Measure, Period

TIERS: Final = ("LIGHT", "STANDARD", "HEAVY")
MOST_WAITED: Final = 2  # working days, of STANDARD


def of_period(session: Session, period: Period, today: date, office: WorkCalendar) -> Sequence[Measure]:
    """The figures of events; `office`: the working days by which approvals are counted."""
    events = session.scalars(select(Event)).all()
    proposed = [each for each in events if period.holds(each.proposed_at.astimezone(PARIS).date())]
    held = [each for each in events if each.state == ENDED and period.holds(each.day)]
    reports = {each.event_id: each for each in session.scalars(select(EventReport))}
    seats = _seats(session, [each.id for each in held])
    return (
        *(_approval(proposed, tier, office) for tier in TIERS),
        measures.share("light", [each.tier == "LIGHT" for each in proposed if each.tier in TIERS]),
        _published_in_time(session, events, period, today),
        _reported(session, held, reports, today),
        _filled(session, held, seats),
        _missed(held, seats),
        _result(held, reports),
        _incidents(session, held, reports),
        _paid_back(session, period),
        _consent(session, held),
        _purged(session, held, today),
    )


def first_year(session: Session) -> int | None:
    """The year of the first proposal on record."""
    found = session.scalar(select(func.min(Event.proposed_at)))
    return found.astimezone(PARIS).year if found is not None else None


def _approval(proposed: Sequence[Event], tier: str, office: WorkCalendar) -> Measure:
    """Working days from the proposal to the page, half of the events in no more than so many."""
    days = [
        office.between(each.proposed_at.astimezone(PARIS).date(), each.published_at.astimezone(PARIS).date())
        for each in proposed if each.tier == tier and each.published_at is not None
    ]  # fmt: skip
    value = median(days) if days else None
    return Measure("approval", DAYS, value, len(days), None, MOST_WAITED if tier == "STANDARD" else None, tier)


def _published_in_time(session: Session, events: Sequence[Event], period: Period, today: date) -> Measure:
    """Of the events that were published: whose page stood early enough before the first day."""
    before = timedelta(days=figures.rule(session, "publish", today))
    told = [
        each.published_at.astimezone(PARIS).date() <= each.day - before
        for each in events if each.published_at is not None and period.holds(each.day)
    ]  # fmt: skip
    return measures.share("published", told)


def _reported(session: Session, held: Sequence[Event], reports: Mapping[UUID, EventReport], today: date) -> Measure:
    """Of the events whose report is due: which came in time."""
    given = timedelta(days=figures.rule(session, "report", today))
    told = []
    for each in held:
        if each.closed_at is None:
            continue
        due, report = each.closed_at.astimezone(PARIS).date() + given, reports.get(each.id)
        if report is not None or due < today:
            told.append(report is not None and report.filed_at.astimezone(PARIS).date() <= due)
    return measures.share("reported", told, least=0.9)


def _seats(session: Session, ids: Sequence[UUID]) -> Mapping[tuple[UUID, str], int]:
    """How many seats of each state each event has."""
    query = (
        select(EventRegistration.event_id, EventRegistration.state, func.sum(EventRegistration.seats))
        .where(EventRegistration.event_id.in_(select(Event.id).where(Event.state == ENDED)))
        .group_by(EventRegistration.event_id, EventRegistration.state)
    )
    wanted = set(ids)
    return {(event_id, state): int(n) for event_id, state, n in session.execute(query) if event_id in wanted}


def _filled(session: Session, held: Sequence[Event], seats: Mapping[tuple[UUID, str], int]) -> Measure:
    """Seats taken of those that there were, over all dates of all events that took place."""
    places = sum(each.approved_capacity * max(1, len(records.standing(session, each))) for each in held)
    taken = sum(n for (_, state), n in seats.items() if state in COMING)
    return Measure("filled", measures.SHARE, taken / places if places else None, places)


def _missed(held: Sequence[Event], seats: Mapping[tuple[UUID, str], int]) -> Measure:
    """Of those who had a seat where people were checked in: who did not come."""
    checked = [each.id for each in held if seats.get((each.id, ATTENDED))]
    missed, came = (sum(seats.get((id_, state), 0) for id_ in checked) for state in (MISSED, ATTENDED))
    return Measure("no_show", measures.SHARE, missed / (missed + came) if came else None, missed + came)


def _result(held: Sequence[Event], reports: Mapping[UUID, EventReport]) -> Measure:
    """Income less costs of the events whose accounts are closed."""
    closed = [each for event in held if (each := reports.get(event.id)) is not None and each.closed_at is not None]
    total = sum(((each.final_income or Decimal(0)) - (each.final_costs or Decimal(0)) for each in closed), Decimal(0))
    return Measure("result", EUROS, total if closed else None, len(closed))


def _incidents(session: Session, held: Sequence[Event], reports: Mapping[UUID, EventReport]) -> Measure:
    """Incidents of the events that took place: told by their form, or by the report that asks for the others."""
    wanted = {each.id for each in held}
    told = sum(event_id in wanted for event_id in session.scalars(select(EventIncident.event_id)))
    reported = sum(bool(each.incidents) for event in held if (each := reports.get(event.id)) is not None)
    return Measure("incidents", COUNT, told + reported, len(held))


def _paid_back(session: Session, period: Period) -> Measure:
    """Days from a claim to the transfer."""
    paid = session.scalars(select(EventExpense).where(EventExpense.state == PAID, EventExpense.paid_on.is_not(None)))
    days = [
        (each.paid_on - each.asked_at.astimezone(PARIS).date()).days
        for each in paid if each.paid_on is not None and period.holds(each.paid_on)
    ]  # fmt: skip
    return measures.median("paid_back", days, most=15)


def _consent(session: Session, held: Sequence[Event]) -> Measure:
    """Of those who had a seat: who agrees to stand on the list that attendees read."""
    wanted = {each.id for each in held}
    query = select(EventRegistration.event_id, EventRegistration.listed).where(EventRegistration.state.in_(COMING))
    return measures.share("consent", [listed for event_id, listed in session.execute(query) if event_id in wanted])


def _purged(session: Session, held: Sequence[Event], today: date) -> Measure:
    """Of the events whose lists are to be erased by now: those of which it is on record."""
    after = timedelta(days=figures.rule(session, "purge", today) + 1)
    due = [
        each for each in held if each.closed_at is not None and each.closed_at.astimezone(PARIS).date() + after < today
    ]
    return measures.share("purged", [each.purged_at is not None for each in due], least=1)
