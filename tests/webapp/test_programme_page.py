"""What a guided programme tells its member beside the steps: answers, people, documents, sessions, the usual delay."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask

import workflows
from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.calendar import PARIS
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.transaction import transaction
from tests.fixtures.staff import add_person
from tests.security.web import signed_in, tasks_of
from tests.webapp.test_member_acts import CASES, begin, person_id
from workflows.association import roles
from workflows.association.calendars import appointments
from workflows.association.cohorts import records
from workflows.association.cohorts.records import Cohort, CohortSeat

KEY = "COH-2035-01"
CHARTER = ("confidential", "attending", "no_selling", "helping", "signed")


def participation(engine: Engine, person: UUID, lead: UUID) -> UUID:
    """The case of somebody whose group has met once, tomorrow, and meets again; the charter is still to be signed."""
    now, day = engine.clock.now(), engine.clock.now().date() + timedelta(days=1)
    cohort = Cohort(
        id=uuid4(), key=KEY, starts_on=day, begins=time(18, 30), minutes=180, sessions=2, held=1, state="RUNNING",
        opened_at=now,
    )  # fmt: skip
    seat = CohortSeat(id=uuid4(), cohort_id=cohort.id, person_id=person, situation="SEEKING", state="RUNNING")
    known = {
        "seat_id": str(seat.id), "person_id": str(person), "cohort_id": str(cohort.id), "cohort_key": KEY,
        "participant": f"person:{person}", "joins_late": False, "parameters": {"cohort_delay": {"WAITING": "P14D"}},
    }  # fmt: skip
    with transaction(engine) as session:
        session.add(cohort)
        session.flush()
        session.add(seat)
        roles.grant(session, lead, "FACILITATOR", from_date=date(2020, 1, 1), scope=KEY)
        for number in (1, 2):
            starts = datetime.combine(day + timedelta(days=7 * (number - 1)), time(18, 30), PARIS)
            titles = (f"Séance {number}", f"Session {number}")
            appointments.plan(session, KEY, f"s{number}", titles=titles, minutes=180, starts=starts, now=now)
        records.note(session, seat.id, 1, "REMOTE", reason=None, homework=True, by="test", now=now)
        commands.deploy(session, engine, workflows.definitions()["cohort_participation"], by=SYSTEM)
        begun = commands.start(session, engine, "cohort_participation", known, by=SYSTEM, at="sign_charter")
    return begun.instance_id


def test_a_participant_reads_answers_people_documents_and_how_the_sessions_were(
    app: Flask, web_engine: Engine, clock: VirtualClock
) -> None:
    ada, lead = add_person(web_engine, "Ada", "Essai"), add_person(web_engine, "Bea", "Essai")
    case = participation(web_engine, ada.id, lead.id)
    [charter] = tasks_of(web_engine, case)
    clock.advance(timedelta(days=2))
    hers, path = signed_in(app, web_engine, ada.id), f"/journeys/{case}"
    assert "La charte que vous avez signée" not in hers.get(path).get_data(as_text=True)
    assert hers.post_form(f"{path}/tasks/{charter.id}", dict.fromkeys(CHARTER, "true")).status_code == 303
    page = hers.get(path).get_data(as_text=True)
    assert "Bea Essai" in page, "who leads the group"
    assert "La charte que vous avez signée" in page and f'href="{path}/tasks/{charter.id}"' in page
    assert "<strong>à distance</strong>" in page and "Ce qui a eu lieu (1)" in page
    answers = hers.get(f"{path}/tasks/{charter.id}").get_data(as_text=True)
    assert "Vous avez répondu le" in answers and "Je viens à chaque séance" in answers
    assert "Faire une pause" in page


@pytest.mark.parametrize(("before", "said"), [(4, ""), (5, "Cela prend d’habitude 3 jours.")])
def test_the_usual_delay_is_measured_from_the_cases_before(
    app: Flask, web_engine: Engine, clock: VirtualClock, before: int, said: str
) -> None:
    for first in ("Mentee", "Mentor", "Person"):
        add_person(web_engine, first, "Essai")
    told = next(each for each in CASES if each.process == "mentorship_application")._replace(at="answer_mentee")
    asker, mentor = (Actor(f"person:{person_id(web_engine, each)}", each) for each in ("Person", "Mentor"))
    for length in (1, 2, 3, 30, 60)[:before]:
        [task] = tasks_of(web_engine, begin(web_engine, told, asker))
        clock.advance(timedelta(days=length))
        with transaction(web_engine) as session:
            commands.complete(session, web_engine, task.id, by=mentor)
    case = begin(web_engine, told, asker)
    reader = signed_in(app, web_engine, UUID(asker.id.removeprefix("person:")))
    page = reader.get(f"/journeys/{case}").get_data(as_text=True)
    assert "C’est au tour de\u00a0: l’autre personne." in page
    assert ("d’habitude" in page) is bool(said) and said in page
