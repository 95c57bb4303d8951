"""Records that applicants and members write: `consents.*`, `basket.*`, `person.*`, `feedback.*`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, Text, Uuid, select
from sqlalchemy.orm import Mapped, mapped_column

from engine.errors import Invalid
from engine.models import Base, Moment
from engine.personal import Personal
from workflows.association import consents, couples, people
from workflows.association.applicant_record import find
from workflows.association.case_variables import uuid_or_none
from workflows.association.consents import Holder
from workflows.association.contact_texts import phone_number
from workflows.association.contacts import Address, Phone
from workflows.association.memberships import Membership
from workflows.association.people import Person
from workflows.association.records import Record, Subject, Values

_PERSON_FIELDS = frozenset({"employer", "position", "sector", "country", "situation", "lang"})
_ADDRESS_FIELDS = frozenset({"address_lines", "postcode", "city", "address_country"})


class StatutesRefused(Invalid):
    """A member accepts the statutes."""

    code: ClassVar[str] = "statutes_refused"


class Feedback(Base):
    """Free words of a member, kept apart from the case so that they can be deleted."""

    __tablename__ = "feedback"
    __privacy__ = Personal("notes", "person_id", erase="comment", plain="about", since="at")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    about: Mapped[str] = mapped_column(String(40))
    comment: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)


def _person(subject: Subject) -> Person | None:
    found = uuid_or_none(subject.variables, "person_id")
    return people.get(subject.session, found) if found is not None else None


def _holder(subject: Subject) -> Holder:
    """An applicant's answers are the application's until the membership begins, then the person's."""
    application = find(subject)
    if application is not None and application.closed_at is None:
        return Holder(application_id=application.id)
    return Holder(person_id=uuid_or_none(subject.variables, "person_id"))


def _read_consents(subject: Subject, fields: Iterable[str]) -> Values:
    given: dict[str, object] = dict(consents.given(subject.session, _holder(subject)))
    if "statutes" in given:
        given["statutes"] = given["statutes"] == "YES"
    return given


def _write_consents(subject: Subject, values: Values) -> Values:
    """Adds events for what changed. Raises StatutesRefused, ConsentKeyUnknown, ConsentValueRefused."""
    if "statutes" in values and values["statutes"] not in (True, "YES"):
        raise StatutesRefused(field="statutes")
    answers = {key: _answer(value) for key, value in values.items() if value is not None}
    holder, application = _holder(subject), find(subject)
    consents.record(subject.session, holder, answers, at=subject.now, source="JOIN_FORM")
    if holder.person_id is None and application is not None and application.person_id is not None:
        consents.refuse_at_once(
            subject.session, application.id, application.person_id, answers, at=subject.now, source="JOIN_FORM"
        )
    return {}


def _answer(value: object) -> str:
    return {True: "YES", False: "NO"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _read_basket(subject: Subject, fields: Iterable[str]) -> Values:
    application = find(subject)
    partner = application.partner_id if application is not None else None
    number = select(Membership.member_no).where(Membership.person_id == partner)
    return {"partner_member_no": subject.session.scalar(number) if partner is not None else None}


def _write_basket(subject: Subject, values: Values) -> Values:
    """Notes the paid-up member whose second half joins. Raises PartnerUnknown, RateTaken."""
    application, number = find(subject), values.get("partner_member_no")
    if application is None:
        return {}
    application.partner_id = couples.named(subject.session, str(number)) if number else None
    return {"couple": application.partner_id is not None}


def _read_person(subject: Subject, fields: Iterable[str]) -> Values:
    person = _person(subject)
    if person is None:
        return {}
    address = person.addresses[0] if person.addresses else None
    values: dict[str, object] = {field: getattr(person, field) for field in _PERSON_FIELDS}
    values["phone"] = person.phones[0].number if person.phones else None
    values["address_lines"] = address.lines if address else None
    values["postcode"] = address.postcode if address else None
    values["city"] = address.city if address else None
    values["address_country"] = address.country if address else person.country
    if _asks_once(fields):
        values["country"] = values["address_country"]
    return values


def _asks_once(fields: Iterable[str]) -> bool:
    """Whether a form asks for one country beside an address, as those of cases that began before do: it is read as
    that of the address, and sent back as shown it changes nothing."""
    asked = set(fields)
    return {"address_lines", "country"} <= asked and "address_country" not in asked


def _write_person(subject: Subject, values: Values) -> Values:
    """Keeps the profile. Where somebody has post sent says nothing of where they live: residence is `country` alone,
    and that of the address only where it is asked for and left empty. Raises PhoneRefused."""
    person = _person(subject)
    if person is None:
        return {}
    unchanged = _asks_once(values) and values["country"] == _read_person(subject, values)["country"]
    if "country" in values and not values["country"] and values.get("address_country"):
        values = {**values, "country": values["address_country"]}
    for field in _PERSON_FIELDS & set(values) - ({"country"} if unchanged else set()):
        if field not in {"country", "lang"} or values[field]:
            setattr(person, field, values[field] or None)
    if "phone" in values:
        _write_phone(person, values["phone"])
    if values.get("address_lines") and values.get("city"):
        person.addresses[:] = [
            Address(
                id=uuid4(),
                person_id=person.id,
                lines=str(values["address_lines"]),
                postcode=str(values.get("postcode") or ""),
                city=str(values["city"]),
                country=_address_country(person, values),
            )
        ]
    return {}


def _address_country(person: Person, values: Values) -> str:
    """The country of the address that is written; forms of before asked for one country, that of the address too."""
    kept = person.addresses[0].country if person.addresses else None
    return str(values.get("address_country") or values.get("country") or kept or person.country or "FR")


def _write_phone(person: Person, value: object) -> None:
    number = phone_number(str(value), person.country) if value else None
    kept = [phone for phone in person.phones[1:] if phone.number != number]
    first = [Phone(id=uuid4(), person_id=person.id, number=number, rank=0)] if number else []
    person.phones[:] = [*first, *kept]


def _read_feedback(subject: Subject, fields: Iterable[str]) -> Values:
    return {}


def _write_feedback(subject: Subject, values: Values) -> Values:
    person, comment = _person(subject), values.get("comment")
    if person is not None and comment:
        entry = Feedback(id=uuid4(), person_id=person.id, about="JOINING", comment=str(comment)[:1000], at=subject.now)
        subject.session.add(entry)
    return {}


CONSENTS = Record(frozenset(consents.KEYS), _read_consents, frozenset(consents.KEYS), _write_consents)
BASKET = Record(frozenset({"partner_member_no"}), _read_basket, frozenset({"partner_member_no"}), _write_basket)
_PROFILE = _PERSON_FIELDS | _ADDRESS_FIELDS | {"phone"}
PERSON = Record(_PROFILE, _read_person, _PROFILE, _write_person)
FEEDBACK = Record(frozenset({"comment"}), _read_feedback, frozenset({"comment"}), _write_feedback)
