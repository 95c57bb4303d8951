"""The sender's guard: one mail a day, at an hour that is right where its reader lives, and to nobody it must spare."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select

from engine.assignment import SYSTEM
from engine.errors import WorkFailed
from engine.jobs import run_due
from engine.registry import ConnectorWork
from engine.transaction import reading, transaction
from engine.workdays import WorkCalendar
from tests.fixtures.office import NOON, Letterbox, Office
from workflows.association import consents, mail_guard, mail_hours, mail_templates, mails, preferences
from workflows.association.consents import Holder
from workflows.association.contacts import email_row
from workflows.association.mail_sending import deliver
from workflows.association.mail_templates import MailKind
from workflows.association.mails import Mail
from workflows.association.memberships import Membership
from workflows.association.orders import Order
from workflows.association.people import Person
from workflows.association.unsubscribe import UnsubscribeLinks

PARIS = ZoneInfo("Europe/Paris")
ENDS = st.sampled_from(["xx", "x0", "AA", "", "==", "é"])
LINKS = UnsubscribeLinks("https://amicale.example", b"a key of the tests")


def reader(office: Office, name: str = "Ambre", *, lang: str = "fr", news: bool = True, **fields: object) -> UUID:
    """A living person who wants the news."""
    person = Person(id=uuid4(), first_names=name, birth_name="Delaunay", lang=lang, watched=False, **fields)
    person.emails.append(email_row(person.id, f"{name.lower()}@boite.example"))
    with transaction(office.engine) as session:
        session.add(person)
        session.flush()
        if news:
            consents.record(session, Holder(person.id), {"assoc_news": "YES"}, at=office.clock.now(), source="PROFILE")
    return person.id


def post(office: Office, to: UUID, subject: str, kind: MailKind = "news", **fields: object) -> UUID:
    with transaction(office.engine) as session:
        mail_id = mails.post(
            session, office.engine, to=to, subject=subject, text=f"Bonjour Ambre,\n\n{subject}.\n\nAmicale", kind=kind
        )
        mail = session.get_one(Mail, mail_id)
        for name, value in fields.items():
            setattr(mail, name, value)
    return mail_id


def of(office: Office, mail_id: UUID) -> Mail:
    with reading(office.engine) as session:
        return session.get_one(Mail, mail_id)


def work(office: Office, mail_id: UUID) -> ConnectorWork:
    return ConnectorWork(
        engine=office.engine, idempotency_key="job", instance_id=None, process_id="", element="",
        variables={"mail_id": str(mail_id)}, headers={}, attempt=1, now=office.clock.now(),
    )  # fmt: skip


def objects(office: Office, who: UUID) -> None:
    with transaction(office.engine) as session:
        preferences.change(session, office.engine, who, {"assoc_news": "NO"}, source="UNSUBSCRIBE_LINK", by=SYSTEM)


def paris(office: Office, day: int, hour: int, minute: int = 0) -> None:
    office.clock.set(datetime(2026, 11, day, hour, minute, tzinfo=PARIS).astimezone(UTC))
    office.run()


def test_what_waits_for_a_person_is_one_mail_a_day(office: Office) -> None:
    ambre, zoe = reader(office), reader(office, "Zoe", lang="en")
    office.clock.set(datetime(2026, 11, 23, 21, 0, tzinfo=PARIS).astimezone(UTC))
    first = [post(office, ambre, title) for title in ("Un dîner", "Un atelier")] + [
        post(office, ambre, "Un solde", "reminder")
    ]
    other = post(office, zoe, "A talk")
    office.run()
    assert office.letterbox.messages == []
    paris(office, 24, 8)
    mine, hers = sorted(office.letterbox.messages, key=lambda message: str(message["To"]))
    assert (mine["To"], hers["To"]) == ("ambre@boite.example", "zoe@boite.example")
    assert mine["Subject"] == "Amicale des diplômés : 3 messages pour vous"
    text = mine.get_body(("plain",)).get_content()
    assert [text.count(words) for words in ("Un dîner.", "Un atelier.", "Un solde.", "Bonjour Ambre", "Amicale\n")] == [
        1,
        1,
        1,
        1,
        1,
    ]
    html = mine.get_body(("html",)).get_content()
    assert [html.count(f"<h2>{title}</h2>") for title in ("Un dîner", "Un atelier", "Un solde")] == [1, 1, 1]
    assert [of(office, each).state for each in (*first, other)] == ["SENT"] * 4
    assert {of(office, each).message_id for each in first} == {mine["Message-ID"]}

    later = post(office, ambre, "Encore un")
    at_once = post(office, ambre, "Votre code", "transactional")
    paris(office, 24, 12)
    assert [of(office, each).state for each in (later, at_once)] == ["QUEUED", "SENT"]
    paris(office, 25, 8)
    assert of(office, later).state == "SENT"
    assert office.letterbox.messages[-1]["Subject"] == "Encore un"


def test_what_travels_together_goes_once_though_the_server_was_away(office: Office) -> None:
    ambre = reader(office)
    lead, other = post(office, ambre, "Un dîner"), post(office, ambre, "Un atelier")

    class Away(Letterbox):
        def send(self, message: object, sender: str) -> str:
            raise WorkFailed("the mail server cannot be reached")

    with pytest.raises(WorkFailed):
        deliver(replace(office.association, transport=Away()), work(office, lead))
    assert (of(office, other).merged_into, of(office, other).state) == (lead, "QUEUED")
    deliver(office.association, work(office, other))
    assert office.letterbox.messages == [], "it travels with the other"
    deliver(office.association, work(office, lead))
    office.run()
    assert len(office.letterbox.messages) == 1
    assert [of(office, each).state for each in (lead, other)] == ["SENT", "SENT"]


@pytest.mark.parametrize("to", ["ambre@boite.example", "autre@boite.example"])
def test_what_travelled_with_a_notice_is_not_lost_when_another_mail_takes_the_next_day(office: Office, to: str) -> None:
    """The next day's mail takes the notice along; where it goes to another address, the notice leaves by itself."""
    ambre = reader(office)
    now = office.clock.now()
    notice, news = post(office, ambre, "Séance 9", "notice", due_at=now), post(office, ambre, "Un dîner", due_at=now)

    class Away(Letterbox):
        def send(self, message: object, sender: str) -> str:
            raise WorkFailed("the mail server cannot be reached")

    with pytest.raises(WorkFailed):
        deliver(replace(office.association, transport=Away()), work(office, notice))
    assert of(office, news).merged_into == notice
    office.clock.set(now + timedelta(days=1))
    other = post(office, ambre, "Un atelier", due_at=office.clock.now(), to_address=to)
    for each in (other, notice):
        deliver(office.association, work(office, each))
    assert [of(office, each).state for each in (other, notice, news)] == ["SENT", "SENT", "QUEUED"]
    office.clock.set(now + timedelta(days=2))
    office.run()
    assert of(office, news).state == "SENT"
    assert office.letterbox.messages[-1]["Subject"] == "Un dîner"


