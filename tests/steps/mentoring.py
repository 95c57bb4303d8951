"""Mentors, requests, rounds and pairs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

from pytest_bdd import given, parsers, then, when
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.calendar import PARIS
from engine.completion import TaskContext
from engine.models import UserTask
from engine.starting import StartContext
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.applications import known
from tests.steps.clock import day
from tests.steps.pledges import cases, ended_at
from tests.steps.tasks import staff
from workflows.association import record_set
from workflows.association.contacts import email_row
from workflows.association.issued_documents import IssuedDocument
from workflows.association.memberships import Membership
from workflows.association.mentoring import demands, mentors, pairs, places, proposals
from workflows.association.mentoring.demands import MentorDemand
from workflows.association.mentoring.mentors import MentorProfile
from workflows.association.mentoring.places import MentorPlace
from workflows.association.mentoring.proposals import MatchingRound, PairProposal
from workflows.association.mentorships import Mentorship
from workflows.association.people import Person, searchable

OFFER = {
    "sector": "BANKING", "functions": ["DATA"], "topics": ["FIRST_JOB", "NETWORK"], "languages": ["fr", "en"],
    "capacity": "1", "rhythm": "MONTHLY", "track": "BOTH", "country": "FR", "employer": "Banque", "charter": True,
}  # fmt: skip
WISH = {
    "goal_1": "Trouver un premier poste", "topic_1": "FIRST_JOB", "sector": "BANKING", "country": "FR",
    "language": "fr", "rhythm": "MONTHLY", "years_exp": 1, "employer": "École", "commitment": True,
}  # fmt: skip


def actor(office: Office, name: str) -> Actor:
    return Actor(f"person:{known(office, name).id}", name)


@given(parsers.re(r'the member "(?P<name>[^"]+)" of number (?P<number>\d+)(?P<lapsed> has lapsed)?$'))
def is_a_member(office: Office, name: str, number: str, lapsed: str | None) -> None:
    first, last = name.split()
    now = office.clock.now()
    person = Person(
        id=uuid4(), first_names=first, birth_name=last, birth_date=date(1990, 3, 4),
        search_name=searchable(first, last, None),
    )  # fmt: skip
    person.emails.append(email_row(person.id, f"{first}.{last}@boite.example".lower(), verified_at=now))
    with transaction(office.engine) as session:
        session.add(person)
        session.flush()
        session.add(
            Membership(
                id=uuid4(), person_id=person.id, member_no=number, category="GRADUATE", statutory_status="MEMBER",
                service_entitlement="LAPSED" if lapsed else "CURRENT", join_date=date(2020, 9, 1),
                start_date=date(2026, 9, 1), end_date=date(2030, 8, 31), changed_at=now,
            )
        )  # fmt: skip


def does(
    office: Office, by: Actor, element: str, variables: Mapping[str, object], records: Mapping[str, object]
) -> None:
    """Completes the open task of this element that is this person's, in whichever case."""

    def write(session: Session, context: TaskContext) -> Mapping[str, object]:
        return record_set().write(session, context.variables, records, now=context.now, by=context.by.id)

    assert [each.message for each in office.incidents()] == []
    with transaction(office.engine) as session:
        query = select(UserTask).where(UserTask.element == element, UserTask.state == "created")
        query = query.where(UserTask.role.in_(by.roles) if by.roles else UserTask.assignee == by.id)
        task = session.scalars(query).one()
        office.instance_id = task.instance_id
        commands.complete(session, office.engine, task.id, variables, by=by, write=write)
    office.run()


def begin(office: Office, process: str, by: Actor, records: Mapping[str, object], **variables: object) -> None:
    def write(session: Session, context: StartContext) -> Mapping[str, object]:
        return record_set().write(session, variables, records, now=context.now, by=context.by.id)

    with transaction(office.engine) as session:
        started = commands.start(session, office.engine, process, variables, by=by, write=write)
    office.instance_id = started.instance_id
    office.run()


