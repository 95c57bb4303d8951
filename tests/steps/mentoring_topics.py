"""What a pair tells the coordination: an offer, a third person; a student who graduates; a machine that stops."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from pytest_bdd import given, parsers, then, when
from sqlalchemy import delete, select, update

from engine.bpmn import Case
from engine.definitions import definition
from engine.engine import Engine
from engine.errors import Invalid
from engine.models import ProcessInstance, UserTask
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.applications import known
from tests.steps.mentoring import actor, does, tell
from tests.steps.mentoring_mails import written
from tests.steps.tasks import staff
from webapp.mentoring import page
from workflows.association.mentoring import demands, indicators, lists, mentors, pairs, proposals
from workflows.association.mentoring.demands import MentorDemand
from workflows.association.mentoring.mentors import MentoringAvoidance, MentorProfile
from workflows.association.mentoring.pair_record import TOPICS
from workflows.association.mentoring.places import MentorPlace
from workflows.association.mentoring.proposals import HELD, PairProposal
from workflows.association.mentorships import Mentorship
from workflows.association.record_set import record_set
from workflows.association.registry import registry


def pair_of(office: Office, name: str) -> Mentorship:
    """The pair in which somebody is the mentee."""
    assert [each.message for each in office.incidents()] == []
    with reading(office.engine) as session:
        return session.scalars(select(Mentorship).where(Mentorship.mentee_id == known(office, name).id)).one()


@when(parsers.parse('"{name}" tells the coordination of {topic}'))
def tells_of(office: Office, name: str, topic: str) -> None:
    person = known(office, name).id
    with reading(office.engine) as session:
        [pair] = pairs.live_of(session, person)
    side = pairs.MENTOR if pair.mentor_id == person else pairs.MENTEE
    tell(office, "pair_help_asked", pair.id, asked_by=side, reason=topic)


@then("the offer is on record since today, and the board shows it")
def offer_is_known(office: Office) -> None:
    assert [each.message for each in office.incidents()] == []
    today = office.clock.now().date()
    with reading(office.engine) as session:
        pair = session.scalars(select(Mentorship)).one()
        [row] = page.board(session, office.clock.now())
    assert (pair.offer_on, row.offer_on) == (today, today)


@then(parsers.parse('the coordination has a task of "{name}" about {topic}, and one of "{other}" about {second}'))
def has_tasks(office: Office, name: str, topic: str, other: str, second: str) -> None:
    with reading(office.engine) as session:
        tasks = session.scalars(select(UserTask).where(UserTask.element == "call_back")).all()
        row = session.get_one(ProcessInstance, tasks[0].instance_id)
        case = Case.load(definition(session, office.engine, row.definition_id).spec, row.state)
        told = [case.visible(each.id) for each in tasks]
        shown = [
            record_set().read(session, each, ["pair.asker", "pair.topic_words"], now=office.clock.now())
            for each in told
        ]
    expected = {(who, TOPICS[each][0]) for who, each in ((name, topic), (other, second))}
    assert {(each["pair.asker"], each["pair.topic_words"]) for each in shown} == expected


@then("MENTORING calls the pair back")
def calls_pair_back(office: Office) -> None:
    does(office, staff("MENTORING"), "call_back", {"called_on": office.clock.now().date()}, {})


@then("the pair goes on as it was")
def went_on(office: Office) -> None:
    assert pair_of(office, "Zoe Lambert").state == "FIRST_CONTACT"
    assert "write_first" in {each.element for each in office.open_tasks().values()}


@given(parsers.parse('"{name}" takes {count:d} people'))
@when(parsers.parse('"{name}" takes {count:d} people'))
def takes(office: Office, name: str, count: int) -> None:
    with transaction(office.engine) as session:
        session.execute(
            update(MentorProfile).where(MentorProfile.person_id == known(office, name).id).values(capacity=count)
        )


@when(parsers.parse("MENTORING names {number:d} as the third"))
def names_third(office: Office, number: int) -> None:
    said = {"called_on": office.clock.now().date()}
    does(office, staff("MENTORING"), "call_back", said, {"pair.third_no": str(number)})


@then(parsers.parse('"{name}" is asked whether she wishes to be three, and nothing is proposed yet'))
def is_asked(office: Office, name: str) -> None:
    assert written(office, "pair_third") == [known(office, name).id]
    assert not_proposed(office)
    task = open_task(office, "accept_third")
    assert task.assignee == actor(office, name).id
    assert task.due_at == task.created_at + timedelta(days=5), "until when silence is no answer"
    shown = shown_of(office, task, ["pair.mentor", "pair.third_card"])
    assert shown["pair.mentor"] == "Camille Martin" and "Girard" not in str(shown["pair.third_card"])
    assert "ans d’expérience" in str(shown["pair.third_card"])


@when(parsers.re(r'"(?P<name>[^"]+)" says (?P<answer>YES|NO) to being three'))
def says_of_three(office: Office, name: str, answer: str) -> None:
    does(office, actor(office, name), "accept_third", {"third_answer": answer}, {})


@then(parsers.parse('MENTORING reads "{words}", and nothing is proposed yet'))
def reads_of_third(office: Office, words: str) -> None:
    assert [each.message for each in office.incidents()] == []
    assert not_proposed(office)
    assert "accept_third" not in {each.element for each in office.open_tasks().values()}
    shown = shown_of(office, open_task(office, "call_back"), ["pair.third_words"])
    assert words in str(shown["pair.third_words"])


@then(parsers.parse('MENTORING reads "{words}" of the third person, and no place is held'))
def reads_and_none_is_held(office: Office, words: str) -> None:
    shown = shown_of(office, open_task(office, "call_back"), ["pair.third_words"])
    assert words in str(shown["pair.third_words"])
    with reading(office.engine) as session:
        assert session.scalars(select(MentorPlace)).all() == []
        assert session.scalars(select(PairProposal).where(PairProposal.beside_id.is_not(None))).all() == []


@when(parsers.parse('"{name}" would meet anybody'))
def meets_anybody(office: Office, name: str) -> None:
    with transaction(office.engine) as session:
        mine = MentoringAvoidance.person_id == known(office, name).id
        session.execute(delete(MentoringAvoidance).where(mine))


def not_proposed(office: Office) -> bool:
    """Whether no place is held for a third person, and the request waits as it did."""
    with reading(office.engine) as session:
        held = session.scalars(select(PairProposal).where(PairProposal.beside_id.is_not(None))).all()
        states = session.scalars(select(MentorDemand.state)).all()
    return not held and sorted(states) == [demands.OPEN, demands.PAIRED]


def open_task(office: Office, element: str) -> UserTask:
    with reading(office.engine) as session:
        query = select(UserTask).where(UserTask.element == element, UserTask.state == "created")
        return session.scalars(query).one()


def shown_of(office: Office, task: UserTask, fields: list[str]) -> dict[str, object]:
    """What the form of a task shows."""
    with reading(office.engine) as session:
        row = session.get_one(ProcessInstance, task.instance_id)
        case = Case.load(definition(session, office.engine, row.definition_id).spec, row.state)
        return record_set().read(session, case.visible(task.id), fields, now=office.clock.now())


@then(parsers.parse('MENTORING may not name {number:d} as the third: "{code}"'))
def may_not_name(office: Office, number: int, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        names_third(office, number)
    assert (refused.value.code, refused.value.params["field"]) == (code, "third_no")


@when(parsers.parse('"{name}" works in the team of "{other}"'))
def colleague(office: Office, name: str, other: str) -> None:
    work = {"employer": "Banque du Nord", "team": "Risques"}
    whose = MentorProfile.person_id == known(office, other).id
    with transaction(office.engine) as session:
        session.execute(update(MentorProfile).where(whose).values(work))
        session.execute(update(MentorDemand).where(MentorDemand.person_id == known(office, name).id).values(work))


@when(parsers.parse('"{name}" works elsewhere'))
def works_elsewhere(office: Office, name: str) -> None:
    with transaction(office.engine) as session:
        whose = MentorDemand.person_id == known(office, name).id
        session.execute(update(MentorDemand).where(whose).values(employer="Atelier"))


@when(parsers.parse('the request of "{name}" is in "{languages}" alone'))
def speaks(office: Office, name: str, languages: str) -> None:
    with transaction(office.engine) as session:
        whose = MentorDemand.person_id == known(office, name).id
        session.execute(update(MentorDemand).where(whose).values(languages=languages))


@when(parsers.parse('"{name}" mentors {track}'))
def is_on_track(office: Office, name: str, track: str) -> None:
    with transaction(office.engine) as session:
        whose = MentorProfile.person_id == known(office, name).id
        session.execute(update(MentorProfile).where(whose).values(track=track))


@then(parsers.parse('the proposal to "{name}" bears no answer of the one before, and that one keeps its own'))
def is_unanswered(office: Office, name: str) -> None:
    with reading(office.engine) as session:
        demand = session.scalars(select(MentorDemand).where(MentorDemand.person_id == known(office, name).id)).one()
        held = proposals.held(session, demand.id)
        refused = lists.refused(session)
    assert held is not None and (held.said, held.answered_at) == ("", None)
    assert (held.mentor_id, demand.id) in refused, "a later round does not propose whom she refused"


@when(parsers.parse('"{name}" would rather not meet "{other}"'))
def avoids(office: Office, name: str, other: str) -> None:
    one, two = known(office, name).id, known(office, other).id
    with transaction(office.engine) as session:
        session.add(MentoringAvoidance(person_id=one, avoided_id=two, noted_on=office.clock.now().date()))


@when(parsers.parse('"{name}" says YES, and "{mentor}" too'))
def both_say_yes(office: Office, name: str, mentor: str) -> None:
    does(office, actor(office, name), "answer_proposal", {"mentee_answer": "YES"}, {"proposal.words": "Volontiers"})
    does(office, actor(office, mentor), "answer_mentee", {"mentor_answer": "YES"}, {})


@then(parsers.parse('{count:d} people received the mail "{template}" that names all three'))
def all_are_introduced(office: Office, count: int, template: str) -> None:
    assert [each.message for each in office.incidents()] == []
    names = ("Camille Martin", "Zoe Lambert", "Paul Girard")
    told = [
        mail.person_id for mail in office.mails()
        if mail.template == template and "Vous êtes 3" in mail.text and all(each in mail.text for each in names)
    ]  # fmt: skip
    assert sorted(told, key=str) == sorted((known(office, each).id for each in names), key=str)
    assert len(told) == count


@then(parsers.parse('"{name}" has two pairs beside each other, and no place left'))
def has_two(office: Office, name: str) -> None:
    first, second = pair_of(office, "Zoe Lambert"), pair_of(office, "Paul Girard")
    assert (second.mentor_id, second.beside_id) == (known(office, name).id, first.id)
    with reading(office.engine) as session:
        assert [each.id for each in pairs.beside(session, first)] == [second.id]
        assert len(session.scalars(select(MentorPlace)).all()) == 2


@given(parsers.parse('"{name}" asked as a student'))
def asked_as_student(office: Office, name: str) -> None:
    with transaction(office.engine) as session:
        session.execute(update(MentorDemand).values(student=True))
    assert track_of(office, name) == indicators.STUDENTS


@when(parsers.parse('"{name}" graduates'))
def graduates(office: Office, name: str) -> None:
    with transaction(office.engine) as session:
        demands.graduated(session, known(office, name).id)


@then(parsers.parse('the pair of "{name}" runs, and counts among {track}'))
def counts_among(office: Office, name: str, track: str) -> None:
    assert pair_of(office, name).state in ("FIRST_CONTACT", "RUNNING")
    assert track_of(office, name) == track


def track_of(office: Office, name: str) -> str:
    pair = pair_of(office, name)
    with reading(office.engine) as session:
        return indicators.track(pair, {each.id: each for each in session.scalars(select(MentorDemand))})


@when("the machine stops before what follows has run, and starts again")
def restarts(office: Office) -> None:
    """Everything in memory is gone: cases, definitions, connections. What was promised is in the database alone."""
    running = office.engine
    url, settings = running.database.url.render_as_string(hide_password=False), running.settings
    running.close()
    office.engine = Engine.open(url, clock=office.clock, registry=registry(office.association), settings=settings)
    office.run()


def mentor_of(office: Office, name: str) -> UUID:
    with reading(office.engine) as session:
        held = select(PairProposal.mentor_id).join(MentorDemand, MentorDemand.id == PairProposal.demand_id)
        return session.scalars(
            held.where(MentorDemand.person_id == known(office, name).id, PairProposal.state == HELD)
        ).one()


@when(parsers.parse('the mentor of "{name}" says YES, and the machine stops once more'))
def mentor_says_yes(office: Office, name: str) -> None:
    with reading(office.engine) as session:
        profile = mentors.of(session, mentor_of(office, name))
    assert profile is not None
    mentor = next(each for each in ("Camille Martin", "Noah Petit") if known(office, each).id == profile.person_id)
    does(office, actor(office, mentor), "answer_mentee", {"mentor_answer": "YES"}, {}, stops=True)
    restarts(office)


@when(parsers.parse('"{name}" answers YES while the machine stops'))
def answers_and_stops(office: Office, name: str) -> None:
    said = {"mentee_answer": "YES"}
    does(office, actor(office, name), "answer_proposal", said, {"proposal.words": "Merci"}, stops=True)


@then(parsers.parse('there is one pair, and the mail "{template}" reached each of the two once'))
def one_pair(office: Office, template: str) -> None:
    pair = pair_of(office, "Zoe Lambert")
    with reading(office.engine) as session:
        assert len(session.scalars(select(Mentorship)).all()) == 1
    assert sorted(written(office, template), key=str) == sorted((pair.mentee_id, pair.mentor_id), key=str)
