"""When career groups usually start, and whether one is to be planned now. Source: domain §P2.2."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import commands
from engine.assignment import SYSTEM
from engine.database import serialise
from engine.engine import Engine
from engine.models import Base
from engine.personal import Impersonal
from workflows.association import parameters
from workflows.association.cohorts import calendar, candidacies, figures
from workflows.association.cohorts.records import Cohort
from workflows.association.parameters import Column, Row, Table

STARTS: Final = Table(
    "cohort_season", "Groupes carrière : saisons", "Career groups: seasons",
    (Column("month", "integer", "Mois", "Month", minimum=1, maximum=12),),
    first=(
        Row("FEB", "Février", "February", 2),
        Row("APR", "Avril", "April", 4),
        Row("JUN", "Juin", "June", 6),
        Row("SEP", "Septembre", "September", 9),
        Row("OCT", "Octobre", "October", 10),
        Row("NOV", "Novembre", "November", 11),
    ),
    about_fr="Les mois où un groupe commence d’ordinaire, dans la semaine du premier lundi ouvré. Le service carrières "
    "est appelé à le prévoir autant de semaines avant que le disent les règles.",
    about_en="The months in which a cohort usually starts, in the week of the first Monday that is a working day. The "
    "careers office is asked to plan it as many weeks before as the rules say.",
    owner="CAREERS_HEAD", open_keys=True,
)  # fmt: skip
WANTED: Final = "cohort_is_wanted"
_ONE: Final = 1  # the table has one row


class SeasonWatch(Base):
    """Every season that begins before the day `until` was looked at: the office was asked, or a cohort was there.

    Without it a season would be missed where the weekly look comes late, and asked for twice where another comes first.
    """

    __tablename__ = "cohort_season_watch"
    __privacy__ = Impersonal("up to which day seasons were looked at")
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    until: Mapped[date]


def free_monday(session: Session, day: date) -> date:
    """The first Monday from a day on that is no holiday and in no break. Raises NoSuchCalendar."""
    monday = day + timedelta(days=-day.weekday() % 7)
    return calendar.dates(monday, 1, calendar.breaks(session))[0]


def coming(session: Session, after: date) -> date | None:
    """The Monday of the first season that begins on this day or later, None where no season is decided."""
    months = {int(str(row["month"])) for row in parameters.rows(session, STARTS, on=after)}
    ahead = [date(year, month, 1) for year in (after.year, after.year + 1) for month in sorted(months)]
    mondays = (free_monday(session, first) for first in ahead)
    return next((monday for monday in mondays if monday >= after), None)


def lead(session: Session, today: date) -> timedelta:
    """How long before its start a cohort is planned."""
    return timedelta(weeks=calendar.rule(session, "lead_weeks", today))


def take(session: Session, today: date) -> date | None:
    """The Monday of the first season that is to be planned now, None where none is; each is answered once.

    A look that comes late finds what it missed, as long as applications for it can still open; where that is more than
    one season, the next look finds the next. One transaction looks at a time.
    """
    serialise(session, "cohort seasons")
    earliest = today + lead(session, today)
    end = earliest + timedelta(weeks=1)
    watch = session.get(SeasonWatch, _ONE, populate_existing=True)
    if watch is None:
        watch = SeasonWatch(id=_ONE, until=earliest)
        session.add(watch)
    possible = today + timedelta(weeks=figures.limit(session, "CLOSES", today), days=1)
    season = coming(session, max(watch.until, possible))
    while season is not None and season < end and _is_planned(session, season):
        season = coming(session, season + timedelta(days=1))
    if season is None or season >= end:
        watch.until = max(watch.until, end)
        return None
    watch.until = season + timedelta(days=1)
    return season


def following(session: Session, start: date) -> date | None:
    """The first season after this start that nobody was asked to plan yet, None where no season is decided."""
    watch, later = session.get(SeasonWatch, _ONE), start + timedelta(days=1)
    return coming(session, later if watch is None else max(watch.until, later))


def _is_planned(session: Session, season: date) -> bool:
    starts = session.scalars(select(Cohort.starts_on).where(Cohort.state != "CANCELLED"))
    return any((each.year, each.month) == (season.year, season.month) for each in starts)


def enough_wait(session: Session, today: date) -> bool:
    """Whether so many admitted people wait that a cohort is to be planned out of season."""
    return len(candidacies.waiting(session)) >= calendar.rule(session, "waiting_call", today)


def call(session: Session, engine: Engine, today: date) -> None:
    """Somebody more waits: begins the planning where enough do; while one of that reason is at work, nothing."""
    session.flush()
    if enough_wait(session, today):
        commands.correlate_message(session, engine, WANTED, "cohort", source="admission", by=SYSTEM)
