"""Mentoring of the demonstration: a dozen pairs of every age, some of them silent; a round that waits for a look."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Final
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.assignment import SYSTEM, Actor
from engine.engine import Engine
from engine.transaction import transaction
from workflows.association.case_variables import local_day
from workflows.association.demo import acting
from workflows.association.matching.vocabulary import TOPICS
from workflows.association.memberships import Membership
from workflows.association.mentoring import bringing, mentors, pairs
from workflows.association.mentoring.demands import MentorDemand
from workflows.association.mentoring.mentors import MentorProfile
from workflows.association.mentorships import Mentorship
from workflows.association.people import Person
from workflows.association.roles import RoleHolding

PAIRS: Final = 12
DEMANDS: Final = 5
_SILENT: Final = (3, 8, 12, 17, 5, 21, 50, 9, 62, 14, 2, 78)  # days since the last sign, by pair
_SEED: Final = 1905
_GOALS: Final = ("Changer de secteur", "Trouver un premier poste", "Diriger une équipe", "Partir à l’étranger")


def begin(engine: Engine) -> None:
    """Mentors offer their places, a dozen pairs are on their way, and a wave of requests is matched."""
    now = engine.clock.now()
    today = local_day(now, engine.settings.zone)
    with transaction(engine) as session:
        offering = _mentors(session, today, engine)
        asking = _members(session, PAIRS + DEMANDS, {person.id for person in offering})
        _pair(session, offering, asking[:PAIRS], today)
        session.flush()
        bringing.begin_cases(session, engine)
    acting.run(engine)
    for number, person in enumerate(asking[PAIRS:]):
        _ask(engine, person, number)
    with transaction(engine) as session:
        session.execute(update(MentorDemand).values(student=True))  # a wave is looked at as a whole
    acting.begin(engine, "mentorship_matching_round", SYSTEM, {}, wave="STUDENTS")


def _mentors(session: Session, today: date, engine: Engine) -> Sequence[Person]:
    """Members with a mentor's mandate who are paid up: their offers, for two people each."""
    holding = select(RoleHolding.person_id).where(RoleHolding.role == "MENTOR")
    found = _members(session, PAIRS + DEMANDS, set(), among=set(session.scalars(holding)))
    rng, topics = Random(_SEED), list(TOPICS)  # noqa: S311 - not a secret: the same offers every time
    for person in found:
        session.add(
            MentorProfile(
                id=uuid5(NAMESPACE_OID, f"mentor {person.id}"), person_id=person.id, years_exp=rng.randint(6, 25),
                sector=rng.choice(("BANKING", "INDUSTRY", "CONSULTING")), functions="DATA", languages="fr en",
                topics=" ".join(rng.sample(topics, 4)), capacity=2, rhythm="MONTHLY", track="BOTH", country="FR",
                employer=person.employer or "", state=mentors.ACTIVE, charter_on=today - timedelta(days=90),
                trained_on=today - timedelta(days=80), registered_at=engine.clock.now(),
            )
        )  # fmt: skip
    session.flush()
    return found


def _members(session: Session, count: int, without: set[UUID], among: set[UUID] | None = None) -> Sequence[Person]:
    query = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.service_entitlement == "CURRENT", Person.deceased_on.is_(None))
        .order_by(Membership.member_no.desc())
    )
    found = [
        person
        for person in session.scalars(query.limit(600)).unique()
        if person.id not in without and (among is None or person.id in among) and person.primary_email is not None
    ]
    return found[:count]


def _pair(session: Session, offering: Sequence[Person], asking: Sequence[Person], today: date) -> None:
    """Pairs in their first to sixth month; how long each has been silent, and how both feel."""
    for number, (mentor, mentee) in enumerate(zip(offering, asking, strict=False)):
        started = pairs.after_months(today, -(number % 5)) - timedelta(days=9)
        session.add(
            Mentorship(
                id=uuid5(NAMESPACE_OID, f"pair {mentor.id} {mentee.id}"), mentor_id=mentor.id, mentee_id=mentee.id,
                started_on=started, ends_on=pairs.after_months(started, 6), meetings=number % 5,
                aims=f"- {_GOALS[number % len(_GOALS)]}", rhythm="MONTHLY", channel="VIDEO",
                sign_on=today - timedelta(days=_SILENT[number % PAIRS]), mentee_mood=(4, 5, 3, 1)[number % 4],
                mentor_mood=(4, 4, 5)[number % 3],
            )
        )  # fmt: skip


def _ask(engine: Engine, person: Person, number: int) -> None:
    topics = list(TOPICS)
    wish = {
        "goal_1": _GOALS[number % len(_GOALS)], "topic_1": topics[number * 3 % len(topics)],
        "topic_2": topics[(number * 3 + 1) % len(topics)], "sector": "BANKING", "country": "FR", "language": "fr",
        "rhythm": "MONTHLY", "years_exp": 1 + number, "employer": person.employer or "—", "commitment": True,
    }  # fmt: skip
    me = Actor(f"person:{person.id}", person.display_name)
    acting.begin(engine, "mentorship_application", me, {f"mentee.{name}": value for name, value in wish.items()})
