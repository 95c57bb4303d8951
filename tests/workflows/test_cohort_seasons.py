"""The seasons of career groups: their Mondays, when one is to be planned, how two cohorts share who waits."""

from __future__ import annotations

from datetime import date

import pytest

from engine.transaction import reading
from tests.fixtures.office import Office
from workflows.association.cohorts import season_work, seasons


def test_each_season_is_to_be_planned_in_one_week_twelve_weeks_before_its_first_free_monday(office: Office) -> None:
    mondays = [date.fromordinal(day) for day in range(date(2026, 11, 30).toordinal(), date(2027, 12, 1).toordinal(), 7)]
    with reading(office.engine) as session:
        found = {monday: season for monday in mondays if (season := seasons.due(session, monday))}
        november = seasons.coming(session, date(2027, 10, 5))
    assert november == date(2027, 11, 8), "1 November is a holiday"
    assert found == {
        date(2027, 1, 11): date(2027, 4, 5),
        date(2027, 3, 15): date(2027, 6, 7),
        date(2027, 6, 14): date(2027, 9, 6),
        date(2027, 7, 12): date(2027, 10, 4),
        date(2027, 8, 16): date(2027, 11, 8),
        date(2027, 11, 15): date(2028, 2, 7),
    }


@pytest.mark.parametrize(
    ("waiting", "cohorts", "calls"), [(14, 1, 12), (3, 1, 3), (20, 2, 10), (21, 2, 11), (40, 2, 12), (0, 1, 0)]
)
def test_two_cohorts_share_those_who_wait(waiting: int, cohorts: int, calls: int) -> None:
    assert season_work.shares(waiting, cohorts, seats=12) == calls
