"""Places of mentors, reached for by several at one instant on PostgreSQL: one has the last one. Domain §P3.12.2."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from engine.clock import VirtualClock
from engine.engine import Engine
from engine.registry import ServiceWork
from engine.transaction import reading, transaction
from tests.fixtures.office import NOON
from tests.fixtures.staff import add_person
from tests.postgres import PostgresServer
from tests.steps.mentor_requests import WISH
from tests.steps.mentoring import OFFER
from workflows.association.memberships import Membership
from workflows.association.mentoring import by_hand, demands, mentors, places, proposal_work, proposals, rounds
from workflows.association.mentoring.demands import MentorDemand
from workflows.association.mentoring.mentors import MentorProfile
from workflows.association.mentoring.places import MentorPlace
from workflows.association.mentoring.proposals import MatchingRound, PairProposal
from workflows.association.mentoring.rounds import MentorLocked
from workflows.association.registry import registry
from workflows.association.settings import Association

RIVALS = 6
NOE = "4711"
WAITS = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


@pytest.fixture
def engine(postgres_server: PostgresServer, migrated_postgres: str) -> Iterator[Engine]:
    url = postgres_server.create_database(f"last_place_{uuid4().hex[:8]}", template=migrated_postgres)
    with Engine.open(url, clock=VirtualClock(NOON), registry=registry(Association())) as opened:
        yield opened


def offers(engine: Engine, first_names: str, name: str) -> UUID:
    """Somebody is a mentor, for one person."""
    mentor = add_person(engine, first_names, name)
    said = {key: value for key, value in OFFER.items() if isinstance(value, str)} | {
        "functions": "DATA", "topics": "FIRST_JOB", "languages": "fr", "capacity": 1,
    }  # fmt: skip
    with transaction(engine) as session:
        session.add(
            MentorProfile(
                id=uuid4(), person_id=mentor.id, years_exp=10, state=mentors.ACTIVE, charter_on=NOON.date(),
                trained_on=NOON.date(), registered_at=NOON, **said,
            )
        )  # fmt: skip
    return mentor.id


def rivals(engine: Engine) -> list[UUID]:
    """As many proposals of one mentor, who takes one person."""
    mentor_id = offers(engine, "Camille", "Martin")
    made = []
    asking = [add_person(engine, f"Zoe{number}", "Lambert") for number in range(RIVALS)]
    with transaction(engine) as session:
        round_ = MatchingRound(id=uuid4(), key="r", wave=proposals.ROLLING, seed="r", computed_at=NOON)
        session.add(round_)
        session.flush()
        for person in asking:
            demand = MentorDemand(
                id=uuid4(), person_id=person.id, goals=WISH["goal_1"], topics="FIRST_JOB", languages="fr",
                rhythm="MONTHLY", years_exp=1, asked_on=NOON.date(),
            )  # fmt: skip
            session.add(demand)
            session.flush()
            proposal = PairProposal(
                id=uuid4(), round_id=round_.id, demand_id=demand.id, mentor_id=mentor_id, score=80, rank=0
            )
            session.add(proposal)
            made.append(proposal.id)
    return made


@pytest.mark.postgresql
def test_the_last_place_goes_to_one_of_those_who_reach_for_it(engine: Engine) -> None:
    wanted, together = rivals(engine), Barrier(RIVALS)

    def reach(proposal_id: UUID) -> bool:
        with transaction(engine) as session:
            profile = session.scalars(select(MentorProfile)).one()
            together.wait(timeout=20)
            return places.reserve(session, profile, proposal_id, NOON, NOON.date())

    with ThreadPoolExecutor(RIVALS) as crowd:
        had = list(crowd.map(reach, wanted))
    assert sorted(had) == [False] * (RIVALS - 1) + [True]
    with reading(engine) as session:
        assert session.scalars(select(MentorPlace.proposal_id)).all() == [wanted[had.index(True)]]


@pytest.mark.postgresql
def test_pairs_that_are_locked_at_one_instant_are_no_more_than_there_are_places(engine: Engine) -> None:
    wanted, together = rivals(engine), Barrier(RIVALS)

    def lock(proposal_id: UUID) -> bool:
        with transaction(engine) as session:
            proposal = session.get_one(PairProposal, proposal_id)
            together.wait(timeout=20)
            round_ = rounds.alone(session, proposal.round_id)
            assert round_ is not None
            try:
                rounds.lock(session, round_, proposal, NOON.date(), locked=True)
            except MentorLocked:
                return False
            return True

    with ThreadPoolExecutor(RIVALS) as crowd:
        assert sorted(crowd.map(lock, wanted)) == [False] * (RIVALS - 1) + [True]


def leave(engine: Engine, session: Session) -> object:
    """The round leaves, after a person looked at it."""
    (round_,) = session.scalars(select(MatchingRound).where(MatchingRound.key == "r"))
    known = {"round_id": str(round_.id), "round_decision": "SEND"}
    work = ServiceWork(engine, session, uuid4(), "mentorship_matching_round", "x", uuid4(), known, {}, NOON)
    return proposal_work.reserve(work)["reserved"]


def name(session: Session, demand_id: UUID) -> None:
    """Somebody of the coordination names the other mentor for a request."""
    by_hand.propose(session, session.get_one(MentorDemand, demand_id), NOE, NOON)


def waits_for_the_other(engine: Engine) -> bool:
    with reading(engine) as looking:
        return bool(looking.scalar(WAITS))


@pytest.mark.postgresql
@pytest.mark.parametrize("round_first", [True, False])
def test_by_hand_and_by_a_round_at_one_instant_hold_one_proposal_of_a_request(
    engine: Engine, round_first: bool
) -> None:
    wanted = rivals(engine)
    other_id = offers(engine, "Noé", "Petit")
    with transaction(engine) as session:
        session.add(
            Membership(
                person_id=other_id, member_no=NOE, category="MEMBER", statutory_status="IN_FORCE",
                service_entitlement="OPEN", join_date=NOON.date(), start_date=NOON.date(), end_date=NOON.date(),
                changed_at=NOON,
            )
        )  # fmt: skip
    with reading(engine) as session:
        demand_id = session.get_one(PairProposal, wanted[0]).demand_id

    def act(session: Session, by_round: bool) -> object:
        return leave(engine, session) if by_round else name(session, demand_id)

    def second() -> object:
        with transaction(engine) as session:
            session.get_one(MentorDemand, demand_id)  # read before, as a page and a case have
            return act(session, not round_first)

    with transaction(engine) as session:
        session.execute(delete(PairProposal).where(PairProposal.id != wanted[0]))
    with ThreadPoolExecutor(1) as other:
        with transaction(engine) as session:
            act(session, round_first)
            session.flush()
            late = other.submit(second)
            while not waits_for_the_other(engine) and not late.done():
                Event().wait(0.01)
        assert late.result(timeout=20) == (None if round_first else [])
    with reading(engine) as session:
        held = session.scalars(select(PairProposal).where(PairProposal.state == proposals.HELD)).all()
        assert [(each.demand_id, each.locked) for each in held] == [(demand_id, True)], "the one made by hand"
        assert session.scalars(select(MentorPlace.proposal_id)).all() == [held[0].id]
        assert session.get_one(MentorDemand, demand_id).state == demands.PROPOSED
