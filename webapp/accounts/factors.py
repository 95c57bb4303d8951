"""Second factors: apps that show codes (TOTP, RFC 6238) and codes on paper; each code is good once."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

import pyotp
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from webapp.accounts.models import RecoveryCode, SecondFactor

PERIOD: Final = 30  # seconds (RFC 6238, 4.1)
AROUND: Final = 1  # periods before and after the present one, for clocks that differ
CODES: Final = 10


def of_person(session: Session, person_id: UUID) -> Sequence[SecondFactor]:
    """The factors of a person that count, the oldest first."""
    query = select(SecondFactor).where(SecondFactor.person_id == person_id, SecondFactor.confirmed_at.is_not(None))
    return session.scalars(query.order_by(SecondFactor.made_at, SecondFactor.id)).all()


def app_secret(secret: str, factor_id: UUID) -> str:
    """What an app is told, in base 32: 160 bits that follow from the factor's id (RFC 4226, 4: R6)."""
    return base64.b32encode(hmac.digest(secret.encode(), b"code app" + factor_id.bytes, "sha256")[:20]).decode()


def app_address(secret: str, factor_id: UUID, account: str, issuer: str) -> str:
    """The same as the address in the picture that an app reads."""
    return pyotp.TOTP(app_secret(secret, factor_id)).provisioning_uri(name=account, issuer_name=issuer)


def begin_app(session: Session, person_id: UUID, name: str, now: datetime) -> SecondFactor:
    """An app that counts once it has shown a right code; one that was begun before and left is forgotten."""
    left = delete(SecondFactor).where(SecondFactor.person_id == person_id, SecondFactor.confirmed_at.is_(None))
    session.execute(left)
    factor = SecondFactor(
        id=uuid4(), person_id=person_id, kind="app", name=name, sign_count=0, last_step=0, made_at=now
    )
    session.add(factor)
    return factor


def begun_app(session: Session, person_id: UUID, factor_id: UUID) -> SecondFactor | None:
    """The person's app that does not count yet."""
    query = select(SecondFactor).where(
        SecondFactor.id == factor_id, SecondFactor.person_id == person_id, SecondFactor.confirmed_at.is_(None),
        SecondFactor.kind == "app",
    )  # fmt: skip
    return session.scalars(query.with_for_update()).one_or_none()


def confirm_app(secret: str, factor: SecondFactor, said: str, now: datetime) -> bool:
    """Whether the app shows the right code; then it counts."""
    if not _takes(secret, factor, said, now):
        return False
    factor.confirmed_at = now
    return True


def accepts(session: Session, secret: str, person_id: UUID, said: str, now: datetime) -> bool:
    """Whether this is a code of one of the person's apps that was not taken before, or an unused one on paper."""
    query = select(SecondFactor).where(
        SecondFactor.person_id == person_id, SecondFactor.kind == "app", SecondFactor.confirmed_at.is_not(None)
    )
    factors = session.scalars(query.with_for_update()).all()
    return any(_takes(secret, factor, said, now) for factor in factors) or _redeem(
        session, secret, person_id, said, now
    )


def _takes(secret: str, factor: SecondFactor, said: str, now: datetime) -> bool:
    """Whether an app shows this code now; its period, and those before it, are spent then (RFC 6238, 5.2)."""
    codes = pyotp.TOTP(app_secret(secret, factor.id), interval=PERIOD)
    present = int(now.timestamp()) // PERIOD
    for step in range(max(present - AROUND, factor.last_step + 1), present + AROUND + 1):
        if hmac.compare_digest(codes.at(step * PERIOD).encode(), said.encode("utf-8", "replace")):
            factor.last_step, factor.used_at = step, now
            return True
    return False


def make_codes(session: Session, secret: str, person_id: UUID, now: datetime) -> Sequence[str]:
    """Ten new codes for paper, which nobody can read again; the former ones are void."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = [base64.b32encode(secrets.token_bytes(10)).decode().lower() for _ in range(CODES)]
    session.add_all(
        RecoveryCode(id=uuid4(), person_id=person_id, digest=_digest(secret, code), made_at=now) for code in codes
    )
    return ["-".join(code[at : at + 4] for at in range(0, 16, 4)) for code in codes]


def codes_left(session: Session, person_id: UUID) -> int:
    """How many codes on paper are unused."""
    unused = select(func.count()).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return session.scalars(unused).one()


def _redeem(session: Session, secret: str, person_id: UUID, said: str, now: datetime) -> bool:
    code = "".join(said.lower().replace("-", "").split())
    query = select(RecoveryCode).where(
        RecoveryCode.person_id == person_id, RecoveryCode.digest == _digest(secret, code),
        RecoveryCode.used_at.is_(None),
    )  # fmt: skip
    found = session.scalars(query.with_for_update()).first()
    if found is None:
        return False
    found.used_at = now
    return True


def _digest(secret: str, code: str) -> str:
    return hmac.digest(secret.encode(), b"recovery" + code.encode("utf-8", "replace"), "sha256").hex()


def remove(session: Session, person_id: UUID, factor_id: UUID) -> bool:
    """Takes a factor away from its person; with the last one the codes on paper go."""
    known = delete(SecondFactor).where(SecondFactor.id == factor_id, SecondFactor.person_id == person_id)
    gone = bool(session.connection().execute(known).rowcount)
    if not of_person(session, person_id):
        session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    return gone


def remove_all(session: Session, person_id: UUID) -> None:
    """For somebody who has lost them all: an operator has made sure who asks."""
    for kind in (SecondFactor, RecoveryCode):
        session.execute(delete(kind).where(kind.person_id == person_id))
