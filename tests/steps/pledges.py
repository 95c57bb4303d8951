"""Promises of gifts, the Foundation's year, and donors who gave and give no more."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from pytest_bdd import given, parsers, then, when
from sqlalchemy import select

from engine.assignment import Actor
from engine.calendar import PARIS
from engine.models import HistoryEvent, ProcessInstance, UserTask
from engine.transaction import reading, transaction
from tests.fixtures.bank import FOUNDATION_IBAN, Move, entry, notification, statement, status
from tests.fixtures.office import Office
from tests.steps.bank import read
from tests.steps.clock import day
from tests.steps.gifts import enters, with_address
from tests.steps.surpluses import at_the_surplus
from tests.steps.tasks import staff
from workflows.association import mandate_changes, mandates, roles
from workflows.association.bank import debits
from workflows.association.bank.debits import DirectDebit, NothingToCollect, SentFile
from workflows.association.contacts import Address
from workflows.association.gifts import pledges, receipts, yearly
from workflows.association.gifts.lapsed import DonorReview
from workflows.association.gifts.pledges import Instalment, Pledge
from workflows.association.gifts.register import Gift
from workflows.association.mail_holds import is_held
from workflows.association.mandates import Mandate
from workflows.association.orders import FOUNDATION, Order
from workflows.association.people import Person

IBAN = {"holder": "Ambre Delaunay", "iban": "FR76 3000 6000 0112 3456 7890 189", "signed": True}


def cases(office: Office, process: str) -> list[ProcessInstance]:
    with reading(office.engine) as session:
        query = select(ProcessInstance).where(ProcessInstance.process_id == process)
        return list(session.scalars(query.order_by(ProcessInstance.started_at)))


def ended_at(office: Office, process: str, element: str) -> None:
    assert office.incidents() == []
    [case] = [each for each in cases(office, process) if entered(office, each.id, element)]
    assert case.status == "completed"


def entered(office: Office, instance_id: UUID, element: str) -> bool:
    with reading(office.engine) as session:
        query = select(HistoryEvent.data).where(HistoryEvent.instance_id == instance_id, HistoryEvent.kind == "path")
        return any(f"+{element}" in data.get("path", []) for data in session.scalars(query) if isinstance(data, dict))


def open_task(office: Office, element: str) -> None:
    """From here on the office looks at the case in which this task is open."""
    assert office.incidents() == []
    with reading(office.engine) as session:
        query = select(UserTask.instance_id).where(UserTask.element == element, UserTask.state == "created")
        office.instance_id = session.scalars(query.order_by(UserTask.created_at.desc())).first()
    assert office.instance_id is not None


def promised(office: Office) -> Pledge:
    with reading(office.engine) as session:
        pledge = session.scalars(select(Pledge)).one()
        assert pledge.instalments is not None
        return pledge


@given(parsers.parse('"{name}" has an address and a mailbox'))
def has_an_address(office: Office, name: str) -> None:
    with_address(office, name)


@given(parsers.parse('"{name}" has a mailbox and no address'))
def has_no_address(office: Office, name: str) -> None:
    with_address(office, name)
    with transaction(office.engine) as session:
        for address in session.scalars(select(Address)):
            session.delete(address)


@given("somebody works for the Foundation's gifts")
def somebody_works(office: Office) -> None:
    with transaction(office.engine) as session:
        person = session.scalars(select(Person)).one()
        roles.grant(session, person.id, "FOUNDATION_GIFTS", from_date=day("1 January 2020"))


def promise(office: Office, name: str, said: dict[str, object]) -> None:
    person = with_address(office, name)
    records = {"person": person, **said, **(IBAN | {"holder": name} if said["means"] == "SEPA" else {})}
    office.begin("pledge_followup", staff("FOUNDATION_GIFTS"), {f"pledge.{key}": records[key] for key in records})


@given(parsers.parse('"{name}" promises {total:d} in instalments of {amount:d} {rhythm} by {means} from {first}'))
def promises(office: Office, name: str, total: int, amount: int, rhythm: str, means: str, first: str) -> None:
    said = {"kind": "PLEDGE", "total": Decimal(total), "amount": Decimal(amount), "rhythm": rhythm, "means": means}
    promise(office, name, said | {"first_on": day(first)})


@given(parsers.parse('"{name}" gives {amount:d} {rhythm} by {means} from {first}'))
def gives_regularly(office: Office, name: str, amount: int, rhythm: str, means: str, first: str) -> None:
    said: dict[str, object] = {"kind": "REGULAR", "amount": Decimal(amount), "rhythm": rhythm, "means": means}
    promise(office, name, said | {"first_on": day(first)})


def collect(office: Office) -> DirectDebit:
    """Time passes until a debit is planned and due, and it is sent to the bank."""
    for _ in range(60):
        with transaction(office.engine) as session:
            until = office.clock.now().date() + timedelta(days=3)
            try:
                debits.collect(session, FOUNDATION, until=until, by="person:fina", now=office.clock.now(), zone=PARIS)
            except NothingToCollect:
                pass
            else:
                newest = select(DirectDebit).where(DirectDebit.state == "SENT").order_by(DirectDebit.due_on.desc())
                return session.scalars(newest).first() or pytest.fail("nothing was sent")
        office.later(timedelta(days=2))
    pytest.fail("no debit is planned")


@when(parsers.parse("the bank pays {count:d} instalments"))
def the_bank_pays(office: Office, count: int) -> None:
    for number in range(count):
        debit = collect(office)
        move = Move(f"{debit.amount}", end_to_end=debit.end_to_end_id, day=debit.due_on.isoformat())
        told = statement(entry([move]), id_=f"I{number} {debit.end_to_end_id}", iban=FOUNDATION_IBAN)
        read(office, told, FOUNDATION)


@when(parsers.parse("the bank books a transfer of {amount:d} for the instalment"))
def transfers(office: Office, amount: int) -> None:
    for _ in range(30):
        with reading(office.engine) as session:
            asked = select(Order.key).join(Instalment, Instalment.order_id == Order.id)
            key = session.scalar(asked.where(Instalment.state == pledges.ASKED))
        if key is not None:
            move = Move(f"{amount}", text=key, reference=f"V{key}", day=office.clock.now().date().isoformat())
            read(office, statement(entry([move]), id_=f"T {key}", iban=FOUNDATION_IBAN), FOUNDATION)
            return
        office.later(timedelta(days=2))
    pytest.fail("no instalment is asked for")


@when(parsers.parse("the bank takes the last instalment back for {reason}"))
def takes_back(office: Office, reason: str) -> None:
    with reading(office.engine) as session:
        debit = session.scalars(select(DirectDebit).order_by(DirectDebit.due_on.desc())).first()
    assert debit is not None
    today = office.clock.now().date().isoformat()
    back = Move(f"-{debit.amount}", end_to_end=debit.end_to_end_id, reason=reason, day=today, reference="RET")
    read(office, notification(entry([back]), id_="BACK", iban=FOUNDATION_IBAN), FOUNDATION)


@when(parsers.parse("the bank rejects an instalment for {reason}"))
def rejects(office: Office, reason: str) -> None:
    debit = collect(office)
    with reading(office.engine) as session:
        file = session.scalars(select(SentFile).order_by(SentFile.message_id.desc())).first()
    assert file is not None
    read(office, status(file.message_id, (debit.end_to_end_id, reason)), FOUNDATION)


@given("the donor pauses")
def pauses(office: Office) -> None:
    with transaction(office.engine) as session:
        pledges.pause(session.scalars(select(Pledge)).one(), paused=True)


@when("the donor stops")
def stops(office: Office) -> None:
    office.publish("pledge_stopped", promised(office).id)


@then(parsers.parse("the instalments are {states}"))
def instalments_are(office: Office, states: str) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        found = session.scalars(select(Instalment.state).order_by(Instalment.number)).all()
    assert list(found) == states.split(", ")


@then(parsers.parse("{count:d} gifts of {amount:d} are booked as INSTALMENT of {year:d}"))
def are_booked(office: Office, count: int, amount: int, year: int) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        gifts = [(each.amount, each.plan, each.fiscal_year, each.state) for each in session.scalars(select(Gift))]
    assert gifts == [(Decimal(amount), "INSTALMENT", year, "BOOKED")] * count


@then(parsers.parse("the gifts of the pledge are {amounts}"))
def gifts_are(office: Office, amounts: str) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        gifts = session.execute(select(Gift.amount, Gift.state).order_by(Gift.noted_at)).all()
    assert [tuple(each) for each in gifts] == [(Decimal(each), "BOOKED") for each in amounts.split(", ")]


@then(parsers.parse("the donor is asked what becomes of {amount:d}"))
def is_asked_for_surplus(office: Office, amount: int) -> None:
    open_task(office, "choose_use")
    assert office.variables()["surplus"] == amount


@when("the donor gives what was too much")
def gives_the_rest(office: Office) -> None:
    at_the_surplus(office)
    with reading(office.engine) as session:
        donor = Actor(f"person:{session.scalars(select(Person)).one().id}", "Donor")
    office.complete("choose_use", donor, {"surplus_use": "GIFT"}, {})


@when("the bank is yet to book the next instalment")
def next_is_open(office: Office) -> None:
    with reading(office.engine) as session:
        assert session.scalars(select(Order.key).where(Order.state == "OPEN")).one()


@then(parsers.parse('the pledge has ended at "{element}" as {state}'))
def the_pledge_ended(office: Office, element: str, state: str) -> None:
    ended_at(office, "pledge_followup", element)
    assert promised(office).state == state


@then("no debit is planned")
def no_debit(office: Office) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        assert session.scalars(select(DirectDebit).where(DirectDebit.state == "PLANNED")).all() == []


@when(parsers.parse('the donor signs for the account "{iban}"'))
def signs_for_another(office: Office, iban: str) -> None:
    with transaction(office.engine) as session:
        person = session.scalars(select(Person)).one()
        mandate_changes.sign(
            session, application_id=None, person_id=person.id, holder=person.display_name, iban=iban,
            kind=mandates.RECURRENT, by="t", now=office.clock.now(), creditor=FOUNDATION,
        )  # fmt: skip
    office.run()


@then(parsers.parse('{amount:d} is planned from the account "{iban}" on {on}, and from no other'))
def is_planned_from(office: Office, amount: int, iban: str, on: str) -> None:
    with reading(office.engine) as session:
        query = select(DirectDebit.amount, Mandate.iban, DirectDebit.due_on).join(
            Mandate, Mandate.id == DirectDebit.mandate_id
        )
        planned = session.execute(query.where(DirectDebit.state == "PLANNED")).tuples().all()
    assert planned == [(Decimal(amount), iban, day(on))]


@given("the mandate of the donor has ended")
def mandate_has_ended(office: Office) -> None:
    with transaction(office.engine) as session:
        mandates.cancel_all(session, session.scalars(select(Person)).one().id, office.clock.now())


@when("FOUNDATION_GIFTS tells the estate")
def tells_the_estate(office: Office) -> None:
    open_task(office, "speak_to_heirs")
    office.complete("speak_to_heirs", staff("FOUNDATION_GIFTS"), {"told_on": office.clock.now().date()}, {})


@then(parsers.parse("FOUNDATION_GIFTS speaks to the donor: {outcome}"))
def speaks(office: Office, outcome: str) -> None:
    open_task(office, "speak_to_donor")
    office.complete("speak_to_donor", staff("FOUNDATION_GIFTS"), {"pledge_outcome": outcome}, {})


@when(parsers.parse("the year {year:d} is closed on {on}"))
def is_closed(office: Office, year: int, on: str) -> None:
    office.later(datetime.combine(day(on), time(12), UTC) - office.clock.now())
    assert office.incidents() == []
    assert cases(office, "foundation_year")[-1].started_at.date() == day(on)


@then("FOUNDATION_GIFTS completes the addresses of the year")
def completes_addresses(office: Office) -> None:
    open_task(office, "complete_addresses")
    office.complete("complete_addresses", staff("FOUNDATION_GIFTS"), {}, {})


@when(parsers.parse('"{name}" tells her address'))
def tells_her_address(office: Office, name: str) -> None:
    with transaction(office.engine) as session:
        person = session.scalars(select(Person).where(Person.birth_name == name.split()[-1])).one()
        session.add(
            Address(id=uuid4(), person_id=person.id, lines="1 rue X", postcode="75005", city="Paris", country="FR")
        )


@then("nobody waits for a receipt of a past year")
def nobody_waits(office: Office) -> None:
    with reading(office.engine) as session:
        assert yearly.waiting(session, office.clock.now().date()) == []


@when("FOUNDATION_GIFTS waits for the last reminder")
def waits(office: Office) -> None:
    office.later(timedelta(days=70))


@then(parsers.parse("{count:d} reminders of the declaration were written"))
def reminded(office: Office, count: int) -> None:
    assert office.incidents() == []
    assert len([mail for mail in office.mails() if "dons de 2027 avant le" in mail.subject]) == count


@when("FOUNDATION_GIFTS declares the gifts")
def declares(office: Office) -> None:
    open_task(office, "declare_gifts")
    office.complete("declare_gifts", staff("FOUNDATION_GIFTS"), {"declared_on": office.clock.now().date()}, {})


@then(parsers.parse("the year has ended with {amount:d} declared"))
def year_ended(office: Office, amount: int) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        assert receipts.declared(session, 2027) == (amount, 0)
    assert entered(office, cases(office, "foundation_year")[-1].id, "year_is_declared")


@then(parsers.parse("the declaration of {year:d} is due on {on}"))
def declaration_due(year: int, on: str) -> None:
    assert yearly.declaration_day(year) == day(on)


_DATED = parsers.re(
    r"FOUNDATION_GIFTS enters (?P<amount>\d+) by (?P<means>\w+) (?P<kind>credited|received) on (?P<on>.+)$"
)


@given(_DATED)
@when(_DATED)
def enters_dated(office: Office, amount: str, means: str, kind: str, on: str) -> None:
    said: dict[str, object] = {"kind": "INDIVIDUAL", "person": with_address(office, "Ambre Delaunay")}
    dates = {"credited_on": None, "received_on": None, f"{kind}_on": day(on)}
    enters(office, said | dates | {"amount": Decimal(amount), "means": means})


@when(parsers.parse("FOUNDATION_GIFTS enters another {amount:d} by {means}"))
def enters_another(office: Office, amount: int, means: str) -> None:
    said: dict[str, object] = {"kind": "INDIVIDUAL", "person": with_address(office, "Ambre Delaunay")}
    today = office.clock.now().date()
    enters(office, said | {"amount": Decimal(amount), "means": means, "credited_on": today, "received_on": today})


@then(parsers.parse("the years of the gifts are {first:d}, {second:d} and {third:d}"))
def years_are(office: Office, first: int, second: int, third: int) -> None:
    with reading(office.engine) as session:
        by_means = dict(session.execute(select(Gift.means, Gift.fiscal_year)).tuples().all())
    assert by_means == {"CARD": first, "CHEQUE_POST": second, "CHEQUE_HAND": third}


@when(parsers.parse("the month of {on} begins"))
def month_begins(office: Office, on: str) -> None:
    """Time jumps: nothing else is due in between but the months before, which find nobody or the same donor once."""
    office.clock.set(datetime.combine(day(on), time(12), UTC))
    office.run()
    assert office.incidents() == []


@then(parsers.parse('the donor was written {count:d} mails "{template}"'))
def was_written(office: Office, count: int, template: str) -> None:
    assert office.incidents() == []
    assert len([mail for mail in office.mails() if mail.template == template]) == count


@then(parsers.parse('the review has ended at "{element}" as {segment}'))
def review_ended(office: Office, element: str, segment: str) -> None:
    ended_at(office, "lapsed_donor", element)
    with reading(office.engine) as session:
        assert set(session.scalars(select(DonorReview.segment))) == {segment}


@then(parsers.parse('the review is of {segment} with "{element}"'))
def review_is_of(office: Office, segment: str, element: str) -> None:
    assert element in office.entered()
    review_ended(office, "donor_reviewed", segment)


@then("FOUNDATION_GIFTS calls who gave a lot")
def calls_who_gave(office: Office) -> None:
    with reading(office.engine) as session:
        query = select(UserTask.instance_id).where(UserTask.element == "call_donor", UserTask.state == "created")
        found = [each for each in session.scalars(query) if each in {case.id for case in cases(office, "lapsed_donor")}]
    [office.instance_id] = found
    office.complete("call_donor", staff("FOUNDATION_GIFTS"), {"lapsed_outcome": "GIVES"}, {})


@then("no mail may leave for the donor until DATA has looked")
def mails_are_held(office: Office) -> None:
    with reading(office.engine) as session:
        person = session.scalars(select(Person)).one()
        assert is_held(session, person.id)
    open_task(office, "confirm_death")
    assert office.open_tasks()["confirm_death"].role == "DATA"
