"""Another account is signed while a debit is announced under the mandate before: what becomes of that debit.

Whoever signs for another account means the next debit too. So it is taken back and planned anew under the new mandate:
on its day where that leaves the time of a notice, else on the first bank day after (EPC016-06 §4.3.4), and announced
again, since the notice named the mandate. A one-off signature serves its own order alone: what was announced under a
recurrent mandate is still collected there.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from engine.calendar import PARIS
from workflows.association import mandates
from workflows.association.bank import debits
from workflows.association.bank.debits import DirectDebit
from workflows.association.mandates import Mandate
from workflows.association.orders import ASSOCIATION, Order

__all__ = ["sign"]


def sign(
    session: Session, *, application_id: UUID | None, person_id: UUID | None, holder: str, iban: str, bic: str = "",
    kind: str = mandates.ONE_OFF, by: str, now: datetime, creditor: str = ASSOCIATION, origin: str = "",
) -> Mandate:  # fmt: skip
    """Keeps a signed mandate, and moves to it what is announced under those that it replaces.

    Raises IbanRefused, AccountOutsideSepa, BicRefused, MandateUnsigned.
    """
    before = mandates.replaced(session, application_id, person_id, creditor)
    mandate = mandates.sign(
        session, application_id=application_id, person_id=person_id, holder=holder, iban=iban, bic=bic, kind=kind,
        by=by, now=now, creditor=creditor, origin=origin,
        in_use=before is not None and bool(debits.planned_under(session, [before])),
    )  # fmt: skip
    if mandate.kind == mandates.RECURRENT and before is not None and before.state == mandates.CANCELED:
        for debit in debits.planned_under(session, [before]):
            _move(session, debit, mandate, now)
    return mandate


def _move(session: Session, debit: DirectDebit, mandate: Mandate, now: datetime) -> None:
    """Takes a debit back, and plans it anew where its order still waits for money."""
    day = mandates.collection_day(session, now.astimezone(PARIS).date(), debit.due_on)
    session.flush()
    debit.state, debit.closed_at = debits.CANCELED, now
    order = session.get_one(Order, debit.order_id)
    if order.state == "OPEN":
        debits.plan(session, order, mandate, amount=debit.amount, due_on=day, now=now, announce=True)
