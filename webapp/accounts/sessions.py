"""Signed-in browsers: opened at sign-in with a fresh token, found by the token's digest, listed and ended."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from webapp.accounts.models import WebSession

Means = Literal["password", "code", "oidc"]
SEEN_EVERY = timedelta(minutes=10)
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
           ("Linux", "Linux"))  # fmt: skip


def digest(token: str) -> str:
    """What is stored of a token. It has 256 bits of chance, so that a fast hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def open_session(
    session: Session, person_id: UUID, means: Means, now: datetime, *, lasts: timedelta, remembered: bool, agent: str
) -> str:
    """Signs a browser in and answers the token for its cookie. Forgets the person's expired sessions."""
    token = secrets.token_urlsafe(32)
    session.execute(delete(WebSession).where(WebSession.person_id == person_id, WebSession.expires_at <= now))
    session.add(
        WebSession(
            id=uuid4(),
            person_id=person_id,
            token_digest=digest(token),
            means=means,
            remembered=remembered,
            device=device_name(agent),
            opened_at=now,
            seen_at=now,
            expires_at=now + lasts,
        )
    )
    return token


def find(session: Session, token: str, now: datetime) -> WebSession | None:
    """The session of this token, while it lasts."""
    query = select(WebSession).where(WebSession.token_digest == digest(token), WebSession.expires_at > now)
    return session.scalars(query).one_or_none()


def seen(session: Session, session_id: UUID, now: datetime) -> None:
    """Notes that the browser was here."""
    session.execute(update(WebSession).where(WebSession.id == session_id).values(seen_at=now))


def list_open(session: Session, person_id: UUID, now: datetime) -> Sequence[WebSession]:
    """The person's signed-in browsers, the latest seen first."""
    query = select(WebSession).where(WebSession.person_id == person_id, WebSession.expires_at > now)
    return session.scalars(query.order_by(WebSession.seen_at.desc(), WebSession.id)).all()


def end(session: Session, person_id: UUID, session_id: UUID) -> None:
    """Signs one browser of the person out; nothing happens to another person's."""
    session.execute(delete(WebSession).where(WebSession.id == session_id, WebSession.person_id == person_id))


def end_others(session: Session, person_id: UUID, kept: UUID | None) -> None:
    """Signs every browser of the person out but this one."""
    query = delete(WebSession).where(WebSession.person_id == person_id)
    session.execute(query if kept is None else query.where(WebSession.id != kept))


def device_name(agent: str) -> str:
    """A User-Agent header in two words: “Firefox, Linux”; in one where only one is known, empty where neither is."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return ", ".join(filter(None, (browser, system)))
