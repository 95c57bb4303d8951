"""Requests for a mentor and the rounds that answer them."""

from __future__ import annotations

from uuid import UUID, uuid4

from pytest_bdd import given, parsers, then, when
from sqlalchemy import select, update

from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.applications import known
from tests.steps.clock import day
from tests.steps.mentoring import actor, begin, does, is_a_member, tell
from tests.steps.tasks import staff
from workflows.association.mentoring import demands, proposals
from workflows.association.mentoring.demands import MentorDemand
from workflows.association.mentoring.places import MentorPlace
from workflows.association.mentoring.proposals import MatchingRound, PairProposal
from workflows.association.mentorships import Mentorship

WISH = {
    "goal_1": "Trouver un premier poste", "topic_1": "FIRST_JOB", "sector": "BANKING", "country": "FR",
    "language": "fr", "rhythm": "MONTHLY", "years_exp": 1, "employer": "École", "commitment": True,
}  # fmt: skip


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
    if circles:  # the mentee is the mentor of a mentor of both: a person has to look
        is_a_member(office, "Ines Garnier", "1009", None)
        with transaction(office.engine) as session:
            middle, last = known(office, "Ines Garnier").id, known(office, "Zoe Lambert").id
            for first in ("Camille Martin", "Noah Petit"):
                rows = ((last, middle), (middle, known(office, first).id))
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


@given(parsers.parse('"{mentor}" is the mentor of "{mentee}" today'))
def is_the_mentor(office: Office, mentor: str, mentee: str) -> None:
    begun = office.clock.now().date()
    with transaction(office.engine) as session:
        pair = {"mentor_id": known(office, mentor).id, "mentee_id": known(office, mentee).id}
        session.add(
            Mentorship(
                id=uuid4(), started_on=begun, ends_on=begun, demand_id=uuid4(), proposal_id=uuid4(), **pair
            )
        )  # fmt: skip


@given(parsers.parse('"{mentor}" accompanies "{mentee}", brought along by an import'))
def brought_along(office: Office, mentor: str, mentee: str) -> None:
    begun = office.clock.now().date()
    with transaction(office.engine) as session:
        pair = {"mentor_id": known(office, mentor).id, "mentee_id": known(office, mentee).id}
        session.add(Mentorship(id=uuid4(), started_on=begun, ends_on=begun, **pair))


@then("the place of one mentor is taken")
def one_place(office: Office) -> None:
    assert len(holders(office)) == 1


@then(parsers.parse('the place of "{name}" alone is taken'))
def place_of(office: Office, name: str) -> None:
    assert holders(office) == [known(office, name).id]


@then("both mentors have their place taken, once")
def both_places(office: Office) -> None:
    assert sorted(holders(office)) == sorted(known(office, each).id for each in ("Camille Martin", "Noah Petit"))


@then(parsers.re(r'"(?P<name>[^"]+)" has (?P<what>a|no) place kept, and (waits since|asked on) (?P<on>.+)$'))
def has_place(office: Office, name: str, what: str, on: str) -> None:
    assert [each.message for each in office.incidents()] == []
    with reading(office.engine) as session:
        query = select(MentorDemand).where(MentorDemand.person_id == known(office, name).id)
        demand = session.scalars(query).one()
        kept = select(MentorPlace).join(PairProposal, PairProposal.id == MentorPlace.proposal_id)
        has = session.scalars(kept.where(PairProposal.demand_id == demand.id)).all()
    assert (len(has), demand.asked_on) == (1 if what == "a" else 0, day(on))


def holders(office: Office) -> list[UUID]:
    assert [each.message for each in office.incidents()] == []
    with reading(office.engine) as session:
        return [each.person_id for each in session.scalars(select(MentorPlace))]


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
