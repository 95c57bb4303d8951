"""The sessions of a career group: their days, who is told, who was there."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from pytest_bdd import parsers, then, when

from engine.assignment import SYSTEM
from engine.calendar import parse_duration
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.clock import day
from tests.steps.cohorts import cohort_of, do, seat_of
from workflows.association import wording
from workflows.association.cohorts import attendance, calendar, moving, planning
from workflows.association.cohorts.attendance import Difference
from workflows.association.cohorts.records import Cohort
from workflows.association.mails import Mail

PARIS = ZoneInfo("Europe/Paris")


@when(parsers.parse("session {number:d} is moved to {when_}"))
def is_moved(office: Office, number: int, when_: str) -> None:
    with transaction(office.engine) as session:
        cohort = session.get_one(Cohort, cohort_of(office).id)
        starts = datetime.combine(day(when_), time(19), PARIS)
        moving.move_session(session, office.engine, office.association, cohort, number, starts, SYSTEM)
    office.run()


@when(parsers.parse("at 22:43 session {number:d} is moved to {first}, and then to {last}"))
def is_moved_late(office: Office, number: int, first: str, last: str) -> None:
    office.clock.set(datetime.combine(office.clock.now().date(), time(22, 43), PARIS).astimezone(UTC))
    for each in (first, last):
        is_moved(office, number, each)


@then(parsers.parse("{count:d} mails about session {number:d} leave in the morning, of {when_} alone"))
def leave_by_day(office: Office, count: int, number: int, when_: str) -> None:
    written = [mail for mail in office.mails() if f"séance {number} change de jour" in mail.subject]
    assert [mail.state for mail in written if mail.state != "SUPPRESSED"] == ["QUEUED"] * count, "nobody is woken"
    office.later(timedelta(hours=10))
    left = [mail for mail in office.mails() if mail.subject in {each.subject for each in written} and mail.sent_at]
    assert len(left) == count
    assert all(wording.day(day(when_), "fr") in mail.text for mail in left)


@when(parsers.parse("session {number:d} is called off"))
def is_called_off(office: Office, number: int) -> None:
    with transaction(office.engine) as session:
        cohort = session.get_one(Cohort, cohort_of(office).id)
        moving.call_off(session, office.engine, office.association, cohort, number, SYSTEM)
    office.run()


@then(parsers.parse("{count:d} people were told to take session {number:d} out of their calendars"))
def were_told(office: Office, count: int, number: int) -> None:
    found = [mail for mail in office.mails() if "METHOD:CANCEL" in str(mail.calendar)]
    assert len(found) == count
    assert all(f"séance {number} n’a pas lieu" in mail.subject and "SEQUENCE:1" in str(mail.calendar) for mail in found)


@when(parsers.parse('session {number:d} is noted with "{name}" {mark}'))
def is_noted(office: Office, number: int, name: str, mark: str) -> None:
    note(office, number, {seat_of(office, name).id: Difference(mark)})


@when(parsers.parse("session {number:d} is noted with nobody away"))
def nobody_away(office: Office, number: int) -> None:
    note(office, number, {})


def note(office: Office, number: int, differences: dict[UUID, Difference]) -> None:
    with transaction(office.engine) as session:
        cohort = session.get_one(Cohort, cohort_of(office).id)
        attendance.note(session, cohort, number, differences, by="person:maud", now=office.clock.now())
    do(office, "enter_attendance", {"noted": True})
    assert cohort_of(office).held == number


@when("the mid-course review is held")
def review(office: Office) -> None:
    do(office, "review_halfway", {"reviewed": True})


@then(parsers.parse('{count:d} mails "{template}" left, each with an invitation'))
def with_invitation(office: Office, count: int, template: str) -> None:
    found = [mail for mail in office.mails() if mail.template == template]
    assert len(found) == count
    assert all("METHOD:REQUEST" in str(mail.calendar) and "SEQUENCE:1" in str(mail.calendar) for mail in found)


@then(parsers.parse("{count:d} people were reminded of each of the sessions {numbers}, and nobody of another one"))
def reminded_of(office: Office, count: int, numbers: str) -> None:
    assert office.incidents() == []
    told = Counter(mail.subject.split("séance ")[1].split(",")[0] for mail in _reminders(office))
    assert told == dict.fromkeys(numbers.split(", "), count)


def _reminders(office: Office) -> list[Mail]:
    return [mail for mail in office.mails() if mail.template == "cohort_session"]


@then(parsers.parse("the next session to be held is the one of {when_}"))
def next_held(office: Office, when_: str) -> None:
    with reading(office.engine) as session:
        (_number, first), *_rest = planning.coming(session, session.get_one(Cohort, cohort_of(office).id))
    assert first.day == day(when_)


@then("the facilitators and the office were reminded of the attendance")
def were_reminded(office: Office) -> None:
    told = [mail.to_address for mail in office.mails() if "Présences à noter" in mail.subject]
    assert sorted(told) == ["maud.essai@example.org", "nils.essai@example.org", "nils.essai@example.org"]


@then(parsers.parse("the first session is on {when_}"))
def first_session(office: Office, when_: str) -> None:
    with reading(office.engine) as session:
        cohort = session.get_one(Cohort, cohort_of(office).id)
        first = planning.session_of(session, cohort, 1)
        assert first is not None
        assert (first.day, first.sequence, cohort.state) == (day(when_), 1, "RECRUITING")


@when(parsers.parse("a cohort is planned from {starts}"), target_fixture="planned")
def is_planned(office: Office, starts: str) -> list[date]:
    with reading(office.engine) as session:
        return calendar.dates(day(starts), 32, calendar.breaks(session))


_DAYS = "it has {count:d} days, all of them Mondays, none from 20 December to 3 January and none on a holiday"


@then(parsers.parse(_DAYS))
def has_days(planned: list[date], count: int) -> None:
    assert len(planned) == count
    assert {each.weekday() for each in planned} == {0}
    assert not {date(2026, 12, 21), date(2026, 12, 28), date(2027, 3, 29)} & set(planned), "Christmas, Easter Monday"


@then(parsers.parse("the last one is {when_}"))
def last_one(planned: list[date], when_: str) -> None:
    assert planned[-1] == day(when_)


@then("each of them is at 18:30 in Paris, whatever the clocks do")
def each_at(planned: list[date]) -> None:
    moments = [datetime.combine(each, time(18, 30), PARIS).astimezone(UTC) for each in planned]
    assert {each.hour for each in moments} == {16, 17}, "summer and winter time"


@then(parsers.parse("six months after {first} is {when_}"))
def six_months(first: str, when_: str) -> None:
    anchor = datetime.combine(day(first), time(12), PARIS)
    assert parse_duration("P6M").after(anchor, PARIS).date() == day(when_)
