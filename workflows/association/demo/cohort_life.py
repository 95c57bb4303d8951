"""A career group of the demonstration: in its third month, with a session to note; and candidates for the next one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.assignment import SYSTEM, Actor
from engine.engine import Engine
from engine.transaction import reading, transaction
from workflows.association.calendars import appointments
from workflows.association.case_variables import local_day
from workflows.association.cohorts import attendance, records, sheets
from workflows.association.cohorts.attendance import Difference
from workflows.association.cohorts.records import Cohort, CohortSeat
from workflows.association.demo import acting
from workflows.association.memberships import Membership
from workflows.association.people import Person

PEOPLE: Final = 11
_HELD: Final = timedelta(weeks=11)
_LEADS: Final = ("olivier.marty@amicale.example", "anne-sophie.klein@amicale.example")
_WHY: Final = (
    "Après huit ans dans le même métier, je veux en changer sans savoir encore lequel. Un groupe m’aiderait à regarder "
    "plusieurs chemins, à les éprouver avec d’autres, et à tenir le rythme semaine après semaine jusqu’à un projet."
)
_SHEETS: Final = (
    (
        "J’aime expliquer et faire travailler ensemble des gens que tout sépare ; les chiffres m’attirent moins.",
        "Diriger la formation d’une entreprise de taille moyenne.",
        "Ouvrir un cabinet d’accompagnement avec une ancienne collègue.",
    ),
    (
        "Je sais mener un projet technique à son terme ; je le voudrais utile et visible.",
        "Chef de projet dans les énergies renouvelables, en région.",
        "Responsable technique d’une association de rénovation de logements.",
    ),
    (
        "Négocier m’amuse, les déplacements m’usent : je cherche un rythme qui laisse des soirées.",
        "Acheter au lieu de vendre, dans le même secteur.",
        "Reprendre un commerce de proximité, après un an d’essai.",
    ),
)


def begin(engine: Engine) -> None:
    """Plays the cohort from its plan to last night, then lets three people apply for the next one."""
    today = local_day(engine.clock.now(), engine.settings.zone)
    starts = today - timedelta(days=1) - _HELD
    past = acting.at(engine, _noon(engine, starts - timedelta(days=20)))
    key = _plan(past, starts)
    with reading(engine) as session:
        people = _people(session, PEOPLE + 3)
    for number, person in enumerate(people[:PEOPLE]):
        asked = {"cohort": key, "person": person.primary_email, "situation": "IN_POST" if number % 3 else "SEEKING"}
        acting.begin(past, "cohort_participation", SYSTEM, {f"seat.{name}": value for name, value in asked.items()})
    _live(past, key, engine.clock.now())
    _apply(engine, today, people[PEOPLE:])


def _noon(engine: Engine, day: date) -> datetime:
    return datetime.combine(day, time(12), engine.settings.zone)


def _plan(engine: Engine, starts: date) -> str:
    planned = {
        "facilitator": _LEADS[0], "co_facilitator": _LEADS[1], "starts_on": starts, "begins": "18:30",
        "place": "1 rue des Diplômés, Paris",
    }  # fmt: skip
    acting.begin(engine, "cohort", SYSTEM, {f"cohort.{name}": value for name, value in planned.items()})
    with reading(engine) as session:
        return session.scalars(select(Cohort.key).where(Cohort.starts_on == starts)).one()


def _people(session: Session, count: int) -> Sequence[Person]:
    """Members in service, of as many employers: two of one would hold the start back."""
    query = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.service_entitlement == "CURRENT", Person.deceased_on.is_(None), Person.employer.is_not(None))
        .order_by(Membership.member_no)
    )
    found: dict[str, Person] = {}
    for person in session.scalars(query.limit(400)).unique():
        if person.primary_email is not None:
            found.setdefault(str(person.employer), person)
        if len(found) == count:
            break
    return list(found.values())


def _live(engine: Engine, key: str, now: datetime) -> None:
    """Week after week: charters are signed, attendance is noted but for the last session."""
    zone = engine.settings.zone
    with reading(engine) as session:
        dates = [each.day for each in appointments.of_calendar(session, key)]
    acting.pass_time(engine, _noon(engine, dates[0] - timedelta(days=12)))
    for task in acting.open_tasks(engine, "agree_to_start"):
        acting.complete(engine, task, SYSTEM, {"outcome": "GO"}, {})
    for task in acting.open_tasks(engine, "sign_charter"):
        acting.complete(engine, task, Actor(str(task.assignee), ""), {}, {"seat.signed": True})
    for number, day in enumerate(dates, start=1):
        evening = datetime.combine(day, time(22), zone)
        if evening > now:
            break
        acting.pass_time(engine, evening)
        if evening + timedelta(days=1) <= now:
            _note(engine, key, number)
    acting.pass_time(engine, now)


def _note(engine: Engine, key: str, number: int) -> None:
    """Two people of the group are away each week, in turn; one of them more often than he says."""
    [task] = acting.open_tasks(engine, "enter_attendance")
    with transaction(engine) as session:
        cohort = records.by_key(session, key)
        assert cohort is not None
        seats = records.seats(session, cohort.id)
        away = {seats[(number * 5) % len(seats)].id: Difference("EXCUSED", "WORK", homework=False)}
        away[seats[(number * 3) % len(seats)].id] = Difference("REMOTE")
        if number >= 9:
            away[seats[0].id] = Difference("UNEXCUSED", homework=False)
        attendance.note(session, cohort, number, away, by=_LEADS[0], now=engine.clock.now())
    acting.complete(engine, task, SYSTEM, {"noted": True}, {})
    for talk in acting.open_tasks(engine, "call_participant"):
        acting.complete(engine, talk, SYSTEM, {"outcome": "STAYS"}, {})
    _write_sheets(engine, seats)


def _write_sheets(engine: Engine, seats: Sequence[CohortSeat]) -> None:
    """Whoever is asked for the project sheet writes it, the scenarios after the assessment; two people are late."""
    asked = {task.assignee: task for task in acting.open_tasks(engine, "write_sheet")}
    with reading(engine) as session:
        written = sheets.versions(session, [each.id for each in seats])
    for number, seat in enumerate(seats):
        me = Actor(f"person:{seat.person_id}", "")
        if me.id not in asked or number in {0, len(seats) // 2}:
            continue
        assessment, first, second = _SHEETS[number % len(_SHEETS)]
        said = {"scenario_1": first, "scenario_2": second} if seat.id in written else {}
        acting.complete(
            engine, asked[me.id], me, {},
            {f"sheet.{name}": value for name, value in {"assessment": assessment, **said}.items()},
        )  # fmt: skip


def _apply(engine: Engine, today: date, people: Sequence[Person]) -> None:
    """The next cohort is planned; one has a seat offered, one waits for a talk, one has still to say the dates; fewer
    where a small association has too few people."""
    before = acting.at(engine, _noon(engine, today - timedelta(days=3)))
    key = _plan(before, today + timedelta(weeks=9))
    for done, person in zip(("hold_talk", "give_dates", ""), people, strict=False):
        me = Actor(f"person:{person.id}", person.display_name)
        asked = {"cohort": key, "motivation": _WHY, "situation": "IN_POST", "years_exp": 9}
        acting.begin(before, "cohort_admission", me, {f"candidate.{name}": value for name, value in asked.items()})
        if not done:
            continue
        [task] = acting.open_tasks(before, "give_dates")
        acting.complete(before, task, me, {}, {"candidate.misses": ["s3"]})
        if done == "hold_talk":
            [talk] = acting.open_tasks(before, "hold_talk")
            marks = {"drive": 4, "listening": 3, "realism": 3, "stability": 3, "presence": 3}
            grid = {**marks, "advice": "YES", "second_interviewer": _LEADS[0]}
            acting.complete(before, talk, SYSTEM, {}, {f"candidate.{name}": value for name, value in grid.items()})
