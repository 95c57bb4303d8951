"""Signed links: a 256-bit token in an address lets an outside person into one case, until it expires.

Only the SHA-256 of a token is stored, so a stolen copy of the database opens nothing; a token of full entropy needs no
slow hash. A link is consumed by a POST alone: mail scanners and browsers that fetch it ahead change nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, Uuid, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.clock import Clock
from engine.models import Base, Moment
from engine.personal import Personal
from engine.prepared import write


class SignedLink(Base):
    """A link that was sent: it opens one case to its holder, who acts there as `actor`."""

    __tablename__ = "signed_link"
    __privacy__ = Personal(
        "account", "actor@actor instance_id@case", erase="token_hash", ids="actor", since="expires_at"
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    actor: Mapped[str] = mapped_column(String(64), index=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


def digest(token: str) -> str:
    """What is stored of a token: its SHA-256, as 64 hex digits."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


_ISSUE: Final = insert(SignedLink.__table__)  # type: ignore[arg-type]


def issue(
    session: Session,
    now: datetime,
    instance_id: UUID,
    actor: str,
    lifetime: timedelta,
) -> str:
    """Makes a link and answers its token, which is known to nobody but the receiver of the mail."""
    token = secrets.token_urlsafe(32)
    row = {
        "id": uuid4(), "token_hash": digest(token), "actor": actor, "instance_id": instance_id, "created_at": now,
        "expires_at": now + lifetime, "used_at": None, "revoked_at": None,
    }  # fmt: skip
    write(session, _ISSUE, [row])
    return token


def known(session: Session, token: str) -> SignedLink | None:
    """The link of this token, also one that has expired; not one that was revoked. Reading consumes nothing."""
    link = session.scalars(select(SignedLink).where(SignedLink.token_hash == digest(token))).one_or_none()
    return None if link is None or link.revoked_at is not None else link


def find(session: Session, token: str, now: datetime) -> SignedLink | None:
    """The link of this token while it lives: neither expired nor revoked. Reading consumes nothing."""
    link = known(session, token)
    return None if link is None or link.expires_at <= now else link


def living(session: Session, link_id: UUID, now: datetime) -> SignedLink | None:
    """The link of this id while it lives: asked at each request of a visitor who came by it."""
    link = session.get(SignedLink, link_id)
    if link is None or link.revoked_at is not None or link.expires_at <= now:
        return None
    return link


def issuer(clock: Clock, public_url: str) -> Callable[[Session, UUID, str, timedelta], str]:
    """What mails ask for: the address of a fresh link to a case."""

    def address(session: Session, instance_id: UUID, actor: str, lifetime: timedelta) -> str:
        return f"{public_url}/l/{issue(session, clock.now(), instance_id, actor, lifetime)}"

    return address


def consume(session: Session, link: SignedLink, now: datetime, lifetime: timedelta) -> bool:
    """Marks the link used by its holder. Answers False where somebody was faster: one link opens one browser.

    Who opened it in time goes on with it for at least `lifetime` from when it was made.
    """
    used = session.execute(
        update(SignedLink)
        .where(SignedLink.id == link.id, SignedLink.used_at.is_(None))
        .values(used_at=now, expires_at=max(link.expires_at, link.created_at + lifetime))
        .execution_options(synchronize_session="evaluate")
    )
    return bool(getattr(used, "rowcount", 0) == 1)
