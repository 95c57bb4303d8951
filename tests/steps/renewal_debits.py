"""Direct debits of a renewal: the mandate, its announcement, and what the bank sent back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from pytest_bdd import given, parsers, then, when
from sqlalchemy import select

from engine.transaction import reading, transaction
from tests.fixtures.bank import Move, entry, statement, status
from tests.fixtures.office import Office
from tests.steps.bank import read
from tests.steps.clock import day
from tests.steps.renewals import the_day_is_over
from tests.steps.renewing_members import PARIS, it_is, member
from workflows.association import (
    mandate_lapse,
    mandates,
    wording,
)
from workflows.association.bank import debits
from workflows.association.bank.debits import DirectDebit, SentFile
from workflows.association.issued_documents import IssuedDocument
from workflows.association.memberships import Membership
from workflows.association.orders import ASSOCIATION, Order, OrderLine


def sign(office: Office, kind: str) -> None:
    with transaction(office.engine) as session:
        mandates.sign(
            session, application_id=None, person_id=member(office).id, holder="Ambre Delaunay", kind=kind,
            iban="FR76 3000 6000 0112 3456 7890 189", by="test", now=office.clock.now(),
        )  # fmt: skip


@given("the member signed a mandate for one debit")
def signed_once(office: Office) -> None:
    sign(office, mandates.ONE_OFF)


@given("the member signed a mandate and renews by debit")
@when("the member signed a mandate and renews by debit")
def renews_by_debit(office: Office) -> None:
    sign(office, mandates.RECURRENT)
    with transaction(office.engine) as session:
        session.scalars(select(Membership)).one().auto_renew = True


@when(parsers.parse("the member signs a mandate on {on}, and nothing is ever collected"))
def signs_and_forgets(office: Office, on: str) -> None:
    it_is(office, on, 18, 0)
    sign(office, mandates.RECURRENT)


@then(parsers.parse("the mandate stands until {last}, and no day longer"))
def lapses(office: Office, last: str) -> None:
    assert mandate_lapse.lapse(office.engine, day(last)) == 0
    assert mandate_lapse.lapse(office.engine, day(last) + timedelta(days=1)) == 1
    with reading(office.engine) as session:
        assert mandates.current(session, None, member(office).id, paused=True) is None


@when("the mandate is cancelled")
def is_cancelled(office: Office) -> None:
    with transaction(office.engine) as session:
        mandates.cancel_all(session, member(office).id, office.clock.now())


@then(parsers.parse("the announcement names {amount:d}, {on}, the creditor and the mandate"))
def the_announcement_names(office: Office, amount: int, on: str) -> None:
    text = next(mail.text for mail in office.mails() if mail.template == "sepa_prenotification")
    words = (f"{amount},00", wording.day(day(on), "fr"), "FR72ZZZ123456", "MDT-2027-000001")
    assert [each for each in words if each not in text] == []


@when(parsers.parse("FINANCE collects up to {until}, and the bank pays on {on}"))
def collects(office: Office, until: str, on: str) -> None:
    with transaction(office.engine) as session:
        debits.collect(session, ASSOCIATION, until=day(until), by="finance", now=office.clock.now(), zone=PARIS)
        [debit] = session.scalars(select(DirectDebit)).all()
    the_day_is_over(office, on)
    move = Move(f"{debit.amount}", end_to_end=debit.end_to_end_id, day=day(on).isoformat())
    read(office, statement(entry([move])))


@then(parsers.parse("the mandate and the notice of {amount:d} on {on} are kept as papers"))
def are_kept_as_papers(office: Office, amount: int, on: str) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        kept = {each.kind: each for each in session.scalars(select(IssuedDocument)) if each.kind.startswith("SEPA")}
        debit = session.scalars(select(DirectDebit)).one()
        assert (debit.amount, debit.due_on) == (amount, day(on))
        assert set(kept) == {"SEPA_MANDATE", "SEPA_NOTICE"}
        assert all(each.body.startswith(b"%PDF") for each in kept.values())


@given(parsers.parse("the bank has a debit of {amount:d} of the member in hand"))
def has_a_debit_in_hand(office: Office, amount: int) -> None:
    """A gift of its own, ordered before: the debit is in a file that the bank was given."""
    with transaction(office.engine) as session:
        person_id, now = member(office).id, office.clock.now()
        order = Order(id=uuid4(), key="CMD-2027-900001", person_id=person_id, means="SEPA", created_at=now)
        line = OrderLine(id=uuid4(), position=1, beneficiary="FOUNDATION", kind="GIFT", amount=Decimal(amount))
        order.lines.append(line)
        session.add(order)
        session.flush()
        mandate = mandates.current(session, None, person_id)
        assert mandate is not None
        debits.plan(session, order, mandate, amount=Decimal(amount), due_on=day("20 August 2027"), now=now)
        session.flush()
        debits.collect(session, ASSOCIATION, until=day("20 August 2027"), by="finance", now=now, zone=PARIS)


@when(parsers.parse("the bank rejects that debit for {reason:w}"))
def rejects_that_debit(office: Office, reason: str) -> None:
    with reading(office.engine) as session:
        file, debit = session.scalars(select(SentFile)).one(), session.scalars(select(DirectDebit)).one()
    read(office, status(file.message_id, (debit.end_to_end_id, reason)))
