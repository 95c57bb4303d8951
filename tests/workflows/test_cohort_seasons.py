"""The seasons of career groups: their Mondays, when one is to be planned, how two cohorts share who waits."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from engine.registry import ServiceWork
from engine.transaction import transaction
from tests.fixtures.office import NOON, Office
from tests.fixtures.staff import add_person
from workflows.association.cohorts import planning, season_work, seasons
from workflows.association.cohorts.candidacies import WAITING, CohortCandidacy
from workflows.association.cohorts.records import Cohort


def test_each_season_is_to_be_planned_in_one_week_twelve_weeks_before_its_first_free_monday(office: Office) -> None:
    mondays = [date.fromordinal(day) for day in range(date(2026, 11, 30).toordinal(), date(2027, 12, 1).toordinal(), 7)]
    with transaction(office.engine) as session:
        found = {monday: season for monday in mondays if (season := seasons.take(session, monday))}
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


APRIL, SEPTEMBER, OCTOBER, NOVEMBER = date(2027, 4, 5), date(2027, 9, 6), date(2027, 10, 4), date(2027, 11, 8)


@pytest.mark.parametrize(
    ("looks", "found"),
    [
        (("2027-01-04", "2027-01-12", "2027-01-18"), [APRIL]),  # the look of Monday 11 came a day late
        (("2027-01-11", "2027-01-13", "2027-01-18"), [APRIL]),  # enough people waited on the Wednesday
        (("2027-01-06", "2027-01-11", "2027-01-18"), [APRIL]),
        (("2027-06-07", "2027-08-02", "2027-08-09", "2027-08-16"), [SEPTEMBER, OCTOBER, NOVEMBER]),  # all were late
        (("2027-06-07", "2027-08-09", "2027-08-10"), [OCTOBER, NOVEMBER]),  # September: too late
    ],
)
def test_a_season_is_to_be_planned_once_also_where_the_weekly_look_comes_late(
    office: Office, looks: tuple[str, ...], found: list[date]
) -> None:
    with transaction(office.engine) as session:
        taken = [seasons.take(session, date.fromisoformat(day)) for day in looks]
    assert [season for season in taken if season] == found


def test_the_next_season_is_one_that_nobody_was_asked_to_plan_yet(office: Office) -> None:
    with transaction(office.engine) as session:
        seasons.take(session, date(2027, 6, 7))
        assert seasons.take(session, date(2027, 8, 2)) == SEPTEMBER
        assert seasons.following(session, SEPTEMBER) == OCTOBER, "it is late as well, and still to be planned"
        assert seasons.following(session, date(2027, 8, 30)) == OCTOBER, "September was asked for"


def recruiting(session: Session, key: str) -> Cohort:
    cohort = Cohort(
        id=uuid4(), key=key, starts_on=APRIL, begins=NOON.time(), minutes=180, sessions=2, state="RECRUITING", held=0,
        opened_at=NOON,
    )  # fmt: skip
    session.add(cohort)
    session.flush()
    planning.plan_sessions(session, cohort, NOON)
    return cohort


def test_who_waits_for_another_cohort_with_places_takes_no_share_of_the_new_ones(office: Office) -> None:
    people = [add_person(office.engine, f"Attend{number}", "Essai").id for number in range(6)]
    with transaction(office.engine) as session:
        old, *new = (recruiting(session, f"COH-2027-0{number}") for number in (1, 2, 3))
        for number, person_id in enumerate(people):
            session.add(
                CohortCandidacy(
                    person_id=person_id, cohort_id=old.id, passed_id=old.id if number > 2 else None,
                    situation="SEEKING", state=WAITING, asked_at=NOON, accepted_at=NOON + timedelta(hours=number),
                )
            )  # fmt: skip
        work = ServiceWork(
            office.engine, session, uuid4(), season_work.PROCESS, "share_places", uuid4(),
            {"planned": [{"cohort_id": str(each.id), "cohort_key": each.key} for each in new]}, {}, NOON,
        )  # fmt: skip
        shared = season_work.share(work)
    assert isinstance(shared["planned"], list)
    assert [each["first_call"] for each in shared["planned"]] == [2, 2]
    assert shared["left_over"] == []
