"""Service tasks of `receipt_correction`: gifts whose money went back are reversed, receipts cancelled and replaced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from engine.assignment import SYSTEM
from engine.registry import ServiceWork, service_task
from workflows.association import orders, payments, surplus, wording
from workflows.association.case_variables import amount, day, local_day, text, uuid, uuid_or_none, whole
from workflows.association.gifts import corrections, documents, donors, pledges, receipts, register, yearly
from workflows.association.gifts.corrections import ReceiptCorrection
from workflows.association.gifts.donors import Donor
from workflows.association.gifts.entry import person_named
from workflows.association.gifts.receipts import TaxReceipt
from workflows.association.gifts.register import Gift
from workflows.association.orders import Order, OrderLine
from workflows.association.records import Record, Subject, Values

_REASONS: Final = {
    "LOST": ("reçu perdu", "receipt lost"),
    "REVERSED": ("la somme est repartie", "the money went back"),
    "WRONG_NAME": ("nom inexact", "wrong name"),
    "WRONG_ADDRESS": ("adresse inexacte", "wrong address"),
    "WRONG_DATE": ("date inexacte", "wrong date"),
    "WRONG_AMOUNT": ("montant inexact", "wrong amount"),
    "WRONG_DONOR": ("un autre a donné", "somebody else gave"),
    "NOT_A_GIFT": ("ce n’était pas un don", "it was no gift"),
}


@service_task("gift.reverse", results=("reversed", "gift_key", "receipt_serial", "donor_id", "gift_id", "person_id"))
def reverse(work: ServiceWork) -> Mapping[str, object]:
    """Reverses the gift whose money went back; names the receipt that states it, if there is a valid one."""
    order = orders.by_key(work.session, text(work.variables, "order_key"))
    key = text(work.variables, "gift_key") or (orders.gift_key(order) if order is not None else None) or ""
    instalment = pledges.of_order(work.session, order.id) if order is not None else None
    if order is not None and instalment is not None:
        instalment.state, instalment.paid_on, order.state = pledges.MISSED, None, "OPEN"
    gift = register.standing(work.session, key)
    if gift is None:
        return {"reversed": False, "gift_key": key, "receipt_serial": None}
    register.reverse(gift, text(work.variables, "reason_code", "REVERSED"), work.now)
    receipt = receipts.of_gift(work.session, gift.id)
    donor = work.session.get_one(Donor, gift.donor_id)
    return {
        "reversed": True,
        "gift_key": key,
        "receipt_serial": receipt.serial if receipt is not None else None,
        "donor_id": str(gift.donor_id),
        "gift_id": str(gift.id),
        "person_id": str(donor.person_id) if donor.person_id is not None else None,
    }


@service_task("receipt.replace", results=("new_serial", "new_amount", "receipt_valid"))
def replace(work: ServiceWork) -> Mapping[str, object]:
    """The entry that takes the place of a receipt, its paper, and for a correction that was agreed, the register."""
    receipt = _receipt(work.session, text(work.variables, "receipt_serial"))
    correction = _correction(work)
    by, reason = "system", corrections.REVERSED
    if correction is not None:
        corrections.carry_out(work.session, correction, work.now)
        by, reason = correction.decided_by or "system", correction.reason
        if reason == "WRONG_AMOUNT":
            _tell_of_surplus(work, receipt)
    today = local_day(work.now, work.engine.settings.zone)
    entry = corrections.replace(work.session, receipt, reason=reason, on=today, now=work.now, by=by)
    documents.receipt(work.session, entry, now=work.now)
    _state_moved(work, receipt, today, by)
    if correction is not None:
        correction.new_receipt_id = entry.id
    return {"new_serial": entry.serial, "new_amount": entry.amount, "receipt_valid": entry.kind == receipts.RECEIPT}


def _state_moved(work: ServiceWork, receipt: TaxReceipt, today: date, by: str) -> None:
    """What went to another giver or another year has its own receipt, once that year is over; without a complete
    address it waits with the yearly receipts that wait for one."""
    for gift in corrections.moved(work.session, receipt):
        year = gift.fiscal_year or today.year
        unstated = receipts.of_gift(work.session, gift.id) is None
        if year < today.year and unstated and yearly.may_have_one(work.session, gift.donor_id):
            yearly.issue_for(work.session, work.engine, gift.donor_id, year, today, by)


def _tell_of_surplus(work: ServiceWork, receipt: TaxReceipt) -> None:
    """Where less was given than was paid, whoever paid it is asked what becomes of the rest."""
    for gift in corrections.standing_gifts(work.session, receipt):
        line = work.session.get(OrderLine, gift.order_line_id) if gift.order_line_id is not None else None
        order = work.session.get_one(Order, line.order_id) if line is not None else None
        if order is not None and order.state == "PAID" and surplus.left_over(work.session, order) > 0:
            payments.report_surplus(work.session, work.engine, order, by=SYSTEM)


@service_task("receipt.duplicate", results=())
def duplicate(work: ServiceWork) -> None:
    """Another copy of a lost receipt: the same number, marked DUPLICATA."""
    receipt = _receipt(work.session, text(work.variables, "receipt_serial"))
    documents.next_duplicate(work.session, receipt, now=work.now)
    correction = _correction(work)
    if correction is not None:
        correction.state, correction.decided_at = corrections.AGREED, work.now


def _receipt(session: Session, serial: str) -> TaxReceipt:
    found = receipts.by_serial(session, serial)
    if found is None:
        raise corrections.ReceiptUnknown(field="serial", serial=serial)
    return found


def _correction(work: ServiceWork) -> ReceiptCorrection | None:
    found = uuid_or_none(work.variables, "correction_id")
    return work.session.get(ReceiptCorrection, found) if found is not None else None


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    found = uuid_or_none(subject.variables, "correction_id")
    correction = subject.session.get(ReceiptCorrection, found) if found is not None else None
    if correction is None:
        return {}
    receipt = subject.session.get_one(TaxReceipt, correction.receipt_id)
    donor = subject.session.get_one(Donor, receipt.donor_id)
    lang, other = subject.language, correction.new_donor_id
    said = [
        wording.amount(correction.new_amount, lang) if correction.new_amount is not None else "",
        wording.day(correction.new_given_on, lang) if correction.new_given_on is not None else "",
        donors.name_of(subject.session, subject.session.get_one(Donor, other)) if other is not None else "",
    ]
    return {
        "shown_serial": receipt.serial,
        "shown_donor": donors.name_of(subject.session, donor),
        "shown_amount": wording.amount(receipt.amount, lang),
        "shown_reason": _REASONS.get(correction.reason, (correction.reason,) * 2)[lang == "en"],
        "shown_gift": _shown_gift(subject, correction),
        "shown_right": " · ".join(part for part in said if part) or "—",
    }


def _shown_gift(subject: Subject, correction: ReceiptCorrection) -> str:
    """The one gift that is meant, by its day and its amount; else that it is about the whole receipt."""
    lang = subject.language
    gift = subject.session.get(Gift, correction.gift_id) if correction.gift_id is not None else None
    if gift is None or gift.given_on is None:
        return "the whole receipt" if lang == "en" else "tout le reçu"
    return f"{wording.day(gift.given_on, lang)} · {wording.amount(gift.amount, lang)}"


def _write(subject: Subject, values: Values) -> Values:
    """Asks for a correction, or decides on one. Raises DonorUnknown, and what `ask` and `gift_of_line` raise."""
    if "decision" in values:
        return _decide(subject, text(values, "decision"))
    receipt = corrections.valid_receipt(subject.session, text(values, "serial"))
    named, reason = text(values, "new_donor").strip(), text(values, "reason")
    one = reason in corrections.OF_ONE and values.get("line") is not None
    gift = corrections.gift_of_line(subject.session, receipt, whole(values, "line", 0)) if one else None
    correction = ReceiptCorrection(
        id=uuid4(), receipt_id=receipt.id, reason=reason, gift_id=gift.id if gift is not None else None,
        new_amount=amount(values, "new_amount") if values.get("new_amount") else None,
        new_given_on=day(values, "new_given_on") if values.get("new_given_on") else None,
        new_donor_id=_donor_named(subject, named) if named else None,
        state=corrections.ASKED, asked_at=subject.now, asked_by=subject.by[:64],
    )  # fmt: skip
    corrections.ask(subject.session, correction, receipt.serial)
    return corrections.told(subject.session, correction)


def _donor_named(subject: Subject, named: str) -> UUID:
    person = person_named(subject.session, named, "new_donor")
    return donors.individual(subject.session, person.id, subject.now).id


def _decide(subject: Subject, decision: str) -> Values:
    correction = subject.session.get_one(ReceiptCorrection, uuid(subject.variables, "correction_id"))
    correction.decided_by, correction.decided_at = subject.by[:64], subject.now
    correction.state = corrections.AGREED if decision == "AGREE" else corrections.REFUSED
    return {"agreed": decision == "AGREE"}


_ASKED: Final = frozenset({"serial", "reason", "line", "new_amount", "new_given_on", "new_donor"})
_SHOWN: Final = frozenset({f"shown_{each}" for each in ("serial", "donor", "amount", "reason", "gift", "right")})
CORRECTION: Final = Record(_ASKED | _SHOWN | {"decision"}, _read, _ASKED | {"decision"}, _write)
