"""A file of the bank, read and booked in one transaction: statements, notifications, and reports on collections."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from engine.assignment import Actor
from engine.engine import Engine
from engine.errors import Conflict, Invalid, NotFound
from workflows.association import orders, payments
from workflows.association.bank import accounts, creditors, line_tasks, reports
from workflows.association.bank.accounts import BankLine, BankStatement
from workflows.association.bank.files import read
from workflows.association.bank.matching import Booked, Bookkeeper, takes
from workflows.association.bank.statements import Statement, statements
from workflows.association.orders import Order


class LineDecided(Conflict):
    """Somebody has decided this line already."""

    code: ClassVar[str] = "line_decided"


class OrderUnknown(Invalid):
    """There is no order “{key}”. The number of an order is written like CMD-2026-000123."""

    code: ClassVar[str] = "order_unknown"


class OrderOfAnother(Invalid):
    """The order “{key}” is the association's: the Foundation's account pays gifts alone. Set the line aside."""

    code: ClassVar[str] = "order_of_another"


class OrderOwn(Invalid):
    """The order “{key}” is your own: somebody else of the accounts says what this line is."""

    code: ClassVar[str] = "order_own"


class AccountUnknown(Invalid):
    """{name} tells of the account {iban}, which is not read here. Choose the file of the account named above."""

    code: ClassVar[str] = "account_unknown"


class LinePaysNothing(Invalid):
    """This line pays no order: only euros that arrived do."""

    code: ClassVar[str] = "line_pays_nothing"


class ReasonMissing(Invalid):
    """Say in a few words why this line is none of ours, or why its money goes back."""

    code: ClassVar[str] = "line_reason_missing"


@dataclass(slots=True)
class Intake:
    """What a file held. `gaps`: statements that do not begin where the one before ended, with both balances."""

    statements: int = 0
    repeated: int = 0
    lines: int = 0
    rejected: int = 0
    gaps: list[tuple[str, Decimal, Decimal]] = field(default_factory=list)
    booked: Booked = field(default_factory=Booked)


def take_in(session: Session, engine: Engine, data: bytes, *, entity: str, name: str, by: Actor) -> Intake:
    """Reads a file of a legal person's bank, books what is certain, and has somebody asked about each other line. Read
    a second time it changes nothing.

    Raises BankFileRefused, AccountUnknown.
    """
    file = read(data, name)
    keeper = Bookkeeper(session, engine, by, engine.clock.now(), entity)
    intake = Intake()
    if file.family == reports.FAMILY:
        intake.rejected = keeper.reject(reports.report(file))
        return intake
    for statement in statements(file):
        if creditors.entity_of(session, statement.iban) != entity:
            raise AccountUnknown(name=name, iban=statement.iban)
        _take_statement(keeper, statement, name, intake)
    line_tasks.ask_all(session, engine, by=by)
    return intake


def _take_statement(keeper: Bookkeeper, statement: Statement, name: str, intake: Intake) -> None:
    session = keeper.session
    if accounts.known(session, statement) is not None:
        intake.repeated += 1
        return
    closed_before = accounts.missing_before(session, statement)
    if closed_before is not None and statement.opening is not None:
        intake.gaps.append((statement.id, closed_before, statement.opening))
    kept = BankStatement(
        id=uuid4(),
        kind=statement.kind,
        entity=keeper.entity,
        iban=statement.iban,
        reference=statement.id[:35],
        currency=statement.currency[:3],
        opening=statement.opening,
        closing=statement.closing,
        file_name=name[:120],
        read_at=keeper.now,
        read_by=keeper.by.id[:64],
    )
    session.add(kept)
    session.flush()
    intake.statements += 1
    for line in accounts.new_lines(session, statement):
        line.statement_id = kept.id
        session.add(line)
        if statement.currency == payments.CURRENCY:
            keeper.book(line, intake.booked)
        else:  # no order is in another currency: a person looks
            intake.booked.unmatched.append(line)
        session.flush()
        intake.lines += 1


def assign(session: Session, engine: Engine, line_id: UUID, order_key: str, *, entity: str, by: Actor) -> BankLine:
    """A person says which order a line pays.

    Raises NotFound, LineDecided, LinePaysNothing, OrderUnknown, OrderOfAnother, OrderOwn.
    """
    line = open_line(session, line_id, entity)
    order = payable(session, line, order_key, entity, by.id)
    Bookkeeper(session, engine, by, engine.clock.now(), entity).pay(order, line)
    return line


def payable(session: Session, line: BankLine, order_key: str, entity: str, by: str) -> Order:
    """The order that a person says a line pays. Raises LinePaysNothing, OrderUnknown, OrderOfAnother, OrderOwn."""
    statement = session.get_one(BankStatement, line.statement_id)
    if line.amount <= 0 or statement.currency != payments.CURRENCY:
        raise LinePaysNothing(field="order_key")
    return order_named(session, order_key, entity, by)


def order_named(session: Session, key: str, entity: str, by: str) -> Order:
    """The order that a person (an actor id) names, of this legal person's account and not the own one (domain §1.3a).

    Raises OrderUnknown, OrderOfAnother, OrderOwn.
    """
    order = orders.by_key(session, key.strip().upper())
    if order is None:
        raise OrderUnknown(field="order_key", key=key.strip()[:40])
    if not takes(entity, order):
        raise OrderOfAnother(field="order_key", key=order.key)
    if order.person_id is not None and by == f"person:{order.person_id}":
        raise OrderOwn(field="order_key", key=order.key)
    return order


def set_aside(
    session: Session, engine: Engine, line_id: UUID, reason: str, *, entity: str, by: Actor, kind: str | None = None
) -> BankLine:
    """A person says that a line pays nothing of ours, and why. Raises NotFound, LineDecided, ReasonMissing."""
    line = open_line(session, line_id, entity)
    line.state, line.match_kind, line.aside_reason = accounts.SET_ASIDE, kind, why(reason)
    line.decided_by, line.decided_at = by.id[:64], engine.clock.now()
    return line


def why(reason: str) -> str:
    """The reason as it is kept. Raises ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing(field="reason")
    return reason.strip()[:280]


def take_up(session: Session, line_id: UUID, *, entity: str) -> BankLine:
    """A line that was set aside, or told to be a fee, waits again. Raises NotFound, LineDecided for one that moved
    money of an order or whose money was sent back."""
    line = _line(session, line_id, entity)
    if line.returned_on is not None or (line.state == accounts.MATCHED and line.match_kind != accounts.FEE):
        raise LineDecided(state=line.state)
    line.state, line.match_kind, line.aside_reason = accounts.waiting(line), None, ""
    line.decided_by, line.decided_at = None, None
    return line


def _line(session: Session, line_id: UUID, entity: str) -> BankLine:
    """The line, for whoever keeps the accounts of this legal person; for others there is none."""
    line = session.get(BankLine, line_id, with_for_update=True)
    if line is None or session.get_one(BankStatement, line.statement_id).entity != entity:
        raise NotFound(kind="bank line", id=str(line_id))
    return line


def open_line(session: Session, line_id: UUID, entity: str) -> BankLine:
    """A line about which nobody said anything yet. Raises NotFound, LineDecided."""
    line = _line(session, line_id, entity)
    if line.state not in {accounts.UNMATCHED, accounts.OUTGOING}:
        raise LineDecided(state=line.state)
    return line
