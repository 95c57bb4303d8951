"""Meetings for calendar programs: one identifier for life, counted changes, local hours, private addresses."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from engine.engine import Engine
from engine.transaction import transaction
from tests.fixtures.staff import add_person
from workflows.association.calendars import appointments, feeds, icalendar_text
from workflows.association.calendars.appointments import Appointment, AppointmentRefused
from workflows.association.calendars.icalendar_text import Party
from workflows.association.mail_message import compose
from workflows.association.mails import Mail
from workflows.association.settings import Association

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 9, 1, 10, tzinfo=UTC)
HOUSE, ZOE = Party('Amicale; «test», "x"', "adhesions@amicale.example"), Party("Zoé\r\nBCC: x", "zoe@example.org")


def meeting(day: date = date(2026, 10, 19), begins: time = time(18, 30), minutes: int = 180) -> Appointment:
    return Appointment(
        id=uuid4(), calendar="COH-1", key="s1", title_fr="Séance 1, réunion\nà l’école", title_en="Session 1", place="",
        day=day, begins=begins, minutes=minutes, zone="Europe/Paris", state="CONFIRMED", sequence=0, changed_at=NOW,
    )  # fmt: skip


def asked(appointment: Appointment, method: icalendar_text.Method = "REQUEST") -> str:
    return icalendar_text.invitation(appointment, organizer=HOUSE, guest=ZOE, lang="fr", method=method)


def event(text: str) -> dict[str, str]:
    """The properties of the one event, as the standard's own words."""
    (found,) = Calendar.from_ical(text).walk("VEVENT")
    return {
        name: value.to_ical().decode() if hasattr(value, "to_ical") else str(value) for name, value in found.items()
    }


def test_what_moves_keeps_its_identifier_and_counts() -> None:
    each = meeting()
    first = event(asked(each))
    assert appointments.move(each, datetime(2026, 10, 26, 18, 30, tzinfo=PARIS), NOW)
    assert not appointments.move(each, datetime(2026, 10, 26, 18, 30, tzinfo=PARIS), NOW), "it is there already"
    second = event(asked(each))
    assert appointments.cancel(each, NOW)
    assert not appointments.cancel(each, NOW)
    last = asked(each, "CANCEL")
    assert {first["UID"], second["UID"], event(last)["UID"]} == {f"{each.id}@amicale.example"}
    assert (first["SEQUENCE"], second["SEQUENCE"], event(last)["SEQUENCE"]) == ("0", "1", "2")
    assert (first["DTSTART"], second["DTSTART"]) == ("20261019T183000", "20261026T183000"), "one hour"
    assert event(last)["STATUS"] == "CANCELLED"
    assert "METHOD:CANCEL" in last
    with pytest.raises(AppointmentRefused):
        appointments.move(each, datetime(2026, 11, 2, 18, 30, tzinfo=PARIS), NOW)


def test_lines_are_folded_texts_are_escaped_and_nothing_is_injected() -> None:
    text = asked(meeting())
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\nBCC" not in text
    assert "TZID:Europe/Paris" in text
    assert "BEGIN:DAYLIGHT" in text
    assert event(text)["SUMMARY"] == "Séance 1\\, réunion à l’école"


@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.times(time(7), time(21)), st.integers(1, 600))
def test_programs_read_the_moment_that_we_mean(day: date, begins: time, minutes: int) -> None:
    each = meeting(day, begins.replace(second=0, microsecond=0), minutes)
    (found,) = Calendar.from_ical(asked(each)).walk("VEVENT")
    assert found.start.astimezone(UTC) == each.starts_at.astimezone(UTC)
    assert found.end.astimezone(UTC) == each.ends_at.astimezone(UTC)
    assert (each.ends_at.astimezone(UTC) - each.starts_at.astimezone(UTC)).total_seconds() == minutes * 60


def test_a_mail_carries_its_invitation_as_the_standard_says() -> None:
    mail = Mail(
        id=uuid4(), key="k1", lang="fr", to_address="zoe@example.org", subject="Séance", text="Bonjour", kind="news",
        html="<html><body>Bonjour</body></html>", calendar=asked(meeting()),
    )  # fmt: skip
    message = compose([mail], Association(), NOW)
    (part,) = [each for each in message.walk() if each.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "REQUEST"
    assert event(part.get_content())["DTSTART"] == "20261019T183000"
    together = compose([mail, mail], Association(), NOW)
    assert [each.get_filename() for each in together.iter_attachments()] == ["invitation.ics"] * 2


def test_guests_come_and_go(web_engine: Engine) -> None:
    with transaction(web_engine) as session:
        zoe, leo = add_person(session, "Zoe", "Lambert").id, add_person(session, "Leo", "Petit").id
        weeks = [
            appointments.plan(
                session, "COH-1", f"s{week}", titles=("Séance", "Session"), minutes=180, now=NOW,
                starts=datetime(2026, 9, day, 18, 30, tzinfo=PARIS),
            )
            for week, day in ((1, 1), (2, 8), (3, 15))
        ]  # fmt: skip
        again = appointments.plan(
            session, "COH-1", "s1", titles=("x", "x"), minutes=9, now=NOW, starts=weeks[0].starts_at
        )
        assert again is weeks[0]
        for each in weeks:
            appointments.invite(session, each, [zoe, leo, zoe])
        later = datetime(2026, 9, 2, 10, tzinfo=UTC)
        assert appointments.uninvite(session, "COH-1", zoe, later) == weeks[1:]
        assert appointments.of_person(session, zoe, date(2026, 9, 1)) == weeks[:1]
        assert set(appointments.guests(session, weeks[1].id)) == {leo}
        appointments.invite(session, weeks[1], [zoe])
        assert appointments.is_guest(session, zoe, "COH-1")
        assert not appointments.is_guest(session, zoe, "COH-2")


def test_an_address_works_until_it_is_taken_back(web_engine: Engine) -> None:
    with transaction(web_engine) as session:
        zoe, leo = add_person(session, "Zoe", "Lambert").id, add_person(session, "Leo", "Petit").id
        secret = feeds.make(session, zoe, NOW)
        found = feeds.find(session, secret)
        assert found is not None
        assert secret not in found.digest
        assert not feeds.revoke(session, leo, found.id, NOW), "it is not his"
        assert feeds.revoke(session, zoe, found.id, NOW)
        assert feeds.find(session, secret) is None
        for _ in range(feeds.MOST + 3):
            feeds.make(session, zoe, NOW)
        assert len(feeds.living(session, zoe)) == feeds.MOST
