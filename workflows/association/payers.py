"""Who pays dues in a member's place: an employer, to whom the invoice is made out before it is paid (domain §P1.7).

An employer never gives in the member's place: a gift is of whoever pays it, and has an entry of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Uuid, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.errors import Invalid
from engine.models import Base, Moment
from engine.personal import Personal
from engine.prepared import attached, fetch
from workflows.association import wording
from workflows.association.case_variables import text
from workflows.association.records import Record, Subject, Values

EMPLOYER: Final = "EMPLOYER"
_FIELDS: Final = ("company", "address_lines", "postcode", "city", "country", "reference")


class EmployerIncomplete(Invalid):
    """An invoice needs the employer's name and complete postal address."""

    code: ClassVar[str] = "employer_incomplete"


class EmployerPayer(Base):
    """An employer who pays an order, as the member named it. `reference`: what the employer wants on its invoice."""

    __tablename__ = "employer_payer"
    __privacy__ = Personal(
        "accounting", "person_id order_id", "keep", plain="company address_lines postcode city country reference"
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("sales_order.id"))
    company: Mapped[str] = mapped_column(String(120))
    address_lines: Mapped[str] = mapped_column(String(300))
    postcode: Mapped[str] = mapped_column(String(16), default="")
    city: Mapped[str] = mapped_column(String(80))
    country: Mapped[str] = mapped_column(String(2), default="FR")
    reference: Mapped[str] = mapped_column(String(60), default="")
    named_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (Index("ix_employer_payer_order", "order_id"),)

    @property
    def lines(self) -> Sequence[str]:
        """The reader of an invoice."""
        town = f"{self.postcode} {self.city}".strip()
        return [self.company, *self.address_lines.splitlines(), town, *wording.country(self.country)]


def of_order(session: Session, order_id: UUID) -> EmployerPayer | None:
    """The employer who pays an order; None where the member does."""
    return session.scalars(select(EmployerPayer).where(EmployerPayer.order_id == order_id)).one_or_none()


_LATEST: Final = (
    select(*EmployerPayer.__table__.columns)
    .where(EmployerPayer.person_id == bindparam("person", type_=Uuid()))
    .order_by(EmployerPayer.named_at.desc())
    .limit(1)
)


def latest(session: Session, person_id: UUID) -> EmployerPayer | None:
    """The employer whom a member named last."""
    rows = fetch(session, _LATEST, {"person": person_id})
    return attached(session, EmployerPayer, rows[0]) if rows else None


def take(session: Session, person_id: UUID, order_id: UUID) -> bool:
    """Lets the employer who was named last pay this order; False where nobody was named."""
    found = latest(session, person_id)
    if found is None:
        return False
    if found.order_id not in {None, order_id}:
        kept = {name: getattr(found, name) for name in ("person_id", "named_at", *_FIELDS)}
        found = EmployerPayer(id=uuid4(), **kept)
        session.add(found)
    found.order_id = order_id
    session.flush()
    return True


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    person_id = subject.id("person_id")
    found = latest(subject.session, person_id) if person_id is not None else None
    return {name: getattr(found, name) for name in _FIELDS} if found is not None else {}


def _write(subject: Subject, values: Values) -> Values:
    """Notes the employer that the member names. Raises EmployerIncomplete."""
    given = {name: text(values, name).strip() for name in _FIELDS}
    person_id = subject.id("person_id")
    if person_id is None or not any(given.values()):
        return {}
    given["country"] = given["country"] or "FR"  # forms of older versions do not ask
    if not (given["company"] and given["address_lines"] and given["city"]):
        raise EmployerIncomplete(field="company")
    subject.session.add(EmployerPayer(id=uuid4(), person_id=person_id, named_at=subject.now, **given))
    return {}


PAYER: Final = Record(frozenset(_FIELDS), _read, frozenset(_FIELDS), _write)
