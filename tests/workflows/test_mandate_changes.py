"""Which mandate an order is collected by, and what another signature leaves, moves or takes back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.assignment import SYSTEM
from engine.calendar import PARIS
from engine.transaction import transaction
from tests.fixtures.bank import Move, entry, statement
from tests.fixtures.office import NOON, Office
from tests.fixtures.staff import add_person
from workflows.association import mandate_changes, mandates, payment_words
from workflows.association.bank import debits, intake, papers
from workflows.association.bank.debits import DirectDebit
from workflows.association.mandate_record import MANDATE
from workflows.association.mandates import ONE_OFF, RECURRENT, Mandate
from workflows.association.orders import ASSOCIATION, Order, open_order
from workflows.association.records import Subject

OLD, OTHER, NEW = (
    "FR7630006000011234567890189", "FR1420041010050500013M02606", "DE89370400440532013000",
)  # fmt: skip


@pytest.fixture
def person_id(office: Office) -> UUID:
    return add_person(office.engine, "Ambre", "Delaunay").id


def signs(session: Session, person_id: UUID, iban: str, kind: str = RECURRENT) -> Mandate:
    made = mandate_changes.sign(
        session,
        application_id=None,
        person_id=person_id,
        holder="Ambre Delaunay",
        iban=iban,
        kind=kind,
        by="t",
        now=NOON,
    )
    session.flush()
    return made


def order(session: Session, person_id: UUID, number: int) -> Order:
    made = Order(
        id=uuid4(),
        key=f"CMD-2026-{number:06}",
        person_id=person_id,
        means="SEPA",
        state="OPEN",
        created_at=NOON,
        lines=[],
    )
    open_order(session, made, dues=Decimal(160), tariff="STD", years=1, gift=Decimal(0))
    session.flush()
    return made


def plan(session: Session, asked: Order, mandate: Mandate) -> DirectDebit:
    day = mandates.collection_day(session, NOON.date())
    made = debits.plan(session, asked, mandate, amount=asked.total, due_on=day, now=NOON)
    session.flush()
    return made


def planned(session: Session) -> list[tuple[str, str]]:
    query = select(Order.key, Mandate.iban).select_from(DirectDebit).join(Order, Order.id == DirectDebit.order_id)
    query = query.join(Mandate, Mandate.id == DirectDebit.mandate_id).where(DirectDebit.state == debits.PLANNED)
    return [(key, iban) for key, iban in session.execute(query.order_by(Order.key))]


def test_a_one_off_serves_its_own_order_alone_and_ends_with_it(office: Office, person_id: UUID) -> None:
    with transaction(office.engine) as session:
        standing = signs(session, person_id, OLD)
        plan(session, order(session, person_id, 1), standing)
        once = signs(session, person_id, OTHER, ONE_OFF)
        own, another = order(session, person_id, 2), order(session, person_id, 3)
        assert mandates.current(session, None, person_id) is standing, "whatever was signed last"
        assert mandates.current(session, None, person_id, order=own) is once
        debit = plan(session, own, once)
        assert mandates.current(session, None, person_id, order=own) is once, "a rejected debit is tried again by it"
        assert mandates.current(session, None, person_id, order=another) is standing
        mandates.treat(standing, mandates.CANCEL, NOON)
        assert mandates.current(session, None, person_id, order=another) is None
        again = signs(session, person_id, OTHER, ONE_OFF)
        assert again is not once, "a bank takes one debit under a one-off reference"
        assert mandates.current(session, None, person_id, order=another) is again
        id_ = debit.end_to_end_id
    with transaction(office.engine) as session:
        debits.collect(session, ASSOCIATION, until=date(2026, 12, 31), by="t", now=NOON, zone=PARIS)
    with transaction(office.engine) as session:
        told = statement(entry([Move("160.00", end_to_end=id_)]))
        intake.take_in(session, office.engine, told, entity=ASSOCIATION, name="f.xml", by=SYSTEM)
    with transaction(office.engine) as session:
        rows = session.execute(select(Mandate.iban, Mandate.state).order_by(Mandate.reference))
        assert [(iban, state) for iban, state in rows] == [(OLD, "CANCELED"), (OTHER, "CANCELED"), (OTHER, "SIGNED")]


def test_another_account_takes_over_what_waits_under_the_one_it_replaces(office: Office, person_id: UUID) -> None:
    with transaction(office.engine) as session:
        long_ago = signs(session, person_id, OTHER)
        plan(session, order(session, person_id, 1), long_ago)
        mandates.treat(long_ago, mandates.CANCEL, NOON)
        standing = signs(session, person_id, OLD)
        paid = order(session, person_id, 2)
        plan(session, paid, standing), plan(session, order(session, person_id, 3), standing)
        paid.state = "PAID"
    with transaction(office.engine) as session:
        signs(session, person_id, NEW)
        session.flush()
        assert planned(session) == [("CMD-2026-000001", OTHER), ("CMD-2026-000003", NEW)]
        moved = session.scalars(select(Order.id).where(Order.key == "CMD-2026-000003")).one()
        debits.cancel(session, moved, NOON)
    office.run()
    assert [mail.subject for mail in office.mails()] == [], "of a debit that was taken back"


def test_how_an_order_is_paid_is_told_where_it_is_asked_for(office: Office, person_id: UUID) -> None:
    with transaction(office.engine) as session:
        plan(session, order(session, person_id, 1), signs(session, person_id, OLD))
        said = [
            payment_words.values(session, {"order_key": "CMD-2026-000001"}, None, "fr", NOON.date(), wanted)["how_paid"]
            for wanted in ({"iban"}, {"how_paid"})
        ]
    assert said[0] == "—"
    assert "FR76 •••• 0189" in said[1]


def test_where_its_holder_signed_is_kept_and_stands_on_the_paper(office: Office, person_id: UUID) -> None:
    said = {"holder": "Ambre Delaunay", "iban": OLD, "kind": RECURRENT, "signed": True}
    moment = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # half past midnight in Paris
    with transaction(office.engine) as session:
        for by, origin, kept in (
            (f"person:{person_id}", "2001:db8::7", "2001:db8::7"),
            (f"person:{uuid4()}", "203.0.113.9", None),  # somebody of the office enters what was signed on paper
        ):
            subject = Subject(session, {"person_id": str(person_id)}, moment, by, origin=origin)
            assert MANDATE.write is not None
            made = session.get_one(Mandate, UUID(str(MANDATE.write(subject, said)["mandate_id"])))
            assert made.signed_from == kept
            said = {**said, "iban": OTHER}
            paper = papers.signature(made, "Amicale", "fr")
            wanted = "le 24 novembre 2026 à 00:30 (heure de Paris), depuis son espace personnel, adresse IP 2001:db8::7"
            assert (wanted in paper) is (kept is not None)
            assert ("conservé par Amicale" in paper) is (kept is None)
