"""A career group that does not go on: its dates end, whoever counted on it is told, offers of places are taken back.

The diagram calls a group off before its start; whoever ends its case by hand does so at any time, and a case that has
ended runs no element: `EndedByHand` does what the diagram would have done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.publishing import publish_to_all
from workflows.association.calendars import appointments
from workflows.association.calendars.appointments import Appointment
from workflows.association.cohorts import information, letters, records
from workflows.association.cohorts.candidacies import OFFERED, CohortCandidacy
from workflows.association.cohorts.letters import Dates
from workflows.association.cohorts.records import Cohort
from workflows.association.settings import Association

RECRUITING, RUNNING, CANCELLED, CLOSED = "RECRUITING", "RUNNING", "CANCELLED", "CLOSED"
_TTL: Final = timedelta(days=30)
_NOTHING: Final[Mapping[str, object]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class EndedByHand:
    """What `EngineSettings.canceled` is told: the case of a group, or of a seat in one, ended before its time."""

    association: Association

    def __call__(self, session: Session, engine: Engine, process: str, key: str | None) -> None:
        """Ends the group or the seat of this business key, where it was not over."""
        if process == "cohort" and key is not None:
            self._group(session, engine, key)
        elif process == "cohort_participation" and key is not None:
            _seat(session, engine, key)

    def _group(self, session: Session, engine: Engine, key: str) -> None:
        cohort, now = records.by_key(session, key), engine.clock.now()
        if cohort is None or cohort.state not in {RECRUITING, RUNNING}:
            return
        began = cohort.state == RUNNING
        told = end_dates(session, cohort, now)
        if began:
            guests = {guest for each in told for guest in appointments.guests(session, each.id)}
            for person_id in sorted(guests, key=str):
                letters.write(
                    session, engine, self.association, "cohort_off", person_id, lambda _lang: {"cohort": key},
                    key=f"off:{cohort.id.hex}:{person_id.hex}", dates=Dates(told, "CANCEL"),
                )  # fmt: skip
            cohort.state = CLOSED
        else:
            call_off(session, engine, cohort, now)
        publish(session, engine, "cohort_ended" if began else "cohort_cancelled", cohort)


def publish(session: Session, engine: Engine, name: str, cohort: Cohort) -> None:
    """Tells every seat of the group, as its diagram does at its end: one message for each, and whoever waits for it
    now, since the case of somebody who is just leaving would take the message of another."""
    publish_to_all(session, engine, name, cohort.key, {"cohort_key": cohort.key})
    for seat in records.seats(session, cohort.id):
        commands.correlate_message(
            session, engine, name, cohort.key, {"cohort_key": cohort.key}, source=f"cohort:{cohort.id}",
            message_id=f"{name}:{seat.id}", ttl=_TTL, by=SYSTEM,
        )  # fmt: skip


def _seat(session: Session, engine: Engine, key: str) -> None:
    cohort_key, _, prefix = key.rpartition("/")
    cohort = records.by_key(session, cohort_key)
    if cohort is None:
        return
    for seat in records.seats(session, cohort.id):
        if str(seat.id).startswith(prefix):
            seat.state, seat.ended_at = CANCELLED, engine.clock.now()
            appointments.uninvite(session, cohort_key, seat.person_id, engine.clock.now())


def end_dates(session: Session, cohort: Cohort, now: datetime, *, after: int = 0) -> Sequence[Appointment]:
    """Calls off the sessions with a number above `after` that are still to come, and answers them."""
    numbered = {f"s{number}" for number in range(after + 1, cohort.sessions + 1)}
    return [
        each
        for each in appointments.of_calendar(session, cohort.key)
        if each.key in numbered and each.starts_at > now and appointments.cancel(each, now)
    ]


def call_off(
    session: Session, engine: Engine, cohort: Cohort, now: datetime, variables: Mapping[str, object] = _NOTHING
) -> None:
    """A group that has not begun: no session and no information meeting takes place, no offer of a place holds."""
    cohort.state = CANCELLED
    end_dates(session, cohort, now)
    information.call_off(session, engine, cohort, now, variables)
    offered = select(CohortCandidacy.id).where(
        CohortCandidacy.cohort_id == cohort.id, CohortCandidacy.state == OFFERED
    )  # fmt: skip
    for each in session.scalars(offered.order_by(CohortCandidacy.id)).all():
        commands.correlate_message(
            session, engine, "cohort_called_off", str(each), source=f"cohort:{cohort.id}", ttl=_TTL, by=SYSTEM
        )
