"""How the mentorships of a year went, each figure beside its aim (domain §P3.10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from engine.calendar import PARIS
from workflows.association import measures, parameters
from workflows.association.measures import Measure, Period
from workflows.association.mentoring import figures
from workflows.association.mentoring.demands import MentorDemand
from workflows.association.mentoring.figures import OWNER
from workflows.association.mentoring.mentors import ACTIVE, MentorProfile
from workflows.association.mentoring.pairs import CHECK_IN, CLOSING, MentorshipAnswer
from workflows.association.mentorships import ENDED, LIVE, Mentorship
from workflows.association.parameters import Column, Row, Table

TARGETS: Final = Table(
    "mentoring_target",
    "Objectifs du mentorat",
    "Targets of mentoring",
    (Column("value", "integer", "Objectif", "Target", minimum=0, maximum=100),),
    first=(
        Row("days_to_agreement", "Jours de la demande à la convention, médiane (au plus)",
            "Days from request to agreement, median (at most)", 21),
        Row("first_contact", "Premier message à temps, en % (au moins)", "First message in time, in % (at least)", 90),
        Row("monthly_meeting", "Binômes qui se voient chaque mois, en % (au moins)",
            "Pairs that meet every month, in % (at least)", 75),
        Row("completion", "Binômes menés à leur terme, en % (au moins)", "Pairs that came to an end, in % (at least)",
            80),
        Row("no_fault_least", "Séparations sans faute, en % (au moins)", "Endings without fault, in % (at least)", 5),
        Row("no_fault_most", "Séparations sans faute, en % (au plus)", "Endings without fault, in % (at most)", 10),
    ),
    owner=OWNER,
    rising=(("no_fault_least", "no_fault_most"),),
    about_fr="Les objectifs en vigueur le jour où l’on regarde les chiffres, quelle que soit leur année.",
    about_en="The targets in force on the day on which the figures are looked at, whatever their year.",
)  # fmt: skip
ALUMNI, STUDENTS = "ALUMNI", "STUDENTS"
DONE = frozenset({"COMPLETED", "SUCCESS_EARLY"})
UNSIGNED = "CLOSED_INACTIVE"


def of_period(session: Session, period: Period, today: date) -> Sequence[Measure]:
    """The ten figures of mentoring; each says over how many it was counted."""
    pairs, demands = _pairs(session, period), _demands(session, period)
    met, few = _meetings(session), figures.limit(session, "CELL", today)
    aims = {row.key: int(str(row["value"])) for row in parameters.rows(session, TARGETS, on=today)}
    shares = {key: Decimal(value) / 100 for key, value in aims.items()}
    return (
        _coverage(pairs, demands, period),
        measures.median("days_to_agreement", _to_agreement(pairs, demands, period), most=aims["days_to_agreement"]),
        _first_contact(session, pairs, period, today, least=shares["first_contact"]),
        measures.share("monthly_meeting", _monthly(pairs, met, period, today), least=shares["monthly_meeting"]),
        _completion(pairs, period, least=shares["completion"]),
        _no_fault(pairs, period, least=shares["no_fault_least"], most=shares["no_fault_most"]),
        *(measures.masked(each, few) for each in _recommended(session, period)),
        _become_mentors(session, pairs, period),
        _load(session, pairs),
    )


def _pairs(session: Session, period: Period) -> Sequence[Mentorship]:
    """The pairs that had not ended before a period, and those that came before them for the same demand."""
    lasted = _lasted(period)
    same = select(Mentorship.demand_id).where(lasted, Mentorship.demand_id.is_not(None))
    return session.scalars(select(Mentorship).where(or_(lasted, Mentorship.demand_id.in_(same)))).all()


def _demands(session: Session, period: Period) -> Mapping[UUID, MentorDemand]:
    """What was asked in a period, and what its pairs had asked before."""
    of_pairs = select(Mentorship.demand_id).where(_lasted(period), Mentorship.demand_id.is_not(None))
    asked = MentorDemand.asked_on.between(period.first, period.last)
    query = select(MentorDemand).where(or_(asked, MentorDemand.id.in_(of_pairs)))
    return {each.id: each for each in session.scalars(query)}


def _lasted(period: Period) -> ColumnElement[bool]:
    return or_(Mentorship.ended_on.is_(None), Mentorship.ended_on >= period.first)


def first_year(session: Session) -> int | None:
    """The year of the first pair or demand on record; None where there is none."""
    asked = (func.min(MentorDemand.asked_on), func.min(Mentorship.started_on))
    days = [day for query in asked if (day := session.scalar(select(query))) is not None]
    return min(day.year for day in days) if days else None


def signed_on(pair: Mentorship) -> date | None:
    """The day of the second signature; None where one is missing, or the pair was brought along."""
    if pair.mentor_signed_at is None or pair.mentee_signed_at is None:
        return None
    return max(pair.mentor_signed_at, pair.mentee_signed_at).astimezone(PARIS).date()


def _coverage(pairs: Sequence[Mentorship], demands: Mapping[UUID, MentorDemand], period: Period) -> Measure:
    paired = {each.demand_id for each in pairs}
    return measures.share("coverage", (id_ in paired for id_, each in demands.items() if period.holds(each.asked_on)))


def _to_agreement(pairs: Sequence[Mentorship], demands: Mapping[UUID, MentorDemand], period: Period) -> Sequence[int]:
    """Days from each demand to the agreement that was signed in the period, the first of a demand alone."""
    first: dict[UUID, date] = {}
    for each in pairs:
        day = signed_on(each)
        if day is not None and each.demand_id is not None and each.demand_id in demands:
            first[each.demand_id] = min(day, first.get(each.demand_id, day))
    return [(day - demands[id_].asked_on).days for id_, day in first.items() if period.holds(day)]


def _first_contact(
    session: Session, pairs: Sequence[Mentorship], period: Period, today: date, *, least: Decimal
) -> Measure:
    """Of the pairs of whom it is known: whoever wrote, and whoever never did."""
    within = figures.days(session, "FIRST_WORD", today)
    told = []
    for each in pairs:
        day = each.introduced_on
        if day is None or not period.holds(day):
            continue
        if each.first_word_on is not None:
            told.append((each.first_word_on - day).days <= within)
        elif each.ending == UNSIGNED and signed_on(each) is None:
            told.append(False)
    return measures.share("first_contact", told, least=least)


def _meetings(session: Session) -> Mapping[UUID, int]:
    """How often each pair met as either of the two told: of each check-in the larger number."""
    largest = (
        select(MentorshipAnswer.mentorship_id, func.max(MentorshipAnswer.met).label("met"))
        .where(MentorshipAnswer.kind == CHECK_IN)
        .group_by(MentorshipAnswer.mentorship_id, MentorshipAnswer.step)
        .subquery()
    )
    query = select(largest.c.mentorship_id, func.sum(largest.c.met)).group_by(largest.c.mentorship_id)
    return {pair_id: int(met or 0) for pair_id, met in session.execute(query)}


def _monthly(pairs: Sequence[Mentorship], met: Mapping[UUID, int], period: Period, today: date) -> Sequence[bool]:
    """Of each pair that ran for a month or longer: whether it met at least as often as there were months."""
    told = []
    for each in pairs:
        until = each.ended_on or min(today, each.ends_on)
        months = (until - each.started_on).days // 30
        ran = each.started_on <= period.last and until >= period.first and each.state != "FIRST_CONTACT"
        if ran and months >= 1 and (signed_on(each) is not None or each.proposal_id is None):
            told.append(max(met.get(each.id, 0), each.meetings) >= months)
    return told


def _ended(pairs: Sequence[Mentorship], period: Period) -> Sequence[Mentorship]:
    return [each for each in pairs if each.state == ENDED and period.holds(each.ended_on)]


def _completion(pairs: Sequence[Mentorship], period: Period, *, least: Decimal) -> Measure:
    """Of the pairs that had signed and ended: who came to the planned end, or reached the aim earlier."""
    signed = [each for each in _ended(pairs, period) if signed_on(each) is not None or each.proposal_id is None]
    return measures.share("completion", (each.ending in DONE for each in signed), least=least)


def _no_fault(pairs: Sequence[Mentorship], period: Period, *, least: Decimal, most: Decimal) -> Measure:
    ended = _ended(pairs, period)
    return measures.share("no_fault", (each.ending == "NO_FAULT_END" for each in ended), least=least, most=most)


def _recommended(session: Session, period: Period) -> Sequence[Measure]:
    """What both would say to others, students and alumni apart; some answer after their pair has ended."""
    from_, until = datetime.combine(period.first, time.min, PARIS), datetime.combine(period.last, time.max, PARIS)
    query = (
        select(MentorshipAnswer.nps, Mentorship, MentorDemand)
        .join(Mentorship, Mentorship.id == MentorshipAnswer.mentorship_id)
        .outerjoin(MentorDemand, MentorDemand.id == Mentorship.demand_id)
        .where(
            MentorshipAnswer.kind == CLOSING, MentorshipAnswer.nps.is_not(None),
            MentorshipAnswer.answered_at.between(from_, until),
        )
    )  # fmt: skip
    scores: dict[str, list[int]] = {ALUMNI: [], STUDENTS: []}
    for nps, pair, demand in session.execute(query):
        scores[track(pair, {demand.id: demand} if demand is not None else {})].append(nps)
    return [measures.promoters("nps", found, track) for track, found in scores.items()]


def track(pair: Mentorship, demands: Mapping[UUID, MentorDemand]) -> str:
    """Whether the mentee is a student or an alumnus today: whoever graduates meanwhile counts on the other track."""
    demand = demands.get(pair.demand_id) if pair.demand_id is not None else None
    return STUDENTS if demand is not None and demand.student else ALUMNI


def _become_mentors(session: Session, pairs: Sequence[Mentorship], period: Period) -> Measure:
    """Of the mentees whose pair ended: who offered to be a mentor since that pair began."""
    offered = {
        person: at.astimezone(PARIS).date()
        for person, at in session.execute(select(MentorProfile.person_id, MentorProfile.registered_at))
    }
    began: dict[UUID, date] = {}
    for each in _ended(pairs, period):
        began[each.mentee_id] = min(each.started_on, began.get(each.mentee_id, each.started_on))
    return measures.share(
        "become_mentors", (person in offered and offered[person] >= day for person, day in began.items())
    )


def _load(session: Session, pairs: Sequence[Mentorship]) -> Measure:
    """How evenly the pairs that run now lie on the active mentors."""
    loads = dict.fromkeys(session.scalars(select(MentorProfile.person_id).where(MentorProfile.state == ACTIVE)), 0)
    for each in pairs:
        if each.state in LIVE and each.mentor_id in loads:
            loads[each.mentor_id] += 1
    return measures.gini("mentor_load", list(loads.values()))
