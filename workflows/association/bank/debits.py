"""Direct debits: planned when a basket is ordered, sent in a collection file, settled or sent back by the bank.

A debit that the bank returns after it was settled takes its payment back (domain §P1.4 `sepa_incident`): within five
business days for want of funds, within eight weeks because the debtor asks, within 13 months without a mandate.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Numeric, Select, String, Uuid, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.errors import Invalid
from engine.models import Base, Job, Moment
from engine.personal import Personal
from workflows.association import provider_stops
from workflows.association.bank import creditors
from workflows.association.bank.collection_files import Debit, write
from workflows.association.bank.creditors import Creditor
from workflows.association.bank.days import BANK_DAYS, PRESENTED_BEFORE
from workflows.association.mandates import CANCEL, ONE_OFF, SIGNED, Mandate, treat
from workflows.association.number_series import take
from workflows.association.orders import ASSOCIATION, Order

PAPERS: Final = "sepa.papers"
PLANNED, SENT, SETTLED = "PLANNED", "SENT", "SETTLED"
REJECTED, RETURNED, CANCELED = "REJECTED", "RETURNED", "CANCELED"


class NothingToCollect(Invalid):
    """No direct debit is due up to {until}. Choose a later day."""

    code: ClassVar[str] = "nothing_to_collect"


class DirectDebit(Base):
    """One debit of one order. `reason` is the bank's code where it was rejected or returned."""

    __tablename__ = "direct_debit"
    __privacy__ = Personal("accounting", "order_id", "keep", plain="end_to_end_id state reason batch_id")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    end_to_end_id: Mapped[str] = mapped_column(String(35), unique=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("sales_order.id"), index=True)
    mandate_id: Mapped[UUID] = mapped_column(ForeignKey("mandate.id"), index=True)
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(8), default=PLANNED)
    reason: Mapped[str | None] = mapped_column(String(35))
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("collection_file.id"), index=True)
    batch_id: Mapped[str | None] = mapped_column(String(35), index=True)
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payment.id"))
    planned_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (
        Index("ix_direct_debit_due", "state", "due_on"),
        CheckConstraint("amount > 0", name="ck_direct_debit_amount"),
    )