def test_who_objects_between_two_attempts_gets_the_reminder_alone(office: Office) -> None:
    ambre = reader(office)
    lead, due = post(office, ambre, "Un dîner"), post(office, ambre, "Un solde", "reminder")

    class Away(Letterbox):
        def send(self, message: object, sender: str) -> str:
            raise WorkFailed("the mail server cannot be reached")

    with pytest.raises(WorkFailed):
        deliver(replace(office.association, transport=Away()), work(office, lead))
    objects(office, ambre)
    office.run()
    assert [(of(office, each).state, of(office, each).suppressed) for each in (lead, due)] == [
        ("SUPPRESSED", "OPTED_OUT"), ("SENT", None),
    ]  # fmt: skip
    assert [message["Subject"] for message in office.letterbox.messages] == ["Un solde"]


def test_an_objection_at_nine_stops_what_was_prepared_at_half_past_eight(office: Office) -> None:
    office.clock.set(datetime(2026, 11, 24, 8, 30, tzinfo=PARIS).astimezone(UTC))
    people = [reader(office, f"Lecteur{number}") for number in range(30)]
    batch = [post(office, each, "La lettre de novembre") for each in people]
    office.clock.set(datetime(2026, 11, 24, 9, 0, tzinfo=PARIS).astimezone(UTC))
    with transaction(office.engine) as session:
        preferences.change(
            session, office.engine, people[7], {"assoc_news": "NO"}, source="UNSUBSCRIBE_LINK", by=SYSTEM
        )
    paris(office, 24, 9, 5)
    assert of(office, batch[7]).suppressed == "OPTED_OUT"
    assert len(office.letterbox.messages) == 29
    assert not any("lecteur7@" in message["To"] for message in office.letterbox.messages)


