"""Who was erased, as keyed digests that tell nobody apart: what a restore needs to erase them again.

It is kept outside the tables about people, and in a file outside the database (`AMICALE_ERASURE_FILE`): a backup
that is older than an erasure knows nothing of it, the file does. Digests of addresses tell, years later, that somebody
who would be brought in again had asked to be forgotten.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Set
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.folding import fold
from engine.models import Base, Moment
from engine.personal import Impersonal

__all__ = ["BIRTH", "EMAIL", "PERSON", "Erasure", "digest", "keep_in_file", "known", "note", "read_file"]

PERSON, EMAIL, BIRTH = "PERSON", "EMAIL", "BIRTH"


class Erasure(Base):
    """One digest. Added, never changed."""

    __tablename__ = "erasure"
    __privacy__ = Impersonal("keyed digests of ids and addresses that are kept nowhere else")
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime] = mapped_column(Moment)


def digest(key: bytes, kind: str, value: str) -> str:
    """What is kept of an id or an address: 64 hex digits, of no use without the key."""
    return hmac.digest(key, f"{kind} {value}".encode(), hashlib.sha256).hex()


def born(first_names: str, birth_name: str, birth_date: date) -> str:
    """What a name with a birth date is compared by."""
    return f"{fold(f'{first_names} {birth_name}')} {birth_date.isoformat()}"


def forgotten(erased: Set[str], key: bytes, email: str | None, person: str | None) -> bool:
    """Whether somebody with this address, or with this name and birth date (`born`), is among the digests of those who
    asked to be forgotten."""
    if not erased:
        return False
    by_email = email is not None and digest(key, EMAIL, email.casefold()) in erased
    return by_email or (person is not None and digest(key, BIRTH, person) in erased)


def note(session: Session, digests: Iterable[tuple[str, str]], now: datetime) -> None:
    """Adds digests, each with its kind; those that are there stay."""
    for kind, value in digests:
        if session.get(Erasure, value) is None:
            session.add(Erasure(digest=value, kind=kind, at=now))
            session.flush()


def known(session: Session, kind: str = PERSON) -> set[str]:
    """Every digest of a kind."""
    return set(session.scalars(select(Erasure.digest).where(Erasure.kind == kind)))


def is_erased(session: Session, key: bytes, person_id: UUID) -> bool:
    """Whether somebody with this id was erased."""
    return session.get(Erasure, digest(key, PERSON, str(person_id))) is not None


def keep_in_file(session: Session, file: Path) -> int:
    """Brings the file up to what the table holds; answers how many lines were added. It is written to the disk."""
    there = read_file(file)
    lacking = [row for row in session.scalars(select(Erasure).order_by(Erasure.at)) if row.digest not in there]
    if not lacking:
        return 0
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "a", encoding="ascii") as opened:
        for row in lacking:
            opened.write(json.dumps({"kind": row.kind, "digest": row.digest, "at": row.at.isoformat()}) + "\n")
        opened.flush()
        os.fsync(opened.fileno())
    return len(lacking)


def read_file(file: Path) -> dict[str, str]:
    """The digests of the file, each with its kind; a line that was cut off by a crash is passed over."""
    found: dict[str, str] = {}
    if not file.exists():
        return found
    for line in file.read_text(encoding="ascii").splitlines():
        try:
            said = json.loads(line)
            found[str(said["digest"])] = str(said["kind"])
        except (ValueError, KeyError, TypeError):
            continue
    return found
