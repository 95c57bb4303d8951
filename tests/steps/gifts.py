"""Gifts to the Foundation: the register, receipts, thanks, and what goes back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from pytest_bdd import given, parsers, then, when
from sqlalchemy import select

from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.errors import FourEyes
from engine.models import HistoryEvent, Message, ProcessInstance, TaskCandidate
from engine.transaction import reading, transaction
from tests.fixtures.office import NOON, Office
from tests.steps.applications import applicant, known
from tests.steps.clock import day
from tests.steps.payments import order
from tests.steps.tasks import staff
from workflows.association import consents, orders
from workflows.association.consents import Holder
from workflows.association.contacts import Address, email_row
from workflows.association.gifts import receipts
from workflows.association.gifts.judging import NotSeparable
from workflows.association.gifts.receipts import TaxReceipt
from workflows.association.gifts.register import Gift
from workflows.association.issued_documents import IssuedDocument
from workflows.association.people import Person


def gift_cases(office: Office) -> list[ProcessInstance]:
    with reading(office.engine) as session:
        query = select(ProcessInstance).where(ProcessInstance.process_id == "donation_followup")
        return list(session.scalars(query.order_by(ProcessInstance.started_at)))


def at_the_gift(office: Office) -> None:
    """From here on the office looks at the case of the latest gift."""
    office.instance_id = gift_cases(office)[-1].id


@when("the foundation is told of the same gift again")
def told_again(office: Office) -> None:
    found = order(office)
    key = orders.gift_key(found)
    with transaction(office.engine) as session:
        variables = {"person_id": str(found.person_id), "order_key": found.key, "gift_key": key}
        commands.correlate_message(
            session, office.engine, "gift_received", str(key), variables, source="again", ttl=timedelta(days=400),
            by=SYSTEM,
        )  # fmt: skip
    office.run()


@then(parsers.parse("the gift of {amount:d} is booked as {class_} of {year:d}"))
def is_booked(office: Office, amount: int, class_: str, year: int) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        gifts = [(each.amount, each.class_, each.fiscal_year, each.state) for each in session.scalars(select(Gift))]
    assert gifts == [(Decimal(amount), class_, year, "BOOKED")]


@then(parsers.parse('the receipt "{serial}" states {amount:d}'))
def the_receipt_states(office: Office, serial: str, amount: int) -> None:
    with reading(office.engine) as session:
        receipt = receipts.by_serial(session, serial)
        assert receipt is not None
        assert receipt.amount == amount == sum(line.amount for line in receipt.lines)
        assert receipts.replaced_by(session, receipt) is None
        papers = session.scalars(select(IssuedDocument.file_name).where(IssuedDocument.key == f"receipt:{serial}"))
        assert list(papers) == [f"{serial}.pdf"]


@then("the register of receipts has no gap")
def no_gap(office: Office) -> None:
    with reading(office.engine) as session:
        assert receipts.gaps(session) == []
        assert session.scalars(select(TaxReceipt)).first() is not None


@then(parsers.parse('the donor has the paper "{title}"'))
def has_the_paper(office: Office, title: str) -> None:
    with reading(office.engine) as session:
        assert title in set(session.scalars(select(IssuedDocument.title)))


@then(parsers.parse('the gift has ended at "{element}"'))
def the_gift_ended(office: Office, element: str) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        query = select(HistoryEvent.data).where(
            HistoryEvent.instance_id == gift_cases(office)[-1].id, HistoryEvent.kind == "path"
        )
        steps = [step for data in session.scalars(query) if isinstance(data, dict) for step in data.get("path", [])]
    assert gift_cases(office)[-1].status == "completed"
    assert f"+{element}" in steps


def enters(office: Office, records: dict[str, object]) -> None:
    """The Foundation's staff send the form of a gift."""
    said = {"received_on": NOON.date(), "credited_on": NOON.date(), **records}
    office.begin("donation_followup", staff("FOUNDATION_GIFTS"), {f"entry.{name}": said[name] for name in said})


@given(parsers.parse('"{name}" lives in Paris'))
def lives_in_paris(office: Office, name: str) -> None:
    with transaction(office.engine) as session:
        found = session.get_one(Person, known(office, name).id)
        found.addresses.append(home())


def home() -> Address:
    return Address(id=uuid4(), lines="1 rue des Écoles", postcode="75005", city="Paris", country="FR")


