"""Tax receipts that are corrected, cancelled, replaced or given again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from pytest_bdd import parsers, then, when
from sqlalchemy import func, select

from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.engine import Engine
from engine.errors import FourEyes
from engine.models import ProcessInstance, UserTask
from engine.transaction import reading, transaction
from tests.fixtures.bank import Move, entry, statement
from tests.fixtures.office import Office
from tests.steps.bank import read
from tests.steps.incidents import debits
from tests.steps.tasks import staff
from workflows.association.gifts import receipts, register
from workflows.association.gifts.corrections import CorrectionOfSeveral, ReceiptLineUnknown
from workflows.association.gifts.receipts import ReceiptKept, TaxReceipt
from workflows.association.gifts.register import Gift
from workflows.association.issued_documents import IssuedDocument
from workflows.association.registry import registry

ASKED = {
    "WRONG_DATE": {"new_given_on": date(2025, 12, 30)}, "WRONG_AMOUNT": {"new_amount": Decimal(20)},
}  # fmt: skip


def correction(office: Office) -> ProcessInstance:
    with reading(office.engine) as session:
        query = select(ProcessInstance).where(ProcessInstance.process_id == "receipt_correction")
        return session.scalars(query.order_by(ProcessInstance.started_at.desc())).first() or pytest.fail("no case")


@when(parsers.parse('FOUNDATION_GIFTS asks to correct "{serial}" for {reason}'))
def asks_to_correct(office: Office, serial: str, reason: str) -> None:
    ask(office, serial, reason)


@when(parsers.parse('FOUNDATION_GIFTS asks to correct line {line:d} of "{serial}" for {reason}'))
def asks_to_correct_a_line(office: Office, line: int, serial: str, reason: str) -> None:
    ask(office, serial, reason, line=line)


def ask(office: Office, serial: str, reason: str, **more: object) -> None:
    said = {"serial": serial, "reason": reason, **ASKED.get(reason, {}), **more}
    records = {f"correction.{name}": value for name, value in said.items()}
    office.begin("receipt_correction", staff("FOUNDATION_GIFTS"), records)


@then(parsers.parse('FOUNDATION_GIFTS cannot correct the amount of "{serial}", which states {count:d} gifts'))
def cannot_correct(office: Office, serial: str, count: int) -> None:
    with pytest.raises(CorrectionOfSeveral) as refused:
        asks_to_correct(office, serial, "WRONG_AMOUNT")
    assert refused.value.params["count"] == count


@then(parsers.parse('FOUNDATION_GIFTS cannot correct line {line:d} of "{serial}"'))
def cannot_correct_line(office: Office, line: int, serial: str) -> None:
    with pytest.raises(ReceiptLineUnknown) as refused:
        ask(office, serial, "WRONG_AMOUNT", line=line)
    assert refused.value.params["line"] == line


@then("whoever asked for it cannot agree")
def who_asked_cannot_agree(office: Office) -> None:
    asked = Actor(staff("FOUNDATION_GIFTS").id, "Both", frozenset({"FOUNDATION_TREASURER", "ADMIN"}))
    with pytest.raises(FourEyes):
        office.complete("agree_correction", asked, {}, {"correction.decision": "AGREE"})


@when(parsers.parse("FOUNDATION_TREASURER decides on the correction: {decision}"))
def decides_on_it(office: Office, decision: str) -> None:
    with reading(office.engine) as session:
        of_it = select(UserTask.instance_id).where(UserTask.element == "agree_correction", UserTask.state == "created")
        office.instance_id = session.scalars(of_it).one()
    office.complete("agree_correction", staff("FOUNDATION_TREASURER"), {}, {"correction.decision": decision})


@then(parsers.parse('the receipt "{old}" is cancelled by "{new}"'))
def is_cancelled_by(office: Office, old: str, new: str) -> None:
    replaces(office, old, new, "CANCELLATION", 0)


@then(parsers.parse('the receipt "{old}" is replaced by "{new}" of {amount:d}'))
def is_replaced_by(office: Office, old: str, new: str, amount: int) -> None:
    replaces(office, old, new, "RECEIPT", amount)


def replaces(office: Office, old: str, new: str, kind: str, amount: int) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        before = receipts.by_serial(session, old)
        assert before is not None
        after = receipts.replaced_by(session, before)
        assert after is not None
        assert (after.serial, after.kind, after.amount) == (new, kind, amount)
        papers = set(session.scalars(select(IssuedDocument.key)))
        assert {f"receipt:{old}", f"receipt:{new}"} <= papers


@then(parsers.re(r"the tax office is told of (?P<amount>\d+) in (?P<count>\d+) receipts? for (?P<year>\d+)"))
def is_declared(office: Office, amount: str, count: str, year: str) -> None:
    with reading(office.engine) as session:
        assert receipts.declared(session, int(year)) == (Decimal(amount), int(count))


@then("the gift is reversed")
def is_reversed(office: Office) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        assert session.scalars(select(Gift.state)).all() == ["REVERSED"]


@then(parsers.parse("the donor's total of {year:d} is {amount:d}"))
def total_is(office: Office, year: int, amount: int) -> None:
    with reading(office.engine) as session:
        donor_id = session.scalars(select(Gift.donor_id)).first()
        assert donor_id is not None
        assert register.total(session, donor_id, year) == amount


@then("there is one entry in the series")
def one_entry(office: Office) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        assert session.scalar(select(func.count()).select_from(TaxReceipt)) == 1


@then(parsers.parse('the receipt "{serial}" cannot be changed'))
def cannot_be_changed(office: Office, serial: str) -> None:
    for act in ("change", "delete"):
        with pytest.raises(ReceiptKept), transaction(office.engine) as session:
            receipt = session.scalars(select(TaxReceipt).where(TaxReceipt.serial == serial)).one()
            if act == "change":
                receipt.amount = Decimal(1)
            else:
                session.delete(receipt)
            session.flush()


@then(parsers.re(r'the donor has (?P<count>\d+) duplicates? of "(?P<serial>[^"]+)"'))
def has_duplicates(office: Office, count: str, serial: str) -> None:
    with reading(office.engine) as session:
        copies = session.scalars(select(IssuedDocument.file_name).where(IssuedDocument.key.like(f"receipt:{serial}:%")))
        assert list(copies) == [f"{serial}-duplicata.pdf"] * int(count)


@then(parsers.parse('the correction has ended at "{element}"'))
def the_correction_ended(office: Office, element: str) -> None:
    assert office.incidents() == []
    assert correction(office).status == "completed"
    assert element in office.entered()


@when("the foundation is told that an unknown gift went back")
def told_of_unknown(office: Office) -> None:
    with transaction(office.engine) as session:
        variables = {"person_id": None, "order_key": "", "gift_key": "line:x", "amount": 1, "reason_code": "MD06"}
        commands.correlate_message(session, office.engine, "gift_reversed", "line:x", variables, source="t", by=SYSTEM)
    office.run()


@when("the machine is started again and the bank file is read twice more")
def read_after_a_restart(office: Office) -> None:
    """Another engine over the same database reads the file of the debit again, under two names and two ids."""
    [debit] = debits(office)
    again = Engine.open(
        office.engine.database.url.render_as_string(hide_password=False), clock=office.clock,
        registry=registry(office.association),
    )  # fmt: skip
    before, office.engine = office.engine, again
    move = Move(f"{debit.amount}", end_to_end=debit.end_to_end_id, day="2026-12-07")
    read(office, statement(entry([move])))
    read(office, statement(entry([move]), id_="SECOND"))
    office.engine = before
    again.close()
