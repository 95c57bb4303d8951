"""Service tasks of `cohort_merger`: a group that is too small, or led by nobody, joins another one or closes early.

Nobody is moved without his consent. Who joins the other group has a seat of his own there; the one that he had stays as
it was, with its marks. Source: domain §P2.7.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import SYSTEM
from engine.registry import ServiceTask, ServiceWork, service_task
from workflows.association import people, wording
from workflows.association.calendars import appointments
from workflows.association.case_variables import local_day, text, uuid, uuid_or_none
from workflows.association.cohorts import (
    calendar,
    calling_off,
    candidacies,
    figures,
    leaders,
    letters,
    planning,
    records,
)
from workflows.association.cohorts.letters import Dates
from workflows.association.cohorts.records import Cohort, CohortSeat
from workflows.association.settings import Association

ASKED, JOIN, NEXT, END = "ASKED", "JOIN", "NEXT", "END"
MERGED: Final = "MERGED"
_TTL: Final = timedelta(days=60)


def _cohort(work: ServiceWork) -> Cohort:
    return records.of_case(work.session, work.variables)


def _today(work: ServiceWork) -> date:
    return local_day(work.now, work.engine.settings.zone)


def targets(session: Session, cohort_id: UUID | None, today: date) -> Sequence[tuple[Cohort, int]]:
    """The other groups that run, with their free seats: those that have some and meet again, the freest first."""
    seats = figures.limit(session, "SEATS", today)
    running = session.scalars(select(Cohort).where(Cohort.state == "RUNNING", Cohort.id != cohort_id)).all()
    free = [(each, seats - candidacies.taken(session, each.id)) for each in running if planning.coming(session, each)]
    return sorted((pair for pair in free if pair[1] > 0), key=lambda pair: (-pair[1], pair[0].key))


def target_choices(
    session: Session, language: str, variables: Mapping[str, object], today: date
) -> list[tuple[str, str]]:
    """Those groups for a list of choices: key, next session, free seats."""
    said = "{key} – {day}, {hour} – {free} {seats}"
    word = "free seats" if language == "en" else "places"
    return [
        (
            each.key,
            said.format(
                key=each.key, day=wording.day(planning.coming(session, each)[0][1].day, language),
                hour=f"{each.begins:%H:%M}", free=free, seats=word,
            ),
        )
        for each, free in targets(session, uuid_or_none(variables, "cohort_id"), today)
    ]  # fmt: skip


def phase_end(session: Session, cohort: Cohort, today: date) -> int:
    """The last session of the phase in which the next session lies."""
    ahead = [last for _row, _first, last in calendar.phases(session, today) if last > cohort.held]
    return min([*ahead, cohort.sessions])


@service_task("merger.look", results=("cohort_id", "sitting", "sessions_left", "has_room"))
def look(work: ServiceWork) -> Mapping[str, object]:
    """The group of this key; how many people and sessions are left, and whether another group has room for all."""
    cohort = _cohort(work)
    sitting, found = len(records.seats(work.session, cohort.id)), targets(work.session, cohort.id, _today(work))
    return {
        "cohort_id": str(cohort.id), "sitting": sitting, "sessions_left": len(planning.coming(work.session, cohort)),
        "has_room": bool(found) and found[0][1] >= sitting,
    }  # fmt: skip


def propose(association: Association, work: ServiceWork) -> None:
    """Asks each person of the group by his own case; those who lead both groups know of it."""
    cohort, target = _cohort(work), records.by_key(work.session, text(work.variables, "target_key"))
    if target is None:
        return
    cohort.successor_id = target.id
    until = _at(work, calendar.rule(work.session, "merger_answer", _today(work)))
    reminder = _at(work, calendar.rule(work.session, "merger_reminder", _today(work)))
    for seat in records.seats(work.session, cohort.id):
        seat.move_answer = ASKED
        said = {"target_key": target.key, "target_id": str(target.id), "move_until": until, "move_reminder": reminder}
        commands.correlate_message(
            work.session, work.engine, "move_proposed", str(seat.id), said, source=f"cohort:{cohort.id}", ttl=_TTL,
            by=SYSTEM,
        )  # fmt: skip
    for person_id in dict.fromkeys([*leaders.of(work, cohort.key), *leaders.of(work, target.key)]):
        letters.write(
            work.session, work.engine, association, "cohort_merger", person_id,
            lambda _lang: {"cohort": cohort.key, "target": target.key},
            key=f"merger:{cohort.key}:{target.key}:{person_id.hex}",
        )  # fmt: skip


def _at(work: ServiceWork, days: int) -> str:
    """So many days from today, at nine in the morning."""
    return datetime.combine(_today(work) + timedelta(days=days), time(9), work.engine.settings.zone).isoformat()


@service_task("merger.count", results=("missing",))
def count(work: ServiceWork) -> Mapping[str, object]:
    """How many people of the group have not said yet what they wish."""
    seats = records.seats(work.session, _cohort(work).id)
    return {"missing": sum(seat.move_answer == ASKED for seat in seats)}


def note_move(association: Association, work: ServiceWork) -> None:
    """What somebody wishes is done at once: a seat in the other group, or in the next one; or nothing until the end."""
    seat = work.session.get_one(CohortSeat, uuid(work.variables, "seat_id"))
    if seat.state not in records.SITTING or seat.move_answer not in {JOIN, NEXT}:
        return
    said: dict[str, object] = {"joins": False, "new_seat": None}
    appointments.uninvite(work.session, text(work.variables, "cohort_key"), seat.person_id, work.now)
    if seat.move_answer == JOIN:
        said = {"joins": True, "new_seat": _join(association, work, seat)}
    key = text(work.variables, "cohort_key")  # the case may end before its own end event says so
    commands.correlate_message(
        work.session,
        work.engine,
        "move_answered",
        key,
        source="merger",
        message_id=f"moved:{seat.id}",
        ttl=_TTL,
        by=SYSTEM,
    )
    commands.correlate_message(
        work.session, work.engine, "seat_moves_on", str(seat.id), said, source="merger", ttl=_TTL, by=SYSTEM
    )


def _join(association: Association, work: ServiceWork, seat: CohortSeat) -> Mapping[str, object]:
    session = work.session
    target = session.scalars(
        select(Cohort).where(Cohort.id == uuid(work.variables, "target_id")).with_for_update()
    ).one()
    made = CohortSeat(
        id=uuid4(), cohort_id=target.id, person_id=seat.person_id, situation=seat.situation, guest=seat.guest,
        state="RUNNING", order_key=seat.order_key, tariff=seat.tariff, from_seat_id=seat.id,
    )  # fmt: skip
    seat.state, seat.ended_at, seat.order_key = "MOVED", work.now, None
    session.add(made)
    session.flush()
    for each in appointments.of_calendar(session, target.key):
        if each.starts_at > work.now and each.state != appointments.CANCELLED:
            appointments.invite(session, each, [made.person_id])
    name = people.display_name(session, made.person_id)
    for lead in leaders.of(work, target.key):
        letters.write(
            session, work.engine, association, "cohort_joined", lead,
            lambda _lang: {"cohort": target.key, "other": name}, key=f"joined:{made.id.hex}:{lead.hex}",
        )  # fmt: skip
    return {
        "seat_id": str(made.id), "person_id": str(made.person_id), "cohort_id": str(target.id),
        "cohort_key": target.key, "participant": f"person:{made.person_id}", "joins_late": True,
    }  # fmt: skip


@service_task("merger.close_early", results=("told", "last_session", "appointment_id"))
def close_early(work: ServiceWork) -> Mapping[str, object]:
    """The group goes to the end of its phase and no further; its diagram finds its end there. `told`: its people and
    those who lead, `appointment_id`: its last session."""
    cohort = _cohort(work)
    last = phase_end(work.session, cohort, _today(work))
    told = [*(seat.person_id for seat in records.seats(work.session, cohort.id)), *leaders.of(work, cohort.key)]
    calling_off.end_dates(work.session, cohort, work.now, after=last)
    commands.correlate_message(
        work.session, work.engine, "session_moved", cohort.key, source=f"cohort:{cohort.id}", by=SYSTEM
    )
    found = planning.session_of(work.session, cohort, last)
    return {
        "told": [str(each) for each in dict.fromkeys(told)], "last_session": last,
        "appointment_id": str(found.id) if found is not None else None,
    }  # fmt: skip


def service_tasks(association: Association) -> Sequence[ServiceTask]:
    """The service tasks of a merger that write in the association's name."""

    def dissolve(work: ServiceWork) -> None:
        """Everybody has said what he wishes: the group meets no more, who stays to its end is asked for an opinion."""
        cohort = _cohort(work)
        gone = calling_off.end_dates(work.session, cohort, work.now)
        told = dict.fromkeys([*leaders.of(work, cohort.key), *_left(work.session, cohort)])
        target = work.session.get(Cohort, cohort.successor_id) if cohort.successor_id is not None else None
        for person_id in told:
            letters.write(
                work.session, work.engine, association, "cohort_merged", person_id,
                lambda _lang: {"cohort": cohort.key, "target": target.key if target is not None else "—"},
                key=f"merged:{cohort.id.hex}:{person_id.hex}", dates=Dates(gone, "CANCEL"),
            )  # fmt: skip
        cohort.state = MERGED
        calling_off.publish(work.session, work.engine, "cohort_ended", cohort)
        commands.correlate_message(
            work.session, work.engine, "cohort_dissolved", cohort.key, source=f"cohort:{cohort.id}", ttl=_TTL, by=SYSTEM
        )

    return (
        ServiceTask("merger.dissolve", dissolve, results=frozenset()),
        ServiceTask("merger.propose", partial(propose, association), results=frozenset()),
        ServiceTask("participation.note_move", partial(note_move, association), results=frozenset()),
    )


def _left(session: Session, cohort: Cohort) -> list[UUID]:
    return [seat.person_id for seat in records.seats(session, cohort.id)]
