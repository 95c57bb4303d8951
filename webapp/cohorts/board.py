"""What the board of a cohort shows: weeks and people, who was there, what calls for attention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.models import UserTask
from webapp.auth import current
from webapp.dates import day
from webapp.words import _
from workflows.association import people, roles
from workflows.association.cohorts import records, sheets
from workflows.association.cohorts.merging import ASKED
from workflows.association.cohorts.records import MISSED, PAUSED, Cohort, CohortMark, CohortSeat

OFFICE: Final = frozenset({"CAREERS_HEAD", "CAREERS_ASST", "ADMIN"})
LEADS: Final = ("FACILITATOR", "CO_FACILITATOR")


def may_lead(key: str) -> bool:
    """Whether the viewer leads the cohort of this key, or works for the office."""
    held = current().roles
    return bool(held & OFFICE) or any(roles.key(role, key) in held for role in LEADS)


def cohort_of(session: Session, key: str) -> Cohort:
    """The cohort, where the viewer leads it or works for the office. Raises NotFound."""
    found = records.by_key(session, key)
    if found is None or not may_lead(key):
        raise NotFound(kind="cohort", id=key[:40])
    return found


@dataclass(frozen=True, slots=True)
class Cell:
    """One person at one session, in a letter and in words."""

    letter: str
    words: str
    homework: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One person: the cells by session, the alert in words, whether the seat still counts."""

    seat_id: UUID
    name: str
    cells: Sequence[Cell | None]
    alert: str
    sitting: bool
    paused: bool = False
    sheet: str = ""


def mark_words() -> dict[str, str]:
    """Every mark in the reader's language."""
    return {
        "PRESENT": _("present"),
        "REMOTE": _("present, remotely"),
        "EXCUSED": _("excused"),
        "UNEXCUSED": _("absent without a word"),
        PAUSED: _("on a pause"),
    }


def reason_words() -> dict[str, str]:
    """The short list of reasons: none speaks of health, and nothing is written freely."""
    return {
        "WORK": _("work"),
        "INTERVIEW": _("job interview"),
        "TRAVEL": _("travel"),
        "FAMILY": _("family"),
        "OTHER": _("another reason"),
    }


def lines(session: Session, cohort: Cohort, on: date) -> Sequence[Line]:
    """The people of a cohort by name, those who left at the end; `on`: the day by which a pause is told."""
    taken = records.seats(session, cohort.id, sitting=False)
    names = people.names_of(session, [seat.person_id for seat in taken])
    written, words = sheets.versions(session, [seat.id for seat in taken]), sheet_words()
    found = [
        _line(session, cohort, seat, names.get(seat.person_id, "–"), on, words.get(written.get(seat.id, ""), ""))
        for seat in taken
    ]
    return sorted(found, key=lambda line: (not line.sitting, line.name.casefold()))


def _line(session: Session, cohort: Cohort, seat: CohortSeat, name: str, on: date, sheet: str) -> Line:
    found = records.marks(session, seat.id)
    by_session = {mark.session_no: mark for mark in found}
    cells = [_cell(by_session.get(number)) for number in range(1, cohort.held + 1)]
    sitting = seat.state in records.SITTING
    paused = sitting and seat.pauses_on(on)
    words = _("pauses until %(day)s", day=day(seat.paused_until)) if paused and seat.paused_until else ""
    if sitting and seat.move_answer == ASKED:
        words = _("asked what follows")
    return Line(
        seat.id, name, cells, words or (_alert(cohort, found) if sitting else _gone(seat)), sitting, paused, sheet
    )


def _gone(seat: CohortSeat) -> str:
    """How a seat ended, in words."""
    ended = {
        "MOVED": _("is in another group"), "WAITING": _("waits for the next group"), "COMPLETED": _("to the end"),
        "SUCCESS": _("has found work"), "CANCELLED": _("seat taken back"),
    }  # fmt: skip
    return ended.get(seat.state, _("has left"))


def sheet_words() -> dict[str, str]:
    """Up to which phase the project sheet is written."""
    return {
        "SELF": _("assessment"), "PROJECT": _("two scenarios"), "FIELD": _("inquiry"), "ACTION": _("action plan"),
    }  # fmt: skip


def state_words() -> dict[str, str]:
    """How a group stands."""
    return {
        "RECRUITING": _("being composed"), "RUNNING": _("meets"), "CLOSED": _("over"), "CANCELLED": _("called off"),
        "MERGED": _("joined to another group"),
    }  # fmt: skip


def rule_words() -> dict[str, str]:
    """The commitments of the charter."""
    return {
        "CONFIDENTIALITY": _("what is said in the group stays there"),
        "SELLING": _("nobody recruits or sells in the group"),
        "HELPING": _("people help and respect each other"),
        "ATTENDING": _("people come to each session, or say so"),
    }


def _cell(mark: CohortMark | None) -> Cell | None:
    if mark is None:
        return None
    letters = {"PRESENT": _("P"), "REMOTE": _("R"), "EXCUSED": _("E"), "UNEXCUSED": _("A"), PAUSED: _("=")}
    return Cell(letters[mark.mark], mark_words()[mark.mark], mark.homework)


def _alert(cohort: Cohort, found: Sequence[CohortMark]) -> str:
    row, missed = records.unexcused_in_a_row(found), sum(each.mark in MISSED for each in found)
    if row >= 2:
        return _("%(num)d absences in a row without a word", num=row)
    if 5 * missed > cohort.sessions:
        return _("missed %(num)d sessions", num=missed)
    return ""


def open_attendance(session: Session, cohort: Cohort) -> UserTask | None:
    """The task to note the attendance, while a session waits for it."""
    lead = roles.key("FACILITATOR", cohort.key)  # the first of its candidates: indexed
    query = select(UserTask).where(
        UserTask.role == lead, UserTask.element == "enter_attendance", UserTask.state == "created"
    )
    return session.scalars(query).first()
