"""The information meetings of a cohort: who comes to hear about it, and what the facilitators say of it afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from types import MappingProxyType
from typing import Final
from uuid import UUID

from sqlalchemy import select

from engine.assignment import Actor
from engine.models import ProcessInstance, UserTask
from engine.transaction import reading
from webapp.timelapse.stage import Stage
from workflows.association.events import changing
from workflows.association.events.records import Event
from workflows.association.events.registrations import open_dates
from workflows.association.year.lots import Lots

PROCESSES: Final = ("event_publication", "event_registration", "event_report")
HEARS: Final = 0.75  # the share of those in the cohort who came to a meeting before
_LABELS: Mapping[str, str] = MappingProxyType({"event_publication": "meetings", "event_report": "meetings’ report"})


def register(stage: Stage, lots: Lots, people: Mapping[str, UUID]) -> None:
    """Some of these people register for one of the dates, each for one; nobody where no meeting is planned."""
    for first, person_id in people.items():
        if not lots.falls(HEARS, "hears", first):
            continue
        with reading(stage.engine) as session:
            event, now = session.scalars(select(Event)).first(), stage.clock.now()
            if event is None:
                return
            known = changing.seat(session, event, person_id, now)
            day = lots.of("meeting", first).choice(open_dates(session, event, now))
        asked = {"registration.date": str(day.id), "registration.seats": 1, "registration.payer": "SELF"}
        by = Actor(f"person:{person_id}", first)
        stage.start("event_registration", asked, f"{first} at the meeting", known=known, by=by)


def name_cases(stage: Stage) -> None:
    """The cases that messages have begun get a name: the life of the meetings, and the report on them."""
    query = select(ProcessInstance.id, ProcessInstance.process_id).where(ProcessInstance.process_id.in_(_LABELS))
    with reading(stage.engine) as session:
        for instance_id, process_id in session.execute(query):
            stage.labels.setdefault(instance_id, _LABELS[process_id])


def answer(stage: Stage, task: UserTask, by: Actor, rng: Random) -> bool:
    """Does a task about the meetings; False where it is about something else."""
    if task.element == "give_opinion":
        stage.complete(task, by, {}, {"registration.score": rng.randint(6, 10), "registration.opinion": ""})
    elif task.element == "write_report":
        said = {"attended": rng.randint(5, 9), "missed": rng.randint(0, 2), "calm": "NO", "income": 0, "costs": 0}
        stage.complete(task, by, {}, {f"report.{name}": value for name, value in said.items()})
    elif task.element == "close_accounts":
        stage.complete(task, by, {}, {"report.final_income": 0, "report.final_costs": 0})
    else:
        return False
    return True
