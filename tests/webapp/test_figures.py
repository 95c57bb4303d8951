"""Figures of a year: what is counted, over how many, and whether the aim is met."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.calendar import PARIS
from engine.engine import Engine
from engine.transaction import reading, transaction
from engine.workdays import WorkCalendar
from tests.fixtures.staff import add_person
from tests.security.web import at_desk
from workflows.association import measures, parameters
from workflows.association.calendars import appointments
from workflows.association.events import indicators as of_events
from workflows.association.events.expenses import PAID, EventExpense
from workflows.association.events.records import ENDED, Event
from workflows.association.events.registrations import ATTENDED, MISSED, EventRegistration
from workflows.association.events.reports import EventReport
from workflows.association.mentoring import indicators as of_mentoring
from workflows.association.mentoring import yearly as mentoring_year
from workflows.association.mentoring.demands import MentorDemand
from workflows.association.mentoring.mentors import ACTIVE, MentorProfile
from workflows.association.mentoring.pairs import CHECK_IN, CLOSING, MentorshipAnswer
from workflows.association.mentorships import Mentorship
from workflows.association.parameters.kinds import ValueUnusable

YEAR = measures.year(2026)
TODAY = date(2026, 11, 20)


def at(day: date) -> datetime:
    return datetime.combine(day, time(12), PARIS)


def _demand(session: Session, person_id: UUID, asked: date) -> MentorDemand:
    made = MentorDemand(
        id=uuid4(), person_id=person_id, goals="Un poste", topics="FIRST_JOB", languages="fr", rhythm="MONTHLY",
        years_exp=2, asked_on=asked,
    )  # fmt: skip
    session.add(made)
    return made


@pytest.fixture
def pairs(web_engine: Engine) -> None:
    """Two requests, one of them of a pair that signed after 20 days, met each month and came to its end."""
    ada, bea, cid = (add_person(web_engine, name, "Essai") for name in ("Ada", "Bea", "Cid"))
    with transaction(web_engine) as session:
        asked = _demand(session, bea.id, date(2026, 1, 5))
        _demand(session, cid.id, date(2026, 9, 1))
        for person, registered in ((ada, date(2025, 1, 1)), (bea, date(2026, 8, 1))):
            session.add(
                MentorProfile(
                    id=uuid4(), person_id=person.id, years_exp=10, sector="BANKING", topics="FIRST_JOB",
                    languages="fr", rhythm="MONTHLY", track="BOTH", state=ACTIVE, charter_on=registered,
                    registered_at=at(registered),
                )
            )  # fmt: skip
        pair = Mentorship(
            id=uuid4(), mentor_id=ada.id, mentee_id=bea.id, started_on=date(2026, 1, 25), ends_on=date(2026, 3, 26),
            introduced_on=date(2026, 1, 10), first_word_on=date(2026, 1, 18), state="ENDED", ending="COMPLETED",
            ended_on=date(2026, 3, 26), demand_id=asked.id, proposal_id=uuid4(),
            mentor_signed_at=at(date(2026, 1, 25)), mentee_signed_at=at(date(2026, 1, 24)),
        )  # fmt: skip
        lost = Mentorship(
            id=uuid4(), mentor_id=ada.id, mentee_id=cid.id, started_on=date(2026, 5, 1), ends_on=date(2026, 5, 15),
            introduced_on=date(2026, 5, 1), first_word_on=date(2026, 5, 3), state="ENDED", ending="NO_FAULT_END",
            ended_on=date(2026, 5, 15), proposal_id=uuid4(),
        )  # fmt: skip
        running = Mentorship(
            id=uuid4(), mentor_id=ada.id, mentee_id=cid.id, started_on=date(2026, 9, 1), ends_on=date(2027, 3, 1),
            state="RUNNING", meetings=1,
        )  # fmt: skip
        session.add_all([pair, lost, running])
        session.flush()
        for step, side, met in ((0, "MENTEE", 1), (0, "MENTOR", 2), (1, "MENTEE", 0)):
            person = bea if side == "MENTEE" else ada
            session.add(
                MentorshipAnswer(
                    id=uuid4(), mentorship_id=pair.id, person_id=person.id, side=side, kind=CHECK_IN, step=step,
                    met=met, answered_at=at(date(2026, 2, 25)),
                )
            )  # fmt: skip
        for side, nps in (("MENTEE", 9), ("MENTOR", 6)):
            session.add(
                MentorshipAnswer(
                    id=uuid4(), mentorship_id=pair.id, person_id=ada.id, side=side, kind=CLOSING, step=9, nps=nps,
                    answered_at=at(date(2026, 3, 20)),
                )
            )  # fmt: skip


@pytest.mark.usefixtures("pairs")
def test_the_figures_of_mentoring_say_over_how_many_they_count_and_whether_the_aim_is_met(web_engine: Engine) -> None:
    with reading(web_engine) as session:
        found = {(each.key, each.part): each for each in of_mentoring.of_period(session, YEAR, TODAY)}
        before = {each.key: each.value for each in of_mentoring.of_period(session, measures.year(2024), TODAY)}
    told = {name: (each.value, each.of, each.met) for (name, part), each in found.items() if part != "STUDENTS"}
    assert told == {
        "coverage": (0.5, 2, None),
        "days_to_agreement": (20, 1, True),
        "first_contact": (0.5, 2, False),
        "monthly_meeting": (0.5, 2, False),
        "completion": (1, 1, True),
        "no_fault": (0.5, 2, False),
        "nps": (None, 0, None),  # two answers tell who gave them
        "become_mentors": (0.5, 2, None),
        "mentor_load": (0.5, 2, None),
    }
    assert found["nps", "STUDENTS"].value is None
    assert {key for key, value in before.items() if value is not None} == {"mentor_load"}, "which is of today"


@pytest.mark.usefixtures("pairs")
def test_a_year_is_counted_with_what_lies_around_it(web_engine: Engine) -> None:
    """A demand whose first pair had signed before the year, and an answer that came after its pair's year."""
    dan, eve = (add_person(web_engine, name, "Essai") for name in ("Dan", "Eve"))
    with transaction(web_engine) as session:
        asked = _demand(session, dan.id, date(2024, 2, 1))
        asked.student = True
        for first, last in ((date(2024, 3, 1), date(2024, 12, 1)), (date(2026, 2, 1), date(2026, 4, 1))):
            session.add(
                Mentorship(
                    id=uuid4(), mentor_id=eve.id, mentee_id=dan.id, started_on=first, ends_on=last, state="ENDED",
                    ending="COMPLETED", ended_on=last, demand_id=asked.id, proposal_id=uuid4(),
                    mentor_signed_at=at(first), mentee_signed_at=at(first),
                )
            )  # fmt: skip
        session.flush()
        ended = session.scalars(select(Mentorship.id).where(Mentorship.ended_on == date(2024, 12, 1))).one()
        for step in range(5):
            session.add(
                MentorshipAnswer(
                    id=uuid4(), mentorship_id=ended, person_id=dan.id, side="MENTEE", kind=CLOSING, step=step, nps=10,
                    answered_at=at(date(2026, 1, 1)),
                )
            )  # fmt: skip
    with reading(web_engine) as session:
        found = {(each.key, each.part): each for each in of_mentoring.of_period(session, YEAR, TODAY)}
        before = {each.key: each for each in of_mentoring.of_period(session, measures.year(2024), TODAY)}
    assert (found["days_to_agreement", ""].of, found["nps", "STUDENTS"].of) == (1, 5)
    assert (before["days_to_agreement"].value, before["days_to_agreement"].of) == (29, 1)


