"""Applications to join: what an applicant said, kept apart from the people until it is decided whose it is.

A draft whose e-mail address is never confirmed is deleted; an accepted application is merged into a person (the known
graduate of the register, or a new one) and keeps only its decision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text, Uuid, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.errors import Invalid
from engine.models import Base, Json, Moment
from engine.personal import Personal
from engine.prepared import fetch
from workflows.association.contact_texts import email_address, phone_number
from workflows.association.name_words import ApplicationWord, follow, owners, spelled
from workflows.association.names import fold

CATEGORIES = ("GRADUATE", "STUDENT", "GUEST")
SITUATIONS = ("EMPLOYED", "SELF", "JOB_SEEKER", "RETIRED", "STUDENT", "OTHER")
FIRST_PROMOTION = 1900
STUDIES_AHEAD = 6  # a promotion may lie this many years in the future
AGE_OF_CONSENT, MAJORITY = 15, 18


class ApplicationRefused(Invalid):
    """The application cannot be taken as it is: look at {field}."""

    code: ClassVar[str] = "application_refused"


class FieldUnknown(ApplicationRefused):
    """An application has no field “{field}”."""

    code: ClassVar[str] = "application_field_unknown"


class BirthDateRefused(ApplicationRefused):
    """The birth date must lie between 1 January 1900 and today."""

    code: ClassVar[str] = "birth_date_refused"


class TooYoung(ApplicationRefused):
    """You may join from the age of {age}."""

    code: ClassVar[str] = "too_young"


class GuardianMissing(ApplicationRefused):
    """Under {age}, give the e-mail address of a parent or guardian."""

    code: ClassVar[str] = "guardian_missing"


class PromotionMissing(ApplicationRefused):
    """Say which programme and which promotion you belong to."""

    code: ClassVar[str] = "promotion_missing"


class PromotionRefused(ApplicationRefused):
    """The promotion must lie between {first} and {last}."""

    code: ClassVar[str] = "promotion_refused"


class Application(Base):
    """One request to join. `state`: OPEN, ACCEPTED, REFUSED, ABANDONED."""

    __tablename__ = "application"
    __privacy__ = (
        Personal(
            "application", "person_id", ids="proof_files", withheld="match_person_id partner_id", since="closed_at",
            erase="civility first_names birth_name usage_name birth_date email guardian_email phone address_lines "
            "postcode city school employer position decision_reason",
            plain="source state category country address_country lang programme situation verified",
        ),
        Personal("application", "match_person_id partner_id", "empty", unlink="match_person_id partner_id"),
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    source: Mapped[str] = mapped_column(String(12), default="WEB")  # WEB, PAPER, IMPORT, INVITATION
    state: Mapped[str] = mapped_column(String(12), default="OPEN")
    category: Mapped[str] = mapped_column(String(12))
    civility: Mapped[str] = mapped_column(String(4), default="NONE")
    first_names: Mapped[str] = mapped_column(String(80))
    birth_name: Mapped[str] = mapped_column(String(80))
    usage_name: Mapped[str | None] = mapped_column(String(80))
    birth_date: Mapped[date]
    email: Mapped[str] = mapped_column(String(254))
    email_verified_at: Mapped[datetime | None] = mapped_column(Moment)
    guardian_email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(16))
    address_lines: Mapped[str | None] = mapped_column(String(300))
    postcode: Mapped[str | None] = mapped_column(String(16))
    city: Mapped[str | None] = mapped_column(String(80))
    address_country: Mapped[str | None] = mapped_column(String(2))  # of these lines; None: that of residence
    country: Mapped[str] = mapped_column(String(2), default="FR")  # of residence
    lang: Mapped[str] = mapped_column(String(2), default="fr")
    programme: Mapped[str | None] = mapped_column(String(8))
    promotion_year: Mapped[int | None]
    school: Mapped[str | None] = mapped_column(String(160))
    situation: Mapped[str] = mapped_column(String(12), default="OTHER")
    employer: Mapped[str | None] = mapped_column(String(160))
    position: Mapped[str | None] = mapped_column(String(160))
    proof_files: Mapped[list[str]] = mapped_column(Json, default=list)
    peer_confirmations: Mapped[int] = mapped_column(default=0)
    match_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))  # the member whose second half joins
    verified: Mapped[str] = mapped_column(String(8), default="NO")
    decision_reason: Mapped[str | None] = mapped_column(Text)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (
        Index("ix_application_person", "person_id"),
        Index("ix_application_match", "match_person_id"),
        Index("ix_application_email", "email"),
    )

    @property
    def display_name(self) -> str:
        """First names and the name by which the applicant goes."""
        return f"{self.first_names} {self.usage_name or self.birth_name}"

    @property
    def actor(self) -> str:
        """Who acts by the signed link that was mailed to the applicant."""
        return actor_of(self.id)


def actor_of(application_id: UUID) -> str:
    """The actor id of the holder of an application's signed link."""
    return f"link:{application_id}"