def test_no_reminder_on_a_weekend_or_holiday_and_news_by_day(office: Office) -> None:
    ambre, zoe = reader(office), reader(office, "Zoe")
    office.clock.set(datetime(2026, 12, 24, 21, 0, tzinfo=PARIS).astimezone(UTC))
    due, news = post(office, ambre, "Un solde", "reminder"), post(office, zoe, "Un dîner")
    office.run()
    assert of(office, due).due_at == datetime(2026, 12, 28, 8, 0, tzinfo=PARIS), "25 December, then a weekend"
    assert of(office, news).due_at == datetime(2026, 12, 25, 8, 0, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("country", "hour"), [("FR", 8), (None, 8), ("US", 23), ("JP", 0), ("RU", 7), ("GB", 9), ("XX", 8), ("RE", 5)]
)
def test_the_hour_is_the_reader_s_own(office: Office, country: str | None, hour: int) -> None:
    office.clock.set(datetime(2026, 11, 24, 23, 30, tzinfo=PARIS).astimezone(UTC))
    news = post(office, reader(office, country=country), "Un dîner")
    office.run()
    assert of(office, news).due_at.astimezone(PARIS).hour == hour


def test_the_zone_that_a_reader_chose_goes_before_the_country(office: Office) -> None:
    office.clock.set(datetime(2026, 11, 24, 23, 30, tzinfo=PARIS).astimezone(UTC))
    news = post(office, reader(office, country="CA", zone="America/Vancouver"), "Un dîner")
    office.run()
    assert of(office, news).sent_at == office.clock.now(), "half past two in the afternoon"


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    st.sampled_from(["FR", "US", "RU", "CN", "IN", "NP", "AU", "BR", "CA", "GP", "NZ", "SG", "KI"]),
    st.booleans(),
)
def test_nobody_is_written_to_while_asleep(naive: datetime, country: str, working: bool) -> None:
    moment, zones = naive.replace(tzinfo=UTC), mail_hours.zones_of(country, PARIS)
    later = mail_hours.reachable(moment, zones, working=working)
    assert moment <= later <= moment + timedelta(days=9)
    for zone in zones:
        local = later.astimezone(zone)
        assert 8 <= local.hour < 20
        assert not working or WorkCalendar().is_working_day(local.date())
    assert mail_hours.reachable(later, zones, working=working) == later


def test_a_notice_waits_for_the_reader_s_day_and_not_for_tomorrow(office: Office) -> None:
    ambre, yuki = reader(office), reader(office, "Yuki", country="JP")
    office.clock.set(datetime(2026, 11, 28, 18, 30, tzinfo=PARIS).astimezone(UTC))  # a Saturday; 02:30 in Tokyo
    post(office, ambre, "Un dîner")
    office.run()
    here, there = (post(office, who, "Séance 9", "notice", due_at=office.clock.now()) for who in (ambre, yuki))
    code = post(office, yuki, "Votre code", "transactional")
    office.run()
    assert [of(office, each).state for each in (here, there, code)] == ["SENT", "QUEUED", "SENT"], "a second one, too"
    office.clock.set(of(office, there).due_at)
    office.run()
    assert of(office, there).sent_at == datetime(2026, 11, 29, 8, 0, tzinfo=ZoneInfo("Asia/Tokyo")), "on a Sunday too"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_event_of_a_sunday_is_recalled_on_the_saturday(office: Office, language: str) -> None:
    ambre, kind = reader(office, lang=language), mail_templates.load("event_reminder", language).kind
    office.clock.set(datetime(2026, 11, 28, 9, 30, tzinfo=PARIS).astimezone(UTC))  # a Saturday
    recalled = post(office, ambre, "On vous attend", kind, due_at=office.clock.now())
    office.run()
    assert of(office, recalled).state == "SENT", "on Monday it would be over"