def tell(office: Office, name: str, key: object, **variables: object) -> None:
    with transaction(office.engine) as session:
        commands.correlate_message(session, office.engine, name, str(key), variables, source="test", by=SYSTEM)
    office.run()


def move_to(office: Office, on: date) -> None:
    """Nothing is due in between."""
    office.clock.set(max(office.clock.now(), datetime.combine(on, time(12), PARIS)))
    office.run()


# mentors


@when(parsers.parse('"{name}" offers to mentor, with {years:d} years of experience'))
def offers(office: Office, name: str, years: int) -> None:
    said = {f"mentor.{key}": value for key, value in {**OFFER, "years_exp": years}.items()}
    begin(office, "mentor_registration", actor(office, name), said, person_id=str(known(office, name).id))


@when(parsers.parse('"{name}" attends the training'))
def attends(office: Office, name: str) -> None:
    on = office.clock.now().date()
    does(office, actor(office, name), "attend_training", {}, {"mentor.trained_on": on})


@then(parsers.parse('the places of "{name}" are {state}'))
def places_are(office: Office, name: str, state: str) -> None:
    assert [each.message for each in office.incidents()] == []
    with reading(office.engine) as session:
        mentor = mentors.of(session, known(office, name).id)
    assert mentor is not None
    assert mentor.state == state


@when("the day of the next training comes")
def next_training(office: Office) -> None:
    move_to(office, pairs.after_months(office.clock.now().date(), 24) + timedelta(days=1))


@when(parsers.parse('"{name}" withdraws as a mentor'))
def withdraws(office: Office, name: str) -> None:
    tell(office, "mentor_withdrew", known(office, name).id)


@when(parsers.parse('"{name}" dies'))
def dies(office: Office, name: str) -> None:
    tell(office, "member_deceased", known(office, name).id)


@when(parsers.parse('"{name}" renews the membership'))
def renews(office: Office, name: str) -> None:
    with transaction(office.engine) as session:
        session.execute(update(Membership).values(service_entitlement="CURRENT"))
    tell(office, "membership_activated", known(office, name).id)


@when("the time to renew passes")
def time_to_renew(office: Office) -> None:
    office.later(timedelta(days=1))
    move_to(office, office.clock.now().date() + timedelta(days=61))


@when(parsers.re(r'MENTORING decides (?P<decision>\w+) about the mentor(, because "(?P<reason>.+)")?$'))
def decides_mentor(office: Office, decision: str, reason: str | None) -> None:
    said = {"mentor.reason": reason} if reason else {}
    does(office, staff("MENTORING"), "review_mentor", {"mentor_decision": decision}, said)


@given(parsers.parse('the mentors "{one}" and "{other}"'))
def are_mentors(office: Office, one: str, other: str) -> None:
    for number, name in enumerate((one, other), 1001):
        is_a_member(office, name, str(number), None)
        with transaction(office.engine) as session:
            said = {key: value for key, value in OFFER.items() if isinstance(value, str)} | {
                "functions": "DATA", "topics": "FIRST_JOB NETWORK", "languages": "fr en", "capacity": 1,
            }  # fmt: skip
            session.add(
                MentorProfile(
                    id=uuid4(), person_id=known(office, name).id, years_exp=10, state=mentors.ACTIVE,
                    charter_on=date(2026, 1, 5), trained_on=date(2026, 1, 5), registered_at=office.clock.now(), **said,
                )
            )  # fmt: skip


# requests and rounds


@when(parsers.parse('"{name}" asks for a mentor'))
def asks(office: Office, name: str) -> None:
    said = {f"mentee.{key}": value for key, value in WISH.items()}
    begin(office, "mentorship_application", actor(office, name), said, person_id=str(known(office, name).id))


@when(parsers.re(r'MENTORING decides (?P<decision>\w+) about the request(, because "(?P<reason>.+)")?$'))
def decides_request(office: Office, decision: str, reason: str | None) -> None:
    said = {"mentee.reason": reason} if reason else {}
    does(office, staff("MENTORING"), "review_demand", {"demand_decision": decision}, said)


