"""The dates of a mentorship around 29 February: from the signature, clamped, never drifting (annex G, X8)."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from engine.transaction import reading
from tests.fixtures.office import Office
from workflows.association.mentoring import pairs
from workflows.association.mentorships import Mentorship, month_of


def pair(started_on: date, *, extended: bool = False) -> Mentorship:
    return Mentorship(
        id=uuid4(), mentor_id=uuid4(), mentee_id=uuid4(), started_on=started_on, ends_on=started_on, steps=0,
        extended=extended, guided=False, paused_days=0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("started_on", "check_ins", "end", "extended_end"),
    [
        (date(2027, 8, 31), ["09-30", "10-31", "11-30", "12-31", "01-31"], date(2028, 2, 29), date(2028, 5, 31)),
        (date(2026, 8, 30), ["09-30", "10-30", "11-30", "12-30", "01-30"], date(2027, 2, 28), date(2027, 5, 30)),
        (date(2028, 2, 29), ["03-29", "04-29", "05-29", "06-29", "07-29"], date(2028, 8, 29), date(2028, 11, 29)),
    ],
)
def test_months_count_from_the_signature(
    office: Office, started_on: date, check_ins: list[str], end: date, extended_end: date
) -> None:
    with reading(office.engine) as session:
        running = pair(started_on)
        met = [each.on for each in pairs.calendar(session, running) if each.kind == "CHECK_IN"]
        assert [f"{day:%m-%d}" for day in met] == check_ins
        assert [month_of(running, day) for day in met] == [2, 3, 4, 5, 6]
        assert pairs.last_day(session, running) == end
        assert pairs.last_day(session, pair(started_on, extended=True)) == extended_end
