"""What the bank said, line by line, and what was made of each line.

A movement is told more than once: in a notification, then in the day's statement, then in a file that somebody reads
again. Each line has a fingerprint of what the bank says of it and of its turn among its equals of that day, so that
it counts once, and two equal transfers of one day count twice.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, Numeric, Select, String, UniqueConstraint, Uuid, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base, Moment
from engine.personal import Personal
from workflows.association.bank.statements import Entry, Statement, Transaction
from workflows.association.orders import ASSOCIATION

MATCHED, UNMATCHED, OUTGOING, SET_ASIDE = "MATCHED", "UNMATCHED", "OUTGOING", "SET_ASIDE"
FEE = "FEE"  # a line that a person told to be the bank's own
BACK = "BACK"  # a line that is set aside because its money is sent back


class BankStatement(Base):
    """A statement or notification that was read. Read again, it changes nothing."""

    __tablename__ = "bank_statement"
    __privacy__ = Personal(
        "accounting", "read_by@actor", "keep", ids="read_by", plain="entity kind iban reference currency file_name"
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    kind: Mapped[str] = mapped_column(String(8))
    entity: Mapped[str] = mapped_column(String(12), default=ASSOCIATION)  # whose account it is
    iban: Mapped[str] = mapped_column(String(34))
    reference: Mapped[str] = mapped_column(String(35))
    currency: Mapped[str] = mapped_column(String(3))
    opening: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    closing: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    file_name: Mapped[str] = mapped_column(String(120))
    read_at: Mapped[datetime] = mapped_column(Moment)
    read_by: Mapped[str] = mapped_column(String(64))
    __table_args__ = (
        UniqueConstraint("iban", "kind", "reference"),
        Index("ix_bank_statement_read", "entity", "read_at"),
    )


class BankLine(Base):
    """One movement, once. `amount` is positive for what arrived; `matched_to`: a payment, debit or collection file.

    `part_of`: the line that this one was a part of; `aside_reason`: why somebody set it aside or sends it back, and
    `returned_on`, `return_reference` the transfer by which it went.
    """

    __tablename__ = "bank_line"
    __privacy__ = Personal(
        "accounting", "matched_to@sales_order", "keep", ids="decided_by",
        since="booked_on",
        plain="fingerprint end_to_end_id batch_id bank_reference reason counterparty remittance state match_kind "
        "aside_reason return_reference",
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    statement_id: Mapped[UUID] = mapped_column(ForeignKey("bank_statement.id"), index=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    position: Mapped[int]
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    booked_on: Mapped[date]
    value_date: Mapped[date]
    end_to_end_id: Mapped[str] = mapped_column(String(35))
    batch_id: Mapped[str] = mapped_column(String(35))
    bank_reference: Mapped[str] = mapped_column(String(35))
    reason: Mapped[str] = mapped_column(String(35))
    counterparty: Mapped[str] = mapped_column(String(140))
    remittance: Mapped[str] = mapped_column(String(280))
    state: Mapped[str] = mapped_column(String(9), default=UNMATCHED)
    match_kind: Mapped[str | None] = mapped_column(String(8))
    matched_to: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    decided_by: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    part_of: Mapped[UUID | None] = mapped_column(ForeignKey("bank_line.id"), index=True)
    aside_reason: Mapped[str] = mapped_column(String(280), default="")
    returned_on: Mapped[date | None]
    return_reference: Mapped[str] = mapped_column(String(80), default="")
    __table_args__ = (Index("ix_bank_line_state", "state", "booked_on"),)


def known(session: Session, statement: Statement) -> BankStatement | None:
    """The statement where it was read before."""
    query = select(BankStatement).where(
        BankStatement.iban == statement.iban,
        BankStatement.kind == statement.kind,
        BankStatement.reference == statement.id[:35],
    )
    return session.scalars(query).one_or_none()


def new_lines(session: Session, statement: Statement) -> list[BankLine]:
    """The booked lines of a statement that no other file told before; not yet added, and of no statement yet."""
    lines = list(_lines(statement))
    query = select(BankLine.fingerprint).where(BankLine.fingerprint.in_([line.fingerprint for line in lines]))
    told = set(session.scalars(query))
    return [line for line in lines if line.fingerprint not in told]


def _lines(statement: Statement) -> Iterator[BankLine]:
    turns: Counter[str] = Counter()
    position = 0
    for entry in statement.entries:
        for each in entry.transactions if entry.is_booked else ():
            position += 1
            reference = (each.bank_reference or entry.reference)[:35]
            said = "\x1f".join(_said(statement, entry, each, reference))
            turns[said] += 1
            yield BankLine(
                id=uuid4(),
                fingerprint=hashlib.sha256(f"{said}\x1f{turns[said]}".encode()).hexdigest(),
                position=position,
                amount=each.amount,
                booked_on=entry.booked_on,
                value_date=entry.value_date,
                end_to_end_id=each.end_to_end_id[:35],
                batch_id=each.batch_id[:35],
                bank_reference=reference,
                reason=each.reason[:35],
                counterparty=each.counterparty,
                remittance=each.remittance,
                state=UNMATCHED if each.amount > 0 or each.reason else OUTGOING,
            )


def _said(statement: Statement, entry: Entry, each: Transaction, reference: str) -> Iterator[str]:
    """What tells a movement from others: account, day, amount, the ids it bears; without the bank's own, its texts too.

    A bank's reference alone tells nothing: some give one to a whole batch, or to every transfer of a day. Notifications
    carry longer texts than statements do, so that texts count only where no reference does.
    """
    yield from (statement.iban, entry.booked_on.isoformat(), f"{each.amount.normalize():f}")
    yield from (reference, each.end_to_end_id, each.reason)
    if not reference:
        yield from (each.counterparty, each.remittance)


def missing_before(session: Session, statement: Statement) -> Decimal | None:
    """The closing balance of the statement read last, where this one does not begin with it: a file is missing."""
    if statement.opening is None:
        return None
    query = (
        select(BankStatement.closing)
        .where(BankStatement.iban == statement.iban, BankStatement.closing.is_not(None))
        .order_by(BankStatement.read_at.desc(), BankStatement.reference.desc())
    )
    closing = session.scalars(query.limit(1)).first()
    return closing if closing is not None and closing != statement.opening else None


def recent(session: Session, entity: str, limit: int = 10) -> Sequence[BankStatement]:
    """The statements and notifications of a legal person that were read last."""
    query = select(BankStatement).where(BankStatement.entity == entity)
    query = query.order_by(BankStatement.read_at.desc(), BankStatement.reference.desc())
    return session.scalars(query.limit(limit)).all()


def aside(session: Session, entity: str, limit: int = 20) -> Sequence[BankLine]:
    """What was set aside on a legal person's account, or told to be a fee, the latest first."""
    decided = or_(BankLine.state == SET_ASIDE, BankLine.match_kind == FEE)
    query = _of(entity).where(decided).order_by(BankLine.decided_at.desc(), BankLine.id)
    return session.scalars(query.limit(limit)).all()


