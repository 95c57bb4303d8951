"""Small groups inside a career group: triads while it learns to know itself, mirror groups while each has a project.

Three work together between two sessions (domain §P2.3, phase 2); about four hear somebody's two scenarios and say what
they see in them (phase 3). New ones are drawn every few sessions, as the rule says, so that nobody meets the same
people twice before having met the others. The draw is no lottery: the same people with the same past give the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.engine import Engine
from engine.models import Base, Moment
from engine.personal import Personal
from workflows.association import people
from workflows.association.case_variables import local_day
from workflows.association.cohorts import calendar, letters, records
from workflows.association.cohorts.records import Cohort, CohortSeat
from workflows.association.settings import Association

Pairs = Mapping[frozenset[UUID], int]  # how often two were in the same small group


@dataclass(frozen=True, slots=True)
class Kind:
    """What is drawn in a phase: every how many sessions (a key of the rules), how many people, and the mail."""

    phase: str
    rule: str
    size: int
    template: str


TRIAD: Final = Kind("SELF", "triad_sessions", 3, "cohort_triad")
MIRROR: Final = Kind("PROJECT", "mirror_sessions", 4, "cohort_mirror")
KINDS: Final = {each.phase: each for each in (TRIAD, MIRROR)}


class CohortTriad(Base):
    """Somebody's small group after a session: those with the same number work together until the next draw."""

    __tablename__ = "cohort_triad"
    __privacy__ = Personal("programme", "seat_id", "keep", since="drawn_at")
    seat_id: Mapped[UUID] = mapped_column(ForeignKey("cohort_seat.id"), primary_key=True)
    session_no: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    drawn_at: Mapped[datetime] = mapped_column(Moment)


def due_after(session: Session, number: int, today: date) -> Kind | None:
    """What is drawn when this session is over: its phase goes on, and the rule's sessions went by; None for nothing."""
    kind, first, last = _of_session(session, number, today)
    if kind is None or number >= last:
        return None
    return kind if (number - first) % calendar.rule(session, kind.rule, today) == 0 else None


def _of_session(session: Session, number: int, today: date) -> tuple[Kind | None, int, int]:
    """What is drawn in the phase of a session, with the first and the last session of that phase."""
    for row, first, last in calendar.phases(session, today):
        if row.key in KINDS and first <= number <= last:
            return KINDS[row.key], first, last
    return None, 0, 0


def draw(session: Session, engine: Engine, association: Association, cohort: Cohort, number: int) -> None:
    """Draws the small groups of everybody who sits in the group and does not pause, once a session, and tells each."""
    now = engine.clock.now()
    today = local_day(now, engine.settings.zone)
    kind, _first, _last = _of_session(session, number, today)
    if kind is None or (_last_draw(session, cohort.id) or 0) >= number:
        return
    seats = {seat.id: seat for seat in records.seats(session, cohort.id) if not seat.pauses_on(today)}
    found = formed(sorted(seats, key=str), _together(session, cohort.id), kind.size)
    for place, members in enumerate(found, start=1):
        for seat_id in members:
            session.add(CohortTriad(seat_id=seat_id, session_no=number, number=place, drawn_at=now))
        people_ids = [seats[each].person_id for each in members]
        _tell(session, engine, association, cohort, number, kind, people_ids)
    session.flush()


def formed(seats: Sequence[UUID], together: Pairs, size: int = TRIAD.size) -> list[list[UUID]]:
    """Groups of this size (of one more or less where it does not come out) of people who were together least."""
    count = max(1, round(len(seats) / size))
    groups: list[list[UUID]] = [[] for _ in range(count)]
    for number, each in enumerate(seats):
        groups[number % count].append(each)
    while _swapped(groups, together):
        pass
    return [group for group in groups if group]


def _swapped(groups: list[list[UUID]], together: Pairs) -> bool:
    """Swaps the first two people by which fewer meet again; answers whether there were any. Each swap costs less than
    the one before, so that it comes to an end."""
    for one, other in combinations(groups, 2):
        before = _cost(one, together) + _cost(other, together)
        for here in range(len(one)):
            for there in range(len(other)):
                one[here], other[there] = other[there], one[here]
                if _cost(one, together) + _cost(other, together) < before:
                    return True
                one[here], other[there] = other[there], one[here]
    return False


def _cost(group: Sequence[UUID], together: Pairs) -> int:
    """Meeting somebody a third time is worse than two people a second time: counts are squared."""
    return sum(together.get(frozenset(pair), 0) ** 2 for pair in combinations(group, 2))


def current(session: Session, cohort: Cohort, today: date) -> list[list[CohortSeat]]:
    """The small groups of the latest draw, of those who still sit in the group; none before the first one and after its
    phase."""
    number, cohort_id = _last_draw(session, cohort.id), cohort.id
    if number is None or kind_now(session, cohort, today) is None:
        return []
    query = select(CohortTriad.number, CohortSeat).join(CohortSeat, CohortSeat.id == CohortTriad.seat_id)
    rows = session.execute(
        query.where(CohortSeat.cohort_id == cohort_id, CohortTriad.session_no == number).order_by(
            CohortTriad.number, CohortSeat.id
        )
    ).all()
    places = dict.fromkeys(place for place, _seat in rows)
    groups = [[seat for place, seat in rows if place == each and seat.state in records.SITTING] for each in places]
    return [group for group in groups if group]


def kind_now(session: Session, cohort: Cohort, today: date) -> Kind | None:
    """What the latest draw was of, while its phase goes on."""
    number = _last_draw(session, cohort.id)
    kind, _first, last = _of_session(session, number, today) if number is not None else (None, 0, 0)
    return kind if cohort.held < last else None


def _last_draw(session: Session, cohort_id: UUID) -> int | None:
    query = select(func.max(CohortTriad.session_no)).join(CohortSeat, CohortSeat.id == CohortTriad.seat_id)
    return session.scalar(query.where(CohortSeat.cohort_id == cohort_id))


def _together(session: Session, cohort_id: UUID) -> Pairs:
    query = select(CohortTriad).join(CohortSeat, CohortSeat.id == CohortTriad.seat_id)
    members: dict[tuple[int, int], list[UUID]] = {}
    for each in session.scalars(query.where(CohortSeat.cohort_id == cohort_id)):
        members.setdefault((each.session_no, each.number), []).append(each.seat_id)
    return Counter(frozenset(pair) for group in members.values() for pair in combinations(group, 2))


def _tell(
    session: Session, engine: Engine, association: Association, cohort: Cohort, number: int, kind: Kind,
    members: Sequence[UUID],
) -> None:  # fmt: skip
    names = people.names_of(session, members)
    for reader in members:
        others = ", ".join(sorted(names.get(each, "–") for each in members if each != reader)) or "–"
        key = f"triad:{cohort.id.hex}:{number}:{reader.hex}"
        letters.write(session, engine, association, kind.template, reader, _words(cohort.key, others), key=key)


def _words(cohort: str, others: str) -> letters.Words:
    return lambda _lang: {"cohort": cohort, "others": others}
