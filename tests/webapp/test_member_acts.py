"""What a member may say to his own case: offered to his side of it alone, while it listens, and said once."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, NamedTuple
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

import workflows
from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.engine import Engine
from engine.models import Message
from engine.transaction import reading, transaction
from tests.fixtures.pages import LookedAtPages
from tests.security.web import at_desk, tasks_of
from webapp.links import tokens
from workflows.association import roles
from workflows.association.calendars import appointments
from workflows.association.mentoring import meetings
from workflows.association.mentorships import Mentorship
from workflows.association.people import Person

DELAYS: Final = dict.fromkeys(("CALL", "WAITING", "ANSWER", "ANSWER_REMINDER"), "P14D")


class Told(NamedTuple):
    """Who says what, where his case stands, what the message carries, and whether it is still offered after."""

    process: str
    at: str
    speaker: str
    message: str
    button: str
    reason: str
    carries: Mapping[str, str]
    goes_on: bool = False


CASES: Final = [
    Told("mentorship", "answer_call", "Mentee", "pair_help_asked", "Parler à une personne", "OFFER",
         {"asked_by": "MENTEE", "reason": "OFFER"}, goes_on=True),
    Told("mentorship", "answer_call", "Mentor", "pair_end_requested", "Arrêter ce mentorat", "NO_FIT",
         {"asked_by": "MENTOR", "reason": "NO_FIT"}),
    Told("mentorship", "await_date", "Mentor", "pair_date_changed", "Déplacer ou faire une pause", "PAUSE",
         {"changed_by": "MENTOR", "reason": "PAUSE"}),
    Told("mentorship_application", "await_proposal", "Person", "demand_withdrawn", "Retirer ma demande", "", {}),
    Told("mentor_registration", "await_change", "Person", "mentor_withdrew", "Ne plus être mentor", "", {}),
    Told("cohort_participation", "sign_charter", "Person", "job_found", "J’ai trouvé un emploi", "", {}),
    Told("cohort_participation", "sign_charter", "Person", "pause_asked", "Faire une pause", "", {}),
    Told("cohort_participation", "sign_charter", "Person", "pause_ended", "Reprendre dès maintenant", "", {}),
    Told("cohort_admission", "await_place", "Person", "candidacy_withdrawn", "Retirer ma candidature", "", {}),
    Told("event_registration", "answer_offer", "Person", "registration_withdrawn", "Me désister", "", {}),
]  # fmt: skip

RECORDS: Final = ("appointment_id", "pair_id", "demand_id", "seat_id", "candidacy_id", "registration_id", "event_id")
OWN: Final = {"mentorship_application", "mentor_registration", "cohort_admission", "event_registration"}


def person_id(engine: Engine, first: str) -> UUID:
    with reading(engine) as session:
        return session.scalars(select(Person.id).where(Person.first_names == first)).one()


def begin(engine: Engine, told: Told, by: Actor) -> UUID:
    """A case that stands where it listens, of the two people Mentee and Mentor, or of Person."""
    known = {first: str(person_id(engine, first)) for first in ("Mentee", "Mentor", "Person")}
    variables = {
        "mentee_id": known["Mentee"], "mentor_id": known["Mentor"], "person_id": known["Person"],
        "sides": [{"side": first.upper(), "person_id": known[first]} for first in ("Mentee", "Mentor")],
        **{name: str(uuid4()) for name in RECORDS}, "cohort_key": "C1",
        "participant": f"person:{known['Person']}", "attendee": f"person:{known['Person']}",
        "offer_until": "2035-01-01T00:00:00+01:00", "answer_by": "2035-01-01T00:00:00+01:00",
        "next_at": "2035-01-01T09:00:00+01:00", "paused_until": date(2035, 1, 1),
        "training_until": "2035-01-01T00:00:00+01:00",
        "parameters": {"mentoring_delay": DELAYS, "cohort_delay": DELAYS},
    }  # fmt: skip
    with transaction(engine) as session:
        commands.deploy(session, engine, workflows.definitions()[told.process], by=SYSTEM)
        started = commands.start(session, engine, told.process, variables, by=by, at=told.at).instance_id
    if told.process == "cohort_participation":
        [charter] = tasks_of(engine, started)
        with transaction(engine) as session:
            commands.complete(session, engine, charter.id, by=Actor(f"person:{known['Person']}", "Person"))
    with transaction(engine) as session:  # whoever got a mail of the case may open it
        for name in ("mentee_id", "mentor_id") if told.process == "mentorship" else ():
            tokens.issue(session, engine.clock.now(), started, f"person:{variables[name]}", timedelta(days=30))
    return started


def messages(engine: Engine) -> list[tuple[str, dict[str, object]]]:
    with reading(engine) as session:
        return [(each.name, {**json.loads(each.payload), "day": None}) for each in session.scalars(select(Message))]


@pytest.fixture
def browsers(app: Flask, web_engine: Engine) -> dict[str, LookedAtPages]:
    held = {"Mentee": (), "Mentor": (), "Person": (), "Starter": ("MENTORING",), "Stranger": ()}
    return {first: at_desk(app, web_engine, first, *roles) for first, roles in held.items()}


def test_whoever_waits_for_the_other_person_is_not_told_that_the_association_acts(
    browsers: dict[str, LookedAtPages], web_engine: Engine
) -> None:
    told = next(each for each in CASES if each.process == "mentorship_application")
    asker = Actor(f"person:{person_id(web_engine, 'Person')}", "Person")
    case = begin(web_engine, told._replace(at="answer_mentee"), asker)
    [task] = tasks_of(web_engine, case)
    page = browsers["Person"].get(f"/journeys/{case}").get_data(as_text=True)
    assert (task.role, task.assignee) == ("MENTORING", f"person:{person_id(web_engine, 'Mentor')}")
    assert "C’est au tour de\u00a0: l’autre personne." in page and "C’est à l’autre" in page
    assert "Mentorat" not in page and "C’est à nous" not in page
    with transaction(web_engine) as session:
        day = web_engine.clock.now().date()
        roles.grant(session, person_id(web_engine, "Mentor"), "MENTORING", from_date=day)
    assert "C’est à nous" in browsers["Person"].get(f"/journeys/{case}").get_data(as_text=True)


@pytest.mark.parametrize("told", CASES, ids=[each.message for each in CASES])
def test_a_side_says_it_once_and_nobody_else_may(
    browsers: dict[str, LookedAtPages], web_engine: Engine, told: Told
) -> None:
    starter = "Person" if told.process in OWN else "Starter"
    case = begin(web_engine, told, Actor(f"person:{person_id(web_engine, starter)}", starter))
    address, speaker = f"/journeys/{case}/acts/{told.message}", browsers[told.speaker]
    allowed = {told.speaker} | ({"Mentee", "Mentor"} if told.process == "mentorship" else set())
    for first, browser in browsers.items():
        expected = 200 if first in allowed else 404
        assert (first, browser.get(address).status_code) == (first, expected)
        if first not in allowed:
            assert browser.post_form(address, {"reason": told.reason}).status_code == 404
    if starter == "Starter":
        shown = browsers["Starter"].get(f"/journeys/{case}")
        assert shown.status_code == 200 and told.button not in shown.get_data(as_text=True)
    page = speaker.get(f"/journeys/{case}").get_data(as_text=True)
    assert told.button in page and address in page
    tomorrow = web_engine.clock.now().date() + timedelta(days=1)
    sent = {"reason": told.reason, "request_key": "k" * 32, "day": tomorrow.isoformat()}
    if told.reason:
        assert speaker.post_form(address, sent | {"reason": "HIDDEN"}).status_code == 422
        assert speaker.post_form(address, sent | {"reason": ""}).status_code == 422
    if told.message == "pair_date_changed":
        for wrong in ("", "2020-01-01", (tomorrow + timedelta(days=92)).isoformat()):
            refused = speaker.post_form(address, sent | {"day": wrong})
            said = re.findall(r'class="govuk-error-message">(.*?)</p>', refused.get_data(as_text=True), re.DOTALL)
            assert (refused.status_code, len(said)) == (422, 1)
            assert said[0].count("à partir de demain") == 1, "one sentence, and in the language of the page"
    assert messages(web_engine) == []
    for _ in range(2):
        assert speaker.post_form(address, sent).location.endswith(f"/journeys/{case}")
    assert messages(web_engine) == [(told.message, {**told.carries, "day": None})]
    page = speaker.get(f"/journeys/{case}").get_data(as_text=True)
    assert (address in page, speaker.get(address).status_code) == ((True, 200) if told.goes_on else (False, 409))
    assert speaker.post_form(address, sent | {"request_key": "l" * 32}).status_code == (303 if told.goes_on else 409)
    with transaction(web_engine) as session:
        commands.cancel(session, web_engine, case, by=SYSTEM)
    assert address not in speaker.get(f"/journeys/{case}").get_data(as_text=True)
    assert speaker.get(address).status_code == 409


def test_the_date_of_a_pair_is_dragged_and_each_pair_stands_under_what_one_is_in_it(
    browsers: dict[str, LookedAtPages], web_engine: Engine
) -> None:
    """Somebody who mentors one person and is mentored by another finds each under its own heading."""
    told = next(each for each in CASES if each.message == "pair_date_changed")
    now = web_engine.clock.now()
    ids = {first: person_id(web_engine, first) for first in ("Mentee", "Mentor")}
    planned = []
    for mentor, mentee in (("Mentor", "Mentee"), ("Mentee", "Mentor")):
        case = begin(web_engine, told, Actor(f"person:{person_id(web_engine, 'Starter')}", "Starter"))
        pair = Mentorship(
            id=uuid4(), mentor_id=ids[mentor], mentee_id=ids[mentee], instance_id=case, started_on=now.date(),
            ends_on=now.date() + timedelta(days=180), steps=1,
        )  # fmt: skip
        with transaction(web_engine) as session:
            session.add(pair)
            session.flush()
            date_ = appointments.plan(
                session, meetings.calendar_of(pair), "step1", titles=("Point", "Check-in"), minutes=30, now=now,
                starts=(now + timedelta(days=20)).astimezone(ZoneInfo("Europe/Paris")),
            )  # fmt: skip
            appointments.invite(session, date_, list(ids.values()))
            planned.append(date_)
    page = browsers["Mentor"].get("/journeys").get_data(as_text=True)
    assert page.index("En tant que mentor<") != page.index("En tant que mentoré·e<")
    assert page.count('class="govuk-heading-m"') == 2
    assert len(re.findall(r">Mentorat\s: Mentee [^<]+</a>", page)) == 2, "each names the other person"
    calendar = browsers["Mentor"].get("/calendar/").get_data(as_text=True)
    assert "PAIR-" not in re.sub(r'value="PAIR-[^"]+"', "", calendar)
    assert "Créer une adresse\xa0: mentorat avec Mentee" in calendar
    sent = {"move": str(planned[0].id), "day": (planned[0].day + timedelta(days=2)).isoformat()}
    assert browsers["Stranger"].post_form("/calendar/move", sent).status_code == 404
    assert messages(web_engine) == []
    assert browsers["Mentor"].post_form("/calendar/move", sent | {"request_key": "m" * 32}).status_code == 303
    [(name, carried)] = messages(web_engine)
    assert (name, carried["changed_by"], carried["reason"]) == ("pair_date_changed", "MENTOR", "MOVE")


def test_every_act_is_declared_as_its_process_takes_it() -> None:
    declared = [(entry, act) for entry in workflows.catalogue() for act in entry.member_acts]
    assert {act.message for _, act in declared} == {each.message for each in CASES}
    for entry, act in declared:
        assert act.message in entry.inbound_messages
        diagram = (entry.path / f"{entry.process_id}.bpmn").read_text(encoding="utf-8")
        assert f'name="{act.message}"' in diagram
        for texts in (act.labels, act.effects, act.done, *act.reasons.values()):
            assert set(texts) == {"fr", "en"} and all(texts.values())