class SentFile(Base):
    """A collection file as it was given to the bank: kept, never written anew."""

    __tablename__ = "collection_file"
    __privacy__ = Personal(
        "accounting", "made_by@actor", "keep", ids="made_by", plain="message_id entity sha256 body", since="made_at"
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    message_id: Mapped[str] = mapped_column(String(35), unique=True)
    entity: Mapped[str] = mapped_column(String(12), default=ASSOCIATION)  # who collects
    debits: Mapped[int]
    total: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


def plan(
    session: Session, order: Order, mandate: Mandate, *, amount: Decimal, due_on: date, now: datetime,
    announce: bool = False,
) -> DirectDebit:  # fmt: skip
    """Promises to collect what an order still costs. With `announce` a mail tells of it, where no case does."""
    number = take(session, f"DD-{due_on.year}")
    debit = DirectDebit(
        id=uuid4(),
        end_to_end_id=f"DD-{due_on.year}-{number:06}",
        order_id=order.id,
        mandate_id=mandate.id,
        amount=amount,
        due_on=due_on,
        planned_at=now,
    )
    session.add(debit)
    payload = {"variables": {"direct_debit_id": str(debit.id), "announce": announce}}  # its papers: `papers` sets them
    session.add(Job(id=uuid4(), process_id="", kind="connector", type=PAPERS, payload=payload, due_at=now, retries=5))
    return debit


def of_order(session: Session, order_id: UUID) -> Sequence[DirectDebit]:
    """The debits of an order, the oldest first."""
    query = select(DirectDebit).where(DirectDebit.order_id == order_id)
    return session.scalars(query.order_by(DirectDebit.planned_at, DirectDebit.end_to_end_id)).all()


def is_promised(session: Session, order_id: UUID) -> bool:
    """Whether a debit of an order will be made, is at the bank, or was settled."""
    standing = or_(DirectDebit.state.in_((SENT, SETTLED)), (DirectDebit.state == PLANNED) & (Mandate.state == SIGNED))
    query = select(DirectDebit.id).join(Mandate, Mandate.id == DirectDebit.mandate_id)
    return session.scalar(query.where(DirectDebit.order_id == order_id, standing).limit(1)) is not None


def planned_under(session: Session, under: Sequence[Mandate]) -> Sequence[DirectDebit]:
    """What is planned under any of these mandates and was not given to the bank."""
    if not under:
        return ()
    query = select(DirectDebit).where(DirectDebit.state == PLANNED, DirectDebit.mandate_id.in_([m.id for m in under]))
    return session.scalars(query.order_by(DirectDebit.due_on, DirectDebit.end_to_end_id)).all()


def is_at_bank(session: Session, order_id: UUID) -> bool:
    """Whether the bank has a debit of this order, and did not say yet what became of it."""
    query = select(DirectDebit.id).where(DirectDebit.order_id == order_id, DirectDebit.state == SENT)
    return session.scalar(query.limit(1)) is not None


def cancel(session: Session, order_id: UUID, now: datetime) -> None:
    """Takes back what was planned and not yet given to the bank, and has a provider stop what it collects."""
    cancel_planned(session, order_id, now)
    provider_stops.promise(session, session.get_one(Order, order_id), now)


def cancel_planned(session: Session, order_id: UUID, now: datetime) -> None:
    """Takes back what was planned and not yet given to the bank."""
    for debit in of_order(session, order_id):
        if debit.state == PLANNED:
            debit.state, debit.closed_at = CANCELED, now


def settled_by_hand(session: Session, order_id: UUID, payment_id: UUID, now: datetime) -> None:
    """The accounts saw a debit of this order arrive that no file of ours, or no statement, told of."""
    for debit in of_order(session, order_id):
        if debit.state in {PLANNED, SENT}:
            settle(session, debit, payment_id, now)


def settle(session: Session, debit: DirectDebit, payment_id: UUID, now: datetime) -> None:
    """The money of a debit is there. A one-off mandate ends with it (EPC016-06: it is given for one collection)."""
    debit.state, debit.payment_id = SETTLED, payment_id
    mandate = session.get_one(Mandate, debit.mandate_id)
    if mandate.kind == ONE_OFF and all(each.state != PLANNED for each in planned_under(session, [mandate])):
        treat(mandate, CANCEL, now)


def promised(session: Session, entity: str) -> tuple[int, Decimal, date | None]:
    """How many debits a legal person plans, for how much in all, and when the first is due; only what can be made."""
    query = select(func.count(), func.coalesce(func.sum(DirectDebit.amount), 0), func.min(DirectDebit.due_on))
    query = query.join(Mandate, Mandate.id == DirectDebit.mandate_id)
    query = query.where(DirectDebit.state == PLANNED, Mandate.creditor == entity, Mandate.state == SIGNED)
    count, total, first = session.execute(query).one()
    return count, Decimal(total), first


def files(session: Session, entity: str, limit: int = 10) -> Sequence[SentFile]:
    """The collection files that a legal person made last, without their bytes."""
    query = select(SentFile).where(SentFile.entity == entity)
    return session.scalars(query.order_by(SentFile.made_at.desc()).limit(limit)).all()


def due(session: Session, entity: str, until: date) -> Sequence[tuple[DirectDebit, Mandate, Order]]:
    """What a legal person planned up to a day and whose mandate still stands, in order of the days."""
    query = (
        select(DirectDebit, Mandate, Order)
        .join(Mandate, Mandate.id == DirectDebit.mandate_id)
        .join(Order, Order.id == DirectDebit.order_id)
        .where(DirectDebit.state == PLANNED, DirectDebit.due_on <= until)
        .where(Mandate.state == SIGNED, Mandate.creditor == entity)
        .order_by(DirectDebit.due_on, DirectDebit.end_to_end_id)
    )
    return [(debit, mandate, order) for debit, mandate, order in session.execute(query)]


def collect(session: Session, entity: str, *, until: date, by: str, now: datetime, zone: ZoneInfo) -> SentFile:
    """Writes what is due to a legal person into one file for its bank. Each debit is in one file only.

    A day that has passed becomes the first bank day that can still be kept (EPC016-06 §4.3: core debits are presented
    one bank day before they are due). Raises NothingToCollect.
    """
    found = due(session, entity, until)
    if not found:
        raise NothingToCollect(until=until)
    day = now.astimezone(zone).date()
    message_id = f"COL-{day.year}-{take(session, f'COL-{day.year}'):05}"
    creditor = creditors.creditor(session, entity, day)
    earliest = BANK_DAYS.add(day, PRESENTED_BEFORE)
    debits = [
        _debit(debit, mandate, order, creditor, max(debit.due_on, earliest), zone) for debit, mandate, order in found
    ]
    made = write(creditor, debits, message_id=message_id, now=now, zone=zone)
    file = SentFile(
        id=uuid4(),
        message_id=message_id,
        entity=entity,
        debits=len(found),
        total=sum((debit.amount for debit, _, _ in found), Decimal("0.00")),
        made_at=now,
        made_by=by,
        sha256=hashlib.sha256(made.body).hexdigest(),
        body=made.body,
    )
    session.add(file)
    session.flush()
    for debit, mandate, _order in found:
        debit.state, debit.file_id, debit.batch_id = SENT, file.id, made.batches[debit.end_to_end_id]
        mandate.used_on = max(debit.due_on, earliest, mandate.used_on or earliest)
    return file


def _debit(
    debit: DirectDebit, mandate: Mandate, order: Order, creditor: Creditor, due_on: date, zone: ZoneInfo
) -> Debit:
    return Debit(
        end_to_end_id=debit.end_to_end_id,
        amount=debit.amount,
        due_on=due_on,
        sequence=mandate.kind,
        holder=mandate.holder,
        iban=mandate.iban,
        bic=mandate.bic,
        mandate=mandate.reference,
        signed_on=mandate.signed_at.astimezone(zone).date(),
        purpose=f"{creditor.name} {order.key}",
    )


def by_end_to_end_id(session: Session, entity: str, end_to_end_ids: Iterable[str]) -> dict[str, DirectDebit]:
    """What a legal person collected under these ids, as its bank names them."""
    query = _sent_by(entity).where(DirectDebit.end_to_end_id.in_({*end_to_end_ids} - {""}))
    return {debit.end_to_end_id: debit for debit in session.scalars(query)}


def in_batch(session: Session, entity: str, batch_id: str) -> Sequence[DirectDebit]:
    """All debits of a payment information, whatever became of them."""
    query = _sent_by(entity).where(DirectDebit.batch_id == batch_id)
    return session.scalars(query.order_by(DirectDebit.end_to_end_id)).all()


def in_file(session: Session, entity: str, message_id: str) -> Sequence[DirectDebit]:
    """All debits of a collection file."""
    query = _sent_by(entity).where(SentFile.message_id == message_id)
    return session.scalars(query.order_by(DirectDebit.end_to_end_id)).all()


def _sent_by(entity: str) -> Select[tuple[DirectDebit]]:
    query = select(DirectDebit).join(SentFile, SentFile.id == DirectDebit.file_id)
    return query.where(SentFile.entity == entity)
