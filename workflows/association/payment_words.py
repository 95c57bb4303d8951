"""What a mail says of how something is paid: the account and the creditor of who collects, the mandate, the day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from workflows.association import mandates, orders, wording
from workflows.association.bank import creditors, debits, reasons
from workflows.association.case_variables import day, text, uuid_or_none
from workflows.association.mandates import Mandate
from workflows.association.orders import ASSOCIATION, FOUNDATION, Order

NAMES: Final = frozenset({"iban", "creditor", "mandate_reference", "account", "collect_on", "bank_reason"})


def values(
    session: Session, variables: Mapping[str, object], application_id: UUID | None, lang: str, on: date
) -> dict[str, str]:
    """The placeholders of `NAMES`, on a day. Dues and baskets go to the association, gifts alone to the Foundation."""
    key = text(variables, "order_key")
    order = orders.by_key(session, key) if key else None
    mandate = _mandate(session, variables, application_id, order)
    entity = creditors.collector(order) if order is not None else ASSOCIATION
    account = creditors.creditor(session, entity, on)
    collects = creditors.creditor(session, mandate.creditor, on) if mandate is not None else account
    collected = variables.get("collect_on")
    return {
        "iban": account.iban,
        "creditor": collects.identifier,
        "mandate_reference": mandate.reference if mandate else "—",
        "account": mandate.masked if mandate else "—",
        "collect_on": wording.day(day(variables, "collect_on"), lang) if collected else "—",
        "bank_reason": reasons.words(text(variables, "reason_code"), lang),
    }


def _mandate(
    session: Session, variables: Mapping[str, object], application_id: UUID | None, order: Order | None
) -> Mandate | None:
    """The mandate of the order's latest debit, else the one that stands with who would collect."""
    planned = debits.of_order(session, order.id) if order is not None else ()
    if planned:
        return session.get_one(Mandate, planned[-1].mandate_id)
    person_id = uuid_or_none(variables, "person_id")
    gifts_alone = order is not None and creditors.collector(order) == FOUNDATION
    own = mandates.current(session, None, person_id, paused=True, creditor=FOUNDATION) if gifts_alone else None
    return own or mandates.current(session, application_id, person_id, paused=True)