def test_notices_travel_with_what_waits_save_invitations(office: Office) -> None:
    """Whichever wakes first takes the day; two that come when it is taken go together, and the news wait."""
    ambre = reader(office)
    office.clock.set(datetime(2026, 11, 23, 21, 0, tzinfo=PARIS).astimezone(UTC))
    dinner, session = post(office, ambre, "Un dîner"), post(office, ambre, "Séance 9", "notice")
    invitation = post(office, ambre, "Séance 10", "notice", calendar="BEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR\n")
    office.run()
    paris(office, 24, 8)
    subjects = [str(message["Subject"]) for message in office.letterbox.messages]
    assert sorted(subjects) == ["Amicale des diplômés : 2 messages pour vous", "Séance 10"]
    assert {of(office, dinner).merged_into, of(office, session).merged_into} - {None} <= {dinner, session}
    assert of(office, invitation).merged_into is None
    paris(office, 24, 12)
    late = [post(office, ambre, title, "notice", due_at=office.clock.now()) for title in ("Séance 11", "Séance 12")]
    news = post(office, ambre, "Un atelier")
    office.run()
    assert [of(office, each).state for each in (*late, news)] == ["SENT", "SENT", "QUEUED"]
    assert len(office.letterbox.messages) == 3


def test_what_was_paid_meanwhile_is_not_asked_for(office: Office) -> None:
    ambre = reader(office)
    now = office.clock.now()
    with transaction(office.engine) as session:
        session.add_all(
            Order(id=uuid4(), key=key, means="CARD", state=state, created_at=now)
            for key, state in (("ORD-1", "PAID"), ("ORD-2", "CANCELED"), ("ORD-3", "OPEN"))
        )
        session.add(
            Membership(
                id=uuid4(), person_id=ambre, member_no="1001", category="GRADUATE", statutory_status="MEMBER",
                service_entitlement="CURRENT", join_date=NOON.date(), start_date=NOON.date(),
                end_date=date(2027, 12, 31), changed_at=now,
            )
        )  # fmt: skip
    found = [
        post(office, ambre, "Un solde", "reminder", order_key="ORD-1"),
        post(office, ambre, "Un solde", "reminder", order_key="ORD-2"),
        post(office, ambre, "Une année", "reminder", membership_end=date(2026, 12, 31)),
        post(office, ambre, "Un solde", "reminder", order_key="ORD-3", membership_end=date(2027, 12, 31)),
    ]
    office.run()
    assert [of(office, each).suppressed for each in found] == ["PAID", "CANCELED", "PAID", None]


@pytest.mark.parametrize(
    ("fields", "kind", "reason"),
    [
        ({"deceased_on": NOON.date()}, "transactional", "DECEASED"),
        ({"erased_on": NOON.date()}, "transactional", "ERASED"),
        ({"restricted_since": NOON}, "news", "RESTRICTED"),
        ({"restricted_since": NOON}, "reminder", "RESTRICTED"),
        ({"restricted_since": NOON}, "transactional", None),
    ],
)
def test_who_gets_nothing(office: Office, fields: dict[str, object], kind: MailKind, reason: str | None) -> None:
    mail_id = post(office, reader(office, **fields), "Un mot", kind)
    office.run()
    assert of(office, mail_id).suppressed == reason
    assert len(office.letterbox.messages) == (reason is None)


def test_a_case_writes_to_nobody_before_the_opening_day(office: Office) -> None:
    early = replace(office.association, opens_on=NOON.date() + timedelta(days=1))
    ambre = reader(office)
    case, news = post(office, ambre, "Un reçu", "transactional", instance_id=uuid4()), post(office, ambre, "Un dîner")
    code = post(office, ambre, "Votre code", "transactional")
    for each in (case, news, code):
        deliver(early, work(office, each))
    assert [of(office, each).suppressed for each in (case, news, code)] == ["BEFORE_OPENING", "BEFORE_OPENING", None]


