"""Information meetings ahead of a cohort: dates of one event that is open to all, so that whoever hesitates may come.

An event brings its page, registration with or without an account, calendars, reminders, the door and the report; the
careers office decided on it with the cohort, and those who lead the cohort welcome people. Source: domain §P2.3, §P2.5.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import SYSTEM
from engine.calendar import PARIS
from engine.engine import Engine
from engine.registry import ServiceWork, service_task
from engine.workdays import french_holidays
from workflows.association import number_series, parameters, wording
from workflows.association.calendars import appointments
from workflows.association.case_variables import local_day, uuid, uuid_or_none
from workflows.association.closures import Closing
from workflows.association.cohorts import calendar, figures
from workflows.association.cohorts.records import Cohort
from workflows.association.events import cancelling, hosts, notices
from workflows.association.events.records import PRICES, PROPOSED, SCOPE, STANDING, Event, EventPrice
from workflows.association.parameters import Column, Row, Table

MEETINGS: Final = Table(
    "cohort_information", "Groupes carrière : réunions d’information", "Career groups: information meetings",
    (Column("weeks", "integer", "Semaines avant la première séance", "Weeks before the first session", minimum=5),),
    first=(
        Row("FIRST", "Première réunion", "First meeting", 10),
        Row("SECOND", "Deuxième réunion", "Second meeting", 8),
        Row("THIRD", "Troisième réunion", "Third meeting", 6),
    ),
    about_fr="Combien de semaines avant un groupe on en parle à qui hésite. Une réunion qui tomberait un jour férié ou "
    "pendant des vacances est avancée ou retardée de quelques jours.",
    about_en="How many weeks before a cohort those who hesitate hear about it. A meeting that would fall on a public "
    "holiday or in a break is held a few days earlier or later.",
    owner="CAREERS_HEAD", open_keys=True,
)  # fmt: skip
_NEAR: Final = (0, 1, 2, 3, 4, -1, -2, -3, -4, -5, -6, -7, -14)  # days beside the one that was meant
_TITLES: Final = ("Réunion d’information : groupe carrière {key}", "Information meeting: career group {key}")
_ABOUT: Final = (
    "Un groupe carrière réunit une douzaine de personnes, chaque semaine pendant huit mois ; {key} commence le "
    "{first}. Ceux qui l’animent vous disent comment on y travaille et répondent à vos questions. Venez à une des "
    "dates, sans engagement. Les candidatures ferment le {closing}.",
    "A career group is a dozen people, each week for eight months; {key} begins on {first}. Those who lead it tell you "
    "how it works and answer your questions. Come to one of the dates, without obligation. Applications close on "
    "{closing}.",
)
_OFF: Final = (
    "Le groupe carrière {key} n’aura pas lieu ; ses réunions d’information non plus.",
    "Career group {key} does not take place, nor do its information meetings.",
)
_KEPT: Final = timedelta(days=30)
_NOTHING: Final[Mapping[str, object]] = MappingProxyType({})


def days(session: Session, first: date, today: date) -> list[date]:
    """The days of the meetings ahead of a first session: working days outside breaks, none at shorter notice than the
    rule; each once."""
    breaks, notice = calendar.breaks(session), calendar.rule(session, "information_notice", today)
    weeks = sorted({int(str(row["weeks"])) for row in parameters.rows(session, MEETINGS, on=today)}, reverse=True)
    meant = [first - timedelta(weeks=each) for each in weeks]
    found = {_free(each, breaks) for each in meant}
    return sorted(each for each in found if each is not None and each >= today + timedelta(days=notice))


def _free(day: date, breaks: Sequence[Closing]) -> date | None:
    holidays = french_holidays()
    near = (day + timedelta(days=each) for each in _NEAR)
    return next(
        (one for one in near if one.weekday() < 5 and one not in holidays and not any(one in each for each in breaks)),
        None,
    )


@service_task("cohort.inform", results=("meetings",))
def inform(work: ServiceWork) -> Mapping[str, object]:
    """Plans the meetings as one event of several dates; `meetings` is what its life is begun with, null where the first
    session is too near for any, or where meetings are still to come: of a group that is put off after its meetings new
    ones are held."""
    session, today = work.session, local_day(work.now, work.engine.settings.zone)
    cohort = session.get_one(Cohort, uuid(work.variables, "cohort_id"))
    planned = days(session, cohort.starts_on, today)
    standing = _standing(session, cohort, work.variables)
    if not planned or (standing is not None and cancelling.coming(session, standing, work.now)):
        return {"meetings": None}
    event = _event(session, cohort, planned, uuid(work.variables, "facilitator_id"), work.now)
    for number, day in enumerate(planned, start=1):
        appointments.plan(
            session, event.key, f"d{number}", titles=(event.title_fr, event.title_en), minutes=event.minutes,
            starts=datetime.combine(day, event.begins, PARIS), place=event.place, now=work.now,
        )  # fmt: skip
    cohort.meetings_id = event.id
    organiser = {"person_id": str(event.organiser_id), "organiser": f"person:{event.organiser_id}"}
    known = {"event_id": str(event.id), "event_key": event.key, **organiser, **hosts.candidates(session, event)}
    return {"meetings": known}


def _event(session: Session, cohort: Cohort, planned: Sequence[date], organiser: UUID, now: datetime) -> Event:
    """The event, approved as it stands: free of charge, open to other schools, by the careers office's own decision."""
    today = local_day(now, PARIS)
    number = number_series.take(session, f"EVT-{today.year}")
    seats = calendar.rule(session, "information_seats", today)
    french, english = _about(session, cohort, today)
    event = Event(
        id=uuid4(), key=f"EVT-{today.year}-{number:04}", organiser_id=organiser, kind="TALK", public="OPEN",
        title_fr=_TITLES[0].format(key=cohort.key), title_en=_TITLES[1].format(key=cohort.key),
        about=french, about_en=english, day=planned[0], begins=cohort.begins,
        minutes=calendar.rule(session, "information_minutes", today), repeats=len(planned), every_weeks=1,
        place=cohort.place, online=False, country="FR", zone=PARIS.key, expected=seats, capacity=seats,
        approved_capacity=seats, alcohol="NONE", state=PROPOSED, tier="LIGHT", rounds=0, proposed_at=now,
        decided_at=now,
    )  # fmt: skip
    event.approved = {name: getattr(event, name) for name in SCOPE}
    session.add(event)
    session.flush()
    session.add_all(EventPrice(event_id=event.id, entitlement=key, amount=Decimal(0)) for key in PRICES)
    session.flush()
    return event


