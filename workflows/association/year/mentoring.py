"""Mentoring: members offer places, others ask for a mentor, and pairs live their six months (domain §P3.11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from random import Random
from types import MappingProxyType
from uuid import UUID

from engine.transaction import reading
from workflows.association import roles
from workflows.association.case_variables import local_day
from workflows.association.matching.vocabulary import TOPICS
from workflows.association.people import Person
from workflows.association.year import days, somebody
from workflows.association.year.lots import among
from workflows.association.year.world import Answers, Asked, Family, Habit, Planned, World

OFFER, DEMAND = "mentor_registration", "mentorship_application"
DEMANDS_A_YEAR = 1_500  # domain §P3.11
OFFERING = 28  # days from the first within which those who hold the mandate offer their places
SEASON: Sequence[float] = (12, 10, 9, 8, 7, 5, 2, 1, 14, 14, 11, 7)
_TOPICS = tuple(TOPICS)
_SECTORS = ("BANKING", "CONSULTING", "ENERGY", "HEALTH", "INDUSTRY")


def plan(world: World, day: date) -> Iterator[Planned]:
    """Who offers a place on this day, and who asks for a mentor."""
    zone = world.association.zone
    since = (day - world.first_day).days
    if since < OFFERING:
        for person_id in _mandated(world):
            rng = world.lots.of("offers", person_id)
            if rng.randrange(OFFERING) == since and rng.random() < world.volume:
                key = f"offers:{person_id}"
                yield Planned(days.moment(rng, day, zone), key, partial(_offer, person_id=person_id), str(person_id))
    for number in range(days.count_on(world.lots.of("demands", day), day, DEMANDS_A_YEAR * world.scale, SEASON)):
        key = f"demand:{day}:{number}"
        yield Planned(days.moment(world.lots.of("when", key), day, zone), key, partial(_ask, key=key))


def _mandated(world: World) -> Sequence[UUID]:
    with reading(world.engine) as session:
        return roles.holders(session, "MENTOR", world.first_day)


def _offer(world: World, person_id: UUID) -> UUID | None:
    rng = world.lots.of("offer", person_id)
    with reading(world.engine) as session:
        person = session.get_one(Person, person_id)
        said: Answers = {
            "years_exp": rng.randint(6, 30), "sector": rng.choice(_SECTORS), "functions": ["DATA", "FINANCE"],
            "topics": rng.sample(_TOPICS, 4), "languages": ["fr", "en"], "country": person.country or "FR",
            "capacity": among(rng, {"1": 55.0, "2": 35.0, "3": 10.0}), "rhythm": _rhythm(rng), "track": "BOTH",
            "employer": person.employer or "Indépendant", "charter": True,
        }  # fmt: skip
    return world.send_form(OFFER, said, key=f"year:offer:{person_id}", by=person_id)


def _ask(world: World, key: str) -> UUID | None:
    rng = world.lots.of("mentee", key)
    with reading(world.engine) as session:
        person = somebody.paid_up(session, rng)
        if person is None:
            return None
        first, second = rng.sample(_TOPICS, 2)
        said: Answers = {
            "goal_1": "Changer de secteur d’ici un an.", "topic_1": first, "topic_2": second,
            "sector": rng.choice(_SECTORS), "country": person.country or "FR", "language": "fr",
            "rhythm": _rhythm(rng), "years_exp": rng.randint(0, 15), "employer": person.employer or "—",
            "commitment": True,
        }  # fmt: skip
        person_id = person.id
    return world.send_form(DEMAND, said, key=f"year:{key}", by=person_id)


def _rhythm(rng: Random) -> str:
    return among(rng, {"MONTHLY": 60.0, "FORTNIGHTLY": 40.0})


def _today(field: str) -> Habit:
    return Habit(lambda asked: {field: local_day(asked.world.engine.clock.now(), asked.world.association.zone)})


def _mostly(field: str, share: float = 0.9, most: timedelta = timedelta(days=6), **chances: float) -> Habit:
    """Somebody who answers by these chances, within `most`."""
    return Habit(lambda asked: {field: among(asked.rng, chances)}, share, most=most)


def _check_in(asked: Asked) -> Answers:
    mood = among(asked.rng, {"5": 35.0, "4": 45.0, "3": 14.0, "2": 4.0, "1": 2.0})
    return {"met": asked.rng.randint(1, 3), "mood": mood, "help": asked.rng.random() < 0.03}


def _signed(asked: Asked) -> Answers:
    return {"confidential": True, "limits": True, "no_fault": True}


def _half(asked: Asked) -> Answers:
    goes_on = among(asked.rng, {"YES": 85.0, "ADJUST": 12.0, "STOP": 3.0})
    said = {"changed": "Un objectif de moins, et le réseau d’abord."} if goes_on == "ADJUST" else {}
    return {"progress_1": asked.rng.randint(2, 10) * 10, "goes_on": goes_on, **said}


def _closing(asked: Asked) -> Answers:
    return {
        "reached": among(asked.rng, {"ALL": 35.0, "SOME": 58.0, "NONE": 7.0}), "nps": asked.rng.randint(6, 10),
        "hours": asked.rng.randint(4, 20), "again": among(asked.rng, {"NO": 50.0, "INFORMAL": 40.0, "MENTEE": 10.0}),
    }  # fmt: skip


SOON = timedelta(days=4)
HABITS: Mapping[str, Habit] = MappingProxyType(
    {
        "review_mentor": _mostly("mentor_decision", ACCEPT=95.0, STUDENTS=5.0),
        "attend_training": Habit(
            lambda asked: {"trained_on": local_day(asked.world.engine.clock.now(), asked.world.association.zone)},
            0.95, timedelta(days=1), timedelta(days=14),
        ),
        "review_demand": _mostly("demand_decision", ACCEPT=96.0, DECLINE=4.0),
        "review_round": _mostly("round_decision", SEND=100.0),
        "answer_proposal": _mostly("mentee_answer", 0.93, SOON, YES=88.0, NO=8.0, PERSON=4.0),
        "answer_mentee": _mostly("mentor_answer", 0.93, SOON, YES=88.0, NO=12.0),
        "search_by_hand": _mostly("search_outcome", WAIT=80.0, WITHDRAWS=20.0),
        "write_first": Habit(lambda asked: {"written": True}, 0.93, most=SOON),
        "answer_call": _mostly("call_answer", 0.94, SOON, GO=95.0, NO_GO=4.0, PERSON=1.0),
        "write_agreement": Habit(
            lambda asked: {"aim_1": "Changer de secteur.", "rhythm": _rhythm(asked.rng), "channel": "VIDEO"}, 0.95,
            most=SOON,
        ),
        "sign_agreement": Habit(_signed, 0.96, most=SOON),
        "mentorship.check_in": Habit(_check_in, 0.85, timedelta(hours=3), timedelta(days=5)),
        "answer_fit": _mostly("fit", 0.8, timedelta(days=5), YES=95.0, TALK=3.0, STOP=2.0),
        "review_half": Habit(_half, 0.9, timedelta(hours=3), timedelta(days=6)),
        "close_pair": Habit(_closing, 0.85, timedelta(hours=3), timedelta(days=9)),
        "talk_to_pair": _mostly("talk_outcome", CONTINUE=85.0, END=15.0),
        "talk_about_end": _mostly("rematch", true=40.0, false=60.0),
        "call_back": _today("called_on"),
    }
)  # fmt: skip
MENTORING = Family("mentoring", plan, HABITS, by_calendar=frozenset({"mentorship_matching_round"}))