def test_news_can_be_stopped_by_one_click_and_nothing_else_can(office: Office) -> None:
    association = replace(office.association, unsubscribe=LINKS)
    ambre, zoe = reader(office), reader(office, "Zoe")
    news, receipt = post(office, ambre, "Un dîner"), post(office, zoe, "Votre reçu", "transactional")
    for each in (news, receipt):
        deliver(association, work(office, each))
    told, plain = office.letterbox.messages
    link = told["List-Unsubscribe"].strip("<>")
    assert told["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert LINKS.read(link.rpartition("/")[2]) == news
    assert link in told.get_body(("plain",)).get_content()
    assert link in told.get_body(("html",)).get_content()
    assert plain["List-Unsubscribe"] is None
    assert link not in of(office, news).text + of(office, news).html, "the archive opens nothing"


@given(st.text(max_size=60) | st.builds(lambda mail_id, end: LINKS.token(mail_id)[:-2] + end, st.uuids(), ENDS))
def test_a_token_that_we_did_not_sign_opens_nothing(token: str) -> None:
    mail_id = LINKS.read(token)
    assert mail_id is None or LINKS.token(mail_id) == token


def test_the_guard_asks_little(office: Office) -> None:
    """250,000 mails a year: a mail of one's own costs the same few questions whoever else waits."""
    for number in range(40):
        post(office, reader(office, f"Autre{number}"), "Un dîner")
    news = post(office, reader(office), "Un dîner")
    asked: list[str] = []
    event.listen(office.engine.database, "before_cursor_execute", lambda *given: asked.append(given[2]))
    deliver(office.association, work(office, news))
    questions = [each for each in asked if each.lstrip().upper().startswith("SELECT")]
    assert len(questions) <= 10, questions
    assert len([each for each in questions if "FROM mail " in each]) <= 3


def test_two_that_wake_at_once_are_still_one_a_day(office: Office) -> None:
    """The day is taken by a unique key: whoever comes second, with the first under way, waits."""
    ambre = reader(office)
    first, second = post(office, ambre, "Un dîner"), post(office, ambre, "Un atelier")
    day = f"{ambre}:{NOON.date()}"
    with transaction(office.engine) as session:
        session.get_one(Mail, first).day = day
        session.get_one(Mail, first).due_at = office.clock.now() + timedelta(hours=1)
    deliver(office.association, work(office, second))
    assert office.letterbox.messages == []
    assert of(office, second).due_at == datetime(2026, 11, 24, 8, 0, tzinfo=PARIS)
    while run_due(office.engine):
        pass
    with reading(office.engine) as session:
        assert session.scalars(select(Mail.day).where(Mail.day.is_not(None))).all() == [day]


def test_news_of_the_foundation_are_refused_apart_from_those_of_the_association(office: Office) -> None:
    who = reader(office, news=False)
    ours, theirs = post(office, who, "Un dîner"), post(office, who, "Votre don", template="gift_news")
    objects(office, who)
    office.run()
    assert (of(office, ours).suppressed, of(office, theirs).state) == ("OPTED_OUT", "SENT")
    with transaction(office.engine) as session:
        answer = {"foundation_mails": "NO"}
        preferences.change(session, office.engine, who, answer, source="UNSUBSCRIBE_LINK", by=SYSTEM)
    again = post(office, who, "Un an déjà", template="gift_anniversary")
    office.run()
    assert of(office, again).suppressed == "OPTED_OUT"


def test_what_the_foundation_signs_asks_for_its_own_preference() -> None:
    loaded = [mail_templates.load(name, lang) for name in mail_templates.names() for lang in mail_templates.LANGUAGES]
    signed = {each.name for each in loaded if each.kind == "news" and "foundation" in each.placeholders}
    assert signed == mail_guard.FOUNDATION_NEWS
