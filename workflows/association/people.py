"""The people an association knows: graduates, members, guests, staff. Personal data lives here and nowhere else.

The register of graduates is this same table: a graduate who never joined is a person with a diploma that is verified
`REGISTRY` and without a `membership` row (service entitlement `NONE`). One row a human being, so that joining is a
change of standing and not a copy, and so that an erasure finds everything in one place. Source: domain §1.2 and §1.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, Uuid, bindparam, func, inspect, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship
from sqlalchemy.orm.attributes import set_committed_value

from engine import prepared
from engine.models import Base, Moment
from engine.personal import Personal
from forms.spoken import Spoken
from workflows.association import mail_hours
from workflows.association.contacts import Address, Email, Phone
from workflows.association.diplomas import Diploma
from workflows.association.name_words import PersonWord, follow
from workflows.association.names import fold

Language = Literal["fr", "en"]
# Who was read in a transaction stays in its memory, with the addresses and diplomas that were read of her: a session
# itself forgets what nobody holds, and reads the same person again for the next question.
_LOADED: Final = "association.people"


class Person(Base):
    """One human being. `search_name` is what a search reads: every name, folded."""

    __tablename__ = "person"
    __privacy__ = Personal(
        "record", "id@person", plain="lang sector situation",
        erase="civility first_names birth_name usage_name birth_date employer position country zone search_name",
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    civility: Mapped[str] = mapped_column(String(4), default="NONE")  # M, MME, NONE
    first_names: Mapped[str] = mapped_column(String(80))
    birth_name: Mapped[str] = mapped_column(String(80))
    usage_name: Mapped[str | None] = mapped_column(String(80))
    birth_date: Mapped[date | None]
    lang: Mapped[str] = mapped_column(String(2), default="fr")
    employer: Mapped[str | None] = mapped_column(String(160))
    position: Mapped[str | None] = mapped_column(String(160))
    sector: Mapped[str | None] = mapped_column(String(16))  # NAF section, or a ROME code
    country: Mapped[str | None] = mapped_column(String(2))  # ISO 3166-1 alpha-2
    zone: Mapped[str | None] = mapped_column(
        String(40)
    )  # the time zone that somebody chose (IANA); else the country says
    situation: Mapped[str | None] = mapped_column(String(12))
    deceased_on: Mapped[date | None]
    watched: Mapped[bool] = mapped_column(default=False)  # the general delegate decides on every request
    search_name: Mapped[str] = mapped_column(Text, default="")
    import_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    restricted_since: Mapped[datetime | None] = mapped_column(Moment)  # art. 18 GDPR: kept, and used for nothing else
    erased_on: Mapped[date | None]  # a tombstone: what once pointed to somebody points here

    emails: Mapped[list[Email]] = relationship(cascade="all, delete-orphan", order_by="Email.rank")
    phones: Mapped[list[Phone]] = relationship(cascade="all, delete-orphan", order_by="Phone.rank")
    addresses: Mapped[list[Address]] = relationship(cascade="all, delete-orphan")
    diplomas: Mapped[list[Diploma]] = relationship(cascade="all, delete-orphan", order_by="Diploma.promotion_year")
    aliases: Mapped[list[Alias]] = relationship(cascade="all, delete-orphan")
    __table_args__ = (
        Index("ix_person_birth_date", "birth_date"),
        Index("ix_person_search_name", "search_name"),
        CheckConstraint("lang IN ('fr', 'en')", name="ck_person_lang"),
    )

    @property
    def last_name(self) -> str:
        """The name by which the person goes."""
        return self.usage_name or self.birth_name

    @property
    def display_name(self) -> str:
        """First names and the name by which the person goes."""
        return called(self.first_names, self.last_name)

    @property
    def primary_email(self) -> str | None:
        """The address to write to: the primary one, else the first that does not bounce."""
        usable = [email for email in self.emails if email.bounce_state != "HARD"]
        return next((email.address for email in usable if email.is_primary), usable[0].address if usable else None)

    @property
    def promotion_year(self) -> int | None:
        """The year of the latest diploma."""
        return self.diplomas[-1].promotion_year if self.diplomas else None

    def refresh_search_name(self) -> None:
        """To be called after a name changed. Former names find somebody too."""
        former = " ".join(fold(alias.value) for alias in self.aliases if alias.kind == "NAME")
        self.search_name = f"{searchable(self.first_names, self.birth_name, self.usage_name)} {former}".rstrip()


def zones(person: Person | None, home: ZoneInfo) -> tuple[ZoneInfo, ...]:
    """Where somebody lives: the zone that was chosen, else those of the country, else `home`."""
    return mail_hours.zones_of(person.country, home, person.zone) if person is not None else (home,)


def called(first_names: str, last_name: str) -> str:
    """How a person is called on pages and in mails."""
    return f"{first_names} {last_name}"


class Alias(Base):
    """What a person was once called: a former name, a member number or an id that a merge took away."""

    __tablename__ = "person_alias"
    __privacy__ = Personal("record", "person_id", erase="value", plain="kind")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))  # NAME, MEMBER_NO, PERSON_ID
    value: Mapped[str] = mapped_column(String(160), index=True)


def searchable(first_names: str, birth_name: str, usage_name: str | None) -> str:
    """The text that `Person.search_name` holds."""
    return fold(f"{birth_name} {usage_name or ''} {first_names}")


def get(session: Session, person_id: UUID) -> Person | None:
    """The person of this id, or of an id that was merged into another person's."""
    person = prepared.get(session, Person, person_id)
    if person is not None:
        session.info.setdefault(_LOADED, {})[person_id] = person
        return person
    merged = select(Alias.person_id).where(Alias.kind == "PERSON_ID", Alias.value == str(person_id))
    kept = session.scalars(merged).first()
    return session.get(Person, kept) if kept is not None else None