def unmatched(session: Session, entity: str, limit: int = 50) -> Sequence[BankLine]:
    """What nobody has decided yet, the oldest first."""
    query = _of(entity).where(BankLine.state == UNMATCHED)
    return session.scalars(query.order_by(BankLine.booked_on, BankLine.position, BankLine.id).limit(limit)).all()


def count_unmatched(session: Session, entity: str) -> int:
    """How many lines nobody has decided yet."""
    waiting = _of(entity).where(BankLine.state == UNMATCHED).subquery()
    return session.scalar(select(func.count()).select_from(waiting)) or 0


def outgoing(session: Session, entity: str, limit: int = 20) -> Sequence[BankLine]:
    """What left a legal person's account and nobody said why, the latest first: most of it is no affair of ours."""
    query = _of(entity).where(BankLine.state == OUTGOING)
    return session.scalars(query.order_by(BankLine.booked_on.desc(), BankLine.id).limit(limit)).all()


def waiting(line: BankLine) -> str:
    """The state of a line about which nobody decided: what left without a reason waits for nobody."""
    return UNMATCHED if line.amount > 0 or line.reason else OUTGOING


def _of(entity: str) -> Select[tuple[BankLine]]:
    query = select(BankLine).join(BankStatement, BankStatement.id == BankLine.statement_id)
    return query.where(BankStatement.entity == entity)
