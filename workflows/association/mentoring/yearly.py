"""The report of a year of mentoring, to hand on: nobody can be made out in it (domain §P3.9, §P3.10).

What stands for fewer people than the limit `CELL` is not told. Rare ends, and every end for a grave matter, are told
together; where even those are few, neither the number of all ends is told nor what is a share of it, since either would
give them away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.association import measures
from workflows.association.measures import COUNT, Measure, Period
from workflows.association.mentoring import figures, indicators
from workflows.association.mentoring.demands import MentorDemand
from workflows.association.mentorships import ENDED, Mentorship

OTHER: Final = "OTHER"
_NEVER_ALONE: Final = frozenset({"STOPPED_NOW", "MANUAL", ""})
_OF_ENDS: Final = frozenset({"completion", "no_fault", "become_mentors"})  # shares of the pairs that ended


def report(session: Session, period: Period, today: date) -> Sequence[Measure]:
    """How many asked, began, met and ended how; then the indicators of the year."""
    least = figures.limit(session, "CELL", today)
    pairs = session.scalars(select(Mentorship)).all()
    demands = session.scalars(select(MentorDemand)).all()
    began = [each for each in pairs if period.holds(each.introduced_on or each.started_on)]
    told = [
        _count("asked", sum(period.holds(each.asked_on) for each in demands)),
        _count("began", len(began)),
        _count("extended", sum(each.extended for each in began)),
        _count("beside", sum(each.beside_id is not None for each in began)),
        _count("offers", sum(period.holds(each.offer_on) for each in pairs)),
    ]
    ended = Counter(each.ending for each in pairs if each.state == ENDED and period.holds(each.ended_on))
    found = [*told, *indicators.of_period(session, period, today)]
    kept = [measures.hidden(each) if _gives_away(each, ended, least) else each for each in found]
    return [*(measures.masked(each, least) for each in kept), *_ends(ended, least)]


def _count(key: str, number: int, part: str = "") -> Measure:
    return Measure(key, COUNT, number, number, part=part)


def _alone(ended: Counter[str], least: int) -> dict[str, int]:
    """The ends that are told each by itself."""
    return {key: number for key, number in ended.items() if number >= least and key not in _NEVER_ALONE}


def _rest(ended: Counter[str], least: int) -> Measure:
    """The other ends, together."""
    return measures.masked(_count("ended", ended.total() - sum(_alone(ended, least).values()), OTHER), least)


def _gives_away(found: Measure, ended: Counter[str], least: int) -> bool:
    """Whether a share of the ended pairs, beside the ends that are told, is the number of a few."""
    if found.key not in _OF_ENDS or found.value is None:
        return False
    left_out = 0 < ended.total() - found.of < least
    rare = any(ended[key] and key not in _alone(ended, least) for key in indicators.DONE)
    return _rest(ended, least).hidden or left_out or (rare and found.key == "completion")


def _ends(ended: Counter[str], least: int) -> Sequence[Measure]:
    alone, rest = _alone(ended, least), _rest(ended, least)
    shown = [_count("ended", alone[key], key) for key in sorted(alone)]
    total = [] if rest.hidden else [_count("ended_all", ended.total())]
    return [*total, *shown, rest] if rest.hidden or rest.value else [*total, *shown]
