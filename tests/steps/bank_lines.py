"""Lines of the account that nobody knows: who is asked about them, what is said, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from pytest_bdd import given, parsers, then, when
from sqlalchemy import func, select

from engine import commands
from engine.assignment import SYSTEM, Actor, may_act
from engine.calendar import PARIS
from engine.errors import Invalid
from engine.models import ProcessInstance, UserTask
from engine.transaction import reading, transaction
from engine.workdays import WorkCalendar
from tests.fixtures.bank import FOUNDATION_IBAN, IBAN, Move, entry, statement
from tests.fixtures.office import Office
from tests.fixtures.staff import add_person
from tests.steps.bank import read
from tests.steps.tasks import staff
from webapp.year import ledgers
from workflows.association import payments
from workflows.association.bank import accounts, intake, line_tasks, line_work
from workflows.association.bank.accounts import BankLine
from workflows.association.bank.intake import LineDecided, OrderOwn
from workflows.association.orders import ASSOCIATION, FOUNDATION, Order, open_order
from workflows.association.payments import Payment

KEY = "CMD-2026-000001"
FINANCE = staff("FINANCE")


@given(parsers.parse('an order of {total:d} euros of "{name}"'))
def an_order(office: Office, total: int, name: str) -> None:
    with transaction(office.engine) as session:
        made = Order(id=uuid4(), key=KEY, means="TRANSFER", state="OPEN", created_at=office.clock.now(), lines=[])
        open_order(session, made, dues=Decimal(total), tariff="STD", years=1, gift=Decimal(0))


@given(parsers.parse("the order was paid by a transfer of {amount:d} euros"))
def was_paid(office: Office, amount: int) -> None:
    read(office, statement(entry([Move(f"{amount}.00", text=KEY, reference="IN 1")]), id_="STM-PAID"))


@when(parsers.parse('a statement brings {amount:d} euros with "{text}" from "{name}"'))
def brings(office: Office, amount: int, text: str, name: str) -> None:
    _tells(
        office,
        Move(
            f"{amount}.00", text=KEY if text == "the order" else text, name=name, day=_today(office), reference="LINE 1"
        ),
    )


@when(parsers.parse('a statement of the Foundation brings {amount:d} euros with "{text}" from "{name}"'))
def brings_the_foundation(office: Office, amount: int, text: str, name: str) -> None:
    told = statement(entry([Move(f"{amount}.00", text=text, name=name)]), iban=FOUNDATION_IBAN)
    read(office, told, FOUNDATION)
    _look_at(office)


@when(parsers.parse('a statement takes {amount:d} euros with "{text}" to "{name}" for the reason "{reason}"'))
def takes(office: Office, amount: int, text: str, name: str, reason: str) -> None:
    _tells(office, Move(f"-{amount}.00", text=text, name=name, reason=reason, day=_today(office), reference="LINE 1"))


@when(parsers.parse('a statement of an account in {currency} brings {amount:d} with "{text}" from "{name}"'))
def brings_another_currency(office: Office, currency: str, amount: int, text: str, name: str) -> None:
    told = statement(entry([Move(f"{amount}.00", text=text, name=name, day=_today(office), reference="LINE 1")]))
    read(office, told.replace(b"EUR", currency.encode()))
    _look_at(office)


@then(parsers.parse('the line is told as "{french}" and "{english}"'))
def is_told_as(office: Office, french: str, english: str) -> None:
    with reading(office.engine) as session:
        line = session.get_one(BankLine, _line(office).id)
        for lang, words in (("fr", french), ("en", english)):
            assert line_work.told(session, line, lang).replace("\u00a0", " ").startswith(words)


def _today(office: Office) -> str:
    return office.clock.now().astimezone(PARIS).date().isoformat()


def _tells(office: Office, move: Move, id_: str = "STM-1") -> None:
    read(office, statement(entry([move]), id_=id_, iban=IBAN))
    _look_at(office)


@when("the same statement is read again under another number")
def is_read_again(office: Office) -> None:
    _tells(
        office,
        Move("200.00", text="deux choses", name="DELAUNAY AMBRE", day=_today(office), reference="LINE 1"),
        "STM-2",
    )


def _cases(office: Office) -> Sequence[ProcessInstance]:
    with reading(office.engine) as session:
        query = select(ProcessInstance).where(ProcessInstance.process_id == line_tasks.PROCESS)
        return session.scalars(query.order_by(ProcessInstance.started_at, ProcessInstance.id)).all()


def _look_at(office: Office) -> None:
    """From here on the office looks at the newest case of a line, where there is one."""
    cases = _cases(office)
    office.instance_id = cases[-1].id if cases else None


def _open(office: Office, element: str = "decide_line") -> Sequence[UserTask]:
    with reading(office.engine) as session:
        query = select(UserTask).where(UserTask.element == element, UserTask.state == "created")
        return session.scalars(query).all()


def _line(office: Office) -> BankLine:
    """The line that was read first and not paid in by the story."""
    with reading(office.engine) as session:
        query = select(BankLine).where(BankLine.part_of.is_(None), BankLine.bank_reference != "IN 1")
        return session.scalars(query).one()


def _say(office: Office, **said: object) -> None:
    office.complete("decide_line", FINANCE, {}, {f"bank_line.{name}": value for name, value in said.items()})
    office.run()


@then(parsers.parse("FINANCE has the line to decide within {days:d} working days"))
def has_it_to_decide(office: Office, days: int) -> None:
    task = office.open_tasks()["decide_line"]
    assert (task.role, task.due_at) == ("FINANCE", WorkCalendar().deadline(task.created_at, days))


@then(parsers.parse("its orders to choose from begin with the one of {amount:d} euros"))
def chooses_from(office: Office, amount: int) -> None:
    with reading(office.engine) as session:
        for lang, words in (("fr", f"{KEY} · {amount},00"), ("en", f"{KEY} · €{amount}.00 to pay · same amount")):
            (key, said), *_, (other, _named) = line_work.choices(session, lang, {"line_id": str(_line(office).id)})
            assert (key, other) == (KEY, "OTHER") and said.startswith(words), said


@then(parsers.parse('the case is titled "{french}" and "{english}"'))
def is_titled(office: Office, french: str, english: str) -> None:
    case = _cases(office)[-1]
    titles = (str(case.title_in(lang)).replace("\u00a0", " ") for lang in ("fr", "en"))
    assert list(titles) == [french, english]


@when("FINANCE says that the line pays the order")
def says_the_order(office: Office) -> None:
    _say(office, outcome="ORDER", order=KEY)


@when(parsers.parse("FINANCE says that {part:d} euros of the line pay the order"))
def says_a_part(office: Office, part: int) -> None:
    _say(office, outcome="ORDER", order="OTHER", order_key=f" {KEY.lower()}", part=Decimal(part))


@when(parsers.parse('FINANCE sets the line aside, because "{reason}"'))
def sets_aside(office: Office, reason: str) -> None:
    _say(office, outcome="ASIDE", reason=reason)


@when(parsers.parse('FINANCE says that the line must be sent back, because "{reason}"'))
def must_go_back(office: Office, reason: str) -> None:
    _say(office, outcome="BACK", reason=reason)


@when("FINANCE says that the money of the order went back")
def went_back(office: Office) -> None:
    _say(office, went="RETURN", order=KEY)


@when("FINANCE says that it is a fee")
def is_a_fee(office: Office) -> None:
    _say(office, went="FEE")


@then(parsers.parse('a part of {part} euros is refused beside "{field}"'))
def part_is_refused(office: Office, part: str, field: str) -> None:
    _refused(office, field, outcome="ORDER", order=KEY, part=Decimal(part))


@then(parsers.parse('the order "{key}" is refused beside "{field}"'))
def order_is_refused(office: Office, key: str, field: str) -> None:
    _refused(office, field, outcome="ORDER", order="OTHER", order_key=key)


@then(parsers.parse('that the money of the chosen order went back is refused beside "{field}"'))
def return_is_refused(office: Office, field: str) -> None:
    _refused(office, field, went="RETURN", order=KEY)


@then(parsers.parse('setting the line aside without a reason is refused beside "{field}"'))
def silence_is_refused(office: Office, field: str) -> None:
    _refused(office, field, outcome="ASIDE", reason="  ")


@then("FINANCE cannot say that the line pays an order of the own")
def own_is_refused(office: Office) -> None:
    payer = add_person(office.engine, "Fina", "Tresor", "FINANCE")
    with transaction(office.engine) as session:
        session.scalars(select(Order)).one().person_id = payer.id
    own = Actor(f"person:{payer.id}", "Fina", FINANCE.roles)
    with pytest.raises(OrderOwn) as refused:
        office.complete("decide_line", own, {}, {"bank_line.outcome": "ORDER", "bank_line.order": KEY})
    assert refused.value.params["field"] == "order"
    assert _line(office).state == accounts.UNMATCHED


def _refused(office: Office, field: str, **said: object) -> None:
    with pytest.raises(Invalid) as refused:
        _say(office, **said)
    assert refused.value.params["field"] == field
    assert _line(office).state == accounts.UNMATCHED


@then(parsers.parse("the order is paid by {amount:d} euros, and the line belongs to it"))
def is_paid(office: Office, amount: int) -> None:
    with reading(office.engine) as session:
        order = session.scalars(select(Order).where(Order.key == KEY)).one()
        [payment] = payments.of_order(session, order.id)
        line = _line(office)
        assert (payment.amount, line.amount) == (amount, amount)
        assert (line.state, line.matched_to, line.decided_by) == (accounts.MATCHED, payment.id, FINANCE.id)
        assert list(ledgers.unbalanced(session, office.engine)) == []


@then(parsers.parse("FINANCE has a line of {amount:d} euros to decide"))
def has_a_line(office: Office, amount: int) -> None:
    [task] = _open(office)
    with reading(office.engine) as session:
        [line] = session.scalars(select(BankLine).where(BankLine.state == accounts.UNMATCHED))
        case = session.get_one(ProcessInstance, task.instance_id)
    assert may_act(FINANCE, task)
    assert (line.amount, case.start_key) == (amount, str(line.id))


@then("nobody has a line to decide")
def nobody_has_one(office: Office) -> None:
    assert list(_open(office)) == []


@then(parsers.parse("the lines of the account are {amount:d} euros in all"))
def in_all(office: Office, amount: int) -> None:
    with reading(office.engine) as session:
        assert session.scalar(select(func.sum(BankLine.amount))) == amount


@then(parsers.parse('the line is set aside because "{reason}"'))
def is_aside(office: Office, reason: str) -> None:
    line = _line(office)
    assert (line.state, line.aside_reason, line.decided_by) == (accounts.SET_ASIDE, reason, FINANCE.id)


@then(parsers.parse("FINANCE has the money to send back within {days:d} working days"))
def has_it_to_send_back(office: Office, days: int) -> None:
    task = office.open_tasks()["send_back"]
    assert (task.role, task.due_at) == ("FINANCE", WorkCalendar().deadline(task.created_at, days))


@when(parsers.parse('FINANCE sends it back with the reference "{reference}"'))
def sends_back(office: Office, reference: str) -> None:
    sent = {"bank_line.returned_on": office.clock.now().astimezone(PARIS).date(), "bank_line.reference": reference}
    office.complete("send_back", FINANCE, {}, sent)
    office.run()


@then(parsers.parse('a transfer back of the day before the line is refused beside "{field}"'))
def is_too_early(office: Office, field: str) -> None:
    early = _line(office).booked_on - timedelta(days=1)
    with pytest.raises(Invalid) as refused:
        office.complete("send_back", FINANCE, {}, {"bank_line.returned_on": early, "bank_line.reference": "VIR 6"})
    assert refused.value.params["field"] == field


@then("the line cannot be taken up again")
def stays_decided(office: Office) -> None:
    with pytest.raises(LineDecided), transaction(office.engine) as session:
        intake.take_up(session, _line(office).id, entity=ASSOCIATION)


@then(parsers.parse('the line went back on this day by "{reference}"'))
def went_back_by(office: Office, reference: str) -> None:
    line, today = _line(office), office.clock.now().astimezone(PARIS).date()
    assert (line.match_kind, line.returned_on, line.return_reference) == (accounts.BACK, today, reference)


@when("the line is decided on the page of the bank")
def is_decided_on_the_page(office: Office) -> None:
    with transaction(office.engine) as session:
        line = intake.assign(session, office.engine, _line(office).id, KEY, entity=ASSOCIATION, by=FINANCE)
        line_tasks.decided(session, office.engine, line, by=FINANCE)
    office.run()


@when("the line is taken up again on the page of the bank")
def is_taken_up(office: Office) -> None:
    with transaction(office.engine) as session:
        line = intake.take_up(session, _line(office).id, entity=ASSOCIATION)
        line_tasks.decided(session, office.engine, line, by=FINANCE)
        line_tasks.ask(session, office.engine, line, by=FINANCE)
    office.run()


@then(parsers.parse('the case of the line has ended at "{element}"'))
def has_ended_at(office: Office, element: str) -> None:
    assert element in office.entered()
    assert [case.id for case in _cases(office) if case.ended_at is not None] == [office.instance_id]


@then("the payment of the order is reversed")
def is_reversed(office: Office) -> None:
    with reading(office.engine) as session:
        assert [each is not None for each in session.scalars(select(Payment.reversed_at))] == [True]


@then("the line is a fee of the bank")
def is_fee(office: Office) -> None:
    line = _line(office)
    assert (line.state, line.match_kind) == (accounts.MATCHED, accounts.FEE)


@given(parsers.parse("a line of {amount:d} euros waits from before"))
def waits_from_before(office: Office, amount: int) -> None:
    """Its case was ended by hand, as if there had never been one."""
    read(office, statement(entry([Move(f"{amount}.00", text="avant")])))
    with transaction(office.engine) as session:
        [case] = session.scalars(select(ProcessInstance).where(ProcessInstance.process_id == line_tasks.PROCESS))
        commands.cancel(session, office.engine, case.id, by=SYSTEM, reason="from before")


@when("the lines that wait are taken over twice")
def are_taken_over(office: Office) -> None:
    for _ in "12":
        line_tasks.take_over(office.engine)
    office.run()


@then("FOUNDATION_GIFTS and FOUNDATION_TREASURER may decide the line, FINANCE may not")
def may_decide(office: Office) -> None:
    [task] = _open(office)
    allowed = [may_act(staff(role), task) for role in ("FOUNDATION_GIFTS", "FOUNDATION_TREASURER", "FINANCE")]
    assert allowed == [True, True, False]
