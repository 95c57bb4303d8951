"""The story of a year in one line: a digest of who wrote, was asked, answered, paid and became what, and when.

It holds no id and no number of a series, which differ from telling to telling: the same seed gives the same digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine.models import ProcessInstance, UserTask
from workflows.association.bank.accounts import BankLine
from workflows.association.mails import Mail
from workflows.association.memberships import Membership, MembershipPeriod
from workflows.association.orders import Order, OrderLine
from workflows.association.payments import Payment

CHAPTERS: Final[tuple[Select[Any], ...]] = (
    select(Mail.to_address, Mail.template, Mail.state, Mail.suppressed, Mail.created_at, Mail.sent_at),
    select(UserTask.element, UserTask.role, UserTask.state, UserTask.created_at, UserTask.closed_at),
    select(ProcessInstance.process_id, ProcessInstance.status, ProcessInstance.started_at, ProcessInstance.ended_at),
    select(Order.means, Order.state, Order.created_at, OrderLine.beneficiary, OrderLine.tariff_code, OrderLine.amount)
    .join(OrderLine, OrderLine.order_id == Order.id),
    select(Payment.means, Payment.amount, Payment.value_date, Payment.received_at, Payment.reversed_at),
    select(BankLine.amount, BankLine.booked_on, BankLine.reason, BankLine.state),
    select(Membership.service_entitlement, Membership.statutory_status, MembershipPeriod.start_date,
           MembershipPeriod.end_date, MembershipPeriod.written_at, MembershipPeriod.reversed_at)
    .join(MembershipPeriod, MembershipPeriod.membership_id == Membership.id),
)  # fmt: skip


def digest(session: Session) -> str:
    """SHA-256 over the lines of the story, each chapter in the order of its lines."""
    whole = hashlib.sha256()
    for number, chapter in enumerate(CHAPTERS):
        for line in sorted(_lines(session, chapter)):
            whole.update(f"{number} {line}\n".encode())
    return whole.hexdigest()


def _lines(session: Session, chapter: Select[Any]) -> Iterator[str]:
    for row in session.execute(chapter):
        yield "\t".join(f"{each:f}" if hasattr(each, "quantize") else str(each) for each in row)
