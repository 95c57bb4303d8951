"""The records `gift.*` and `donor.*`: what the Foundation's staff see and correct in a case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import uuid4

from workflows.association import people, wording
from workflows.association.case_variables import text, uuid, uuid_or_none
from workflows.association.contacts import Address
from workflows.association.gifts import donors, figures, receipts, register
from workflows.association.gifts.donors import INDIVIDUAL, Donor
from workflows.association.gifts.register import Gift
from workflows.association.records import Record, Subject, Values

_ADDRESS: Final = frozenset({"address_lines", "postcode", "city", "country"})


def _read_gift(subject: Subject, fields: Iterable[str]) -> Values:
    gift_id = uuid_or_none(subject.variables, "gift_id")
    gift = subject.session.get(Gift, gift_id) if gift_id is not None else None
    if gift is None:
        return {}
    donor = subject.session.get_one(Donor, gift.donor_id)
    receipt = receipts.of_gift(subject.session, gift.id)
    return {
        "donor": donors.name_of(subject.session, donor),
        "note": gift.note,
        "receipt": receipt.serial if receipt is not None else "—",
        "fund_words": figures.fund_words(subject.session, gift.fund, gift.noted_at.date(), subject.language),
        "amount_words": wording.amount(gift.amount, subject.language),
        "counterpart_words": wording.amount(gift.counterpart, subject.language),
    }


def _write_gift(subject: Subject, values: Values) -> Values:
    """Keeps an ambassador's note, apart from the case."""
    gift = subject.session.get_one(Gift, uuid(subject.variables, "gift_id"))
    gift.note = text(values, "note").strip()[:600]
    return {}


def _donor(subject: Subject) -> Donor | None:
    found = uuid_or_none(subject.variables, "donor_id")
    return subject.session.get(Donor, found) if found is not None else None


def _read_donor(subject: Subject, fields: Iterable[str]) -> Values:
    donor = _donor(subject)
    if donor is None:
        return {}
    last = next((gift for gift in register.of_donor(subject.session, donor.id) if gift.given_on is not None), None)
    known: dict[str, object] = {"name": donors.name_of(subject.session, donor), "last_gift": "—"}
    if last is not None and last.given_on is not None:
        lang = subject.language
        known["last_gift"] = f"{wording.amount(last.amount, lang)} · {wording.day(last.given_on, lang)}"
    return {**known, **_address(subject, donor)}


def _address(subject: Subject, donor: Donor) -> Values:
    if donor.kind != INDIVIDUAL:
        return {name: getattr(donor, name) for name in _ADDRESS}
    person = people.get(subject.session, donor.person_id) if donor.person_id else None
    address = person.addresses[0] if person is not None and person.addresses else None
    if address is None:
        return {"country": person.country if person is not None else None}
    return {
        "address_lines": address.lines,
        "postcode": address.postcode,
        "city": address.city,
        "country": address.country,
    }


def _write_donor(subject: Subject, values: Values) -> Values:
    """Keeps the postal address: a person's with the person, a company's with the donor."""
    donor = _donor(subject)
    if donor is None:
        return {}
    said = {name: text(values, name).strip() for name in _ADDRESS}
    said["country"] = said["country"].upper() or "FR"
    person = people.get(subject.session, donor.person_id) if donor.kind == INDIVIDUAL and donor.person_id else None
    if person is None:
        for name, value in said.items():
            setattr(donor, name, value)
        return {}
    address = Address(
        id=uuid4(), person_id=person.id, lines=said["address_lines"], postcode=said["postcode"], city=said["city"],
        country=said["country"],
    )  # fmt: skip
    person.addresses[:] = [address, *person.addresses[1:]]
    return {}


_SHOWN: Final = frozenset({"donor", "amount_words", "counterpart_words", "fund_words", "receipt"})
GIFT: Final = Record(_SHOWN | {"note"}, _read_gift, frozenset({"note"}), _write_gift)
DONOR: Final = Record(_ADDRESS | {"name", "last_gift"}, _read_donor, _ADDRESS, _write_donor)
