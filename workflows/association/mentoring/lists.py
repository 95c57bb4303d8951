"""The two lists of a matching round, read from the records: mentors with free places, and demands that wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.calendar import PARIS
from workflows.association.mail_hours import zones_of
from workflows.association.matching.profiles import Mentee, Mentor, Ties, Track
from workflows.association.memberships import PAID_UP, Membership
from workflows.association.mentoring import demands, figures, mentors, pairs, places
from workflows.association.mentoring.demands import MentorDemand
from workflows.association.mentoring.mentors import ACTIVE, MentorProfile
from workflows.association.mentoring.proposals import DECLINED, EXPIRED, PairProposal
from workflows.association.mentorships import LIVE, Mentorship


@dataclass(frozen=True, slots=True)
class Lists:
    """Who can be matched on a day."""

    mentors: Sequence[Mentor]
    mentees: Sequence[Mentee]
    ties: Ties
    refused: frozenset[tuple[UUID, UUID]]


def read(session: Session, now: datetime, *, students: bool) -> Lists:
    """Both lists; a wave of students takes their demands alone. Where nobody waits, both are empty.

    Who has a mentor waits until that pair has ended, also where a person retained the demand."""
    asked = [each for each in demands.open_ones(session) if each.student or not students]
    waiting = asked and _without_mentor(session, asked)
    if not waiting:  # most weeks of a small association: whom to match does not matter then
        return Lists([], [], Ties(frozenset(), frozenset()), frozenset())
    today = now.astimezone(PARIS).date()
    profiles = _profiles(session, today)
    left = places.free(session, profiles, today)
    avoided = mentors.avoided(session, [*profiles, *(each.person_id for each in waiting)])
    none: frozenset[UUID] = frozenset()
    return Lists(
        [mentor_of(each, left[each.person_id], avoided.get(each.person_id, none), now) for each in profiles.values()],
        [mentee_of(each, avoided.get(each.person_id, none), now) for each in waiting],
        ties(session),
        refused(session),
    )


def _without_mentor(session: Session, asked: Sequence[MentorDemand]) -> list[MentorDemand]:
    running = select(Mentorship.mentee_id).where(
        Mentorship.mentee_id.in_({each.person_id for each in asked}), Mentorship.state.in_(LIVE)
    )
    accompanied = set(session.scalars(running))
    return [each for each in asked if each.person_id not in accompanied]


def mentor_of(profile: MentorProfile, left: int, avoids: frozenset[UUID], now: datetime) -> Mentor:
    """A mentor as matching sees him."""
    return Mentor(
        profile.person_id, left, frozenset(profile.topics.split()), profile.sector,
        frozenset(profile.functions.split()), tuple(profile.languages.split()), profile.country,
        offset(profile.country, now), profile.rhythm,
        profile.years_exp, cast(Track, profile.track), profile.employer, profile.team, avoids,
    )  # fmt: skip


def mentee_of(demand: MentorDemand, avoids: frozenset[UUID], now: datetime) -> Mentee:
    """A demand as matching sees it."""
    waiting = (now.astimezone(PARIS).date() - demand.asked_on).days
    return Mentee(
        demand.person_id, demand.id, tuple(demand.topics.split()), demand.sector, frozenset(demand.functions.split()),
        tuple(demand.languages.split()), demand.country, offset(demand.country, now), demand.rhythm, demand.years_exp,
        demand.student, max(0, waiting), demand.employer, demand.team, avoids,
    )  # fmt: skip


def offset(country: str, now: datetime) -> float:
    """Hours east of UTC where people of a country live; the zone that comes first where it has several."""
    shift = now.astimezone(zones_of(country, PARIS)[0]).utcoffset()
    return shift.total_seconds() / 3600 if shift is not None else 0.0


def _profiles(session: Session, today: date) -> dict[UUID, MentorProfile]:
    """Active mentors who are paid up and whose training still counts."""
    since = pairs.after_months(today, -figures.months(session, "TRAINING_VALID", today))
    query = (
        select(MentorProfile)
        .join(Membership, Membership.person_id == MentorProfile.person_id)
        .where(MentorProfile.state == ACTIVE, MentorProfile.sanctioned.is_(False), MentorProfile.trained_on >= since)
        .where(Membership.service_entitlement.in_(PAID_UP))
    )
    return {each.person_id: each for each in session.scalars(query)}


def ties(session: Session) -> Ties:
    """All pairs that run or ran."""
    rows = session.execute(select(Mentorship.mentor_id, Mentorship.mentee_id, Mentorship.state)).all()
    running = frozenset((mentor, mentee) for mentor, mentee, state in rows if state in LIVE)
    return Ties(running, frozenset((mentor, mentee) for mentor, mentee, _ in rows) - running)


def refused(session: Session) -> frozenset[tuple[UUID, UUID]]:
    """Mentors and demands whose proposal somebody said no to, or let run out."""
    query = select(PairProposal.mentor_id, PairProposal.demand_id).where(PairProposal.state.in_((DECLINED, EXPIRED)))
    return frozenset((mentor, demand) for mentor, demand in session.execute(query))
