"""Renewals: memberships that end, reminders, orders and what became of them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader
from pytest_bdd import given, parsers, then, when
from rich.console import Console
from sqlalchemy import select

import workflows
from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.feel.values import from_python, to_python
from engine.models import Message, ProcessInstance
from engine.transaction import reading, transaction
from tests.fixtures.bank import Move, entry, statement, status
from tests.fixtures.office import Office
from tests.steps.bank import read
from tests.steps.clock import day
from tests.steps.payments import EMPLOYER
from tests.steps.tasks import staff
from webapp.cli.feel import speaker
from webapp.cli.records import carry_out
from workflows.association import (
    couples,
    mails,
    mandate_lapse,
    mandates,
    outgoing_letters,
    parameters,
    payers,
    renewals,
    suspensions,
    tariffs,
    wording,
)
from workflows.association.bank import debits
from workflows.association.bank.debits import DirectDebit, SentFile
from workflows.association.contacts import Address, Email, Phone, email_row
from workflows.association.couples import RateTaken
from workflows.association.credit_notes import CreditNote
from workflows.association.diplomas import Diploma
from workflows.association.import_kinds import KINDS
from workflows.association.invoices import Invoice
from workflows.association.issued_documents import CREDIT_NOTE, INVOICE, IssuedDocument
from workflows.association.mail_templates import Rendered
from workflows.association.mails import Mail
from workflows.association.mandates import Mandate
from workflows.association.memberships import Membership, MembershipPeriod
from workflows.association.number_series import member_number
from workflows.association.orders import ASSOCIATION, Order, OrderLine
from workflows.association.payments import Payment, Received
from workflows.association.people import Person, searchable
from workflows.association.record_set import record_set
from workflows.association.reminders import Reminder
from workflows.association.renewals import Renewal

PARIS = ZoneInfo("Europe/Paris")


def member(office: Office) -> Person:
    """The member of the background; others come after."""
    with reading(office.engine) as session:
        return session.scalars(select(Person).where(Person.id == UUID(int=1009 * 7))).one()


def acting(office: Office) -> Actor:
    return Actor(f"person:{member(office).id}", "Member")


def renewal(office: Office) -> Renewal:
    with reading(office.engine) as session:
        return session.scalars(select(Renewal)).one()


def latest_order(office: Office) -> Order:
    with reading(office.engine) as session:
        order = session.scalars(select(Order).order_by(Order.created_at.desc(), Order.key.desc())).first()
        assert order is not None
        assert order.lines
        return order


@given(parsers.parse("it is {on} at {hour:d}:{minute:d}"))
def it_is(office: Office, on: str, hour: int, minute: int) -> None:
    office.clock.set(datetime.combine(day(on), time(hour, minute), PARIS).astimezone(UTC))


@given(parsers.parse('"{name}" of the class {programme} {year:d} is a member until {end}'))
def is_a_member_of_a_class(office: Office, name: str, programme: str, year: int, end: str) -> None:
    add_member(office, name, programme, year, end)


def add_member(office: Office, name: str, programme: str, year: int, end: str, number: int = 7) -> None:
    """`number`: another one for another person; the reminders of both leave as soon as the day begins."""
    person, last_day = graduate(name, programme, year, number), day(end)
    with transaction(office.engine) as session:
        session.add(person)
        session.flush()
        session.add(
            Membership(
                id=uuid4(), person_id=person.id, member_no=member_number(session), category="GRADUATE",
                statutory_status="MEMBER", service_entitlement="CURRENT", rejoin_count=0, changed_at=office.clock.now(),
                join_date=last_day - timedelta(days=364), start_date=last_day - timedelta(days=364), end_date=last_day,
            )
        )  # fmt: skip


def graduate(name: str, programme: str, year: int, number: int) -> Person:
    """Somebody with all that a reminder asks for: an address of each kind, a telephone, a diploma."""
    first, last = name.split()
    person = Person(
        id=UUID(int=1009 * number), first_names=first, birth_name=last, birth_date=day("4 March 1990"), watched=False,
        search_name=searchable(first, last, None), lang="fr", country="FR", situation="EMPLOYED",
    )  # fmt: skip
    person.diplomas.append(Diploma(id=uuid4(), programme=programme, promotion_year=year, verified="REGISTRY"))
    email = email_row(person.id, f"{first}.{last}@boite.example".lower())
    email.is_primary = True
    person.emails.append(email)
    person.phones.append(Phone(id=uuid4(), person_id=person.id, number="+33639980012", rank=0))
    person.addresses.append(
        Address(id=uuid4(), person_id=person.id, lines="1 rue des Écoles", postcode="75005", city="Paris", country="FR")
    )
    return person


@given("the renewals are started")
@when("the renewals are started")
def are_started(office: Office) -> None:
    """What the nightly round does."""
    with transaction(office.engine) as session:
        today = office.clock.now().astimezone(PARIS).date()
        members = renewals.due(session, today)
        renewals.start(session, office.engine, members, by=SYSTEM)
    if not members:
        return
    office.run()
    with reading(office.engine) as session:
        found = session.scalars(select(Renewal.instance_id).order_by(Renewal.started_at.desc())).first()
    office.instance_id = found or office.instance_id


@when(parsers.parse("the day {on} is over"))
def the_day_is_over(office: Office, on: str) -> None:
    """Time goes on, four times a day, to a minute before midnight; what falls due runs, and the nightly round."""
    end = datetime.combine(day(on), time(23, 59), PARIS).astimezone(UTC)
    due = office.due()
    while office.clock.now() < end:
        local = office.clock.now().astimezone(PARIS)
        hour = next((each for each in (8, 13, 19) if each > local.hour), 24)
        midnight = datetime.combine(local.date(), time(), PARIS)
        if hour == 24:
            following = datetime.combine(local.date() + timedelta(days=1), time(), PARIS)
        else:
            following = midnight.replace(hour=hour)
        office.clock.set(min(following.astimezone(UTC), end))
        due = office.run_from(due)
        if hour == 8:
            are_started(office)
            due = office.due()


@then(parsers.parse("the renewals that are due are started, {count:d} of them"))
def renewals_are_started(office: Office, count: int) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        assert len(session.scalars(select(Renewal)).all()) == count


@then(parsers.parse('the member was sent "{templates}"'))
def was_sent(office: Office, templates: str) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        sent = session.scalars(select(Mail.template).where(Mail.state == "SENT").order_by(Mail.sent_at))
        assert ", ".join(sent) == templates


@then(parsers.parse("the member's entitlement is {entitlement:w}"))
def the_entitlement_is(office: Office, entitlement: str) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        assert session.scalars(select(Membership.service_entitlement)).one() == entitlement


@then(parsers.parse("the member's entitlement is {entitlement:w} until {end}"))
def entitled_until(office: Office, entitlement: str, end: str) -> None:
    the_entitlement_is(office, entitlement)
    with reading(office.engine) as session:
        found = session.scalars(select(Membership)).one()
        assert (found.end_date, found.statutory_status) == (day(end), "MEMBER")


@then(parsers.parse("the processes are told of the entitlement {entitlement:w}"))
def are_told(office: Office, entitlement: str) -> None:
    elements = {"GRACE": "grace_is_known", "LAPSED": "lapse_is_known"}
    assert elements[entitlement] in office.entered()


@then(parsers.parse("there is one renewal, and it is {state:w}"))
def there_is_one(office: Office, state: str) -> None:
    assert renewal(office).state == state
    with reading(office.engine) as session:
        query = select(ProcessInstance).where(ProcessInstance.process_id == renewals.PROCESS)
        assert len(session.scalars(query).all()) == 1


@then(parsers.parse("the renewal is {state:w} by {means:w}"))
def the_renewal_is(office: Office, state: str, means: str) -> None:
    assert (renewal(office).state, renewal(office).means) == (state, means)


@given(parsers.re(r"the member orders: (?P<means>\w+), (?P<years>\w+) years?, gift (?P<gift>\d+)"))
@when(parsers.re(r"the member orders: (?P<means>\w+), (?P<years>\w+) years?, gift (?P<gift>\d+)"))
def orders_(office: Office, means: str, years: str, gift: str) -> None:
    office.instance_id = renewal(office).instance_id
    given_ = {
        "pay_means": None if means == "NONE" else means, "duration_years": int(years) if years.isdigit() else years,
        "gift_amount": Decimal(gift) if int(gift) else None, "auto_renew": None,
    }  # fmt: skip
    office.complete("fill_basket", acting(office), given_, {})


@when(parsers.parse("the member renews beside the member of number {number}"))
def renews_beside(office: Office, number: str) -> None:
    renewing = renewal(office)
    with transaction(office.engine) as session:
        beside = {"person_id": str(renewing.person_id), "case_id": str(renewing.instance_id)}
        given = {"renewal.partner_member_no": number}
        record_set().write(session, beside, given, now=office.clock.now(), by="person")


@then(parsers.parse("nobody can renew beside the member of number {number}"))
def nobody_can_renew_beside(office: Office, number: str) -> None:
    with reading(office.engine) as session, pytest.raises(RateTaken):
        couples.named(session, number)


@when("the member's employer is to pay")
def the_employer_pays(office: Office) -> None:
    office.instance_id = renewal(office).instance_id
    values = {"pay_means": None, "duration_years": 1, "gift_amount": None, "auto_renew": None, "payer": "EMPLOYER"}
    office.complete("fill_basket", acting(office), values, EMPLOYER)


@then(parsers.parse('the invoice of {amount:d} is made out to "{company}"'))
def is_made_out_to(office: Office, amount: int, company: str) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        invoice = session.scalars(select(Invoice)).one()
        payer = payers.of_order(session, invoice.order_id)
        document = session.scalars(select(IssuedDocument).where(IssuedDocument.kind == INVOICE)).one()
    assert payer is not None and (payer.company, invoice.amount) == (company, amount)
    assert document.file_name == f"{invoice.number}.pdf"


@then("the invoice is credited")
def is_credited(office: Office) -> None:
    with reading(office.engine) as session:
        invoice, note = session.scalars(select(Invoice)).one(), session.scalars(select(CreditNote)).one()
        assert (note.invoice_id, note.amount) == (invoice.id, invoice.amount)
        [kept] = session.scalars(select(IssuedDocument).where(IssuedDocument.kind == CREDIT_NOTE))
        said = PdfReader(BytesIO(kept.body)).pages[0].extract_text()
    assert all(each in said for each in (note.number, invoice.number, "160,00", "Ateliers Vernet")), said


@when(parsers.parse("the member pays {amount:d} by card"))
def pays_by_card(office: Office, amount: int) -> None:
    key = f"card-{amount}"
    answer = office.pay(latest_order(office).key, Decimal(amount), means="CARD", event_id=key, value_date=None)
    assert answer is Received.RECORDED


@given(parsers.parse("it becomes {on} at {hour:d}:{minute:d}"))
@when(parsers.parse("it becomes {on} at {hour:d}:{minute:d}"))
@when(parsers.parse("the clock jumps to {on} at {hour:d}:{minute:d}"))
def it_becomes(office: Office, on: str, hour: int, minute: int) -> None:
    it_is(office, on, hour, minute)
    office.run()


@when(parsers.parse("the bank tells of {amount:d} of {value_date}"))
def the_bank_tells(office: Office, amount: int, value_date: str) -> None:
    key = latest_order(office).key
    office.pay(key, Decimal(amount), means="TRANSFER", event_id="bank-1", value_date=day(value_date))


@when("the bank tells of the same again")
def the_bank_tells_again(office: Office) -> None:
    key = latest_order(office).key
    assert office.pay(key, Decimal(160), means="TRANSFER", event_id="bank-1", value_date=None) is Received.REPEATED


@then(parsers.parse('the member was never sent "{template}"'))
def was_never_sent(office: Office, template: str) -> None:
    assert template not in {mail.template for mail in office.mails() if mail.state == "SENT"}


@then(parsers.parse("there is one payment and one period, from {first} to {last}"))
def one_payment(office: Office, first: str, last: str) -> None:
    with reading(office.engine) as session:
        assert len(session.scalars(select(Payment)).all()) == 1
        periods = [(each.start_date, each.end_date) for each in session.scalars(select(MembershipPeriod))]
    assert periods == [(day(first), day(last))]


@then(parsers.parse("the foundation is told of the renewal's gift of {amount:d}, by its line"))
def the_foundation_is_told(office: Office, amount: int) -> None:
    line = next(line for line in latest_order(office).lines if line.kind == "GIFT")
    with reading(office.engine) as session:
        message = session.scalars(select(Message).where(Message.name == "gift_received")).one()
    told = json.loads(message.payload)
    assert (message.key, told["gift_key"], Decimal(told["amount"]["n"])) == (
        f"line:{line.id}",
        f"line:{line.id}",
        amount,
    )


@then(parsers.parse("the invoice is of {amount:d}"))
def the_invoice_is(office: Office, amount: int) -> None:
    with reading(office.engine) as session:
        assert session.scalars(select(Invoice.amount)).all() == [amount]


@then(parsers.parse('the member was sent "{templates}" at last'))
def was_sent_at_last(office: Office, templates: str) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        sent = session.scalars(select(Mail).where(Mail.state == "SENT")).all()
    last = max(mail.sent_at for mail in sent if mail.sent_at is not None)
    assert set(templates.split(", ")) <= {mail.template for mail in sent if mail.sent_at == last}


@when("the membership is suspended")
def is_suspended(office: Office) -> None:
    with transaction(office.engine) as session:
        membership = session.scalars(select(Membership)).one()
        suspensions.suspend(session, membership, suspensions.DISCIPLINARY, office.clock.now())


@then(parsers.parse("the order is {state:w}"))
def the_order_is(office: Office, state: str) -> None:
    assert office.incidents() == []
    assert latest_order(office).state == state


@when(parsers.parse("FINANCE records the cheque of {amount:d} of {value_date}"))
def records_the_cheque(office: Office, amount: int, value_date: str) -> None:
    records = {"payment.amount": Decimal(amount), "payment.value_date": day(value_date), "payment.reference": "CH-1"}
    office.complete("record_cheque", staff("FINANCE"), {}, records)


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


@given("the member's class is not known")
def class_not_known(office: Office) -> None:
    with transaction(office.engine) as session:
        person = session.get_one(Person, member(office).id)
        person.diplomas.clear()


@then(parsers.parse('a letter "{kind}" is to be posted'))
def a_letter_waits(office: Office, kind: str) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        [(letter, document)] = outgoing_letters.waiting(session)
        assert document.file_name.startswith(kind)
        assert document.body.startswith(b"%PDF")
        assert letter.person_id == member(office).id


@when(parsers.parse("all cases hear of {event:w}"))
def all_hear(office: Office, event: str) -> None:
    office.publish(event, member(office).id)


@then(parsers.parse('the renewal has ended at "{element}"'))
def has_ended_at(office: Office, element: str) -> None:
    assert office.incidents() == []
    assert office.case().status == "completed"
    assert element in office.entered()


@given("the membership is for life")
def is_for_life(office: Office) -> None:
    with transaction(office.engine) as session:
        session.scalars(select(Membership)).one().end_date = date.max


@when("a renewal is asked for all the same")
def asked_all_the_same(office: Office) -> None:
    with transaction(office.engine) as session:
        [office.instance_id] = renewals.start(session, office.engine, [member(office).id], by=SYSTEM)
    office.run()


@then("there is no renewal")
def there_is_none(office: Office) -> None:
    with reading(office.engine) as session:
        assert session.scalars(select(Renewal)).all() == []


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


@when(parsers.parse('a batch of the night has queued the mail "{template}" to the member'))
def a_batch_has_queued(office: Office, template: str) -> None:
    person = member(office)
    with transaction(office.engine) as session:
        filed = {"to_address": person_address(office), "lang": "fr", "template": template, "person_id": person.id}
        mail = mails.queue(
            session, filed, Rendered("Votre adhésion", "…", "<p>…</p>"), key="night-1", kind="reminder",
            now=office.clock.now(),
        )  # fmt: skip
        mails.promise(session, mail)
    office.run()


def person_address(office: Office) -> str:
    with reading(office.engine) as session:
        return session.scalars(select(Email.address).where(Email.person_id == member(office).id)).one()


@when(parsers.parse("the bank rejects that debit for {reason:w}"))
def rejects_that_debit(office: Office, reason: str) -> None:
    with reading(office.engine) as session:
        file, debit = session.scalars(select(SentFile)).one(), session.scalars(select(DirectDebit)).one()
    read(office, status(file.message_id, (debit.end_to_end_id, reason)))


@then(parsers.parse('the mails "{template}" to the member are kept back because of {reason:w}'))
def are_kept_back(office: Office, template: str, reason: str) -> None:
    found = {(mail.state, mail.suppressed) for mail in office.mails() if mail.template == template}
    assert found == {("SUPPRESSED", reason)}


@then(parsers.parse('the rung "{template}" was {outcome:w} because of {reason:w}'))
def the_rung_was(office: Office, template: str, outcome: str, reason: str) -> None:
    with reading(office.engine) as session:
        noted = session.scalars(select(Reminder).where(Reminder.template == template)).all()
        assert [(each.outcome, each.reason) for each in noted] == [(outcome, reason)]


@when(parsers.parse("DATA finds the death {found:w}"))
def data_finds_the_death(office: Office, found: str) -> None:
    with reading(office.engine) as session:
        query = select(ProcessInstance.id).where(ProcessInstance.process_id == "membership_exit")
        office.instance_id = session.scalars(query).one()
    office.complete("confirm_death", staff("DATA"), {"death": found}, {})


@then("the renewal is over, and so are the mandates")
def all_is_over(office: Office) -> None:
    assert office.incidents() == []
    assert renewal(office).state == renewals.STOPPED
    with reading(office.engine) as session:
        assert set(session.scalars(select(Mandate.state))) == {mandates.CANCELED}
        assert session.scalars(select(Membership.service_entitlement)).one() == "ENDED"


@when(parsers.re(r"the assembly decides (?P<amount>\d+) for (?P<code>\w+) from (?P<on>[^,]+), for (?P<whom>new cases|running cases too)"))  # fmt: skip  # noqa: E501
def the_assembly_decides(office: Office, amount: str, code: str, on: str, whom: str) -> None:
    with transaction(office.engine) as session:
        today = office.clock.now().astimezone(PARIS).date()
        before = parameters.row(session, tariffs.TABLE, code, on=today)
        assert before.id is not None
        parameters.end(session, before.id, day(on) - timedelta(days=1), now=office.clock.now())
        parameters.decide(
            session, tariffs.TABLE, code, {**before.values, "amount": Decimal(amount)}, valid_from=day(on),
            decided_by="AG", decided_on=today, now=office.clock.now(), applies_to_running=whom == "running cases too",
        )  # fmt: skip


@then(parsers.parse("the member is asked again, at {amount:d}"))
def is_asked_again(office: Office, amount: int) -> None:
    assert office.incidents() == []
    assert "fill_basket" in office.open_tasks()
    assert office.variables()["dues_amount"] == amount
    with reading(office.engine) as session:
        assert session.scalars(select(Order)).all() == []


@when("the owner publishes a table in which the last notice leaves 3 days before the end")
def publishes_a_table(office: Office) -> None:
    files = dict(workflows.definitions()["membership_renewal"])
    table = files["dunning_step.dmn"].decode()
    changed = table.replace("<text>7</text>", "<text>3</text>")
    assert changed.count("<text>3</text>") == 2, "the row of the last notice, and the one that leads to it"
    with transaction(office.engine) as session:
        commands.deploy(session, office.engine, {**files, "dunning_step.dmn": changed.encode()}, by=SYSTEM)


@when(parsers.parse('"{name}" of the class {programme} {year:d} is a member until {end} too'))
def is_a_member_too(office: Office, name: str, programme: str, year: int, end: str) -> None:
    add_member(office, name, programme, year, end, number=8)


@then(parsers.parse('the ladder of "{name}" has the last notice {days:d} days before the end'))
def has_the_last_notice(office: Office, name: str, days: int) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        query = select(Renewal).join(Person, Person.id == Renewal.person_id)
        found = session.scalars(query.where(Person.first_names == name.split()[0])).one()
        office.instance_id = session.scalars(
            select(ProcessInstance.id).where(ProcessInstance.parent_id == found.instance_id)
        ).one()
        cycle_end = found.cycle_end
    rungs = office.variables()["rungs"]
    assert isinstance(rungs, list)
    at = to_python(from_python(next(each["at"] for each in rungs if each["template"] == "renew_7")))
    assert isinstance(at, datetime)
    assert (cycle_end - at.astimezone(PARIS).date()).days == days


@given(parsers.parse('the file of the old memberships has "{one}" until {end} and "{other}" until {later}'))
def brought_by_a_file(office: Office, tmp_path: Path, one: str, end: str, other: str, later: str) -> None:
    """As `amicale import memberships FILE` carries it out."""
    lines = ["Numéro de membre;Prénoms;Nom;Date de naissance;Qualité;Début;Fin;Tarif;Reconduction"]
    with transaction(office.engine) as session:
        for number, (name, last) in enumerate(((one, day(end)), (other, day(later))), start=8):
            session.add(graduate(name, "PGE", 2013, number))
            began = last - timedelta(days=364)
            first, family = name.split()
            lines.append(f"90{number};{first};{family};04/03/1990;membre;{began:%d/%m/%Y};{last:%d/%m/%Y};STD;non")
    file = tmp_path / "adhesions.csv"
    file.write_text("\r\n".join(lines), encoding="utf-8-sig")
    planned = carry_out(office.engine, KINDS["memberships"], file, Console(quiet=True), speaker("fr"), dry_run=False)
    assert (len(planned.added), planned.rejected) == (2, ())


@then(parsers.parse('"{name}" was sent "{templates}"'))
def was_sent_by_name(office: Office, name: str, templates: str) -> None:
    calm = office.incidents() == []
    with reading(office.engine) as session:
        query = select(Mail.template).join(Person, Person.id == Mail.person_id)
        of_hers = query.where(Person.first_names == name.split()[0], Mail.state == "SENT")
        assert calm and ", ".join(session.scalars(of_hers.order_by(Mail.sent_at))) == templates


@when(parsers.parse("the membership ends on {end}"))
def ends_on(office: Office, end: str) -> None:
    with transaction(office.engine) as session:
        session.scalars(select(Membership)).one().end_date = day(end)