@when(parsers.parse('"{name}" withdraws the request'))
def withdraws_request(office: Office, name: str) -> None:
    tell(office, "demand_withdrawn", request(office).id)


def request(office: Office) -> MentorDemand:
    with reading(office.engine) as session:
        return session.scalars(select(MentorDemand)).one()


@when(parsers.re(r"MENTORING runs a round for (?P<wave>\w+)(?P<circles> between circles)?$"))
def runs_a_round(office: Office, wave: str, circles: str | None) -> None:
    if circles:  # the mentee is tied to both by a third person: a person has to look
        is_a_member(office, "Ines Garnier", "1009", None)
        with transaction(office.engine) as session:
            middle, last = known(office, "Ines Garnier").id, known(office, "Zoe Lambert").id
            for first in ("Camille Martin", "Noah Petit"):
                rows = ((known(office, first).id, middle), (middle, last))
                for mentor, mentee in rows:
                    exists = select(Mentorship.id).where(Mentorship.mentor_id == mentor, Mentorship.mentee_id == mentee)
                    if session.scalar(exists) is None:
                        begun = office.clock.now().date()
                        session.add(
                            Mentorship(
                                id=uuid4(), mentor_id=mentor, mentee_id=mentee, started_on=begun, ends_on=begun,
                                demand_id=uuid4(), proposal_id=uuid4(),
                            )
                        )  # fmt: skip
                        session.flush()
    begin(office, "mentorship_matching_round", staff("MENTORING"), {}, wave=wave)


@when("a round runs and is sent")
def runs_and_is_sent(office: Office) -> None:
    runs_a_round(office, "ROLLING", None)
    assert [each.message for each in office.incidents()] == []


@when(parsers.parse("MENTORING sets the first choice aside and says {decision}"))
def sets_aside(office: Office, decision: str) -> None:
    with transaction(office.engine) as session:
        first = session.scalars(select(PairProposal).where(PairProposal.rank == 0)).one()
        first.state = proposals.LEFT
    does(office, staff("MENTORING"), "review_round", {"round_decision": decision}, {})


@then("the round has another first choice, and the same seed")
def another_choice(office: Office) -> None:
    assert [each.message for each in office.incidents()] == []
    with reading(office.engine) as session:
        [round_] = session.scalars(select(MatchingRound).where(MatchingRound.runs == 2))
        rows = proposals.of_round(session, round_.id)
    assert round_.seed == round_.key
    [left], [chosen] = ([each for each in rows if each.state == state] for state in (proposals.LEFT, proposals.DRAFT))
    assert left.mentor_id != chosen.mentor_id
    assert chosen.circle


@when(parsers.parse("MENTORING says {decision} of the round"))
def says_of_round(office: Office, decision: str) -> None:
    does(office, staff("MENTORING"), "review_round", {"round_decision": decision}, {})


@when(parsers.parse('"{name}" answers {answer} to the proposal'))
def answers_proposal(office: Office, name: str, answer: str) -> None:
    does(office, actor(office, name), "answer_proposal", {"mentee_answer": answer}, {"proposal.words": "Merci"})


@then("the place of one mentor is taken")
def one_place(office: Office) -> None:
    assert [each.message for each in office.incidents()] == []
    with reading(office.engine) as session:
        assert len(session.scalars(select(MentorPlace)).all()) == 1


@then("no place is taken")
@then("the place of the mentor is free")
def no_place(office: Office) -> None:
    assert [each.message for each in office.incidents()] == []
    with reading(office.engine) as session:
        assert session.scalars(select(MentorPlace)).all() == []


@then(parsers.parse("the request waits since {on}"))
def request_waits(office: Office, on: str) -> None:
    assert [each.message for each in office.incidents()] == []
    assert (request(office).state, request(office).asked_on) == (demands.OPEN, day(on))


@when(parsers.parse("MENTORING finds the mentor {number} for the request"))
def finds(office: Office, number: str) -> None:
    with transaction(office.engine) as session:  # whoever let it pass may be asked again by a person
        session.execute(update(MentorDemand).values(words=""))
    said = {"proposal.mentor_no": number}
    does(office, staff("MENTORING"), "search_by_hand", {"search_outcome": "FOUND"}, said)