_THESE: Final = select(Person).where(Person.id.in_(bindparam("ids", expanding=True)))
_EMAILS: Final = (
    select(*Email.__table__.columns).where(Email.person_id == bindparam("person", type_=Uuid())).order_by(Email.rank)
)
_THEIR_EMAILS: Final = select(Email).where(Email.person_id.in_(bindparam("ids", expanding=True))).order_by(Email.rank)


def gather(session: Session, ids: Iterable[UUID]) -> dict[UUID, Person]:
    """People of these ids with their e-mail addresses, in two queries for all of them: `get` finds them at hand."""
    wanted = set(ids)
    if not wanted:
        return {}
    if len(wanted) == 1:
        [id_] = wanted
        person = prepared.get(session, Person, id_)
        rows = prepared.fetch(session, _EMAILS, {"person": id_})
        emails: Sequence[Email] = [prepared.attached(session, Email, row) for row in rows]
        found = {id_: person} if person is not None else {}
    else:
        found = {person.id: person for person in session.scalars(_THESE, {"ids": list(wanted)})}
        emails = session.scalars(_THEIR_EMAILS, {"ids": list(wanted)}).all()
    addresses: dict[UUID, list[Email]] = {id_: [] for id_ in found}
    for each in emails:
        addresses[each.person_id].append(each)
    for id_, person in found.items():
        if "emails" in inspect(person).unloaded:
            set_committed_value(person, "emails", addresses[id_])
    return found


def by_email(session: Session, address: str) -> Sequence[Person]:
    """Everyone who uses this e-mail address (a couple may share one), the living first."""
    query = (
        select(Person)
        .join(Email)
        .where(Email.folded == address.strip().casefold())
        .order_by(Person.deceased_on.is_not(None), Email.is_primary.desc(), Person.id)
    )
    return session.scalars(query).unique().all()


def by_ids(session: Session, ids: Iterable[UUID]) -> dict[UUID, Person]:
    """Many people at once."""
    wanted = set(ids)
    if not wanted:
        return {}
    return {person.id: person for person in session.scalars(_THESE, {"ids": list(wanted)})}


def names_of(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Display names only: for lists."""
    wanted = set(ids)
    if not wanted:
        return {}
    rows = session.execute(
        select(Person.id, Person.first_names, func.coalesce(Person.usage_name, Person.birth_name)).where(
            Person.id.in_(wanted)
        )
    )
    return {person_id: f"{first} {last}" for person_id, first, last in rows}


follow(Person, PersonWord, lambda person: person.search_name, Person.refresh_search_name)


def person_by_email(session: Session, address: str) -> UUID | None:
    """The living person who signs in with this address; None where nobody does, or where two people share it."""
    found = [person.id for person in by_email(session, address) if person.deceased_on is None]
    return found[0] if len(found) == 1 else None


def primary_email(session: Session, person_id: UUID) -> str | None:
    """Where to write to a person."""
    person = get(session, person_id)
    return person.primary_email if person is not None else None


def display_name(session: Session, person_id: UUID) -> str:
    """How a person is called on pages; an empty text for somebody who is not known any more."""
    person = get(session, person_id)
    return person.display_name if person is not None else ""


def said_by(session: Session, person_id: UUID, text: str) -> Spoken:
    """What a person of the register wrote, in the language that she reads."""
    return Spoken(text, language(session, person_id))


def said_as(session: Session, actor: str, text: str) -> str:
    """The same of what an actor wrote; what nobody of the register wrote stays a text without a language."""
    try:
        return said_by(session, UUID(actor.removeprefix("person:")), text)
    except ValueError:
        return text


def language(session: Session, person_id: UUID) -> str:
    """The language a person reads: fr or en."""
    person = get(session, person_id)
    return person.lang if person is not None else "fr"
