"""The 180 groups: professional, regional, world chapters, clubs, thematic; and who belongs to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, Uuid, case, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base
from engine.personal import Impersonal, Personal
from workflows.association.people import Person

KINDS = ("PROFESSIONAL", "REGIONAL", "CHAPTER", "CLUB", "THEMATIC")


class Group(Base):
    """A group. `sector` (NAF section), `region` and `country` say whom it concerns."""

    __tablename__ = "association_group"
    __privacy__ = Impersonal("names and regions of groups")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    kind: Mapped[str] = mapped_column(String(12), index=True)
    name_fr: Mapped[str] = mapped_column(String(120), unique=True)
    name_en: Mapped[str] = mapped_column(String(120))
    sector: Mapped[str | None] = mapped_column(String(16))
    postcode_prefix: Mapped[str | None] = mapped_column(String(40))  # departments of a region, comma separated
    country: Mapped[str | None] = mapped_column(String(2))
    closed_on: Mapped[date | None]

    def name(self, lang: str) -> str:
        """The name in one language."""
        return self.name_en if lang == "en" else self.name_fr


class GroupMember(Base):
    """A person in a group."""

    __tablename__ = "group_member"
    __privacy__ = Personal("membership", "person_id")
    group_id: Mapped[UUID] = mapped_column(ForeignKey("association_group.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    joined_on: Mapped[date]


def suggestions(session: Session, person: Person, *, limit: int = 5) -> Sequence[Group]:
    """Groups for somebody: the chapter of the country first, then the region, the sector, then a thematic one.

    Groups the person already belongs to and closed ones are left out.
    """
    department = next((address.postcode[:2] for address in person.addresses if address.country == "FR"), None)
    abroad = person.country if person.country and person.country != "FR" else None
    regional = Group.postcode_prefix.contains(department, autoescape=True) if department else None
    wanted = [
        condition
        for condition in (
            Group.country == abroad if abroad else None,
            regional,
            Group.sector == person.sector if person.sector else None,
            Group.kind == "THEMATIC",
        )
        if condition is not None
    ]
    mine = select(GroupMember.group_id).where(GroupMember.person_id == person.id)
    nearness = case({"CHAPTER": 0, "REGIONAL": 1, "PROFESSIONAL": 2}, value=Group.kind, else_=3)
    query = select(Group).where(or_(*wanted), Group.closed_on.is_(None), Group.id.not_in(mine))
    return session.scalars(query.order_by(nearness, Group.name_fr).limit(limit)).all()
