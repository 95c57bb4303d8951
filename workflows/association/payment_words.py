"""What a mail says of how something is paid: the account and the creditor of who collects, the mandate, the day."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from workflows.association import mandates, orders, wording
from workflows.association.bank import creditors, debits, reasons
from workflows.association.bank.creditors import Creditor
from workflows.association.case_variables import day, text, uuid_or_none
from workflows.association.mandates import Mandate
from workflows.association.orders import ASSOCIATION, FOUNDATION, Order

NAMES: Final = frozenset({"iban", "creditor", "mandate_reference", "account", "collect_on", "bank_reason", "how_paid"})


def values(
    session: Session, variables: Mapping[str, object], application_id: UUID | None, lang: str, on: date,
    wanted: Set[str],
) -> dict[str, str]:  # fmt: skip
    """The placeholders of `NAMES`, on a day. Dues and baskets go to the association, gifts alone to the Foundation.

    `how_paid`, which looks a debit up again, only where it is wanted."""
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
        "how_paid": _how_paid(session, order, account, lang) if "how_paid" in wanted else "—",
        "bank_reason": reasons.words(text(variables, "reason_code"), lang),
    }


def _how_paid(session: Session, order: Order | None, account: Creditor, lang: str) -> str:
    """What happens by itself, and what there is to do: a debit that is planned, else a transfer."""
    if order is None:
        return "—"
    planned = [each for each in debits.of_order(session, order.id) if each.state == debits.PLANNED]
    known = {"iban": account.iban, "name": account.name, "order_key": order.key}
    if planned:
        mandate = session.get_one(Mandate, planned[-1].mandate_id)
        collects = creditors.creditor(session, mandate.creditor, planned[-1].due_on)
        known |= {"reference": mandate.reference, "account": mandate.masked, "creditor": collects.identifier}
    said = "DEBIT" if planned else "NO_MANDATE" if order.means == "SEPA" else "TRANSFER"
    return _HOW_PAID[said]["en" if lang == "en" else "fr"].format(**known)


_HOW_PAID: Final = {
    "DEBIT": {
        "fr": "Vous n’avez rien à faire : nous débiterons votre compte {account} (mandat {reference}, identifiant du "
        "créancier {creditor}).",
        "en": "You need not do anything: we will debit your account {account} (mandate {reference}, creditor "
        "identifier {creditor}).",
    },
    "NO_MANDATE": {
        "fr": "Votre mandat de prélèvement n’est plus valable : rien ne sera débité. Versez ce montant par virement "
        "sur le compte {iban} de {name}, avec la référence {order_key}, ou répondez à ce message pour signer un "
        "nouveau mandat.",
        "en": "Your direct-debit mandate is no longer valid: nothing will be debited. Please transfer this amount to "
        "the account {iban} of {name}, with the reference {order_key}, or answer this message to sign a new mandate.",
    },
    "TRANSFER": {
        "fr": "Versez ce montant sur le compte {iban} de {name}, avec la référence {order_key}.",
        "en": "Please pay this amount into the account {iban} of {name}, with the reference {order_key}.",
    },
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