def search(session: Session, words: str, *, limit: int) -> Sequence[UUID]:
    """Applications of people whose names have a word that begins with each of these, or is like it where none does;
    the newest first."""
    groups = spelled(session, ApplicationWord, fold(words).split())
    if not groups:
        return ()
    newest = select(Application.id).where(owners(ApplicationWord, Application.id, groups))
    return session.scalars(newest.order_by(Application.created_at.desc(), Application.id).limit(limit)).all()


follow(Application, ApplicationWord, lambda one: fold(f"{one.birth_name} {one.usage_name or ''} {one.first_names}"))


def get(session: Session, application_id: UUID) -> Application | None:
    """The application, or None where it was purged."""
    return session.get(Application, application_id)


_OF_PERSON: Final = (
    select(Application.id)
    .where(Application.person_id == bindparam("person", type_=Uuid()))
    .order_by(Application.created_at.desc())
)  # fmt: skip


def of_person(session: Session, person_id: UUID) -> Sequence[UUID]:
    """The applications that became this person, the newest first."""
    return [row.id for row in fetch(session, _OF_PERSON, {"person": person_id})]


def age_on(birth_date: date, day: date) -> int:
    """Completed years of age. Who was born on 29 February is a year older on 1 March."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def open_application(session: Session, values: Mapping[str, object], *, now: datetime, today: date) -> Application:
    """Keeps what the applicant said. Raises ApplicationRefused, EmailRefused, PhoneRefused for what cannot be true."""
    application = Application(id=uuid4(), created_at=now, proof_files=[])
    change(application, values)
    check(application, today)
    session.add(application)
    return application


def change(application: Application, values: Mapping[str, object]) -> None:
    """Takes over fields by name; absent ones stay. Raises FieldUnknown."""
    unknown = sorted(set(values) - WRITABLE)
    if unknown:
        raise FieldUnknown(field=unknown[0])
    for field in _WRITABLE:
        if field in values:
            setattr(application, field, _clean(field, values[field], application))


def check(application: Application, today: date) -> None:
    """Refuses what domain F1 refuses: an impossible birth date or promotion, a child, a minor without guardian."""
    born = application.birth_date
    if not date(FIRST_PROMOTION, 1, 1) <= born <= today:
        raise BirthDateRefused(field="birth_date")
    age = age_on(born, today)
    if age < AGE_OF_CONSENT:
        raise TooYoung(field="birth_date", age=AGE_OF_CONSENT)
    if age < MAJORITY and not application.guardian_email:
        raise GuardianMissing(field="guardian_email", age=MAJORITY)
    if application.category == "GUEST":
        return
    year = application.promotion_year
    if application.programme is None or year is None:
        raise PromotionMissing(field="programme" if application.programme is None else "promotion_year")
    first, last = max(FIRST_PROMOTION, born.year + AGE_OF_CONSENT), today.year + STUDIES_AHEAD
    if not first <= year <= last:
        raise PromotionRefused(field="promotion_year", first=first, last=last)


def _clean(field: str, value: object, application: Application) -> object:
    """Trims texts, empties to None, and brings addresses and numbers to their normal form."""
    if isinstance(value, str):
        value = " ".join(value.split()) if field != "address_lines" else value.strip()
    if field == "proof_files":
        return [str(file) for file in value] if isinstance(value, list | tuple) else []
    if value in ("", None):
        return _DEFAULTS.get(field)
    if field in {"email", "guardian_email"}:
        return email_address(str(value))
    if field == "phone":
        return phone_number(str(value), application.country)
    if field == "promotion_year":
        return int(str(value))
    if field == "birth_date" and not isinstance(value, date):
        return date.fromisoformat(str(value))
    return value


_DEFAULTS: Mapping[str, str] = MappingProxyType(
    {"civility": "NONE", "country": "FR", "lang": "fr", "situation": "OTHER"}
)
# In this order: a telephone number is read as one of the country given before it.
_WRITABLE = (
    *("source", "category", "civility", "first_names", "birth_name", "usage_name", "birth_date", "country", "email"),
    *("guardian_email", "phone", "address_lines", "postcode", "city", "address_country", "lang", "programme"),
    *("promotion_year", "school", "situation", "employer", "position", "proof_files"),
)
WRITABLE = frozenset(_WRITABLE)


def close(application: Application, state: str, now: datetime) -> None:
    """Ends an application as ACCEPTED, REFUSED or ABANDONED. A second ending changes nothing."""
    if application.closed_at is None:
        application.state, application.closed_at = state, now


def purge(session: Session, application: Application) -> None:
    """Deletes what the applicant said: a draft that was never confirmed leaves no trace but its id in the case."""
    session.delete(application)
