"""Gifts that are brought along: booked on their day with the receipt that was given for them; none is issued again.

The gapless series of receipts begins with the first receipt that is issued here; the number of an older one is noted on
the gift. The reference makes sure that a gift is brought along once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import NAMESPACE_OID, uuid4, uuid5

from sqlalchemy import select

from workflows.association import import_cells as cells
from workflows.association import wording
from workflows.association.gifts import donors, register
from workflows.association.gifts.donors import INDIVIDUAL, Donor
from workflows.association.gifts.register import Gift
from workflows.association.import_columns import Column, read_day
from workflows.association.import_records import Around, Entry, Kind, Values, person_of
from workflows.association.import_sheets import Rejected

ORIGIN, CLASS = "IMPORT", "GIFT_IND"
_MEANS: Final = {
    "chèque": "CHEQUE", "cheque": "CHEQUE", "carte": "CARD", "card": "CARD", "virement": "TRANSFER",
    "transfer": "TRANSFER", "prélèvement": "SEPA", "sepa": "SEPA", "espèces": "CASH", "cash": "CASH",
}  # fmt: skip
COLUMNS: Final[Mapping[str, Column]] = MappingProxyType(
    {
        "reference": Column("référence", ("reference", "numéro de don", "gift number"), cells.line(40)),
        "member_no": Column("numéro de membre", ("n de membre", "adherent", "member number"), cells.member_no),
        **cells.WHO,
        "amount": Column("montant", ("amount", "somme"), cells.amount),
        "given_on": Column("date du don", ("date", "given on"), read_day),
        "means": Column("moyen de paiement", ("means", "mode de paiement"), cells.one_of(_MEANS)),
        "receipt": Column("numéro de reçu", ("recu fiscal", "receipt"), cells.line(24)),
    }
)


def plan_line(around: Around, number: int, values: Values) -> Entry | Rejected | None:
    """A gift; one of the same reference is there already."""
    given_on = values["given_on"]
    assert isinstance(given_on, date)
    if given_on > around.today:
        return Rejected(number, "day_ahead", {"column": COLUMNS["given_on"].heading})
    person = person_of(around, number, values)
    if isinstance(person, Rejected):
        return person
    twice = around.claim(number, "reference", values["reference"])
    if twice is not None:
        return twice
    key = f"IMPORT:{values['reference']}"
    known = around.session.scalars(select(Gift).where(Gift.key == key)).first()
    if known is not None:
        same = (known.amount, known.given_on) == (values["amount"], given_on)
        return None if same else Rejected(number, "reference_taken", {"value": values["reference"]})
    donor = donors.of_person(around.session, person.person_id)
    donor_id = donor.id if donor is not None else uuid5(NAMESPACE_OID, f"donor {person.person_id}")
    new = donor is None and around.claim(number, "donor", person.person_id) is None
    rows = [Donor(id=donor_id, kind=INDIVIDUAL, person_id=person.person_id, since=around.now)] if new else []
    gift = Gift(
        id=uuid4(), key=key, donor_id=donor_id, amount=values["amount"], origin=ORIGIN, received_on=given_on,
        means=values.get("means", "TRANSFER"), noted_at=around.now, noted_by="import", thanked_at=around.now,
        reason=f"reçu {values['receipt']}"[:35] if values.get("receipt") else None,
    )  # fmt: skip
    register.book(gift, class_=CLASS, given_on=given_on)
    told = wording.amount(gift.amount, "fr")  # kept with the file, for readers of both languages
    return Entry(number, f"{values['reference']} · {told}", (*rows, gift))


KIND: Final = Kind("gifts", COLUMNS, ("reference", "amount", "given_on"), plan_line)
