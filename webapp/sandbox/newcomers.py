"""Whoever a scenario says that the register knows: the record, the diploma, the membership that its table describes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar, Final
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

from sqlalchemy.orm import Session

from engine.errors import Invalid
from webapp.sandbox.blanks import CATEGORY, REGISTER
from webapp.sandbox.step_names import LANGUAGES
from webapp.sandbox.untrue import Words
from workflows.association import contacts
from workflows.association.diplomas import Diploma
from workflows.association.memberships import Membership, MembershipPeriod
from workflows.association.people import Person

__all__ = ["newcomer"]

PLAIN: Final = ("employer", "sector", "country", "civility")


class RowUnknown(Invalid):
    """The register has no “{row}”; it has {known}."""

    code: ClassVar[str] = "scenario_register"


class AlreadyKnown(Invalid):
    """The register knows “{name}” already."""

    code: ClassVar[str] = "scenario_known"


class DayUnreadable(Invalid):
    """“{text}” is no day; a day is written like 2026-12-31."""

    code: ClassVar[str] = "scenario_day"


class CategoryUnknown(Invalid):
    """“{text}” is no category of member; it is one of {known}."""

    code: ClassVar[str] = "scenario_category"


def newcomer(session: Session, name: str, told: Mapping[str, str], now: datetime) -> UUID:
    """Writes the person of this name. `member_until` makes a member, whose number is `member_no`. Raises RowUnknown,
    AlreadyKnown, DayUnreadable, CategoryUnknown."""
    for row in told:
        if row not in REGISTER:
            raise RowUnknown(
                row=row, known=Words({each: [said[each] for said in REGISTER.values()] for each in LANGUAGES})
            )
    if (category := told.get("category", "GRADUATE")) not in CATEGORY:
        raise CategoryUnknown(
            text=category, known=Words({each: [said[each] for said in CATEGORY.values()] for each in LANGUAGES})
        )
    id_ = uuid5(NAMESPACE_OID, name)
    if session.get(Person, id_) is not None:
        raise AlreadyKnown(name=name)
    first, _, last = name.partition(" ")
    made = Person(id=id_, first_names=first, birth_name=last or first, lang="fr")
    for column in PLAIN:
        if column in told:
            setattr(made, column, told[column])
    if "birth_date" in told:
        made.birth_date = _day(told["birth_date"])
    if "programme" in told:
        year = int(told["promotion_year"]) if told.get("promotion_year", "").isdecimal() else None
        made.diplomas.append(
            Diploma(id=uuid4(), programme=told["programme"], promotion_year=year, verified="REGISTRY")
        )  # fmt: skip
    made.refresh_search_name()
    session.add(made)
    session.flush()
    address = told.get("email", f"{first}.{last or first}@example.org".lower().replace(" ", "-"))
    made.emails.append(contacts.email_row(made.id, address))
    if "member_until" in told:
        _join(session, made, told, now)
    return made.id


def _join(session: Session, made: Person, told: Mapping[str, str], now: datetime) -> None:
    """A membership of a year that ends on this day."""
    until = _day(told["member_until"])
    since = date(until.year, 1, 1) if until.month > 1 else date(until.year - 1, until.month, 1)
    digest = int(hashlib.sha256(made.id.bytes).hexdigest(), 16) % 900_000
    joined = Membership(
        id=uuid4(), person_id=made.id, member_no=told.get("member_no", f"M{100_000 + digest}"),
        category=told.get("category", "GRADUATE"), statutory_status="MEMBER", service_entitlement="CURRENT",
        join_date=since, start_date=since, end_date=until, changed_at=now,
    )  # fmt: skip
    session.add(joined)
    session.flush()
    session.add(
        MembershipPeriod(
            membership_id=joined.id, start_date=since, end_date=until, value_date=since, tariff_code="STD",
            rule="CALENDAR", written_at=now,
        )
    )  # fmt: skip


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise DayUnreadable(text=text) from None