def with_address(office: Office, name: str) -> str:
    """The e-mail address of somebody who also has a postal one."""
    person, email = known(office, name), f"{name}@boite.example".lower().replace(" ", ".")
    with transaction(office.engine) as session:
        found = session.get_one(Person, person.id)
        set_up = any(each.address == email for each in found.emails)  # with an address, or without one on purpose
        if not found.emails:
            found.emails.append(email_row(found.id, email))
        if not found.addresses and not set_up:
            found.addresses.append(home())
    return email


@given(parsers.re(r'FOUNDATION_GIFTS enters a gift of (?P<amount>\d+) by (?P<means>\w+) of "(?P<name>[^"]+)"(?P<more> with conditions| on paper)?$'))  # fmt: skip  # noqa: E501
def enters_a_gift(office: Office, amount: str, means: str, name: str, more: str | None) -> None:
    said: dict[str, object] = {"kind": "INDIVIDUAL", "person": with_address(office, name), "amount": Decimal(amount)}
    enters(
        office,
        said
        | {
            "means": means,
            "conditions": "Une salle à mon nom" if more == " with conditions" else None,
            "on_paper": more == " on paper",
        },
    )


@given(parsers.parse("FOUNDATION_GIFTS enters a gift of {amount:d} by {means} of a STATE"))
def enters_a_gift_of_a_state(office: Office, amount: int, means: str) -> None:
    enters(office, {"kind": "STATE", "name": "Ville de Paris", "amount": Decimal(amount), "means": means})


@given(parsers.re(r'FOUNDATION_GIFTS enters a gala table of (?P<amount>\d+) worth (?P<worth>\d+) for a company, (?P<logo>with its|without) logo, hosted by "(?P<name>[^"]+)"$'))  # fmt: skip  # noqa: E501
def enters_a_gala_table(office: Office, amount: str, worth: str, logo: str, name: str) -> None:
    said: dict[str, object] = {
        "kind": "COMPANY", "name": "Société Exemple", "siren": "732 829 320", "address_lines": "2 quai du Port",
        "postcode": "13002", "city": "Marseille", "amount": Decimal(amount), "counterpart": Decimal(worth),
        "means": "TRANSFER", "origin": "GALA", "with_logo": logo == "with its", "host": with_address(office, name),
    }  # fmt: skip
    enters(office, said)


@given(parsers.parse('{role} has "{element}" to do about the gift'))
@then(parsers.parse('{role} has "{element}" to do about the gift'))
def has_to_do_about_the_gift(office: Office, role: str, element: str) -> None:
    at_the_gift(office)
    assert office.incidents() == []
    task = office.open_tasks()[element]
    with reading(office.engine) as session:
        others = session.scalars(select(TaskCandidate.candidate).where(TaskCandidate.task_id == task.id))
        assert role in {task.role, *others}


@then("no receipt is issued")
def no_receipt(office: Office) -> None:
    with reading(office.engine) as session:
        assert session.scalars(select(TaxReceipt)).all() == []


@when(parsers.parse('FOUNDATION_GIFTS gives the address "{lines}", "{postcode}", "{city}"'))
def gives_the_address(office: Office, lines: str, postcode: str, city: str) -> None:
    records = {"address_lines": lines, "postcode": postcode, "city": city, "country": "FR"}
    written = {f"donor.{name}": value for name, value in records.items()}
    office.complete("ask_for_address", staff("FOUNDATION_GIFTS"), {}, written)


@when(parsers.parse("FOUNDATION_TREASURER classes the gift as {class_}"))
def classes(office: Office, class_: str) -> None:
    at_the_gift(office)
    office.complete("class_by_hand", staff("ADMIN"), {}, {"classing.class": class_})


@then("whoever hosts the table cannot class it")
def the_host_cannot_class(office: Office) -> None:
    with reading(office.engine) as session:
        host = session.scalars(select(Gift.host_id)).one()
    with pytest.raises(FourEyes):
        office.complete("class_by_hand", Actor(f"person:{host}", "Host", frozenset({"ADMIN"})), {},
                        {"classing.class": "GIFT_CORP"})  # fmt: skip


@then("nobody can make SPLIT of it")
def nobody_splits(office: Office) -> None:
    with pytest.raises(NotSeparable):
        classes(office, "SPLIT")


@then("whoever entered the gift cannot examine it")
def who_entered_cannot_examine(office: Office) -> None:
    entered = Actor(staff("FOUNDATION_GIFTS").id, "Both", frozenset({"ADMIN"}))
    with pytest.raises(FourEyes):
        office.complete("examine_gift", entered, {}, {"examination.decision": "ACCEPT"})