@pytest.mark.usefixtures("pairs")
def test_the_aims_of_mentoring_are_those_that_were_decided(web_engine: Engine) -> None:
    with transaction(web_engine) as session:
        for key, value in (("days_to_agreement", 19), ("first_contact", 50), ("no_fault_most", 50)):
            parameters.decide(
                session, of_mentoring.TARGETS, key, {"value": value}, valid_from=TODAY, decided_by="AG",
                decided_on=TODAY, now=web_engine.clock.now(),
            )  # fmt: skip
    with reading(web_engine) as session:
        met = {each.key: each.met for each in of_mentoring.of_period(session, YEAR, TODAY)}
        assert (met["days_to_agreement"], met["first_contact"], met["no_fault"]) == (False, True, True)
        earlier = of_mentoring.of_period(session, YEAR, TODAY - timedelta(days=1))
        assert {each.key: each.met for each in earlier}["days_to_agreement"] is True


@pytest.mark.usefixtures("pairs")
def test_no_aim_of_mentoring_is_more_than_all(web_engine: Engine) -> None:
    with transaction(web_engine) as session, pytest.raises(ValueUnusable):
        parameters.decide(
            session, of_mentoring.TARGETS, "completion", {"value": 101}, valid_from=TODAY, decided_by="AG",
            decided_on=TODAY, now=web_engine.clock.now(),
        )  # fmt: skip


