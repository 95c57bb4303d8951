"""What became of a file of the bank, in sentences."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from engine.errors import NotFound
from webapp.payments.money import euros
from webapp.words import _, ngettext
from workflows.association import orders, payments
from workflows.association.bank import telling
from workflows.association.bank.accounts import BankLine
from workflows.association.bank.intake import Intake


def said_of(took: Intake) -> list[str]:
    """One sentence for each thing that happened; never none."""
    booked, unmatched = took.booked, len(took.booked.unmatched)
    counted = (
        (booked.transfers, ngettext("%(num)d transfer is booked.", "%(num)d transfers are booked.", booked.transfers)),
        (booked.settled, ngettext("%(num)d debit is settled.", "%(num)d debits are settled.", booked.settled)),
        (booked.returned, ngettext("%(num)d debit came back.", "%(num)d debits came back.", booked.returned)),
        (took.rejected, ngettext("%(num)d debit is rejected.", "%(num)d debits are rejected.", took.rejected)),
        (unmatched, ngettext("%(num)d line waits for you.", "%(num)d lines wait for you.", unmatched)),
        (
            took.repeated,
            ngettext("%(num)d statement was read before.", "%(num)d statements were read before.", took.repeated),
        ),
    )
    said = [sentence for count, sentence in counted if count]
    said += [
        _(
            "A statement is missing before %(id)s: it begins with %(opening)s, the one before ended with %(closing)s.",
            id=id_, opening=euros(opening), closing=euros(closing),
        )
        for id_, closing, opening in took.gaps
    ]  # fmt: skip
    return said or [_("There was nothing new in it.")]


def booked(session: Session, line: BankLine, order_key: str) -> str:
    """For which order a line was booked, and what is missing or too much there now."""
    order = orders.by_key(session, order_key.strip().upper())
    if order is None:  # it was there when the line was booked, in the same transaction
        raise NotFound(kind="order", id=order_key)
    left = order.total - sum((each.net for each in payments.of_order(session, order.id)), Decimal(0))
    said = _("%(amount)s booked for order %(key)s.", amount=euros(line.amount), key=order.key)
    if left > 0:
        return said + " " + _("There remain %(left)s to pay.", left=euros(left))
    return said + " " + _("That is %(more)s too much.", more=euros(-left)) if left < 0 else said


def told(line: BankLine, kind: str, order_key: str) -> str:
    """What a line that took money was booked as."""
    amount, key = euros(-line.amount), order_key.strip().upper()
    if kind == telling.FEE:
        return _("%(amount)s are booked as a fee of the bank.", amount=amount)
    if kind == telling.REFUND:
        return _("%(amount)s are booked as the refund of order %(key)s.", amount=amount, key=key)
    return _("%(amount)s of order %(key)s went back: its payment incident begins.", amount=amount, key=key)
