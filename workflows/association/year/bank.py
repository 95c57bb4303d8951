"""The bank and the accounts, day by day: collection files go out, reports and statements come in, people do the rest.

The bank knows what a bank knows: the files it was given. What it makes of a debit is drawn under the debit's order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from functools import lru_cache, partial
from uuid import UUID

from lxml import etree
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from engine.assignment import Actor
from engine.models import Subscription
from engine.transaction import reading, transaction
from workflows.association.applications import Application
from workflows.association.bank import accounts, creditors, debits, intake, line_tasks
from workflows.association.bank.accounts import BankStatement
from workflows.association.bank.days import BANK_DAYS
from workflows.association.bank.debits import DirectDebit, SentFile
from workflows.association.case_variables import local_day
from workflows.association.contacts import Email
from workflows.association.orders import ASSOCIATION, FOUNDATION, Order
from workflows.association.payments import Payment, tolerance
from workflows.association.year import days, money
from workflows.association.year.bank_files import Move, rejections, statement
from workflows.association.year.lots import among
from workflows.association.year.world import Family, Planned, World

# Shares of the incidents by the bank's code, and when they come after the due day: None, before it is booked.
INCIDENTS = 0.02  # domain §P1.11
REASONS = {
    "AM04": 52.0, "AC04": 10.0, "AC06": 3.0, "AC01": 4.0, "MD01": 4.0, "MD06": 14.0, "MD07": 5.0, "MS02": 3.0,
    "MS03": 3.0, "SL01": 2.0,
}  # fmt: skip
REJECTED = frozenset({"AC01", "AC06"})  # before the bank books them (pain.002)
ENTITIES = (ASSOCIATION, FOUNDATION)
OPENING = Decimal("250000.00")
AHEAD = 4  # bank days for which debits are given to the bank
UNKNOWN = "Rien de connu n’y correspond"  # why the accounts set a line aside


def plan(world: World, day: date) -> Iterator[Planned]:
    """What happens at the bank and in the accounts on a bank day."""
    if not BANK_DAYS.is_working_day(day):
        return
    zone = world.association.zone
    yield Planned(days.at(day, time(7, 30), zone), f"bank:{day}", partial(_bank_speaks, day=day), alone=True)
    yield Planned(days.at(day, time(10, 30), zone), f"collect:{day}", partial(_collect, day=day), alone=True)
    yield Planned(days.at(day, time(11, 0), zone), f"assign:{day}", partial(_assign, day=day), alone=True)


def _accountant(world: World) -> Actor:
    return Actor(world.office("FINANCE"), "FINANCE", frozenset({"FINANCE"}))


def _collect(world: World, day: date) -> None:
    """The accounts give the bank what falls due within the next days."""
    with transaction(world.engine) as session:
        until, by, now = BANK_DAYS.add(day, AHEAD), _accountant(world).id, world.engine.clock.now()
        for entity in ENTITIES:
            if debits.due(session, entity, until):
                debits.collect(session, entity, until=until, by=by, now=now, zone=world.association.zone)


def _bank_speaks(world: World, day: date) -> None:
    """The bank's reports of this morning and the statement of the bank day before."""
    before = BANK_DAYS.add(day, -1)
    with reading(world.engine) as session:
        given = _given(world, session, day)
        files = [(entity, file) for entity in ENTITIES for file in _files(world, session, given, entity, day, before)]
    for number, (entity, data) in enumerate(files):
        with transaction(world.engine) as session:
            name = f"{day}-{number}.xml"
            intake.take_in(session, world.engine, data, entity=entity, name=name, by=_accountant(world))


def _files(
    world: World, session: Session, given: Sequence[Given], entity: str, day: date, before: date
) -> Iterator[bytes]:
    """What the bank of one legal person says this morning."""
    own = [each for each in given if each.entity == entity]
    for message_id, found in _rejected(own, day):
        yield rejections(message_id, found)
    moves = [*_collections(own, before), *_transfers(world, session, entity, before)]
    if moves:
        iban = creditors.creditor(session, entity, before).iban.replace(" ", "")
        yield statement(iban, before, _balance(session, iban), moves)


def _balance(session: Session, iban: str) -> Decimal:
    query = select(BankStatement.closing).where(BankStatement.iban == iban, BankStatement.closing.is_not(None))
    latest = query.order_by(BankStatement.read_at.desc(), BankStatement.reference.desc()).limit(1)
    return session.scalar(latest) or OPENING