@given(part=st.integers(0, 40), rest=st.integers(0, 40), least=st.integers(1, 10))
def test_no_share_is_the_number_of_a_few(part: int, rest: int, least: int) -> None:
    told = measures.masked(measures.share("x", [True] * part + [False] * rest), least)
    few = any(0 < each < least for each in (part, rest))
    assert told.hidden is few


def _ended(session: Session, people: list[UUID], ending: str) -> None:
    """So many pairs that began and ended this year."""
    for number, mentee in enumerate(people[1:]):
        session.add(
            Mentorship(
                id=uuid4(), mentor_id=people[0], mentee_id=mentee, started_on=date(2026, 2, 1 + number),
                ends_on=date(2026, 8, 1), state="ENDED", ending=ending, ended_on=date(2026, 8, 1), meetings=6,
            )
        )  # fmt: skip


def test_the_yearly_report_of_mentoring_tells_nothing_of_fewer_than_five(app: Flask, web_engine: Engine) -> None:
    people = [add_person(web_engine, f"P{number}", "Essai").id for number in range(7)]
    with transaction(web_engine) as session:
        _ended(session, people, "COMPLETED")
        _ended(session, people[3:6], "NO_FAULT_END")
        _ended(session, people[5:7], "STOPPED_NOW")
    with reading(web_engine) as session:
        found = {(each.key, each.part): each for each in mentoring_year.report(session, YEAR, TODAY)}
    assert (found["began", ""].value, found["ended", "COMPLETED"].value) == (9, 6)
    assert ("ended", "NO_FAULT_END") not in found
    assert ("ended", "STOPPED_NOW") not in found
    assert found["ended", "OTHER"].hidden, "two and one"
    assert ("ended_all", "") not in found, "which would give the three away"
    for share in ("completion", "no_fault", "become_mentors"):
        assert (found[share, ""].value, found[share, ""].of, found[share, ""].hidden) == (None, 0, True), share
    assert found["offers", ""].value == 0
    assert not found["offers", ""].hidden, "nobody is nobody"
    mentoring = at_desk(app, web_engine, "Max", "MENTORING")
    page = mentoring.get("/mentoring/years/?year=2026").get_data(as_text=True)
    assert "trop peu de personnes pour le dire" in page
    sheet = mentoring.get("/mentoring/years/sheet.csv?year=2026").get_data().decode("utf-8-sig")
    assert "Binômes qui ont commencé;9" in sheet
    with transaction(web_engine) as session:
        _ended(session, people[1:], "CLOSED_EARLY")
    with reading(web_engine) as session:
        after = {(each.key, each.part): each for each in mentoring_year.report(session, YEAR, TODAY)}
    assert after["ended", "CLOSED_EARLY"].value == 5
    with transaction(web_engine) as session:
        _ended(session, [people[6], *people[:2]], "STOPPED_NOW")
        _ended(session, [people[5], *people[:2]], "SUCCESS_EARLY")
    with reading(web_engine) as session:
        last = {(each.key, each.part): each for each in mentoring_year.report(session, YEAR, TODAY)}
    assert (last["ended", "OTHER"].value, last["ended_all", ""].value) == (7, 18)
    assert last["no_fault", ""].hidden, "two of eighteen"
    assert last["completion", ""].hidden, "less the six of the planned end, it is two"
    shown = last["become_mentors", ""]
    assert (shown.value, shown.of, shown.hidden) == (0, 7, False), "nobody of the seven who are told"
    assert at_desk(app, web_engine, "Noe").get("/mentoring/years/").status_code in (403, 404)


