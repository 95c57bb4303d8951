"""The report of a year of career groups: its figures, its targets, and what is not shown of few people."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from engine.transaction import reading, transaction
from tests.fixtures.office import NOON, Office
from tests.fixtures.staff import add_person
from workflows.association import roles
from workflows.association.cohorts import records, yearly
from workflows.association.cohorts.candidacies import SEATED, CohortCandidacy
from workflows.association.cohorts.opinions import STATEMENTS, CohortNews, CohortOpinion
from workflows.association.cohorts.records import Cohort, CohortSeat
from workflows.association.cohorts.yearly import YearReport

STATES = ("COMPLETED", "COMPLETED", "COMPLETED", "COMPLETED", "SUCCESS", "LEFT", "RUNNING", "MOVED", "CANCELLED")
TODAY = NOON.date()


def lived(office: Office, answers: int) -> YearReport:
    """A group of nine seats, of which two count nowhere; so many of the others have answered what is asked."""
    people = [add_person(office.engine, f"P{number}", "Essai").id for number in range(len(STATES))]
    with transaction(office.engine) as session:
        cohort = Cohort(
            id=uuid4(), key="COH-2026-01", starts_on=date(2026, 2, 2), begins=NOON.time(), minutes=180, sessions=4,
            state="RUNNING", held=2, opened_at=NOON,
        )  # fmt: skip
        session.add(cohort)
        session.flush()
        roles.grant(session, people[0], "FACILITATOR", from_date=date(2026, 1, 1), scope=cohort.key)
        for number, (person_id, state) in enumerate(zip(people, STATES, strict=True)):
            seat = CohortSeat(
                id=uuid4(), cohort_id=cohort.id, person_id=person_id, situation="SEEKING", state=state,
                guest=number == 1, score=(10, 9, 8, 6, 9, None, None, 0, 0)[number],
            )  # fmt: skip
            session.add(seat)
            session.add(
                CohortCandidacy(
                    person_id=person_id, cohort_id=cohort.id, situation="SEEKING", state=SEATED, asked_at=NOON,
                    closed_at=NOON + timedelta(days=10 + number),
                )
            )  # fmt: skip
            session.flush()
            for session_no, mark in ((1, "PRESENT"), (2, "EXCUSED" if number == 5 else "REMOTE"), (3, records.PAUSED)):
                records.note(
                    session, seat.id, session_no, mark, reason=None, homework=False, by="t", now=NOON
                )  # fmt: skip
            if number < answers:
                session.add(CohortOpinion(seat_id=seat.id, given_at=NOON, **dict.fromkeys(STATEMENTS, 3 + number % 2)))
                outcome = "JOB_SAME" if number < 5 else "SEARCHING"
                session.add(CohortNews(seat_id=seat.id, number=2, outcome=outcome, told_at=NOON))
    with reading(office.engine) as session:
        assert yearly.years(session) == [2026]
        return yearly.report(session, 2026, TODAY)


def test_the_figures_of_a_year_and_their_targets(office: Office) -> None:
    found = lived(office, 6)
    assert (found.groups, found.people) == (1, 7)
    told = {each.key: (each.value, each.of, each.target, each.reached) for each in found.figures}
    assert told == {
        "fill": (58, 7, None, None),  # of twelve seats
        "completion": (83, 6, 85, False),
        "attendance": (93, 14, 88, True),  # pauses count for nothing
        "in_work": (None, 0, None, None),  # 83 of six would be five and one, of whom each is hidden below
        "nps": (40, 5, None, None),  # three of five give nine or ten, one six
        "guests": (14, 7, None, None),
        "waiting": (14, 9, None, None),
        "pool": (1, 1, 5, False),
    }
    assert found.statements == dict.fromkeys(STATEMENTS, 35)
    assert (found.outcomes["JOB_SAME"], found.outcomes["SEARCHING"], found.outcomes["OTHER"]) == (None, None, 0), (
        "one number alone that is hidden could be counted from the others"
    )


def test_what_fewer_than_five_have_said_is_not_shown(office: Office) -> None:
    found = lived(office, 4)
    told = {each.key: each.value for each in found.figures}
    assert told["in_work"] is None
    assert set(found.statements.values()) == {None}
    assert found.outcomes["JOB_SAME"] is None


@pytest.mark.parametrize("year", [2025, 2027])
def test_a_year_without_a_group_has_no_figures(office: Office, year: int) -> None:
    with reading(office.engine) as session:
        found = yearly.report(session, year, TODAY)
    assert (found.groups, [each.value for each in found.figures if each.key != "pool"]) == (0, [None] * 7)