@dataclass(frozen=True, slots=True)
class Given:
    """A debit as it stands in a collection file, with what the bank makes of it: `reason` is empty where it is paid."""

    entity: str
    message_id: str
    end_to_end: str
    due: date
    amount: Decimal
    reason: str
    back: date


def _given(world: World, session: Session, day: date) -> list[Given]:
    """What the collection files of the last months hold."""
    since = days.at(day - timedelta(days=75), time(), days.UTC_ZONE)
    files = session.scalars(select(SentFile).where(SentFile.made_at >= since).order_by(SentFile.message_id))
    written = [(file.entity, file.message_id, *debit) for file in files for debit in _debits(file.body)]
    if not written:
        return []
    names = _names(session, {end_to_end for _, _, end_to_end, _, _ in written})
    return [
        Given(entity, message_id, end_to_end, due, amount, *_fate(world, names[end_to_end], due))
        for entity, message_id, end_to_end, due, amount in written
    ]


@lru_cache(maxsize=128)
def _debits(body: bytes) -> tuple[tuple[str, date, Decimal], ...]:
    """A file is read again on each of the days on which the bank may answer it."""
    return tuple(_told(body))


def _told(body: bytes) -> Iterator[tuple[str, date, Decimal]]:
    for batch in etree.fromstring(body).iterfind(".//{*}PmtInf"):
        due = date.fromisoformat(batch.findtext("{*}ReqdColltnDt", ""))
        for debit in batch.iterfind("{*}DrctDbtTxInf"):
            yield debit.findtext("{*}PmtId/{*}EndToEndId", ""), due, Decimal(debit.findtext("{*}InstdAmt", ""))


def _names(session: Session, ids: set[str]) -> dict[str, str]:
    """The steady names under which the fates of debits are drawn: that of the payer, and the moment of the order."""
    address = select(func.min(Email.folded)).where(Email.person_id == Order.person_id).scalar_subquery()
    query = (
        select(DirectDebit.end_to_end_id, Order.created_at, func.coalesce(Application.email, address))
        .join(Order, Order.id == DirectDebit.order_id)
        .outerjoin(Application, Application.id == Order.application_id)
        .where(DirectDebit.end_to_end_id.in_(ids))
    )
    return {end_to_end: f"{payer}\x1f{at.isoformat()}" for end_to_end, at, payer in session.execute(query)}


def _fate(world: World, name: str, due: date) -> tuple[str, date]:
    """Why and when the bank sends a debit back; empty where it does not."""
    rng = world.lots.of("debit", name, due)
    if rng.random() >= INCIDENTS:
        return "", date.max
    reason = among(rng, REASONS)
    if reason in REJECTED:
        return reason, BANK_DAYS.add(due, -1)
    return reason, BANK_DAYS.add(due, rng.randint(8, 34) if reason in {"MD06", "MD01"} else rng.randint(2, 4))