@pytest.fixture
def events(web_engine: Engine) -> None:
    """One event that was published three working days after it was proposed, eleven days before, and is over."""
    lea = add_person(web_engine, "Lea", "Essai")
    day = date(2026, 6, 20)
    with transaction(web_engine) as session:
        event = Event(
            id=uuid4(), key="EVT-1", organiser_id=lea.id, kind="TALK", title_fr="Causerie", day=day, begins=time(19),
            minutes=120, expected=4, capacity=4, approved_capacity=4, state=ENDED, tier="STANDARD",
            proposed_at=at(date(2026, 6, 4)), published_at=at(date(2026, 6, 9)), closed_at=at(day),
            purged_at=at(day + timedelta(days=7)), approved={"expected": 4},
        )  # fmt: skip
        refused = Event(
            id=uuid4(), key="EVT-2", organiser_id=lea.id, kind="TALK", title_fr="Autre", day=day, begins=time(19),
            minutes=120, expected=4, capacity=4, state="REFUSED", tier="LIGHT", proposed_at=at(date(2026, 6, 4)),
        )  # fmt: skip
        session.add_all([event, refused])
        session.flush()
        planned = appointments.plan(
            session, "EVT-1", "d1", titles=("Causerie", "Talk"), starts=at(day), minutes=120, now=at(day)
        )
        for state, listed in ((ATTENDED, True), (ATTENDED, False), (MISSED, False)):
            session.add(
                EventRegistration(
                    id=uuid4(), event_id=event.id, appointment_id=planned.id, person_id=lea.id, entitlement="MEMBER",
                    state=state, asked_at=at(day), listed=listed,
                )
            )  # fmt: skip
        session.add(
            EventReport(
                event_id=event.id, attended=2, incidents="Une chute.", filed_by="person:x",
                filed_at=at(day + timedelta(days=11)), final_income=Decimal(10), final_costs=Decimal("52.50"),
                closed_at=at(day + timedelta(days=40)),
            )
        )  # fmt: skip
        session.add(
            EventExpense(
                id=uuid4(), event_id=event.id, person_id=lea.id, iban="FR76", state=PAID, asked_at=at(day),
                paid_on=day + timedelta(days=15),
            )
        )  # fmt: skip


@pytest.mark.usefixtures("events")
def test_the_figures_of_events_say_over_how_many_they_count_and_whether_the_aim_is_met(web_engine: Engine) -> None:
    with reading(web_engine) as session:
        found = of_events.of_period(session, YEAR, TODAY, WorkCalendar())
    told = {(each.key, each.part): (each.value, each.of, each.met) for each in found if each.of}
    assert told == {
        ("approval", "STANDARD"): (3, 1, False),
        ("light", ""): (0.5, 2, None),
        ("published", ""): (0, 1, None),
        ("reported", ""): (0, 1, False),
        ("filled", ""): (0.75, 4, None),
        ("no_show", ""): (1 / 3, 3, None),
        ("result", ""): (Decimal("-42.50"), 1, None),
        ("incidents", ""): (1, 1, None),
        ("paid_back", ""): (15, 1, True),
        ("consent", ""): (1 / 3, 3, None),
        ("purged", ""): (1, 1, True),
    }


@pytest.mark.usefixtures("pairs", "events")
def test_the_pages_show_them_year_by_year_to_whoever_answers_for_them(app: Flask, web_engine: Engine) -> None:
    mentoring, office = at_desk(app, web_engine, "Max", "MENTORING"), at_desk(app, web_engine, "Eva", "EVENTS")
    page = mentoring.get("/mentoring/indicators?year=2026").get_data(as_text=True)
    assert "la moitié en" in page
    assert "20 jours" in page
    assert "conforme à l’objectif" in page
    shown = office.get("/events-office/figures?year=2026").get_data(as_text=True)
    assert "−42,50" in shown or "-42,50" in shown
    assert office.get("/events-office/figures?year=1900").status_code == 200, "a year without events is not shown"
    assert at_desk(app, web_engine, "Noe").get("/mentoring/indicators").status_code in (403, 404)
