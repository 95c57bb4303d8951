"""The report of a year of career groups, and the figures by which they are judged. Source: domain §P2.9, §P2.10.

Nobody is named, and what fewer people than the rule says have answered or done is not shown: such a figure is None.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflows.association import roles
from workflows.association.cohorts import calendar, figures
from workflows.association.cohorts.candidacies import SEATED, CohortCandidacy
from workflows.association.cohorts.dropped_leads import ROLES
from workflows.association.cohorts.opinions import OUTCOMES, STATEMENTS, CohortNews, CohortOpinion
from workflows.association.cohorts.records import MISSED, PAUSED, Cohort, CohortMark, CohortSeat
from workflows.association.roles import RoleHolding

BEGAN: Final = ("RUNNING", "CLOSED", "MERGED")
IN_WORK: Final = frozenset({"JOB_SAME", "JOB_CHANGED", "INDEPENDENT", "CREATION"})
_TAKEN: Final = ("RUNNING", "COMPLETED", "SUCCESS", "LEFT")  # a seat that was moved counts where it went
_AT_SIX: Final = 2  # the follow-up at six months


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator: a whole number (of a hundred, of days, of people), what it is of, and its target if there is one.

    `value` is None where too few people stand behind it."""

    key: str
    value: int | None
    of: int
    target: int | None = None

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; None where there is none, or no value."""
        return None if self.value is None or self.target is None else self.value >= self.target


@dataclass(frozen=True, slots=True)
class YearReport:
    """A year by the groups that began in it. `statements`: how far people agree, in tenths from 10 to 50; `outcomes`:
    how many people stand where at six months."""

    year: int
    groups: int
    people: int
    figures: Sequence[Figure]
    statements: Mapping[str, int | None]
    outcomes: Mapping[str, int | None]


def years(session: Session) -> list[int]:
    """The years in which a group began, the latest first."""
    begun = session.scalars(select(Cohort.starts_on).where(Cohort.state.in_(BEGAN)))
    return sorted({each.year for each in begun}, reverse=True)


def report(session: Session, year: int, today: date) -> YearReport:
    """The report of a year, as it stands today."""
    cohorts = session.scalars(
        select(Cohort).where(Cohort.state.in_(BEGAN), Cohort.starts_on.between(date(year, 1, 1), date(year, 12, 31)))
    ).all()
    seats = session.scalars(
        select(CohortSeat).where(CohortSeat.cohort_id.in_([each.id for each in cohorts]), CohortSeat.state.in_(_TAKEN))
    ).all()
    least = calendar.rule(session, "cell_least", today)
    ids = [seat.id for seat in seats]
    told = [
        _filled(session, len(cohorts), len(seats), today), _completed(session, seats, today),
        _attended(session, ids, today), _in_work(session, ids, least), _recommended(seats),
        Figure("guests", _share(sum(seat.guest for seat in seats), len(seats)), len(seats)),
        _waited(session, [each.id for each in cohorts]),
    ]  # fmt: skip
    masked = [each if each.of >= least else Figure(each.key, None, each.of, each.target) for each in told]
    return YearReport(
        year, len(cohorts), len(seats), [*masked, pool(session, today)], _agreed(session, ids, least),
        _stand(session, ids, least),
    )  # fmt: skip


def _share(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None


def _filled(session: Session, groups: int, people: int, today: date) -> Figure:
    return Figure("fill", _share(people, groups * figures.limit(session, "SEATS", today)), people)


def _completed(session: Session, seats: Iterable[CohortSeat], today: date) -> Figure:
    ended = Counter(seat.state for seat in seats if seat.state != "RUNNING")
    well, every = ended["COMPLETED"] + ended["SUCCESS"], ended.total()
    return Figure("completion", _share(well, every), every, calendar.rule(session, "target_completion", today))


def _attended(session: Session, ids: Sequence[UUID], today: date) -> Figure:
    marks = dict(
        session.execute(
            select(CohortMark.mark, func.count()).where(CohortMark.seat_id.in_(ids)).group_by(CohortMark.mark)
        )
        .tuples()
        .all()
    )
    every = sum(count for mark, count in marks.items() if mark != PAUSED)
    missed = sum(count for mark, count in marks.items() if mark in MISSED)
    target = calendar.rule(session, "target_attendance", today)
    return Figure("attendance", _share(every - missed, every), every, target)


def _outcomes(session: Session, ids: Sequence[UUID]) -> Counter[str]:
    query = select(CohortNews.outcome).where(CohortNews.seat_id.in_(ids), CohortNews.number == _AT_SIX)
    return Counter(session.scalars(query))


def _in_work(session: Session, ids: Sequence[UUID], least: int) -> Figure:
    """Neither told where it would say how a few that are hidden divide, nor over how many: less those that are shown,
    that is their sum."""
    found, unseen = _outcomes(session, ids), _hidden(_outcomes(session, ids), least)
    mixed = bool(unseen & IN_WORK) and bool(unseen - IN_WORK)
    if mixed or (unseen and sum(found[key] for key in unseen) < 2 * least):
        return Figure("in_work", None, 0)
    return Figure("in_work", _share(sum(found[each] for each in IN_WORK), found.total()), found.total())


def _recommended(seats: Iterable[CohortSeat]) -> Figure:
    """The net promoter score: those who give 9 or 10 less those who give 6 or less, of a hundred; −100 to 100."""
    scores = [seat.score for seat in seats if seat.score is not None]
    net = sum(score >= 9 for score in scores) - sum(score <= 6 for score in scores)
    return Figure("nps", _share(net, len(scores)), len(scores))


def _waited(session: Session, cohort_ids: Sequence[UUID]) -> Figure:
    """Days between an application and the seat."""
    query = select(CohortCandidacy.asked_at, CohortCandidacy.closed_at).where(
        CohortCandidacy.cohort_id.in_(cohort_ids), CohortCandidacy.state == SEATED
    )
    days = [(closed - asked).days for asked, closed in session.execute(query) if closed is not None]
    return Figure("waiting", round(sum(days) / len(days)) if days else None, len(days))


def pool(session: Session, today: date) -> Figure:
    """How many people lead a group or may, today; the target is two a running group, and some more."""
    held = select(RoleHolding.person_id).where(RoleHolding.role.in_(ROLES), roles.in_force(today))
    people = len(set(session.scalars(held)))
    running = session.scalar(select(func.count()).select_from(Cohort).where(Cohort.state == "RUNNING")) or 0
    return Figure("pool", people, people, 2 * running + calendar.rule(session, "pool_more", today))


def _agreed(session: Session, ids: Sequence[UUID], least: int) -> dict[str, int | None]:
    given = session.scalars(select(CohortOpinion).where(CohortOpinion.seat_id.in_(ids))).all()
    if len(given) < least:
        return dict.fromkeys(STATEMENTS)
    return {name: round(10 * sum(getattr(each, name) for each in given) / len(given)) for name in STATEMENTS}


def _stand(session: Session, ids: Sequence[UUID], least: int) -> dict[str, int | None]:
    """How many stand where; None for those that are hidden."""
    found = _outcomes(session, ids)
    unseen = _hidden(found, least)
    return {key: None if key in unseen else found[key] for key in OUTCOMES}


def _hidden(found: Counter[str], least: int) -> set[str]:
    """Where so few stand that it is not shown; where that is the only one, neither is the smallest other, or it would
    be what the shown ones lack to all."""
    unseen = {key for key in OUTCOMES if 0 < found[key] < least}
    if len(unseen) == 1:
        others = sorted((key for key in OUTCOMES if key not in unseen), key=lambda key: (not found[key], found[key]))
        unseen |= set(others[:1])
    return unseen
