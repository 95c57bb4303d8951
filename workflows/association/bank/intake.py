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
from workflows.association.bank import accounts, creditors, reports
from workflows.association.bank.accounts import BankLine, BankStatement
from workflows.association.bank.files import read
from workflows.association.bank.matching import Booked, Bookkeeper
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


class AccountUnknown(Invalid):
    """{name} tells of the account {iban}, which is not read here. Choose the file of the account named above."""

    code: ClassVar[str] = "account_unknown"


class LinePaysNothing(Invalid):
    """This line pays no order: only euros that arrived do."""

    code: ClassVar[str] = "line_pays_nothing"


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
    """Reads a file of a legal person's bank and books what is certain. Read a second time it changes nothing.

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

    Raises NotFound, LineDecided, LinePaysNothing, OrderUnknown, OrderOfAnother.
    """
    line = open_line(session, line_id, entity)
    statement = session.get_one(BankStatement, line.statement_id)
    if line.amount <= 0 or statement.currency != payments.CURRENCY:
        raise LinePaysNothing(field="order_key")
    keeper = Bookkeeper(session, engine, by, engine.clock.now(), entity)
    keeper.pay(order_named(keeper, order_key), line)
    return line


def order_named(keeper: Bookkeeper, key: str) -> Order:
    """The order that a person names, of this legal person's account. Raises OrderUnknown, OrderOfAnother."""
    order = orders.by_key(keeper.session, key.strip().upper())
    if order is None:
        raise OrderUnknown(field="order_key", key=key.strip()[:40])
    if not keeper.takes(order):
        raise OrderOfAnother(field="order_key", key=order.key)
    return order


def set_aside(session: Session, engine: Engine, line_id: UUID, *, entity: str, by: Actor) -> BankLine:
    """A person says that a line pays nothing of ours. Raises NotFound, LineDecided."""
    line = open_line(session, line_id, entity)
    line.state, line.decided_by, line.decided_at = accounts.SET_ASIDE, by.id[:64], engine.clock.now()
    return line


def take_up(session: Session, line_id: UUID, *, entity: str) -> BankLine:
    """A line that was set aside, or told to be a fee, waits again. Raises NotFound, LineDecided for one that moved
    money of an order."""
    line = _line(session, line_id, entity)
    if line.state == accounts.MATCHED and line.match_kind != accounts.FEE:
        raise LineDecided(state=line.state)
    line.state, line.match_kind = accounts.waiting(line), None
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
