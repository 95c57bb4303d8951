"""Service tasks of `cohort_admission`: a candidacy opened, a place offered or waited for, a seat given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import SYSTEM
from engine.database import serialise
from engine.engine import Engine
from engine.errors import WorkFailed
from engine.registry import ServiceWork, service_task
from workflows.association import orders, proofs
from workflows.association.bank import debits
from workflows.association.calendars import appointments
from workflows.association.case_variables import local_day, text, uuid, uuid_or_none
from workflows.association.cohorts import candidacies, composition, fees, figures, seasons, short_groups
from workflows.association.cohorts.candidacies import OFFERED, RECRUITING, WAITING, CohortCandidacy
from workflows.association.cohorts.records import Cohort, CohortSeat
from workflows.association.mentoring.pairs import after_months

RUNNING: Final = "RUNNING"
_TTL: Final = timedelta(days=30)
_TEMPLATES: Final = {"REFER": "cohort_refer", "COUP_DE_POUCE": "cohort_short_group", "REDIRECT_P6": "cohort_interview"}
_FACTS: Final = ("availability", "years_exp", "prior_group", "talk_score", "other_help", "talks")
_WHO: Final = (
    "candidacy_id",
    "candidate",
    "person_id",
    "cohort_id",
    "cohort_key",
    "situation",
    "guest",
    "fee_situation",
)


@service_task("admission.open", results=(*_WHO, *_FACTS, "comes_back", "scholarship_given"))
def open_candidacy(work: ServiceWork) -> Mapping[str, object]:
    """What the table `admission` asks about; somebody whose seat was taken from him is a candidate again, and first."""
    found = candidacy_of(work)
    cohort, today = work.session.get_one(Cohort, found.cohort_id), _today(work)
    since = after_months(today, -figures.limit(work.session, "AGAIN", today))
    return {
        "candidacy_id": str(found.id), "candidate": f"person:{found.person_id}", "person_id": str(found.person_id),
        "cohort_id": str(cohort.id), "cohort_key": cohort.key, "situation": found.situation, "guest": found.guest,
        "fee_situation": "IN_POST" if found.full_rate else found.situation,
        "availability": found.availability, "years_exp": found.years_exp,
        "prior_group": candidacies.was_in_one(work.session, found.person_id, since),
        "talk_score": None, "other_help": False, "talks": 0, "comes_back": found.came_first,
        "scholarship_given": False,
    }  # fmt: skip


@service_task("admission.offer", results=("place", "cohort_id", "cohort_key"))
def offer(work: ServiceWork) -> Mapping[str, object]:
    """Holds a place for the candidate, or puts him into the queue: OFFERED, WAITING, or STILL waiting.

    The cohort's row is locked: of two who reach for the last place one has it. `late` says that the place is one of a
    cohort that has begun. Who would bring a conflict into a group that is settled waits for the next one.
    """
    found, late = candidacy_of(work), work.variables.get("late") is True
    wanted = uuid_or_none(work.variables, "freed_cohort_id") or _next_cohort(work.session, found)
    cohort = work.session.scalars(select(Cohort).where(Cohort.id == wanted).with_for_update()).one()
    found.accepted_at = found.accepted_at or work.now
    open_ = cohort.state == RECRUITING or (late and cohort.state == RUNNING)
    if (
        open_
        and cohort.id != found.passed_id
        and candidacies.taken(work.session, cohort.id) < _seats(work.session, _today(work))
        and composition.fitting(work.session, cohort, [found], _today(work))
    ):
        found.state, found.cohort_id = OFFERED, cohort.id
        return {"place": OFFERED, "cohort_id": str(cohort.id), "cohort_key": cohort.key}
    before, found.state = found.state, WAITING
    seasons.call(work.session, work.engine, _today(work))
    return {
        "place": "STILL" if before == WAITING else WAITING, "cohort_id": text(work.variables, "cohort_id"),
        "cohort_key": text(work.variables, "cohort_key"),
    }  # fmt: skip


def _next_cohort(session: Session, found: CohortCandidacy) -> UUID:
    """The cohort asked for; for who lost a seat in one, the next other one that takes people, where there is one."""
    if not found.came_first:
        return found.cohort_id
    others = select(Cohort.id).where(Cohort.state == RECRUITING, Cohort.id != found.cohort_id)
    return session.scalars(others.order_by(Cohort.starts_on, Cohort.id).limit(1)).one_or_none() or found.cohort_id


def _seats(session: Session, today: date) -> int:
    return figures.limit(session, "SEATS", today)


@service_task("admission.wait", results=())
def wait(work: ServiceWork) -> None:
    """The candidate is admitted and waits for the next cohort; a place that was held for him is free."""
    found = candidacy_of(work)
    held = found.state == OFFERED
    found.state, found.accepted_at, found.passed_id = WAITING, found.accepted_at or work.now, found.cohort_id
    if held:
        call_next(work.session, work.engine, found.cohort_id, today=_today(work))
    seasons.call(work.session, work.engine, _today(work))


@service_task("admission.lose_cohort", results=())
def lose_cohort(work: ServiceWork) -> None:
    """The cohort in which a place was offered does not take place: the candidate waits for the next one, before
    others; what was paid goes along, and what was only billed is void."""
    found = candidacy_of(work)
    found.state, found.passed_id, found.came_first = WAITING, found.cohort_id, True
    order = orders.by_key(work.session, found.order_key) if found.order_key else None
    if order is not None and fees.paid(work.session, order) == fees.ZERO:
        if orders.cancel(order, work.now):
            debits.cancel(work.session, order.id, work.now)
        found.order_key = None


@service_task("admission.answer", results=("template",))
def answer(work: ServiceWork) -> Mapping[str, object]:
    """A person decided otherwise than for a seat: which mail says so."""
    found = candidacy_of(work)
    found.decision = text(work.variables, "decision")[:14]
    candidacies.close(found, candidacies.ANSWERED, work.now)
    if found.decision == "COUP_DE_POUCE":
        short_groups.wished_by(work.session, found.person_id, _today(work))
    proofs.erase_files_later(work.session, found.files, _today(work), work.now)  # it may be contested until then
    return {"template": _TEMPLATES.get(found.decision, "cohort_declined")}


@service_task("admission.close", results=("refund_amount", "order_key"))
def close(work: ServiceWork) -> Mapping[str, object]:
    """The candidate does not come: his place goes to the next one, his open order is void, what he paid comes back."""
    found = candidacy_of(work)
    held = found.state == OFFERED
    candidacies.close(found, candidacies.WITHDRAWN, work.now)
    proofs.erase_files_at(work.session, found.files, work.now)
    order = orders.by_key(work.session, found.order_key) if found.order_key else None
    back = fees.paid(work.session, order)
    if order is not None and orders.cancel(order, work.now):
        debits.cancel(work.session, order.id, work.now)
    if held:
        call_next(work.session, work.engine, found.cohort_id, today=_today(work))
    return {"refund_amount": back, "order_key": found.order_key or ""}


@service_task(
    "admission.seat", results=("seat_id", "person_id", "cohort_id", "cohort_key", "participant", "joins_late")
)
def seat(work: ServiceWork) -> Mapping[str, object]:
    """Gives the seat. Who joins a cohort that meets already is invited to what is still to come."""
    found = candidacy_of(work)
    cohort = work.session.get_one(Cohort, found.cohort_id)
    given = CohortSeat(
        id=uuid4(), cohort_id=cohort.id, person_id=found.person_id, situation=found.situation, guest=found.guest,
        state=RUNNING if cohort.state == RUNNING else "CONFIRMED", order_key=found.order_key, tariff=found.tariff,
        near_lead=found.near_lead,
    )  # fmt: skip
    work.session.add(given)
    candidacies.close(found, candidacies.SEATED, work.now)
    found.words = found.motivation = found.conflicts = ""  # needed for the decision alone (domain §P2.8)
    proofs.erase_files_at(work.session, found.files, max(work.now, _first_session(work.session, cohort)))
    if cohort.state == RUNNING:
        for each in appointments.of_calendar(work.session, cohort.key):
            if each.starts_at > work.now:
                appointments.invite(work.session, each, [found.person_id])
    work.session.flush()
    return {
        "seat_id": str(given.id), "person_id": str(given.person_id), "cohort_id": str(cohort.id),
        "cohort_key": cohort.key, "participant": f"person:{given.person_id}", "joins_late": cohort.state == RUNNING,
    }  # fmt: skip


def _first_session(session: Session, cohort: Cohort) -> datetime:
    return appointments.of_calendar(session, cohort.key)[0].starts_at


def call_next(
    session: Session, engine: Engine, cohort_id: UUID, *, today: date, late: bool = False, most: int | None = None
) -> int:
    """Tells those who wait, in their order, that places of a cohort are free; answers how many were told.

    `most`: no more than so many of them, where two cohorts share who waits. One transaction reads the queue at a time:
    who is told holds a place when it ends, and is told of no other.
    """
    cohort = session.get_one(Cohort, cohort_id)
    if cohort.state != RECRUITING and not late:
        return 0
    session.flush()
    serialise(session, "cohort places")
    seats = _seats(session, today)
    left = max(0, seats - candidacies.taken(session, cohort.id))
    most = min(left, 1 if late else left, left if most is None else most)
    chosen = composition.fitting(session, cohort, candidacies.queue(session, cohort, seats), today)[:most]
    for each in chosen:
        told = {"freed_cohort_id": str(cohort.id), "late": late}
        commands.correlate_message(
            session, engine, "place_freed", str(each.id), told, source=f"cohort:{cohort.id}", ttl=_TTL, by=SYSTEM
        )
    return len(chosen)


def candidacy_of(work: ServiceWork) -> CohortCandidacy:
    """The candidacy of the case. Raises WorkFailed."""
    found = work.session.get(CohortCandidacy, uuid(work.variables, "candidacy_id"))
    if found is None:
        raise WorkFailed("the candidacy of this case is not there", again=False)
    return found


def _today(work: ServiceWork) -> date:
    return local_day(work.now, work.engine.settings.zone)
