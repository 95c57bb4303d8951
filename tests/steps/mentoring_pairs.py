"""A pair from its first word to its end: what each of the two does, and when."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

from pytest_bdd import given, parsers, then, when
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.models import HistoryEvent, UserTask
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.applications import known
from tests.steps.clock import day
from tests.steps.mentor_requests import answers_proposal, asks, request, runs_and_is_sent
from tests.steps.mentoring import actor, are_mentors, does, is_a_member, move_to, task_done, tell
from tests.steps.tasks import staff
from workflows.association.calendars import appointments
from workflows.association.issued_documents import IssuedDocument
from workflows.association.mentoring import bringing, meetings, mentors, pairs, places, proposals
from workflows.association.mentoring.proposals import PairProposal
from workflows.association.mentorships import Mentorship


@given(parsers.parse('"{mentee}" and the mentor "{mentor}" said yes'))
def said_yes(office: Office, mentee: str, mentor: str) -> None:
    are_mentors(office, mentor, "Noah Petit")
    is_a_member(office, mentee, "1003", None)
    asks(office, mentee)
    runs_and_is_sent(office)
    with transaction(office.engine) as session:  # whichever mentor the draw chose: the story is about this one
        chosen = session.scalars(select(PairProposal).where(PairProposal.state == proposals.HELD)).one()
        if chosen.mentor_id != known(office, mentor).id:
            others = select(PairProposal).where(PairProposal.state == proposals.SPARE)
            other = session.scalars(others).one()
            places.free_up(session, chosen.id)
            chosen.state, other.state = proposals.SPARE, proposals.HELD
            profile = mentors.of(session, other.mentor_id)
            assert profile is not None
            assert places.reserve(session, profile, other.id, office.clock.now(), office.clock.now().date())
    with reading(office.engine) as session:
        task = session.scalars(select(UserTask).where(UserTask.element == "answer_proposal")).one()
    with transaction(office.engine) as session:
        held = proposals.held(session, request(office).id)
        assert held is not None
        told = {"proposal_id": str(held.id), "mentor_id": str(held.mentor_id)}
        commands.set_variables(session, office.engine, task.instance_id, told, by=SYSTEM, reason="test")
    answers_proposal(office, mentee, "YES")
    does(office, actor(office, mentor), "answer_mentee", {"mentor_answer": "YES"}, {})
    assert [each.message for each in office.incidents()] == []


def pair(office: Office) -> Mentorship:
    with reading(office.engine) as session:
        return session.scalars(select(Mentorship)).one()


def both(office: Office) -> tuple[Actor, Actor]:
    found = pair(office)
    return Actor(f"person:{found.mentee_id}", "mentee"), Actor(f"person:{found.mentor_id}", "mentor")


@when(parsers.parse('"{name}" writes first'))
def writes_first(office: Office, name: str) -> None:
    does(office, actor(office, name), "write_first", {}, {"pair.written": True})


@when(parsers.parse("both say {answer} after the call"))
def both_say(office: Office, answer: str) -> None:
    for each in both(office):
        does(office, each, "answer_call", {"call_answer": answer}, {})


@when(parsers.parse('"{name}" says {answer} after the call'))
def one_says(office: Office, name: str, answer: str) -> None:
    does(office, actor(office, name), "answer_call", {"call_answer": answer}, {})


@when(parsers.parse('"{name}" writes the agreement'))
def writes_agreement(office: Office, name: str) -> None:
    said = {"pair.aim_1": "Un poste", "pair.rhythm": "MONTHLY", "pair.channel": "VIDEO"}
    does(office, actor(office, name), "write_agreement", {}, said)


@when("both sign")
def both_sign(office: Office) -> None:
    said = {"pair.confidential": True, "pair.limits": True, "pair.no_fault": True}
    for each in both(office):
        does(office, each, "sign_agreement", {}, said)
    assert (pair(office).mentee_signed_at, pair(office).mentor_signed_at) != (None, None)


@then(parsers.parse("the next date is {kind} on {on}"))
def next_date_is(office: Office, kind: str, on: str) -> None:
    assert [each.message for each in office.incidents()] == []
    with reading(office.engine) as session:
        found = pairs.following(session, session.scalars(select(Mentorship)).one())
    assert found is not None
    assert (found.kind, found.on) == (kind, day(on))


@when(parsers.parse('"{name}" moves the next date to {on}'))
def moves_date(office: Office, name: str, on: str) -> None:
    tell(office, "pair_date_changed", pair(office).id, reason="MOVE", day=day(on))


@when(parsers.parse('"{name}" pauses until {on}'))
def pauses(office: Office, name: str, on: str) -> None:
    tell(office, "pair_date_changed", pair(office).id, reason="PAUSE", day=day(on))


@then(parsers.parse('both are invited to {count:d} dates, the first with the mail "{template}"'))
def are_invited(office: Office, count: int, template: str) -> None:
    with reading(office.engine) as session:
        dates = appointments.of_calendar(session, meetings.calendar_of(pair(office)))
        guests = {each.id: set(appointments.guests(session, each.id)) for each in dates}
    assert list(guests.values()) == [{pair(office).mentee_id, pair(office).mentor_id}] * count
    sent = [str(mail.calendar) for mail in office.mails() if mail.template == template]
    assert [(f"UID:{dates[0].id}" in each, "METHOD:REQUEST" in each) for each in sent] == [(True, True)] * 2


@then(parsers.parse('the mail "{template}" calls off the next date'))
def calls_off(office: Office, template: str) -> None:
    assert [each.message for each in office.incidents()] == []
    sent = [str(mail.calendar) for mail in office.mails() if mail.template == template]
    assert ["METHOD:CANCEL" in each and "SEQUENCE:2" in each for each in sent] == [True, True]


@given(parsers.parse('the members "{mentor}" and "{mentee}" have worked together since {on}'))
def worked_together(office: Office, mentor: str, mentee: str, on: str) -> None:
    for number, name in enumerate((mentor, mentee), 1001):
        is_a_member(office, name, str(number), None)
    with transaction(office.engine) as session:
        begun = day(on)
        session.add(
            Mentorship(
                id=uuid4(), mentor_id=known(office, mentor).id, mentee_id=known(office, mentee).id, started_on=begun,
                ends_on=pairs.after_months(begun, 6), meetings=2,
            )
        )  # fmt: skip


@when("the cases of the pairs that were brought along begin")
def begin_brought(office: Office) -> None:
    for expected in (1, 0):
        with transaction(office.engine) as session:
            assert bringing.begin_cases(session, office.engine) == expected
    office.run()


@when("the next date comes")
def next_date(office: Office) -> str:
    with reading(office.engine) as session:
        found = pairs.following(session, session.scalars(select(Mentorship)).one())
    assert found is not None
    move_to(office, found.on)
    return found.kind


def next_check_in(office: Office) -> None:
    """The next check-in comes; what is asked before it is answered."""
    if next_date(office) == pairs.FIT:
        says_of_pair(office, "YES", "YES")
        next_date(office)


@when(parsers.parse("after eight weeks they say {mentee} and {mentor}"))
def says_of_pair(office: Office, mentee: str, mentor: str) -> None:
    for each, said in zip(both(office), (mentee, mentor), strict=True):
        does(office, each, "answer_fit", {}, {"pair.fit": said})


@when("the pair stands before the question after eight weeks")
def before_question(office: Office) -> None:
    """Signed on the day of the introduction, with one check-in behind it."""
    writes_first(office, "Zoe Lambert")
    both_say(office, "GO")
    writes_agreement(office, "Zoe Lambert")
    both_sign(office)
    next_date(office)
    check_in(office, 4, 4)
    next_date_is(office, pairs.FIT, "18 January 2027")


@then("the pair goes on")
def goes_on(office: Office) -> None:
    assert [each.message for each in office.incidents()] == []
    assert pair(office).state == "RUNNING"


@when(parsers.parse("the check-in is answered with {mentee:d} and {mentor:d}"))
def check_in(office: Office, mentee: int, mentor: int) -> None:
    for each, mood in zip(both(office), (mentee, mentor), strict=True):
        does(office, each, "check_in", {}, {"pair.met": 1, "pair.mood": str(mood), "pair.help": False})


@when(parsers.parse('"{name}" alone answers the check-in'))
def one_checks_in(office: Office, name: str) -> None:
    does(office, actor(office, name), "check_in", {}, {"pair.met": 1, "pair.mood": "5", "pair.help": False})


@when(parsers.re(r'"(?P<name>[^"]+)" gives (?:the|another) check-in back'))
def gives_back(office: Office, name: str) -> None:
    by = actor(office, name)
    with transaction(office.engine) as session:
        commands.release(session, office.engine, open_check_in(session, UserTask.assignee == by.id).id, by=by)


@when(parsers.parse('MENTORING answers the check-in that "{name}" gave back'))
def is_answered_for(office: Office, name: str) -> None:
    given = select(HistoryEvent.token).where(HistoryEvent.kind == "task_released")
    with transaction(office.engine) as session:
        token = session.scalars(given.where(HistoryEvent.by == actor(office, name).id)).one()
        task = open_check_in(session, UserTask.id == token)
        commands.claim(session, office.engine, task.id, by=staff("MENTORING"))
    task_done(office, staff("MENTORING"), task.id, {"pair.met": 1, "pair.mood": "3", "pair.help": False})


@when("MENTORING takes the check-in")
def is_taken(office: Office) -> None:
    with transaction(office.engine) as session:
        commands.claim(session, office.engine, open_check_in(session).id, by=staff("MENTORING"))


def open_check_in(session: Session, *which: ColumnElement[bool]) -> UserTask:
    found = select(UserTask).where(UserTask.element == "check_in", UserTask.state == "created", *which)
    return session.scalars(found).one()


@when("the check-in is missed after 50 days of silence")
def missed(office: Office) -> None:
    with transaction(office.engine) as session:
        session.execute(update(Mentorship).values(sign_on=office.clock.now().date() - timedelta(days=40)))
    office.later(timedelta(days=10, hours=1))


@when(parsers.parse('the review is answered, with goals to adjust: "{changed}"'))
def review(office: Office, changed: str) -> None:
    for each, progress, more in zip(both(office), (50, 70), ({"pair.changed": changed}, {}), strict=True):
        goes_on = "ADJUST" if more else "YES"
        does(office, each, "review_half", {}, {"pair.progress_1": progress, "pair.goes_on": goes_on, **more})


@then(parsers.parse('each reads in the mail "{template}" how far both are, and "{changed}"'))
def reads_review(office: Office, template: str, changed: str) -> None:
    assert office.incidents() == []
    found = [mail for mail in office.mails() if mail.template == template]
    assert len({mail.to_address for mail in found}) == len(found) == 2
    assert all(words in mail.text for mail in found for words in ("50 %", "70 %", "continuer", changed))


@when("the pair stands before its review")
def before_review(office: Office) -> None:
    """Three check-ins are behind it."""
    for _ in range(2):
        next_check_in(office)
        check_in(office, 4, 4)
    with transaction(office.engine) as session:
        session.execute(update(Mentorship).values(sign_on=date(2027, 2, 25)))
    next_date(office)
    check_in(office, 4, 4)


@when(parsers.parse("both close the pair: {mentee} and {mentor}"))
def both_close(office: Office, mentee: str, mentor: str) -> None:
    for each, again in zip(both(office), (mentee, mentor), strict=True):
        closes(office, each, again)


def closes(office: Office, who: Actor, again: str) -> None:
    said = {"pair.reached": "ALL", "pair.nps": 9, "pair.hours": 8, "pair.again": again}
    does(office, who, "close_pair", {}, said)


@when(parsers.parse('"{name}" alone closes the pair'))
def one_closes(office: Office, name: str) -> None:
    closes(office, actor(office, name), "NO")


@when("the last date comes")
def last_date(office: Office) -> None:
    while next_date(office) != pairs.CLOSING:
        with reading(office.engine) as session:
            query = select(UserTask.id).where(UserTask.element == "check_in", UserTask.state == "created")
            asked = session.scalars(query).all()
        if asked:
            check_in(office, 5, 5)


@when(parsers.parse("MENTORING talks to the pair and they {outcome}"))
def talks(office: Office, outcome: str) -> None:
    does(office, staff("MENTORING"), "talk_to_pair", {"talk_outcome": outcome}, {})


@when(parsers.parse("{side} stops for {reason}"))
def stops_for(office: Office, side: str, reason: str) -> None:
    tell(office, "pair_end_requested", pair(office).id, asked_by=side, reason=reason)


@when("the DPO notes what was found")
def notes_findings(office: Office) -> None:
    does(office, staff("DPO"), "hear_both", {}, {"pair.findings": "Entendus."})


@when("MENTORING decides that no other mentor is sought")
def no_other(office: Office) -> None:
    does(office, staff("MENTORING"), "talk_about_end", {}, {"pair.rematch": "false"})


@when(parsers.parse('"{name}" asks for a person'))
def asks_for_person(office: Office, name: str) -> None:
    tell(office, "pair_help_asked", pair(office).id)


@then(parsers.parse('MENTORING calls "{name}" back'))
def calls_back(office: Office, name: str) -> None:
    does(office, staff("MENTORING"), "call_back", {"called_on": office.clock.now().date()}, {})


@then(parsers.parse("the pair is {status}"))
def pair_is(office: Office, status: str) -> None:
    assert [each.message for each in office.incidents()] == []
    assert (pair(office).state, pair(office).ending) == ("ENDED", status)


@then(parsers.parse("the pair ends on {on}"))
def pair_ends(office: Office, on: str) -> None:
    assert pair(office).ends_on == day(on)


@then(parsers.parse('both have the document "{kind}"'))
def both_have(office: Office, kind: str) -> None:
    assert [each.message for each in office.incidents()] == []
    with reading(office.engine) as session:
        holders = set(session.scalars(select(IssuedDocument.person_id).where(IssuedDocument.kind == kind)))
    assert holders == {pair(office).mentee_id, pair(office).mentor_id}