@when(parsers.parse("FOUNDATION_TREASURER examines the gift: {decision}"))
def examines(office: Office, decision: str) -> None:
    at_the_gift(office)
    office.complete("examine_gift", staff("FOUNDATION_TREASURER"), {}, {"examination.decision": decision})


@when("FOUNDATION_GIFTS gives the money back")
def gives_the_money_back(office: Office) -> None:
    office.complete("give_money_back", staff("FOUNDATION_GIFTS"), {"returned_on": NOON.date()}, {})


@when(parsers.parse("FOUNDATION_GIFTS dates the gift {given_on}"))
def dates(office: Office, given_on: str) -> None:
    office.complete("set_gift_date", staff("FOUNDATION_GIFTS"), {"set_given_on": day(given_on)}, {})


@when("the foundation is told of a gift without money")
def told_without_money(office: Office) -> None:
    key = f"line:{uuid4()}"
    with transaction(office.engine) as session:
        variables = {"person_id": str(uuid4()), "order_key": "CMD-2026-999999", "gift_key": key}
        commands.correlate_message(session, office.engine, "gift_received", key, variables, source="t", by=SYSTEM)
    office.run()


@when("the applicant fills the basket without an address: CARD, gift 200")
def fills_without_address(office: Office) -> None:
    basket = {"pay_means": "CARD", "duration_years": 1, "gift_amount": Decimal(200)}
    office.complete("fill_basket", applicant(office), basket, {})


@when(parsers.parse("{role} calls the donor"))
def calls(office: Office, role: str) -> None:
    at_the_gift(office)
    office.complete("call_donor", staff(role), {"call": "DONE"}, {})


@when("MAJOR_GIFTS prepares the agreement")
def prepares_the_agreement(office: Office) -> None:
    office.complete("prepare_agreement", staff("MAJOR_GIFTS"), {"agreed_on": NOON.date()}, {})


@when(parsers.parse('PROMO_DELEGATE writes "{note}"'))
def writes_a_note(office: Office, note: str) -> None:
    office.complete("write_note", staff("PROMO_DELEGATE"), {}, {"gift.note": note})


@when("FOUNDATION_GIFTS posts the receipt")
def posts_the_receipt(office: Office) -> None:
    office.complete("post_receipt", staff("FOUNDATION_GIFTS"), {"posted_on": NOON.date()}, {})


def tell_all(office: Office, message: str, name: str) -> None:
    key = str(known(office, name).id)
    with transaction(office.engine) as session:
        commands.correlate_message(session, office.engine, message, key, {"person_id": key}, source="test", by=SYSTEM)
    office.run()


@when(parsers.parse('the death of "{name}" is announced'))
def death_is_announced(office: Office, name: str) -> None:
    with transaction(office.engine) as session:
        session.get_one(Person, known(office, name).id).deceased_on = office.clock.now().date()
    tell_all(office, "member_deceased", name)


@when(parsers.parse("FOUNDATION_GIFTS settles with the estate: {answer}"))
def settles_with_the_estate(office: Office, answer: str) -> None:
    office.complete("settle_with_heirs", staff("FOUNDATION_GIFTS"), {"estate_receipt": answer}, {})


@when(parsers.parse('"{name}" wants no mails of the Foundation'))
def wants_no_mails(office: Office, name: str) -> None:
    with transaction(office.engine) as session:
        holder = Holder(person_id=known(office, name).id)
        consents.record(session, holder, {"foundation_mails": "NO"}, at=office.clock.now(), source="PROFILE")
    tell_all(office, "preference_changed", name)


@when(parsers.parse('the Foundation hears that the erasure of "{name}" is approved'))
def erasure_is_approved(office: Office, name: str) -> None:
    tell_all(office, "erasure_approved", name)


@then("the answer to the erasure is PARTIAL")
def answered_in_part(office: Office) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        [answer] = session.scalars(select(Message).where(Message.name == "erasure_answered"))
    assert "PARTIAL" in answer.payload


@then(parsers.parse('the mail "{template}" was written once'))
def one_mail(office: Office, template: str) -> None:
    assert len([mail for mail in office.mails() if mail.template == template]) == 1


@then(parsers.parse('no mail "{template}" was written'))
def no_mail(office: Office, template: str) -> None:
    assert [mail for mail in office.mails() if mail.template == template] == []
