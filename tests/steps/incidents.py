"""Payments that fail or go back, and what the association does about them."""

from __future__ import annotations

import json
from decimal import Decimal

from pytest_bdd import given, parsers, then, when
from sqlalchemy import select

from engine.models import HistoryEvent, Message, ProcessInstance
from engine.transaction import reading, transaction
from tests.fixtures.bank import Move, entry, notification, statement, status
from tests.fixtures.office import Office
from tests.steps.applications import applicant
from tests.steps.bank import finance_collects, read
from tests.steps.payments import ADDRESS, fills_the_basket, order, pays_by_card
from tests.steps.tasks import staff
from workflows.association import issued_documents
from workflows.association import payments as money
from workflows.association.bank.debits import DirectDebit, SentFile
from workflows.association.credit_notes import CreditNote
from workflows.association.mail_holds import is_held
from workflows.association.mandates import Mandate
from workflows.association.memberships import Membership
from workflows.association.payment_returns import take

LATER = "31 January 2027"
MANDATE = {
    "mandate.holder": "Ambre Delaunay", "mandate.iban": "FR76 3000 6000 0112 3456 7890 189", "mandate.kind": "RCUR",
    "mandate.signed": True,
}  # fmt: skip


def debits(office: Office) -> list[DirectDebit]:
    with reading(office.engine) as session:
        return list(session.scalars(select(DirectDebit).order_by(DirectDebit.end_to_end_id)))


def incidents(office: Office) -> list[ProcessInstance]:
    with reading(office.engine) as session:
        query = select(ProcessInstance).where(ProcessInstance.process_id == "payment_incident")
        return list(session.scalars(query.order_by(ProcessInstance.started_at)))


def at_the_incident(office: Office) -> None:
    """From here on the office looks at the case of the incident."""
    office.instance_id = incidents(office)[-1].id


@given(parsers.parse("the applicant is to pay {total:d} by direct debit"))
def is_to_pay(office: Office, total: int) -> None:
    gift = Decimal(total - 160)
    basket = {"pay_means": "SEPA", "duration_years": 1, "gift_amount": gift or None}
    office.complete("fill_basket", applicant(office), basket, MANDATE | (ADDRESS if gift else {}))


@given(parsers.parse("the applicant paid {total:d} by direct debit, {gift:d} of it a gift"))
def paid_by_debit(office: Office, total: int, gift: int) -> None:
    is_to_pay(office, total)
    assert order(office).total_for("FOUNDATION") == gift
    finance_collects(office, LATER)
    [debit] = debits(office)
    read(office, statement(entry([Move(f"{total}.00", end_to_end=debit.end_to_end_id, day="2026-12-07")])))


@when(parsers.parse("the bank returns the debit for {reason}"))
def the_bank_returns(office: Office, reason: str) -> None:
    debit = debits(office)[-1]
    today = office.clock.now().date().isoformat()
    back = Move(f"-{debit.amount}", end_to_end=debit.end_to_end_id, reason=reason, day=today, reference="RET1")
    read(office, notification(entry([back]), id_=f"N{office.clock.now():%m%d%H%M%S%f}"[:30]))
    at_the_incident(office)


@when(parsers.parse("the bank rejects the next collection for {reason}"))
def the_bank_rejects(office: Office, reason: str) -> None:
    finance_collects(office, "31 December 2027")
    with reading(office.engine) as session:
        file = session.scalars(select(SentFile).order_by(SentFile.message_id.desc())).first()
        assert file is not None
    read(office, status(file.message_id, (debits(office)[-1].end_to_end_id, reason)))
    at_the_incident(office)


@when("the bank books the latest collection")
def the_bank_books(office: Office) -> None:
    debit = debits(office)[-1]
    move = Move(f"{debit.amount}", end_to_end=debit.end_to_end_id, day=office.clock.now().date().isoformat())
    read(office, statement(entry([move]), id_="LATEST"))


@then(parsers.parse("the membership has the entitlement {entitlement}"))
def has_the_entitlement(office: Office, entitlement: str) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        assert session.scalars(select(Membership.service_entitlement)).one() == entitlement


@then(parsers.parse('{role} has "{element}" to do about {left:d}'))
def has_to_do(office: Office, role: str, element: str, left: int) -> None:
    assert office.incidents() == []
    assert office.open_tasks()[element].role == role
    assert office.variables()["balance"] == left
    with reading(office.engine) as session:
        assert order(office).total - sum(each.amount for each in money.of_order(session, order(office).id)) == left


@when(parsers.parse('{role} agrees {outcome} in "{element}"'))
def agrees(office: Office, role: str, outcome: str, element: str) -> None:
    office.complete(element, staff(role), {"outcome": outcome}, {})


