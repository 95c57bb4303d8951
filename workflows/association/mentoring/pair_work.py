"""Service tasks of `mentorship`: introduce, start, plan the next date, measure, extend, end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from engine.errors import WorkFailed
from engine.registry import ServiceWork, service_task
from workflows.association.calendars.appointments import Appointment
from workflows.association.case_variables import day, local_day, text, uuid, uuid_or_none
from workflows.association.mentoring import by_hand, demands, figures, meetings, mentors, pairs, places
from workflows.association.mentoring.demands import MentorDemand
from workflows.association.mentoring.proposals import PairProposal
from workflows.association.mentorships import ENDED, FIRST_CONTACT, LIVE, RUNNING, Mentorship

OFFER, THREE = "OFFER", "THREE"  # what somebody may want to talk about, beside everything else
REMATCHED: Final = frozenset({"SAME_PRIORITY", "NEXT_WAVE"})


@service_task(
    "pair.open",
    results=("mentee_id", "mentor_id", "demand_id", "sides", "told", "agree_by", "brought", "appointment_id"),
)
def open_pair(work: ServiceWork) -> Mapping[str, object]:
    """Puts the pair of a proposal on record, under its id; from here on both know each other's name.

    A pair that an import brought is on record already, and goes on at the date that comes next.
    """
    if work.variables.get("brought") is True:
        pair = pair_of(work)
        pair.instance_id = work.instance_id
        return _opened(work, pair, brought=True)
    proposal = work.session.get_one(PairProposal, uuid(work.variables, "proposal_id"))
    demand, today = work.session.get_one(MentorDemand, proposal.demand_id), _today(work)
    pair = Mentorship(
        id=proposal.id, mentor_id=proposal.mentor_id, mentee_id=demand.person_id, started_on=today, state=FIRST_CONTACT,
        ends_on=pairs.after_months(today, figures.months(work.session, "PAIR", today)), proposal_id=proposal.id,
        demand_id=demand.id, instance_id=work.instance_id, introduced_on=today, guided=True,
        beside_id=proposal.beside_id,
    )  # fmt: skip
    work.session.add(pair)
    work.session.flush()
    return _opened(work, pair, brought=False)


@service_task("pair.join", results=("third_outcome",))
def join(work: ServiceWork) -> Mapping[str, object]:
    """Reserves the place of a third person once all who work with the mentor already said yes, in time."""
    said = work.variables.get("third_answers")
    if not isinstance(said, list | tuple) or not said or any(each != "YES" for each in said):
        return {"third_outcome": "DECLINED"}
    demand = work.session.get_one(MentorDemand, uuid(work.variables, "third_demand_id"))
    joined = by_hand.join(work.session, pair_of(work), demand, work.now)
    return {"third_outcome": "JOINED" if joined else "NOT_FREE"}


def _opened(work: ServiceWork, pair: Mentorship, *, brought: bool) -> Mapping[str, object]:
    today = _today(work)
    agree_by = today + timedelta(days=figures.days(work.session, "AGREEMENT", today))
    return {
        "mentee_id": str(pair.mentee_id),
        "mentor_id": str(pair.mentor_id),
        "demand_id": str(pair.demand_id) if pair.demand_id is not None else None,
        "sides": sides(pair),
        "told": [*sides(pair), *_company(work, pair)],
        "agree_by": pairs.morning(agree_by),
        "brought": brought,
        **(_coming(meetings.arrange(work.session, pair, work.now)) if brought else _coming(None)),
    }


def sides(pair: Mentorship) -> list[dict[str, object]]:
    """Both people of a pair, as the diagram asks them one beside the other."""
    return [
        {"side": pairs.MENTEE, "person_id": str(pair.mentee_id)},
        {"side": pairs.MENTOR, "person_id": str(pair.mentor_id)},
    ]


def _company(work: ServiceWork, pair: Mentorship) -> list[dict[str, object]]:
    """Who already works with this mentor and is joined by this pair's mentee: they are introduced to each other."""
    return [
        {"side": pairs.MENTEE, "person_id": str(each.mentee_id)} for each in pairs.beside(work.session, pair)
        if pair.beside_id is not None
    ]  # fmt: skip


@service_task("pair.note", results=("third_demand_id",))
def note(work: ServiceWork) -> Mapping[str, object]:
    """Either asks for a person, which is a sign; a job offer is on record from the day on which it is told of."""
    pair, today = pair_of(work), _today(work)
    pairs.sign(pair, today)
    if text(work.variables, "help_topic") == OFFER:
        pair.offer_on = pair.offer_on or today
    return {"third_demand_id": None}


def start(work: ServiceWork) -> Mapping[str, object]:
    """Both have signed: day 0 is today, and everything is counted from it; answers the first date to invite to."""
    pair, today = pair_of(work), _today(work)
    pair.started_on, pair.state, pair.steps = today, RUNNING, 0
    pair.ends_on = pairs.last_day(work.session, pair)
    pairs.sign(pair, today)
    return _coming(meetings.arrange(work.session, pair, work.now))


def _coming(appointment: Appointment | None) -> Mapping[str, object]:
    return {"appointment_id": str(appointment.id) if appointment is not None else None}


@service_task("pair.move", results=("appointment_id",))
def move(work: ServiceWork) -> Mapping[str, object]:
    """Either moved the next date, or asked for a pause: every date follows, and both get fresh invitations."""
    pair = pair_of(work)
    pause = text(work.variables, "reason") == "PAUSE"
    meetings.move(work.session, pair, day(work.variables, "day"), pause=pause, today=_today(work))
    return _coming(meetings.arrange(work.session, pair, work.now))


