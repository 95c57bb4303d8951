"""What the bank tells and is asked."""

from __future__ import annotations

from lxml import etree
from pytest_bdd import parsers, then, when
from sqlalchemy import select

from engine.assignment import SYSTEM
from engine.calendar import PARIS
from engine.transaction import reading, transaction
from tests.fixtures.bank import Move, entry, statement
from tests.fixtures.office import Office
from tests.steps.clock import day
from tests.steps.payments import order
from workflows.association.bank import debits, intake
from workflows.association.bank.debits import SentFile
from workflows.association.orders import ASSOCIATION


@when(parsers.parse('the statement of {booked_on} tells of {amount:d} with "{text}" and the order'))
def the_statement_tells(office: Office, booked_on: str, amount: int, text: str) -> None:
    move = Move(f"{amount}.00", text=f"{text} {order(office).key}", day=day(booked_on).isoformat())
    read(office, statement(entry([move]), id_=booked_on[:30]))


@when(parsers.parse("the statement of {booked_on} is read again"))
def the_statement_is_read_again(office: Office, booked_on: str) -> None:
    move = Move("160.00", text=f"cotisation {order(office).key}", day=day(booked_on).isoformat())
    read(office, statement(entry([move]), id_=f"{booked_on[:20]} bis"))


@when(parsers.parse("FINANCE makes the collection file up to {until}"))
def finance_collects(office: Office, until: str) -> None:
    with transaction(office.engine) as session:
        debits.collect(session, ASSOCIATION, until=day(until), by="person:fina", now=office.clock.now(), zone=PARIS)


@then(parsers.parse('the file collects {amount:d} from "{iban}" on {due_on}'))
def the_file_collects(office: Office, amount: int, iban: str, due_on: str) -> None:
    root = etree.fromstring(_file(office).body)
    assert [each.text for each in root.iterfind(".//{*}InstdAmt")] == [f"{amount}.00"]
    assert iban in [each.text for each in root.iterfind(".//{*}DbtrAcct//{*}IBAN")]
    assert [each.text for each in root.iterfind(".//{*}ReqdColltnDt")] == [day(due_on).isoformat()]


@when(parsers.parse("the bank books the collection on {booked_on}"))
def the_bank_books_the_collection(office: Office, booked_on: str) -> None:
    file = _file(office)
    move = Move(f"{file.total}", day=day(booked_on).isoformat())
    read(office, statement(entry([move], batch=f"{file.message_id}-1", details=False)))


def _file(office: Office) -> SentFile:
    with reading(office.engine) as session:
        file = session.scalars(select(SentFile)).one()
        assert file.body
        return file


def read(office: Office, data: bytes, entity: str = ASSOCIATION) -> None:
    with transaction(office.engine) as session:
        intake.take_in(session, office.engine, data, entity=entity, name="statement.xml", by=SYSTEM)
    office.run()
