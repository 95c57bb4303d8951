"""Tokens by which programs come in: a person's own, or a service's. What is kept is the digest; it is shown once.

A person's token acts as the person, with the roles that he holds at that moment, and only as far as its scopes go. A
service's token acts as `service:<name>` with the roles that an administrator gave it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Uuid, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.errors import Invalid
from engine.models import Base, Json, Moment
from engine.personal import Personal
from webapp.accounts.sessions import digest

PREFIX: Final = "amc_"  # so that a scanner of repositories knows a leaked one
SCOPES: Final = ("read", "work", "operate", "deploy")
LONGEST: Final = timedelta(days=366)
SEEN_EVERY: Final = timedelta(minutes=10)


class ScopesRefused(Invalid):
    """Choose among the scopes {known}."""

    code: ClassVar[str] = "scopes_refused"


class ApiToken(Base):
    """One token. Ended ones stay, so that it can be seen who did what by which."""

    __tablename__ = "api_token"
    __privacy__ = Personal("account", "person_id", erase="token_digest name roles scopes made_by")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    roles: Mapped[list[str]] = mapped_column(Json)  # of a service; a person's are his own
    scopes: Mapped[list[str]] = mapped_column(Json)
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (Index("ix_api_token_person", "person_id", "made_at"),)


def make(
    session: Session, *, name: str, scopes: Sequence[str], now: datetime, lasts: timedelta, by: str,
    person_id: UUID | None = None, roles: Sequence[str] = (),
) -> tuple[ApiToken, str]:  # fmt: skip
    """A new token and its text, which nobody can read again. Raises ScopesRefused."""
    if not scopes or set(scopes) - set(SCOPES):
        raise ScopesRefused(known=", ".join(SCOPES), field="scopes")
    text = f"{PREFIX}{secrets.token_urlsafe(32)}"
    row = ApiToken(
        id=uuid4(), token_digest=digest(text), name=name.strip()[:80], person_id=person_id, roles=sorted(roles),
        scopes=[each for each in SCOPES if each in scopes], made_at=now, made_by=by,
        expires_at=now + min(lasts, LONGEST),
    )  # fmt: skip
    session.add(row)
    return row, text


def find(session: Session, text: str, now: datetime) -> ApiToken | None:
    """The living token of this text."""
    query = select(ApiToken).where(ApiToken.token_digest == digest(text), *_living(now))
    return session.scalars(query).one_or_none()


def seen(session: Session, token_id: UUID, now: datetime) -> None:
    """Notes that a token was used, now and then."""
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(seen_at=now))


def of_person(session: Session, person_id: UUID, now: datetime) -> Sequence[ApiToken]:
    """A person's living tokens, the newest first."""
    query = select(ApiToken).where(ApiToken.person_id == person_id, *_living(now))
    return session.scalars(query.order_by(ApiToken.made_at.desc(), ApiToken.id)).all()


def of_services(session: Session, now: datetime) -> Sequence[ApiToken]:
    """The living tokens of services."""
    query = select(ApiToken).where(ApiToken.person_id.is_(None), *_living(now))
    return session.scalars(query.order_by(ApiToken.name, ApiToken.id)).all()


def end(session: Session, token_id: UUID, now: datetime, *, person_id: UUID | None) -> bool:
    """Ends a person's token, or with None a service's; nothing happens to anybody else's."""
    whose = ApiToken.person_id.is_(None) if person_id is None else ApiToken.person_id == person_id
    ended = update(ApiToken).where(ApiToken.id == token_id, whose, ApiToken.ended_at.is_(None))
    return bool(session.connection().execute(ended.values(ended_at=now)).rowcount)


def _living(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return ApiToken.expires_at > now, or_(ApiToken.ended_at.is_(None), ApiToken.ended_at > now)
