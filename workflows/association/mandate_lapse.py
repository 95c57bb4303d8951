"""Direct-debit mandates that nobody used for long: they lapse, and another debit needs another signature.

Source: EPC016-06 §4.1, a mandate under which nothing was collected for 36 months is to be canceled (domain §P1.5). The
months count by the calendar from the last collection, or from the signature: of 29 February they end on the 28th. One
under which a debit is planned stands until that is collected: its day was announced.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final

from sqlalchemy import exists, or_, select

from engine.engine import Engine
from engine.transaction import transaction
from workflows.association import mandates
from workflows.association.bank.debits import PLANNED, DirectDebit
from workflows.association.mandates import Mandate

__all__ = ["lapse"]

BATCH: Final = 200


def lapse(engine: Engine, today: date) -> int:
    """Cancels the mandates that have lapsed before a day; answers how many."""
    count = 0
    while done := _some(engine, today):
        count += done
    return count


def _some(engine: Engine, today: date) -> int:
    zone = engine.settings.zone
    with transaction(engine) as session:
        last = mandates.months_before(session, "MANDATE_UNUSED", today)
        signed = Mandate.signed_at < datetime.combine(last, time(), zone)
        unused = or_(Mandate.used_on < last, Mandate.used_on.is_(None) & signed)
        planned = exists().where(DirectDebit.mandate_id == Mandate.id, DirectDebit.state == PLANNED)
        standing = select(Mandate).where(Mandate.state != mandates.CANCELED, unused, ~planned)
        found = session.scalars(standing.order_by(Mandate.reference).limit(BATCH)).all()
        for mandate in found:
            mandates.treat(mandate, mandates.CANCEL, engine.clock.now())
        return len(found)
