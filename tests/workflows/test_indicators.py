"""Indicators of memberships: what is counted, in which month, and what is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.models import HistoryEvent
from engine.terms import CaseTerm, about
from engine.transaction import transaction
from tests.fixtures.staff import add_person
from tests.security.foreign import World
from webapp.tables import METADATA
from workflows.association import consents
from workflows.association.applications import Application
from workflows.association.consents import Holder
from workflows.association.diplomas import Diploma
from workflows.association.indicators.memberships import of_period
from workflows.association.indicators.months import Period, Series, middles, shares
from workflows.association.mails import Mail
from workflows.association.memberships import Membership, MembershipPeriod
from workflows.association.people import Person
from workflows.association.reminders import Reminder
from workflows.association.renewals import NOT_RENEWED, RENEWED, STOPPED, Renewal
from workflows.association.sms.messages import SmsMessage

PARIS = ZoneInfo("Europe/Paris")
TODAY = date(2027, 3, 15)
PERIOD = Period(date(2027, 1, 1), date(2027, 3, 1))
Member = Callable[..., UUID]


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.fixture
def member(web_engine: Engine) -> Member:
    """Adds a graduate with a membership, and a period where its dates are given; answers the person."""
    numbers = iter(range(5000, 6000))

    def add(start: date | None = None, end: date | None = None, *, written: date | None = None) -> UUID:
        number = next(numbers)
        person = add_person(web_engine, f"Ada{chr(number % 26 + 97)}{chr(number // 26 % 26 + 97)}", "Lune")
        with transaction(web_engine) as session:
            session.add(
                Diploma(id=uuid4(), person_id=person.id, programme="PGE", promotion_year=2010, verified="REGISTRY")
            )
            if start is None or end is None:
                return person.id
            membership = Membership(
                id=uuid4(), person_id=person.id, member_no=str(number), category="GRADUATE", statutory_status="MEMBER",
                service_entitlement="CURRENT", join_date=start, start_date=start, end_date=end, changed_at=noon(start),
            )  # fmt: skip
            session.add(membership)
            session.flush()
            session.add(
                MembershipPeriod(
                    id=uuid4(), membership_id=membership.id, start_date=start, end_date=end, value_date=start,
                    tariff_code="STD", rule="FIRST", written_at=noon(written or start),
                )
            )  # fmt: skip
        return person.id

    return add


def told(engine: Engine) -> dict[str, Series]:
    with transaction(engine) as session:
        return {each.key: each for each in of_period(session, PERIOD, TODAY, PARIS)}


def values(series: Series) -> list[str]:
    return ["–" if each.value is None else str(each.value) for each in series.figures]


def test_members_are_counted_on_the_last_day_of_a_month(web_engine: Engine, member: Member) -> None:
    member(date(2026, 2, 1), date(2027, 1, 31))
    member(date(2027, 2, 15), date(2028, 2, 14))
    member()
    gone = member(date(2026, 1, 1), date(2027, 12, 31))
    with transaction(web_engine) as session:
        session.get_one(Person, gone).deceased_on = date(2027, 2, 10)
    rate = told(web_engine)["member_rate"]
    assert [each.of for each in rate.figures] == [4, 3, 3]
    assert values(rate)[0] == "50.0" and rate.whole == rate.figures[-1]


def renewal(session: Session, person_id: UUID, end: date, state: str) -> None:
    membership = session.query(Membership).filter_by(person_id=person_id).one()
    session.add(
        Renewal(
            id=uuid4(), reference=f"R-{uuid4().hex[:8]}", membership_id=membership.id, person_id=person_id,
            cycle_end=end, instance_id=uuid4(), state=state, started_at=noon(end), started_by="system",
        )
    )  # fmt: skip


def test_renewals_count_what_ended_and_not_what_was_stopped(web_engine: Engine, member: Member) -> None:
    ends = date(2027, 1, 31)
    people = [member(date(2026, 2, 1), ends) for _ in range(4)]
    with transaction(web_engine) as session:
        for person_id, state in zip(people, (RENEWED, RENEWED, NOT_RENEWED, STOPPED), strict=True):
            renewal(session, person_id, ends, state)
        renewal(session, people[0], date(2027, 3, 20), RENEWED)  # not ended yet
    figures = told(web_engine)["renewal_rate"]
    assert values(figures) == ["66.7", "–", "–"] and figures.whole.of == 3


def test_days_are_told_apart_by_whether_somebody_checked(web_engine: Engine, member: Member) -> None:
    asked = date(2027, 2, 1)
    for days, checked in ((1, False), (3, False), (8, True)):
        person_id = member(date(2027, 2, 1), date(2028, 1, 31), written=asked + timedelta(days=days))
        apply(web_engine, person_id, asked, checked)
    found = told(web_engine)
    assert values(found["days_automatic"]) == ["–", "2.0", "–"]
    assert values(found["days_checked"]) == ["–", "8.0", "–"]


def apply(engine: Engine, person_id: UUID, day: date, checked: bool) -> None:
    with transaction(engine) as session:
        application = Application(
            id=uuid4(), created_at=noon(day), category="GRADUATE", first_names="Ada", birth_name="Lune",
            birth_date=date(1990, 1, 1), email="ada@example.org", person_id=person_id, state="ACCEPTED",
        )  # fmt: skip
        session.add(application)
        if checked:
            from_case(session, application.id, noon(day))


def from_case(session: Session, application_id: UUID, at: datetime) -> None:
    """The case of an application in which somebody was asked to check the diploma."""
    case = World(session, at, {}).row(METADATA.tables["process_instance"])["id"]
    session.add(CaseTerm(instance_id=case, term=about(application_id), started_at=at))
    session.add(HistoryEvent(at=at, instance_id=case, id=1, kind="task_opened", element="check_diploma"))


def reminder(session: Session, person_id: UUID, day: date, end: date) -> None:
    session.add(
        Mail(
            id=uuid4(), key=uuid4().hex, template="renew_7", lang="fr", person_id=person_id, to_address="a@b.example",
            subject="", text="", html="", kind="reminder", state="SENT", created_at=noon(day), due_at=noon(day),
            sent_at=noon(day), membership_end=end,
        )
    )  # fmt: skip
    session.add(
        Reminder(
            id=uuid4(), person_id=person_id, instance_id=uuid4(), template="renew_7", channel="MAIL", due_at=noon(day),
            at=noon(day), outcome="SENT",
        )
    )  # fmt: skip


def short_message(session: Session, person_id: UUID, day: date, end: date) -> None:
    session.add(
        SmsMessage(
            id=uuid4(), key=uuid4().hex, person_id=person_id, template="renew_7", lang="fr", to_number="+33612345678",
            text="", encoding="GSM7", parts=1, state="SENT", created_at=noon(day), due_at=noon(day),
            sent_at=noon(day), membership_end=end,
        )
    )  # fmt: skip
    session.add(
        Reminder(
            id=uuid4(), person_id=person_id, instance_id=uuid4(), template="renew_7", channel="SMS", due_at=noon(day),
            at=noon(day), outcome="SENT",
        )
    )  # fmt: skip


def test_a_reminder_is_wrong_by_what_was_known_when_it_left(web_engine: Engine, member: Member) -> None:
    end, day = date(2027, 2, 28), date(2027, 2, 20)
    right, dead, died_after, said_no, changed_mind, paid = (
        member(date(2026, 3, 1), end if n < 5 else date(2028, 2, 28), written=date(2027, 2, 1)) for n in range(6)
    )
    with transaction(web_engine) as session:
        session.get_one(Person, dead).deceased_on = date(2027, 2, 19)
        session.get_one(Person, died_after).deceased_on = date(2027, 2, 21)
        for person_id, answers in ((said_no, ("NO",)), (changed_mind, ("NO", "YES"))):
            for number, answer in enumerate(answers):
                at = noon(date(2027, 2, 1 + number))
                consents.record(session, Holder(person_id), {"dues_reminders": answer}, at=at, source="PROFILE")
                session.flush()
        for person_id in (right, dead, died_after, said_no, changed_mind, paid):
            reminder(session, person_id, day, end)
    assert values(told(web_engine)["wrong_reminders"]) == ["0", "3", "0"]


def test_short_messages_count_among_the_reminders_that_should_not_have_left(web_engine: Engine, member: Member) -> None:
    end, day = date(2027, 2, 28), date(2027, 2, 20)
    right, dead, said_no, changed_mind, paid = (
        member(date(2026, 3, 1), end if n < 4 else date(2028, 2, 28), written=date(2027, 2, 1)) for n in range(5)
    )
    with transaction(web_engine) as session:
        session.get_one(Person, dead).deceased_on = date(2027, 2, 19)
        for person_id, answers in ((said_no, ("NO",)), (changed_mind, ("NO", "YES"))):
            for number, answer in enumerate(answers):
                at = noon(date(2027, 2, 1 + number))
                consents.record(session, Holder(person_id), {"sms_reminders": answer}, at=at, source="PROFILE")
                session.flush()
        for person_id in (right, dead, said_no, changed_mind, paid):
            short_message(session, person_id, day, end)
    assert values(told(web_engine)["wrong_reminders"]) == ["0", "3", "0"]


def test_a_period_is_whole_months() -> None:
    assert Period.ending(date(2027, 3, 15)) == Period(date(2026, 4, 1), date(2027, 3, 1))
    assert len(Period.ending(date(2027, 3, 15)).months) == 12
    assert PERIOD.until == date(2027, 4, 1)
    jan, feb = PERIOD.months[:2]
    assert values(shares("x", PERIOD, {jan: 1}, {jan: 3, feb: 2})) == ["33.3", "0.0", "–"]
    assert middles("x", PERIOD, [(jan, Decimal(1)), (jan, Decimal(4)), (feb, Decimal(7))]).whole.value == Decimal(4)
