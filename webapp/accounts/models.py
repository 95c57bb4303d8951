"""The tables of sign-in. Names and e-mail addresses are not here: they live once, with the person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base, Moment
from engine.personal import Personal


class Account(Base):
    """What a person needs to sign in and prefers when signed in. Members have no password: they ask for a code."""

    __tablename__ = "account"
    __privacy__ = Personal("account", "person_id", erase="password_hash", plain="language")
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))  # argon2id, with its parameters
    password_set_at: Mapped[datetime | None] = mapped_column(Moment)
    language: Mapped[str | None] = mapped_column(String(2))  # fr or en, chosen in the header


class WebSession(Base):
    """One signed-in browser. Its cookie holds a token, this row the digest: deleting the row signs out."""

    __tablename__ = "web_session"
    __privacy__ = Personal("account", "person_id", erase="device token_digest", plain="means", since="expires_at")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    means: Mapped[str] = mapped_column(String(8))  # password, code, oidc
    remembered: Mapped[bool]
    device: Mapped[str] = mapped_column(String(80))  # “Firefox, Linux”: for the list of devices
    opened_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (Index("ix_web_session_person", "person_id"), Index("ix_web_session_expires", "expires_at"))


class SignInCode(Base):
    """A code that was asked for. The code itself is nowhere: it follows from the id under the secret key.

    Without a person the request named an unknown address; the row is made all the same, so that both look alike.
    """

    __tablename__ = "sign_in_code"
    __privacy__ = Personal("account", "person_id", since="expires_at")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (Index("ix_sign_in_code_expires", "expires_at"),)


class SecondFactor(Base):
    """What a person has besides the password: an app that shows codes, or a security key (WebAuthn).

    An app's secret is nowhere: it follows from the id under the secret key. `last_step`: the latest half minute whose
    code was taken, so that no code is good twice.
    """

    __tablename__ = "second_factor"
    __privacy__ = Personal("account", "person_id", erase="name credential_id public_key", plain="kind")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(3))  # app, key
    name: Mapped[str] = mapped_column(String(80))
    credential_id: Mapped[str | None] = mapped_column(String(1400), unique=True)
    public_key: Mapped[str | None] = mapped_column(String(2000))
    sign_count: Mapped[int] = mapped_column(default=0)
    last_step: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (Index("ix_second_factor_person", "person_id"),)


class RecoveryCode(Base):
    """One of the codes on paper that stand in for a lost app or key, each once."""

    __tablename__ = "recovery_code"
    __privacy__ = Personal("account", "person_id", erase="digest")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    digest: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (Index("ix_recovery_code_person", "person_id"),)


class SecondStep(Base):
    """Something begun that a second factor ends: a sign-in whose password was right, or a key that is being added."""

    __tablename__ = "second_step"
    __privacy__ = Personal("account", "person_id", erase="challenge", plain="purpose", since="expires_at")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    purpose: Mapped[str] = mapped_column(String(5))  # enter, add
    challenge: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (
        Index("ix_second_step_person", "person_id"),
        Index("ix_second_step_expires", "expires_at"),
    )


class LinkedIdentity(Base):
    """Who a person is at the organisation's own sign-in (OpenID Connect): the issuer's name for her, never reused."""

    __tablename__ = "linked_identity"
    __privacy__ = Personal("account", "person_id", erase="subject", plain="issuer")
    issuer: Mapped[str] = mapped_column(String(200), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    linked_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (Index("ix_linked_identity_person", "person_id"),)