@when(parsers.parse("MENTORING decides {outcome} for the request"))
def decides_for(office: Office, outcome: str) -> None:
    does(office, staff("MENTORING"), "search_by_hand", {"search_outcome": outcome}, {})


# pairs


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


@when("the next date comes")
def next_date(office: Office) -> None:
    with reading(office.engine) as session:
        found = pairs.following(session, session.scalars(select(Mentorship)).one())
    assert found is not None
    move_to(office, found.on)


@when(parsers.parse("the check-in is answered with {mentee:d} and {mentor:d}"))
def check_in(office: Office, mentee: int, mentor: int) -> None:
    for each, mood in zip(both(office), (mentee, mentor), strict=True):
        does(office, each, "check_in", {}, {"pair.met": 1, "pair.mood": str(mood), "pair.help": False})


@when("the check-in is missed after 50 days of silence")
def missed(office: Office) -> None:
    with transaction(office.engine) as session:
        session.execute(update(Mentorship).values(sign_on=office.clock.now().date() - timedelta(days=43)))
    office.later(timedelta(days=7, hours=1))


@when("the review is answered")
def review(office: Office) -> None:
    for each in both(office):
        does(office, each, "review_half", {}, {"pair.progress_1": 50, "pair.goes_on": "YES"})


@when("the pair stands before its review")
def before_review(office: Office) -> None:
    """Three check-ins are behind it."""
    for _ in range(2):
        next_date(office)
        check_in(office, 4, 4)
    with transaction(office.engine) as session:
        session.execute(update(Mentorship).values(sign_on=date(2027, 2, 25)))
    next_date(office)
    check_in(office, 4, 4)


@when(parsers.parse("both close the pair: {mentee} and {mentor}"))
def both_close(office: Office, mentee: str, mentor: str) -> None:
    for each, again in zip(both(office), (mentee, mentor), strict=True):
        said = {"pair.reached": "ALL", "pair.nps": 9, "pair.hours": 8, "pair.again": again}
        does(office, each, "close_pair", {}, said)


@when("the last date comes")
def last_date(office: Office) -> None:
    for _ in range(2):
        next_date(office)
        check_in(office, 5, 5)
    next_date(office)


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


# mails and ends


def written(office: Office, template: str) -> list[UUID | None]:
    assert [each.message for each in office.incidents()] == []
    return [mail.person_id for mail in office.mails() if mail.template == template]


@then(parsers.parse('the mail "{template}" reached "{name}"'))
def received(office: Office, name: str, template: str) -> None:
    assert known(office, name).id in written(office, template)


@then(parsers.parse('both received the mail "{template}"'))
def both_received(office: Office, template: str) -> None:
    assert {pair(office).mentee_id, pair(office).mentor_id} <= set(written(office, template))


@then(parsers.parse('one mentor received the mail "{template}"'))
def one_received(office: Office, template: str) -> None:
    assert len(written(office, template)) == 1


@then(parsers.parse('no mail "{template}" was sent'))
def not_sent(office: Office, template: str) -> None:
    assert written(office, template) == []


@then(parsers.parse('the mail "{template}" has the words "{words}"'))
def says(office: Office, template: str, words: str) -> None:
    assert any(words in mail.text for mail in office.mails() if mail.template == template)


@then(parsers.parse('the mail "{template}" does not name "{one}" or "{other}"'))
def names_nobody(office: Office, template: str, one: str, other: str) -> None:
    [text] = [mail.text for mail in office.mails() if mail.template == template]
    assert one not in text
    assert other not in text


@then(parsers.parse('the case of "{process}" has ended at "{element}"'))
def case_of_ended(office: Office, process: str, element: str) -> None:
    assert cases(office, process)
    ended_at(office, process, element)


@then(parsers.parse('the pair\'s case has ended at "{element}"'))
def pairs_case_ended(office: Office, element: str) -> None:
    ended_at(office, "mentorship", element)
