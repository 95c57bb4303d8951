"""Service tasks of `event_publication`: the page and its dates, then what falls due one after the other; the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from engine.registry import ServiceWork, service_task
from workflows.association import figures as shared
from workflows.association.calendars import appointments
from workflows.association.calendars.appointments import Appointment
from workflows.association.case_variables import local_day
from workflows.association.events import door, figures, records, registrations
from workflows.association.events.approving import take_back
from workflows.association.events.proposing import starts
from workflows.association.events.records import COST, INCOME, PUBLISHED, Event
from workflows.association.events.weighing import event_of

CHECKLIST, GO_NO_GO, LIST, ENDED, PURGE = "CHECKLIST", "GO_NO_GO", "LIST", "ENDED", "PURGE"
_MORNING: Final = time(9)
Step = tuple[str, datetime]


def plan_dates(session: Session, event: Event, now: datetime) -> None:
    """Gives every date of an event its day, from the first on; an event that came with its dates keeps them."""
    if records.dates(session, event):
        return
    for number in range(1, event.repeats + 1):
        first = starts(event)
        local = datetime.combine(
            first.date() + timedelta(weeks=event.every_weeks * (number - 1)), event.begins, ZoneInfo(event.zone)
        )
        appointments.plan(
            session, event.key, f"d{number}", titles=(event.title("fr"), event.title("en")), starts=local,
            minutes=event.minutes, place=event.place, now=now,
        )  # fmt: skip


@service_task("event.publish", results=("step_no",))
def publish(work: ServiceWork) -> Mapping[str, object]:
    """The page is public and registration is open; the dates stand in the organiser's calendar."""
    event = event_of(work)
    event.state, event.published_at = PUBLISHED, event.published_at or work.now
    plan_dates(work.session, event, work.now)
    for each in records.dates(work.session, event):
        appointments.invite(work.session, each, [event.organiser_id])
    return {"step_no": -1}


def steps(session: Session, event: Event, today: date) -> Sequence[Step]:
    """What falls due, in time: before the first date, and after the last one that stands."""
    held = [each for each in records.dates(session, event) if each.state != appointments.CANCELLED]
    if not held:
        return ()
    first, last = held[0], max(held, key=lambda each: each.ends_at)

    def before(key: str) -> datetime:
        return _morning(first, first.day - timedelta(days=figures.rule(session, key, today)))

    purge = last.ends_at.date() + timedelta(days=figures.rule(session, "purge", today))
    planned = [
        (CHECKLIST, before("checklist")), (GO_NO_GO, before("go_no_go")), (LIST, before("list_opens")),
        (ENDED, last.ends_at), (PURGE, _morning(last, purge)),
    ]  # fmt: skip
    return sorted(planned, key=lambda step: step[1])


def _morning(date_: Appointment, day: date) -> datetime:
    return datetime.combine(day, _MORNING, date_.starts_at.tzinfo)


@service_task("event.next", results=("step", "step_at", "step_no", "step_until"))
def following(work: ServiceWork) -> Mapping[str, object]:
    """The next step, by the dates as they are now; one that was done is not done again; what comes before the event is
    left out where its day had gone when the event was approved, and once the first date has begun. `step_at` is null
    after the last. `step_until`: as late as that a reminder still leaves after an outage."""
    event, done, today = event_of(work), _number(work), local_day(work.now, work.engine.settings.zone)
    planned, patience = steps(work.session, event, today), shared.catch_up(work.session, today)
    missed = done < 0 or _has_begun(work.session, event, work.now)
    for number, (kind, at) in enumerate(planned):
        late = at <= work.now and kind in (CHECKLIST, GO_NO_GO, LIST) and number > done and missed
        if (number <= done and at <= work.now) or late:
            continue
        return {"step": kind, "step_at": at, "step_no": number, "step_until": at + patience}
    return {"step": None, "step_at": None, "step_no": len(planned), "step_until": None}


def _has_begun(session: Session, event: Event, now: datetime) -> bool:
    held = (each for each in records.dates(session, event) if each.state != appointments.CANCELLED)
    return any(each.starts_at <= now for each in held)


def _number(work: ServiceWork) -> int:
    found = work.variables.get("step_no")
    return -1 if found is None else int(str(found))


@service_task("event.count_paid", results=("paid_share",))
def count_paid(work: ServiceWork) -> Mapping[str, object]:
    """What is paid for, in per cent of what tickets have to bring; null where they have nothing to bring, and where the
    event has begun: after an outage nobody is asked whether to hold what is over."""
    event = event_of(work)
    if _has_begun(work.session, event, work.now):
        return {"paid_share": None}
    needed = records.total(work.session, event.id, COST) - records.total(work.session, event.id, INCOME)
    if needed <= 0 or max(records.prices(work.session, event.id).values(), default=Decimal(0)) == 0:
        return {"paid_share": None}
    paid = sum((each.price for each in registrations.of_event(work.session, event.id)), Decimal(0))
    return {"paid_share": int(100 * paid / needed)}


@service_task("event.end", results=())
def end(work: ServiceWork) -> None:
    """The last date is over."""
    event = event_of(work)
    if event.state == records.REVIEW:
        take_back(event)  # nobody decided about the change in time: what took place is what was approved
    event.state, event.closed_at = records.ENDED, work.now


@service_task("event.purge", results=())
def purge(work: ServiceWork) -> None:
    """Erases what was asked for the day alone: diets, access needs, names of guests and of
    those who came unannounced. That it was done is on record."""
    event = event_of(work)
    for each in registrations.of_event(work.session, event.id, registrations.EVERY):
        each.diet = each.access = each.guests = ""
    door.forget_names(work.session, event.id)
    event.purged_at = work.now