@service_task("pair.plan", results=("next_kind", "next_at", "help_wanted", "appointment_id"))
def plan(work: ServiceWork) -> Mapping[str, object]:
    """The next date of the calendar; a date that has passed meanwhile comes at once."""
    pair = pair_of(work)
    found = pairs.following(work.session, pair)
    kind, on = (pairs.CLOSING, pair.ends_on) if found is None else (found.kind, found.on)
    coming = _coming(meetings.arrange(work.session, pair, work.now))
    return {"next_kind": kind, "next_at": pairs.morning(on), "help_wanted": False, **coming}


@service_task("pair.measure", results=("phase", "days_since_last_sign", "mentee_mood", "mentor_mood", "help_wanted"))
def measure(work: ServiceWork) -> Mapping[str, object]:
    """What `pair_health` asks about, after a date of the calendar; silence counts as no sign."""
    pair, today = pair_of(work), _today(work)
    given = pairs.answers(work.session, pair.id, pair.steps)
    pair.steps, pair.next_on = pair.steps + 1, None
    return {
        "phase": pair.state,
        "days_since_last_sign": pairs.silence(pair, today),
        "mentee_mood": pair.mentee_mood,
        "mentor_mood": pair.mentor_mood,
        "help_wanted": any(each.help or each.choice == "STOP" for each in given),
    }


@service_task("pair.hear", results=("fits",))
def hear(work: ServiceWork) -> Mapping[str, object]:
    """What both said of the pair after eight weeks: whoever stops is heard first, then whoever wants to talk; silence
    goes on. A date that both moved stays where it is."""
    pair = pair_of(work)
    said = {each.choice for each in pairs.answers(work.session, pair.id, pair.steps)}
    pair.steps += 1
    return {"fits": next((each for each in ("STOP", "TALK") if each in said), "YES")}


@service_task("pair.resume", results=("signed", "agree_by"))
def resume(work: ServiceWork) -> Mapping[str, object]:
    """The pair goes on after a talk, which is a sign itself; where it stood is where it resumes."""
    pair = pair_of(work)
    pair.mentee_mood = None if pair.mentee_mood == 1 else pair.mentee_mood
    pair.mentor_mood = None if pair.mentor_mood == 1 else pair.mentor_mood
    today = _today(work)
    pairs.sign(pair, today)
    agree_by = today + timedelta(days=figures.days(work.session, "AGREEMENT", today))
    return {"signed": pair.state == RUNNING, "agree_by": pairs.morning(agree_by)}


@service_task("pair.extend", results=("extends",))
def extend(work: ServiceWork) -> Mapping[str, object]:
    """Three more months, once, counted from the signature."""
    pair = pair_of(work)
    pair.extended, pair.steps, pair.next_on = True, pair.steps + 1, None
    pair.ends_on = pairs.last_day(work.session, pair)
    return {"extends": False}


@service_task("pair.weeks", results=("week",))
def weeks(work: ServiceWork) -> Mapping[str, object]:
    """In which week the pair is, the introduction being in week 0."""
    pair = pair_of(work)
    return {"week": (_today(work) - (pair.introduced_on or pair.started_on)).days // 7}


@service_task("pair.finish", results=("rematch", "appointment_id"))
def finish(work: ServiceWork) -> Mapping[str, object]:
    """Ends a pair by the header `status`, else by what the table `ending` said; answers whether to look for another.

    The mentee's place in the queue stays, save where nobody gave a sign: then a new commitment comes first.
    """
    decided = work.variables.get("ending")
    said = decided if isinstance(decided, Mapping) and "status" not in work.headers else {}
    status = work.headers.get("status") or text(said, "status", "MANUAL")
    pair = pair_of(work)
    called_off = meetings.call_off(work.session, pair, work.now)
    end(work, pair, status)
    by_mentee = text(work.variables, "asked_by") == pairs.MENTEE
    wanted = text(said, "rematch", "SAME_PRIORITY" if status == "NO_FAULT_END" else "NO")
    again = wanted in REMATCHED or (wanted == "IF_MENTEE" and by_mentee)
    demand = work.session.get(MentorDemand, pair.demand_id) if pair.demand_id is not None else None
    if demand is not None and status == "CLOSED_INACTIVE":
        demand.committed = False
        demands.close(demand, demands.WITHDRAWN, work.now)
    return {"rematch": again and demand is not None, **_coming(called_off)}


def end(work: ServiceWork, pair: Mentorship, status: str) -> None:
    """The pair is over: its place is free again, and the mentor rests."""
    today = _today(work)
    if pair.state not in LIVE:
        return
    first = pair.state == FIRST_CONTACT
    pair.state, pair.ending, pair.ended_on = ENDED, status, today
    pair.ends_on = max(pair.started_on, min(pair.ends_on, today))
    if pair.proposal_id is not None:
        places.free_up(work.session, pair.proposal_id)
    mentor = mentors.of(work.session, pair.mentor_id)
    if mentor is not None and not first:
        mentor.rests_until = today + timedelta(days=figures.days(work.session, "REST", today))


def complete(work: ServiceWork) -> None:
    """The pair has come to its planned end."""
    meetings.call_off(work.session, pair_of(work), work.now)
    end(work, pair_of(work), "COMPLETED")


def pair_of(work: ServiceWork) -> Mentorship:
    """The pair of the case. Raises WorkFailed."""
    found_id = uuid_or_none(work.variables, "pair_id")
    found = work.session.get(Mentorship, found_id) if found_id is not None else None
    if found is None:
        raise WorkFailed("the pair of this case is not there", again=False)
    return found


def _today(work: ServiceWork) -> date:
    return local_day(work.now, work.engine.settings.zone)
