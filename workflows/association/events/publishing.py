"""The page of an event is due so many days before its first date: who waits for an approval hears of it in time.

A week before that day the organiser reads who is still asked; on it, that the page is late and what may be done. The
page is published all the same once the event is approved; the calendar of the office and the figures say that it was
late. Source: domain §P4.5.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from engine.calendar import PARIS
from engine.registry import ServiceWork, service_task
from workflows.association.case_variables import local_day, uuid
from workflows.association.events import figures, records
from workflows.association.events.records import Event

_MORNING: Final = time(9)


def due_on(session: Session, event: Event) -> date:
    """The day by which its page has to stand."""
    proposed = event.proposed_at.astimezone(PARIS).date()
    return event.day - timedelta(days=figures.rule(session, "publish", proposed))


def warned_on(session: Session, event: Event) -> date:
    """The day on which an organiser who waits is reminded of it."""
    proposed = event.proposed_at.astimezone(PARIS).date()
    return event.day - timedelta(days=figures.rule(session, "publish_warning", proposed))


def is_late(session: Session, event: Event, today: date) -> bool:
    """Whether its page should stand by now and does not. One that was proposed after that day is short of time, which
    its approvers know; its page is not late."""
    due = due_on(session, event)
    in_time = event.proposed_at.astimezone(PARIS).date() < due
    return in_time and event.published_at is None and event.state == records.PROPOSED and due <= today


def told_at(session: Session, event: Event) -> Mapping[str, object]:
    """When whoever proposed is told about the page, in the morning of these days."""
    zone = ZoneInfo(event.zone)
    return {
        "publish_warning_at": datetime.combine(warned_on(session, event), _MORNING, zone),
        "publish_by": datetime.combine(due_on(session, event), _MORNING, zone),
    }


@service_task("event.watch_near_page", results=("page_is_awaited", "page_was_recalled"))
def watch_near(work: ServiceWork) -> Mapping[str, object]:
    """Whether to remind now of the day of the page, once: not where the page stands, where the time was short from the
    first day on, or where the day has come, which the other timer tells of."""
    event = work.session.get_one(Event, uuid(work.variables, "event_id"))
    today, proposed = local_day(work.now, work.engine.settings.zone), event.proposed_at.astimezone(PARIS).date()
    waits = event.published_at is None and event.state == records.PROPOSED
    near = waits and proposed < warned_on(work.session, event) and today < due_on(work.session, event)
    told = work.variables.get("page_was_recalled") is True
    return {"page_is_awaited": near and not told, "page_was_recalled": near or told}


@service_task("event.watch_due_page", results=("page_is_late", "page_was_missed"))
def watch_due(work: ServiceWork) -> Mapping[str, object]:
    """Whether to say now that the page is late, once, however often the approvers change."""
    event = work.session.get_one(Event, uuid(work.variables, "event_id"))
    late = is_late(work.session, event, local_day(work.now, work.engine.settings.zone))
    told = work.variables.get("page_was_missed") is True
    return {"page_is_late": late and not told, "page_was_missed": late or told}
