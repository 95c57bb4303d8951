"""The members' directory: who may read it, who stands in it for whom, and which of their data a reader sees.

Reading is a service: it ends with the services (domain §1.2), students see the classes around their own, guests
nothing. Standing in it is a choice of each member, by field: all members, one's class, one's groups, or nobody. What a
reader may not see is not searched either, since finding somebody by a hidden town would tell it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from workflows.association import memberships, people
from workflows.association.consents import KEYS, ConsentEvent
from workflows.association.contacts import Address
from workflows.association.diplomas import Diploma
from workflows.association.groups import GroupMember
from workflows.association.memberships import PAID_UP, Membership
from workflows.association.name_words import PersonWord, owners, spelled
from workflows.association.names import fold
from workflows.association.people import Person

__all__ = ["FIELDS", "LONGEST", "Reader", "Wanted", "find", "reader_of", "seen"]

FIELDS: Final[Mapping[str, str]] = {
    "identity": "directory_identity", "contact": "directory_contact", "career": "directory_career",
    "town": "directory_town",
}  # fmt: skip
LONGEST: Final = 80  # characters of a question that are read
WORDS: Final = 6
AROUND: Final = 5  # classes before and after one's own that a student sees
LISTED: Final = PAID_UP | {"LAPSED"}
_STANDING: Final = ("MEMBER", "HONORARY")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the classes and groups of one's own, and whether only the classes around them are open."""

    person_id: UUID
    classes: frozenset[int]
    groups: frozenset[UUID]
    student: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. Nothing at all finds nobody: the directory is no list to be copied."""

    words: Sequence[str] = field(default=())
    year: int | None = None
    town: str = ""

    @classmethod
    def of(cls, name: str, year: str, town: str) -> Wanted:
        """What somebody typed. A year that is none finds nobody of that year, so it is kept as 0."""
        typed = " ".join(year.split())
        number = int(typed) if len(typed) == 4 and typed.isascii() and typed.isdigit() else 0
        said = (" ".join(each.replace("\x00", "").split())[:LONGEST] for each in (name, town))
        words, place = next(said), next(said)
        return cls(fold(words).split()[:WORDS], number if typed else None, place)

    def __bool__(self) -> bool:
        return bool(self.words or self.town) or self.year is not None


def reader_of(session: Session, person_id: UUID) -> Reader | None:
    """The reader, where the directory is open to this person; None where it is not."""
    membership, person = memberships.of(session, person_id), people.get(session, person_id)
    if membership is None or person is None or not _reads(membership):
        return None
    own = frozenset(session.scalars(select(GroupMember.group_id).where(GroupMember.person_id == person.id)))
    classes = frozenset(each.promotion_year for each in person.diplomas)
    return Reader(person.id, classes, own, membership.category == "STUDENT")


def find(session: Session, reader: Reader, wanted: Wanted, *, limit: int = 25) -> Sequence[Person]:
    """Who is meant, by name, among those who stand in the directory for this reader."""
    if not wanted:
        return ()
    query = select(Person).where(_listed(reader))
    if wanted.words:
        query = query.where(owners(PersonWord, Person.id, spelled(session, PersonWord, wanted.words)))
    if wanted.year is not None:
        query = query.where(Person.id.in_(select(Diploma.person_id).where(Diploma.promotion_year == wanted.year)))
    if wanted.town:
        there = select(Address.person_id).where(Address.city.icontains(wanted.town, autoescape=True))
        query = query.where(Person.id.in_(there), _open(reader, "town"))
    return session.scalars(query.order_by(Person.search_name, Person.id).limit(limit)).unique().all()


def seen(session: Session, reader: Reader, person_id: UUID) -> tuple[Person, frozenset[str]] | None:
    """Somebody who stands in the directory for this reader, and the fields that are open; None for anybody else."""
    person = session.scalars(select(Person).where(Person.id == person_id, _listed(reader))).unique().one_or_none()
    if person is None:
        return None
    asked = [_open(reader, each).label(each) for each in FIELDS]
    row = session.execute(select(*asked).select_from(Person).where(Person.id == person_id)).one()
    return person, frozenset(name for name, is_open in zip(FIELDS, row, strict=True) if is_open)


def _reads(membership: Membership) -> bool:
    entitled = membership.service_entitlement in PAID_UP and membership.statutory_status in _STANDING
    return entitled and membership.category != "GUEST"


def _listed(reader: Reader) -> ColumnElement[bool]:
    member = select(Membership.person_id).where(
        Membership.service_entitlement.in_(LISTED),
        Membership.statutory_status.in_(_STANDING),
        Membership.category != "GUEST",
    )
    alive = and_(Person.deceased_on.is_(None), Person.erased_on.is_(None), Person.restricted_since.is_(None))
    return and_(Person.id.in_(member), alive, _near(reader), _open(reader, "identity"))


def _near(reader: Reader) -> ColumnElement[bool]:
    """For students: the classes around their own."""
    if not reader.student:
        return true()
    around = [Diploma.promotion_year.between(year - AROUND, year + AROUND) for year in sorted(reader.classes)]
    return Person.id.in_(select(Diploma.person_id).where(or_(*around))) if around else false()


def _open(reader: Reader, part: str) -> ColumnElement[bool]:
    """Whether a person's last answer about a field opens it to this reader."""
    key = FIELDS[part]
    last = (
        select(ConsentEvent.value)
        .where(ConsentEvent.person_id == Person.id, ConsentEvent.key == key)
        .order_by(ConsentEvent.at.desc(), ConsentEvent.id)
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )
    choice = func.coalesce(last, KEYS[key].member_default)
    class_ = Person.id.in_(select(Diploma.person_id).where(Diploma.promotion_year.in_(reader.classes)))
    group = Person.id.in_(select(GroupMember.person_id).where(GroupMember.group_id.in_(reader.groups)))
    return or_(choice == "members", and_(choice == "promotion", class_), and_(choice == "groups", group))
