"""How a person is reached: e-mail addresses, telephone numbers, postal addresses."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base, Moment
from engine.personal import Personal


class Email(Base):
    """An address of a person. `folded` is what is compared; `rank` 0 is the primary one."""

    __tablename__ = "person_email"
    __privacy__ = Personal("record", "person_id", erase="address folded", plain="bounce_state", one="folded")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    address: Mapped[str] = mapped_column(String(254))
    folded: Mapped[str] = mapped_column(String(254), index=True)
    rank: Mapped[int] = mapped_column(default=0)
    is_primary: Mapped[bool] = mapped_column(default=True)
    verified_at: Mapped[datetime | None] = mapped_column(Moment)
    bounce_state: Mapped[str] = mapped_column(String(4), default="NONE")  # NONE, SOFT, HARD


class Phone(Base):
    """A number in E.164."""

    __tablename__ = "person_phone"
    __privacy__ = Personal("record", "person_id", erase="number", one="number")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    number: Mapped[str] = mapped_column(String(16))
    rank: Mapped[int] = mapped_column(default=0)


class Address(Base):
    """A postal address. A complete one is compulsory for a tax receipt (domain §1.4)."""

    __tablename__ = "person_address"
    __privacy__ = Personal(
        "record", "person_id", erase="lines postcode city", plain="country", one="lines postcode city"
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    lines: Mapped[str] = mapped_column(String(300))
    postcode: Mapped[str] = mapped_column(String(16), default="")
    city: Mapped[str] = mapped_column(String(80))
    country: Mapped[str] = mapped_column(String(2))

    @property
    def complete(self) -> bool:
        """Whether a receipt may be sent there. Some countries have no postcodes; France has."""
        return bool(self.lines and self.city and self.country and (self.postcode or self.country != "FR"))


def email_row(person_id: UUID, address: str, *, verified_at: datetime | None = None, rank: int = 0) -> Email:
    """An e-mail row; `address` must be in its normal form."""
    return Email(
        id=uuid4(),
        person_id=person_id,
        address=address,
        folded=address.casefold(),
        rank=rank,
        is_primary=rank == 0,
        verified_at=verified_at,
    )