@when(parsers.parse('DATA finds {found} in "{element}"'))
def data_finds(office: Office, found: str, element: str) -> None:
    """A reported death is looked at in a case of its own; the incident waits for its answer."""
    with reading(office.engine) as session:
        query = select(ProcessInstance.id).where(ProcessInstance.process_id == "membership_exit")
        office.instance_id = session.scalars(query).one()
    office.complete(element, staff("DATA"), {"death": found}, {})
    at_the_incident(office)


@when(parsers.parse('the member signs a mandate for "{iban}"'))
def signs_for(office: Office, iban: str) -> None:
    office.complete("sign_mandate", applicant(office), {}, MANDATE | {"mandate.iban": iban})


@then(parsers.parse('the latest file collects from "{iban}"'))
def collects_from(office: Office, iban: str) -> None:
    with reading(office.engine) as session:
        file = session.scalars(select(SentFile).order_by(SentFile.message_id.desc())).first()
        assert file is not None
        assert f"<IBAN>{iban}</IBAN>" in file.body.decode()


@given(parsers.parse("the applicant paid {amount:d} by card"))
def paid_by_card(office: Office, amount: int) -> None:
    fills_the_basket(office, "CARD", "1", "0")
    pays_by_card(office, amount)


def the_provider_says(office: Office, kind: str) -> None:
    with transaction(office.engine) as session:
        payment = session.scalars(select(money.Payment)).one()
        told = money.PaymentEvent(
            payment.provider, kind, kind, order(office).key, payment.amount, "EUR", "CARD", office.clock.now(),
            reference=payment.provider_reference,
        )  # fmt: skip
        assert take(session, office.engine, told) is money.Received.RECORDED
    office.run()
    at_the_incident(office)


@when("the card payment is disputed")
def is_disputed(office: Office) -> None:
    the_provider_says(office, money.DISPUTED)


@when("the dispute is won")
def is_won(office: Office) -> None:
    the_provider_says(office, money.REINSTATED)


@then(parsers.parse("the person is legally a {status} all the same"))
def is_legally(office: Office, status: str) -> None:
    with reading(office.engine) as session:
        assert session.scalars(select(Membership.statutory_status)).one() == status


@then("there is one incident")
def one_incident(office: Office) -> None:
    assert len(incidents(office)) == 1


@then(parsers.parse('the incident has ended at "{element}"'))
def the_incident_ended(office: Office, element: str) -> None:
    with reading(office.engine) as session:
        query = select(HistoryEvent.data).where(
            HistoryEvent.instance_id == incidents(office)[-1].id, HistoryEvent.kind == "path"
        )
        steps = [step for data in session.scalars(query) if isinstance(data, dict) for step in data.get("path", [])]
    assert incidents(office)[-1].status == "completed"
    assert f"+{element}" in steps


@then(parsers.parse("the foundation is told that the gift of {amount:d} went back"))
def the_gift_went_back(office: Office, amount: int) -> None:
    assert told(office, "gift_reversed") == 1


@then(parsers.parse("the foundation was told of a gift of {amount:d} twice"))
def told_twice(office: Office, amount: int) -> None:
    assert told(office, "gift_received") == 2


@then(parsers.parse("the foundation was told at last of a gift of {amount:d}"))
def told_at_last(office: Office, amount: int) -> None:
    with reading(office.engine) as session:
        query = select(Message.payload).where(Message.name == "gift_received").order_by(Message.published_at)
        payload = session.scalars(query).all()[-1]
    assert Decimal(json.loads(payload)["amount"]["n"]) == amount


@then("all processes are told that the member has died")
def told_of_the_death(office: Office) -> None:
    the_incident_ended(office, "order_is_void")


def told(office: Office, name: str) -> int:
    """How many messages of this name wait for a process that will hear them."""
    with reading(office.engine) as session:
        return len(session.scalars(select(Message).where(Message.name == name)).all())


@then(parsers.parse('the credit note "{number}" of {amount:d} is issued'))
def is_credited(office: Office, number: str, amount: int) -> None:
    with reading(office.engine) as session:
        assert [(each.number, each.amount) for each in session.scalars(select(CreditNote))] == [(number, amount)]
        assert issued_documents.by_key(session, f"credit_note:{number}") is not None


@then("no mail may leave for the member")
def mails_are_held(office: Office) -> None:
    with transaction(office.engine) as session:
        person_id = session.scalars(select(Membership.person_id)).one()
        assert is_held(session, person_id)
    before = len(office.letterbox.messages)
    office.run()
    assert len(office.letterbox.messages) == before


@then("mails may leave for the member again")
def mails_may_leave(office: Office) -> None:
    with reading(office.engine) as session:
        assert not is_held(session, session.scalars(select(Membership.person_id)).one())


@then("no mandate of the member stands")
def no_mandate_stands(office: Office) -> None:
    with reading(office.engine) as session:
        assert set(session.scalars(select(Mandate.state))) == {"CANCELED"}