def _rejected(debits_given: Sequence[Given], day: date) -> list[tuple[str, list[tuple[str, str]]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for given in debits_given:
        if given.reason in REJECTED and given.back == day:
            found.setdefault(given.message_id, []).append((given.end_to_end, given.reason))
    return sorted(found.items())


def _collections(debits_given: Sequence[Given], day: date) -> Iterator[Move]:
    """What was collected on this day, and what came back on it."""
    for given in debits_given:
        if given.reason in REJECTED:
            continue
        if given.due == day:
            yield Move(given.amount, f"C{given.end_to_end}", given.end_to_end, "PRELEVEMENT")
        if given.back == day:
            yield Move(-given.amount, f"R{given.end_to_end}", given.end_to_end, "REJET", reason=given.reason)


def _transfers(world: World, session: Session, entity: str, day: date) -> Iterator[Move]:
    """The transfers that people made for their orders; one in thirty forgets what it is for."""
    for order, amount, subject in transferred(world, session, day):
        if creditors.collector(order) != entity:
            continue
        forgets = money.fate(world, order, subject).random() > 0.97
        text = "cotisation" if forgets else f"Cotisation {order.key}"
        yield Move(amount, f"V{order.key}-{day:%m%d}", text=text, party=_payer(subject))


def _payer(subject: str) -> str:
    """How the statement names who pays."""
    return subject.partition("@")[0][:70]


def transferred(world: World, session: Session, day: date) -> Iterator[tuple[Order, Decimal, str]]:
    """Orders whose transfer is booked on this day, and whose they are."""
    since = days.at(day - timedelta(days=45), time(), days.UTC_ZONE)
    query = select(Order).where(Order.means == "TRANSFER", Order.created_at >= since)
    lines = selectinload(Order.lines)  # of all of them at once: this is asked every day about six weeks of orders
    orders = session.scalars(query.order_by(Order.created_at, Order.key).options(lines)).all()
    subjects = money.subjects(session, [order.id for order in orders])
    for order in orders:
        booked, amount = money.arrival(world, order, subjects[order.id])
        if booked == day:
            yield order, amount, subjects[order.id]
    for order, amount in (*_balances(world, session, day), *_agreed(world, session, day)):
        yield order, amount, money.subject_of(session, order)


def _balances(world: World, session: Session, day: date) -> Iterator[tuple[Order, Decimal]]:
    """Orders of which too little came: most people transfer the rest when they are asked for it."""
    paid = func.sum(Payment.amount)
    query = (
        select(Order, paid, func.max(Payment.received_at))
        .join(Payment, Payment.order_id == Order.id)
        .where(Order.state == "OPEN", Order.means.in_({"TRANSFER", "CARD"}), Payment.reversed_at.is_(None))
        .group_by(Order.id)
        .order_by(Order.key)
    )
    for order, amount, came in session.execute(query):
        rng = world.lots.of("balance", money.subject_of(session, order), came.isoformat())
        booked = BANK_DAYS.add(local_day(came, world.association.zone) + timedelta(days=rng.randint(2, 9)), 0)
        left = order.total - Decimal(str(amount))
        if booked == day and left > tolerance(session, day) and rng.random() < 0.9:
            yield order, left


def _agreed(world: World, session: Session, day: date) -> Iterator[tuple[Order, Decimal]]:
    """Orders of direct debits that came back, and whose people said that they would make a transfer."""
    collected = select(DirectDebit.id).where(
        DirectDebit.order_id == Order.id, DirectDebit.state.in_({debits.PLANNED, debits.SENT})
    )
    query = (
        select(Order, func.max(Subscription.opened_at))
        .join(Subscription, Subscription.key == Order.key)
        .where(Subscription.name == "payment_confirmed", Subscription.process_id == "payment_incident")
        .where(Order.means == "SEPA", ~collected.exists())
        .group_by(Order.id)
        .order_by(Order.key)
    )
    for order, opened_at in session.execute(query):
        rng = world.lots.of("agreed", money.subject_of(session, order), opened_at.isoformat())
        opened = local_day(opened_at, world.association.zone)
        if rng.random() < 0.85 and BANK_DAYS.add(opened + timedelta(days=rng.randint(1, 15)), 0) == day:
            yield order, money.left_to_pay(session, order)


def _assign(world: World, day: date) -> UUID | None:
    """The accounts look at lines that name no order, and find it by who paid and how much."""
    with reading(world.engine) as session:
        lines = [(entity, line) for entity in ENTITIES for line in accounts.unmatched(session, entity, 200)]
        told = [(entity, each.id, each.amount, each.booked_on, each.counterparty) for entity, each in lines]
        paid_on = {day: list(transferred(world, session, day)) for day in {line.booked_on for _, line in lines}}
        found: list[tuple[str, UUID, str | None]] = []
        for entity, line_id, amount, booked_on, party in told:
            keys = [
                order.key
                for order, paid, subject in paid_on[booked_on]
                if paid == amount and _payer(subject) == party and creditors.collector(order) == entity
            ]
            found.append((entity, line_id, keys[0] if len(keys) == 1 else None))
    for entity, line_id, key in found:
        with transaction(world.engine) as session:
            by = _accountant(world)
            if key is None:
                line = intake.set_aside(session, world.engine, line_id, UNKNOWN, entity=entity, by=by)
            else:
                line = intake.assign(session, world.engine, line_id, key, entity=entity, by=by)
            line_tasks.decided(session, world.engine, line, by=by)
    return None


BANK = Family("bank", plan, money.HABITS, money.REACTIONS)
