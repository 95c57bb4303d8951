"""The last place of a mentor, reached for by several at one instant on PostgreSQL: one has it. Domain §P3.12.2."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from engine.clock import VirtualClock
from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.fixtures.office import NOON
from tests.fixtures.staff import add_person
from tests.postgres import PostgresServer
from tests.steps.mentor_requests import WISH
from tests.steps.mentoring import OFFER
from workflows.association.mentoring import mentors, places, proposals, rounds
from workflows.association.mentoring.demands import MentorDemand
from workflows.association.mentoring.mentors import MentorProfile
from workflows.association.mentoring.places import MentorPlace
from workflows.association.mentoring.proposals import MatchingRound, PairProposal
from workflows.association.mentoring.rounds import MentorLocked
from workflows.association.registry import registry
from workflows.association.settings import Association

RIVALS = 6


@pytest.fixture
def engine(postgres_server: PostgresServer, migrated_postgres: str) -> Iterator[Engine]:
    url = postgres_server.create_database("last_place", template=migrated_postgres)
    with Engine.open(url, clock=VirtualClock(NOON), registry=registry(Association())) as opened:
        yield opened


def rivals(engine: Engine) -> list[UUID]:
    """As many proposals of one mentor, who takes one person."""
    mentor = add_person(engine, "Camille", "Martin")
    said = {key: value for key, value in OFFER.items() if isinstance(value, str)} | {
        "functions": "DATA", "topics": "FIRST_JOB", "languages": "fr", "capacity": 1,
    }  # fmt: skip
    made = []
    asking = [add_person(engine, f"Zoe{number}", "Lambert") for number in range(RIVALS)]
    with transaction(engine) as session:
        session.add(
            MentorProfile(
                id=uuid4(), person_id=mentor.id, years_exp=10, state=mentors.ACTIVE, charter_on=NOON.date(),
                trained_on=NOON.date(), registered_at=NOON, **said,
            )
        )  # fmt: skip
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
                id=uuid4(), round_id=round_.id, demand_id=demand.id, mentor_id=mentor.id, score=80, rank=0
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