def _about(session: Session, cohort: Cohort, today: date) -> tuple[str, str]:
    """What the page says, in French and in English."""
    (french, english) = (
        said.format(key=cohort.key, first=first, closing=closing)
        for said, (first, closing) in zip(_ABOUT, _days_said(session, cohort.starts_on, today), strict=True)
    )
    return french, english


def _days_said(session: Session, first: date, today: date) -> list[tuple[str, str]]:
    """The first session and the last day of applications, in French and in English."""
    closing = first - timedelta(weeks=figures.limit(session, "CLOSES", today))
    return [(wording.day(first, lang), wording.day(closing, lang)) for lang in ("fr", "en")]


def _standing(session: Session, cohort: Cohort, variables: Mapping[str, object]) -> Event | None:
    """The meetings of the cohort, while they are neither over nor called off; a case that began before the cohort kept
    them names them itself."""
    found = variables.get("meetings")
    event_id = cohort.meetings_id or (uuid_or_none(found, "event_id") if isinstance(found, Mapping) else None)
    event = session.get(Event, event_id) if event_id is not None else None
    return event if event is not None and event.state in STANDING else None


def put_off(work: ServiceWork, cohort: Cohort, before: date) -> None:
    """The page of the meetings tells the new days where it told the ones of before; what else was written stays."""
    event = _standing(work.session, cohort, work.variables)
    today = local_day(work.now, work.engine.settings.zone)
    if event is None:
        return
    was, now = (_days_said(work.session, first, today) for first in (before, cohort.starts_on))
    for told, instead in zip(was, now, strict=True):
        for old, new in zip(told, instead, strict=True):
            event.about = _instead(event.about, old, new)
            event.about_en = _instead(event.about_en, old, new)


def _instead(text: str, old: str, new: str) -> str:
    return re.sub(rf"\b{re.escape(old)}\b", new, text)  # “1 March” is no part of “21 March”


def call_off(
    session: Session, engine: Engine, cohort: Cohort, now: datetime, variables: Mapping[str, object] = _NOTHING
) -> None:
    """The meetings to come are called off as those of any event are: whoever registered is told, and why."""
    event = _standing(session, cohort, variables)
    if event is None or not cancelling.coming(session, event, now):
        return
    french, english = (each.format(key=cohort.key) for each in _OFF)
    notices.tell(session, event.id, None, french, now, english=english)
    known = {
        "event_id": str(event.id), "event_key": event.key, "person_id": str(event.organiser_id),
        "organiser": f"person:{event.organiser_id}", "calling_off": "CANCEL", "cause": "ORGANISER",
    }  # fmt: skip
    commands.correlate_message(
        session, engine, "cancellation_decided", str(event.id), known, source=f"cohort:{cohort.id}",
        message_id=f"{event.id}:off", ttl=_KEPT, by=SYSTEM,
    )  # fmt: skip
