"""The service tasks that issue papers to donors: the receipt of a gift, and the letter of thanks."""

from __future__ import annotations

from collections.abc import Mapping

from engine.registry import ServiceWork, service_task
from workflows.association import wording
from workflows.association.case_variables import local_day, text
from workflows.association.gifts import documents, donors, figures, receipts
from workflows.association.gifts.donors import Donor
from workflows.association.gifts.followup import gift_of


@service_task("receipt.issue", results=("receipt_serial",))
def issue(work: ServiceWork) -> Mapping[str, object]:
    """The receipt of one gift, numbered and kept, once: whoever asks again gets the valid one."""
    gift = gift_of(work)
    found = receipts.of_gift(work.session, gift.id)
    if found is None:
        today = local_day(work.now, work.engine.settings.zone)
        found = receipts.issue(work.session, [gift], on=today, now=work.now, by="system")
        documents.receipt(work.session, found, now=work.now)
    return {"receipt_serial": found.serial}


@service_task("gift.thank", results=())
def thank(work: ServiceWork) -> None:
    """The letter of thanks of a gift, in the variant that was decided, once."""
    gift = gift_of(work)
    donor = work.session.get_one(Donor, gift.donor_id)
    today = local_day(work.now, work.engine.settings.zone)
    lang = donors.language(work.session, donor)
    decided = work.variables.get("thanks")
    variant = text(decided, "variant", "small") if isinstance(decided, Mapping) else "small"
    values = {
        "amount": wording.amount(gift.amount, lang),
        "given_on": wording.day(min(gift.given_on or today, today), lang),  # a card's money may be on its way
        "fund": figures.fund_words(work.session, gift.fund, today, lang),
    }
    documents.letter(
        work.session, donor, f"thanks_{variant.lower()}", f"thanks:{gift.id}", values, on=today, now=work.now
    )
    gift.thanked_at = work.now
