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
from workflows.association.case_variables import local_day, text, uuid
from workflows.association.events import figures, records
from workflows.association.events.records import Event

WARN, MISSED = "WARN", "MISSED"
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


@service_task("event.watch_publication", results=("tell", "publication_told"))
def watch(work: ServiceWork) -> Mapping[str, object]:
    """What is to be told now, each thing once: WARN, MISSED, or nothing where the page stands, or the time was short
    from the first day on."""
    event = work.session.get_one(Event, uuid(work.variables, "event_id"))
    told = text(work.variables, "publication_told")
    today, proposed = local_day(work.now, work.engine.settings.zone), event.proposed_at.astimezone(PARIS).date()
    late = is_late(work.session, event, today)
    waits = event.published_at is None and event.state == records.PROPOSED
    near = waits and proposed < warned_on(work.session, event) and today < due_on(work.session, event)
    tell = MISSED if late and told != MISSED else WARN if near and not told else None
    return {"tell": tell, "publication_told": tell or told}
