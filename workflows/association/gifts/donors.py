"""Donors: a person of the register, or a company or fund with its own address, and how it wants to be treated.

What a person may be written is a preference of the consent register, not a column: the last answer holds (domain §1.7).
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base, Moment
from engine.personal import Personal
from workflows.association import people, wording

INDIVIDUAL, COMPANY, TRUST = "INDIVIDUAL", "COMPANY", "TRUST"


class Donor(Base):
    """Who gives. `person_id`: the individual, or whoever speaks for a company. `kind`: INDIVIDUAL, COMPANY or TRUST."""

    __tablename__ = "donor"
    __privacy__ = Personal(
        "receipt", "person_id", "keep", one="kind siren name",
        plain="kind name siren address_lines postcode city country email tax_residence tax_wished",
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    kind: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(160), default="")  # of a company or fund
    siren: Mapped[str | None] = mapped_column(String(9))
    address_lines: Mapped[str] = mapped_column(String(300), default="")
    postcode: Mapped[str] = mapped_column(String(16), default="")
    city: Mapped[str] = mapped_column(String(80), default="")
    country: Mapped[str] = mapped_column(String(2), default="FR")
    email: Mapped[str | None] = mapped_column(String(254))
    tax_residence: Mapped[str] = mapped_column(String(2), default="FR")
    tax_wished: Mapped[str] = mapped_column(String(4), default="NONE")  # IR, IFI, IS, NONE
    anonymous: Mapped[bool] = mapped_column(default=False)
    on_paper: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (
        Index("ix_donor_person", "person_id", "kind"),
        Index("ix_donor_siren", "siren"),
        CheckConstraint("kind <> 'INDIVIDUAL' OR person_id IS NOT NULL", name="ck_donor_person"),
    )


def of_person(session: Session, person_id: UUID) -> Donor | None:
    """The individual donor that a person is."""
    query = select(Donor).where(Donor.person_id == person_id, Donor.kind == INDIVIDUAL)
    return session.scalars(query.order_by(Donor.since).limit(1)).first()


def individual(session: Session, person_id: UUID, now: datetime) -> Donor:
    """The donor that a person is, from the first gift on."""
    found = of_person(session, person_id)
    if found is not None:
        return found
    person = people.get(session, person_id)
    residence = person.country if person is not None and person.country else "FR"
    donor = Donor(
        id=uuid4(), kind=INDIVIDUAL, person_id=person_id, country=residence, tax_residence=residence,
        tax_wished="IR" if residence == "FR" else "NONE", since=now,
    )  # fmt: skip
    session.add(donor)
    session.flush()
    return donor


def name_of(session: Session, donor: Donor) -> str:
    """The full name as a receipt states it: first names and both names of a person, or the company's."""
    person = people.get(session, donor.person_id) if donor.kind == INDIVIDUAL and donor.person_id else None
    if person is None:
        return donor.name
    born = f" (née/né {person.birth_name})" if person.usage_name and person.usage_name != person.birth_name else ""
    return f"{person.display_name}{born}"


def address_of(session: Session, donor: Donor) -> list[str] | None:
    """The lines of the complete postal address; None where it is not complete, so that no receipt can be issued."""
    if donor.kind == INDIVIDUAL:
        person = people.get(session, donor.person_id) if donor.person_id else None
        address = person.addresses[0] if person is not None and person.addresses else None
        if address is None or not address.complete:
            return None
        lines, postcode, city, country = address.lines, address.postcode, address.city, address.country
    else:
        lines, postcode, city, country = donor.address_lines, donor.postcode, donor.city, donor.country
        if not (lines and city and country and (postcode or country != "FR")):
            return None
    return [*lines.splitlines(), f"{postcode} {city}".strip(), *wording.country(country)]


def language(session: Session, donor: Donor) -> str:
    """The language in which a donor reads."""
    return people.language(session, donor.person_id) if donor.person_id is not None else "fr"
