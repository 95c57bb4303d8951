"""The record `entry.*`: a gift that did not come by the basket, entered by the Foundation's staff (form F24)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Invalid
from workflows.association import people
from workflows.association.case_variables import amount, day, text
from workflows.association.gifts import donors, register
from workflows.association.gifts.donors import INDIVIDUAL, Donor
from workflows.association.gifts.register import Gift
from workflows.association.memberships import Membership
from workflows.association.people import Person
from workflows.association.records import Record, Subject, Values

PREFIX: Final = "entry:"
_ZERO: Final = Decimal("0.00")
_FIELDS: Final = frozenset(
    {
        *("kind", "person", "name", "siren", "email", "address_lines", "postcode", "city", "country"),
        *("tax_residence", "tax_wished", "anonymous", "on_paper"),
        *("amount", "currency", "foreign_amount", "means", "received_on", "credited_on", "fund", "origin"),
        *("counterpart", "with_logo", "host", "conditions", "doubtful", "matched_by_employer", "tribute"),
    }
)


class DonorUnknown(Invalid):
    """Nobody is known under “{given}”. Write a member number or the e-mail address of one person."""

    code: ClassVar[str] = "donor_unknown"


class SirenRefused(Invalid):
    """This is not a SIREN number: it has nine digits, the last of which checks the others."""

    code: ClassVar[str] = "siren_refused"


def person_named(session: Session, given: str, field: str) -> Person:
    """The one person of a member number or an e-mail address. Raises DonorUnknown."""
    written = given.strip()
    if "@" in written:
        found = [person for person in people.by_email(session, written) if person.deceased_on is None]
    else:
        query = select(Person).join(Membership).where(Membership.member_no == written)
        found = list(session.scalars(query).unique())
    if len(found) != 1:
        raise DonorUnknown(field=field, given=written[:60])
    return found[0]


def siren(written: str) -> str:
    """Nine digits whose check digit holds (Luhn, as INSEE defines it). Raises SirenRefused."""
    digits = "".join(written.split())
    if len(digits) != 9 or not digits.isdecimal() or not _luhn(digits):
        raise SirenRefused(field="siren")
    return digits


def _luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B: every second digit from the right doubled, the sum of all digits a multiple of ten."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    return {}


def _write(subject: Subject, values: Values) -> Values:
    """Notes the gift and its donor. Raises DonorUnknown, SirenRefused."""
    donor = _donor(subject, values)
    host = text(values, "host").strip()
    gift = Gift(
        id=uuid4(), donor_id=donor.id, turn=1, key="", amount=amount(values, "amount"),
        currency=text(values, "currency", "EUR") or "EUR",
        foreign_amount=amount(values, "foreign_amount", _ZERO) or None,
        counterpart=amount(values, "counterpart", _ZERO), origin=text(values, "origin", "ENTRY") or "ENTRY",
        means=text(values, "means"), fund=text(values, "fund", "UNRESTRICTED") or "UNRESTRICTED",
        received_on=day(values, "received_on") if values.get("received_on") else None,
        credited_on=day(values, "credited_on") if values.get("credited_on") else None,
        host_id=person_named(subject.session, host, "host").id if host else None,
        with_logo=values.get("with_logo") is True, doubtful=values.get("doubtful") is True,
        matched_by_employer=values.get("matched_by_employer") is True,
        conditions=text(values, "conditions").strip()[:300], tribute=text(values, "tribute").strip()[:140],
        state=register.NOTED, plan=register.ONE_OFF, noted_at=subject.now, noted_by=subject.by[:64],
    )  # fmt: skip
    gift.key = f"{PREFIX}{gift.id}"
    subject.session.add(gift)
    subject.session.flush()
    person_id = str(donor.person_id) if donor.person_id is not None else None
    return {"gift_key": gift.key, "person_id": person_id}


def _donor(subject: Subject, values: Values) -> Donor:
    kind = text(values, "kind", INDIVIDUAL)
    named = text(values, "person").strip()
    person = person_named(subject.session, named, "person") if named or kind == INDIVIDUAL else None
    if kind == INDIVIDUAL and person is not None:
        donor = donors.individual(subject.session, person.id, subject.now)
        _wishes(donor, values)
        return donor
    number = siren(text(values, "siren")) if text(values, "siren").strip() else None
    found = _of_siren(subject.session, number) or Donor(id=uuid4(), kind=kind, siren=number, since=subject.now)
    found.person_id = person.id if person is not None else found.person_id
    for name, limit in (("name", 160), ("address_lines", 300), ("postcode", 16), ("city", 80)):
        setattr(found, name, text(values, name, getattr(found, name, "") or "").strip()[:limit])
    found.country = (text(values, "country").strip().upper() or "FR")[:2]
    found.email = text(values, "email").strip()[:254] or None
    _wishes(found, values)
    subject.session.add(found)
    subject.session.flush()
    return found


def _wishes(donor: Donor, values: Values) -> None:
    donor.tax_residence = text(values, "tax_residence").strip().upper()[:2] or donor.tax_residence or "FR"
    donor.tax_wished = text(values, "tax_wished") or donor.tax_wished or "NONE"
    donor.anonymous = values.get("anonymous") is True
    donor.on_paper = values.get("on_paper") is True


def _of_siren(session: Session, number: str | None) -> Donor | None:
    if number is None:
        return None
    return session.scalars(select(Donor).where(Donor.siren == number).order_by(Donor.since).limit(1)).first()


def donor_ids(session: Session, person_id: UUID) -> list[UUID]:
    """Every donor that a person is or speaks for."""
    return list(session.scalars(select(Donor.id).where(Donor.person_id == person_id)))


ENTRY: Final = Record(_FIELDS, _read, _FIELDS, _write)
