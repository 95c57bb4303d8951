"""The attendance of a session, noted as a whole: everybody is there but those who differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy.orm import Session

from engine.errors import Invalid
from workflows.association.cohorts import planning, records
from workflows.association.cohorts.records import MARKS, PAUSED, REASONS, Cohort


class AttendanceRefused(Invalid):
    """A difference names somebody of this cohort, a mark and a reason of the list."""

    code: ClassVar[str] = "attendance_refused"


@dataclass(frozen=True, slots=True)
class Difference:
    """How somebody's attendance differs: the mark, its reason from the list, whether the homework was done."""

    mark: str = "PRESENT"
    reason: str | None = None
    homework: bool = True


def note(
    session: Session, cohort: Cohort, number: int, exceptions: Mapping[UUID, Difference], *, by: str, now: datetime
) -> int:
    """Notes a session, over what was noted of it before; answers how many were there. Raises AttendanceRefused."""
    taken, held = records.seats(session, cohort.id), planning.session_of(session, cohort, number)
    known = {seat.id for seat in taken} | {seat.id for seat in records.seats(session, cohort.id, sitting=False)}
    for seat_id, each in exceptions.items():
        if seat_id not in known or each.mark not in MARKS or each.reason not in {None, *REASONS}:
            raise AttendanceRefused
    there = 0
    for seat in taken:
        paused = held is not None and seat.pauses_on(held.day)
        each = exceptions.get(seat.id, Difference(PAUSED, homework=False) if paused else Difference())
        records.note(session, seat.id, number, each.mark, reason=each.reason, homework=each.homework, by=by, now=now)
        there += each.mark not in {*records.MISSED, PAUSED}
    return there
