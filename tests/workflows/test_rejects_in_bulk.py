"""A bank file with very many rejects, among members whose reminders are on their way (domain annex G, X4)."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from engine.assignment import SYSTEM
from engine.models import ProcessDefinition, ProcessInstance, UserTask
from engine.transaction import reading, transaction
from tests.fixtures.bank import status
from tests.fixtures.office import Office
from tests.steps.bank import read
from tests.steps.renewals import publishes_a_table
from tests.steps.renewing_members import PARIS, graduate
from workflows.association import mandates, renewals
from workflows.association.bank import debits
from workflows.association.bank.debits import DirectDebit
from workflows.association.memberships import Membership
from workflows.association.orders import ASSOCIATION, Order, open_order
from workflows.association.reminders import Reminder

FIRST_NOTICE = datetime(2027, 7, 2, 10, 0, tzinfo=UTC)
LAST_NOTICE, LATER_NOTICE = datetime(2027, 8, 25, 21, 0, tzinfo=UTC), datetime(2027, 8, 31, 18, 0, tzinfo=UTC)
END = date(2027, 8, 31)
REASONS = ("AM04", "AC04", "MD01", "XX99")  # each a row of `sepa_incident`, the last one that no rule knows
PLACES = {"AC04": "sign_mandate", "MD01": "call_member", "XX99": "decide_by_hand"}  # AM04 waits for its next debit


def members(office: Office, numbers: range) -> list[UUID]:
    """Members whose year ends on the same day."""
    now, found = office.clock.now(), []
    with transaction(office.engine) as session:
        for number in numbers:
            person = graduate(f"Membre{number} Diplome", "PGE", 2013, number)
            session.add(person)
            session.flush()
            session.add(
                Membership(
                    id=uuid4(), person_id=person.id, member_no=f"M{number:07}", category="GRADUATE",
                    statutory_status="MEMBER", service_entitlement="CURRENT", rejoin_count=0, changed_at=now,
                    join_date=date(2026, 9, 1), start_date=date(2026, 9, 1), end_date=END,
                )
            )  # fmt: skip
            found.append(person.id)
    return found


def remind(office: Office, people: list[UUID]) -> None:
    with transaction(office.engine) as session:
        renewals.start(session, office.engine, people, by=SYSTEM)
    office.run()


def collected(office: Office, people: list[UUID]) -> bytes:
    """A debit of each in one file for the bank; answers its report, which rejects every one, for reasons in turn."""
    now = office.clock.now()
    with transaction(office.engine) as session:
        for number, person_id in enumerate(people, start=1):
            made = Order(
                id=uuid4(), key=f"CMD-2027-8{number:05}", person_id=person_id, means="SEPA", state="OPEN",
                created_at=now, lines=[],
            )  # fmt: skip
            open_order(session, made, dues=Decimal(160), tariff="STD", years=1, gift=Decimal(0))
            mandate = mandates.sign(
                session, application_id=None, person_id=person_id, holder="Ambre Delaunay", by="test", now=now,
                iban="FR76 3000 6000 0112 3456 7890 189", kind=mandates.RECURRENT,
            )  # fmt: skip
            session.flush()
            session.add(  # without the papers that `debits.plan` promises: two PDFs of each are another test's
                DirectDebit(
                    id=uuid4(), end_to_end_id=f"DD-2027-8{number:05}", order_id=made.id, mandate_id=mandate.id,
                    amount=Decimal(160), due_on=now.date(), planned_at=now,
                )
            )  # fmt: skip
        session.flush()
        file = debits.collect(session, ASSOCIATION, until=END, by="person:fina", now=now, zone=PARIS)
        assert file.debits == len(people)
        sent = session.scalars(select(DirectDebit.end_to_end_id).order_by(DirectDebit.end_to_end_id)).all()
    rejected = [(id_, REASONS[number % len(REASONS)]) for number, id_ in enumerate(sent)]
    return status(file.message_id, *rejected)


def in_question(office: Office) -> tuple[int, Counter[str]]:
    """How many incidents there are, and where their people are asked."""
    with reading(office.engine) as session:
        of_incidents = select(ProcessInstance.id).where(ProcessInstance.process_id == "payment_incident")
        tasks = select(UserTask.element).where(UserTask.state == "created", UserTask.instance_id.in_(of_incidents))
        return len(session.scalars(of_incidents).all()), Counter(session.scalars(tasks))


def versions(office: Office) -> Counter[int]:
    """How many renewals run by which version of their process."""
    with reading(office.engine) as session:
        query = select(ProcessDefinition.version).join_from(ProcessInstance, ProcessDefinition)
        running = query.where(ProcessInstance.process_id == renewals.PROCESS, ProcessInstance.status == "active")
        return Counter(session.scalars(running))


def last_notices(office: Office) -> Counter[date]:
    """How many mails of the last notice left, by the day for which they were."""
    with reading(office.engine) as session:
        sent = select(Reminder.due_at).where(
            Reminder.template == "renew_7", Reminder.channel == "MAIL", Reminder.outcome == "SENT"
        )
        return Counter(due_at.astimezone(PARIS).date() for due_at in session.scalars(sent))


MANY = pytest.param(800, id="800", marks=[pytest.mark.campaign, pytest.mark.timeout(1800)])


@pytest.mark.parametrize("many", [pytest.param(4, id="4"), MANY])
def test_all_are_rejected_once_and_finish_by_the_table_they_began_with(office: Office, many: int) -> None:
    office.clock.set(FIRST_NOTICE)
    early, late = members(office, range(1, many + 1)), members(office, range(many + 1, many + 3))
    remind(office, early)
    publishes_a_table(office)
    remind(office, late)
    assert versions(office) == {1: many, 2: len(late)}

    report = collected(office, early)
    for _ in range(2):  # the bank tells it twice
        read(office, report)
        assert office.incidents() == []
        assert in_question(office) == (many, {place: many // len(REASONS) for place in PLACES.values()})
    assert versions(office) == {1: many, 2: len(late)}

    for moment, told in (
        (LAST_NOTICE, {date(2027, 8, 24): many}),
        (LATER_NOTICE, {date(2027, 8, 24): many, date(2027, 8, 30): len(late)}),  # 28 August is a Saturday
    ):
        office.clock.set(moment)
        office.run()
        assert office.incidents() == []
        assert last_notices(office) == told
