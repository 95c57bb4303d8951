"""Number series as an auditor reads them: nothing lacks, what was cancelled keeps its number, a gap is found."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete

from engine.transaction import reading, transaction
from tests.fixtures.office import NOON, Office
from workflows.association import credit_notes, series_audit
from workflows.association.invoices import Invoice, issue
from workflows.association.orders import Order, OrderLine
from workflows.association.people import Person


def invoices(office: Office, count: int) -> list[Invoice]:
    """Invoices to one person, each of an order of its own."""
    with transaction(office.engine) as session:
        person = Person(id=uuid4(), first_names="Zoé", birth_name="Lambert", lang="fr", search_name="zoe lambert")
        session.add(person)
        issued = []
        for number in range(1, count + 1):
            key = f"CMD-2026-{number:06}"
            order = Order(id=uuid4(), key=key, means="CARD", state="PAID", created_at=NOON, lines=[])
            order.lines.append(
                OrderLine(id=uuid4(), position=1, beneficiary="ASSOCIATION", kind="DUES", amount=Decimal(160))
            )
            session.add(order)
            session.flush()
            invoice = issue(session, order, person.id, NOON.date())
            assert invoice is not None
            issued.append(invoice)
            session.flush()
    return issued


def series(office: Office, name: str) -> series_audit.Series:
    with reading(office.engine) as session:
        return next(each for each in series_audit.audit(session) if each.name == name)


def test_a_credited_invoice_keeps_its_number(office: Office) -> None:
    second = invoices(office, 3)[1]
    with transaction(office.engine) as session:
        credit_notes.issue(session, session.get_one(Invoice, second.id), NOON.date(), NOON)
    found = series(office, "INV-ASSO-2026")
    assert (found.kind, found.year, found.last, found.gaps) == ("INV-ASSO", 2026, 3, [])
    assert found.cancelled == ["INV-ASSO-2026-000002"]
    assert series(office, "AV-2026").gaps == []


def test_a_lacking_invoice_is_found(office: Office) -> None:
    third = invoices(office, 4)[2]
    with transaction(office.engine) as session:
        session.execute(delete(Invoice).where(Invoice.id == third.id))
    assert series(office, "INV-ASSO-2026").gaps == [(3, 3)]


@given(st.sets(st.integers(1, 40)), st.integers(0, 40))
def test_runs_and_numbers_together_are_all_numbers(there: set[int], last: int) -> None:
    lacking = {each for first, end in series_audit.runs(1, last, there) for each in range(first, end + 1)}
    assert lacking == set(range(1, last + 1)) - there
