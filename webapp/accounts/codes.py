"""Six-digit codes sent by mail: good for ten minutes, five tries, once.

The code is a truncated HMAC of the row's id under the secret key (the truncation of HOTP, RFC 4226 §5.3). So the
database never holds it: not in clear, and not as a hash of six digits, which a thief would undo in a second.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webapp.accounts.models import Account, SignInCode
from workflows.association import people
from workflows.association.people import Person

GOOD_FOR = timedelta(minutes=10)
TRIES = 5
DIGITS = 6


def digits(secret: str, code_id: UUID) -> str:
    """The six digits of the code of this row."""
    mac = hmac.digest(secret.encode(), b"sign-in code" + code_id.bytes, "sha256")
    offset = mac[-1] & 15
    number = int.from_bytes(mac[offset : offset + 4]) & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def ask(session: Session, address: str, now: datetime) -> SignInCode:
    """Makes a code for whoever has this address; a row without a person where nobody does. Forgets expired ones."""
    session.execute(delete(SignInCode).where(SignInCode.expires_at <= now - timedelta(days=1)))
    found = [person for person in people.by_email(session, address) if person.deceased_on is None]
    person_id = found[0].id if found else None
    code = SignInCode(id=uuid4(), person_id=person_id, asked_at=now, expires_at=now + GOOD_FOR, tries=0)
    session.add(code)
    session.flush()
    return code


def redeem(session: Session, secret: str, code_id: UUID, said: str, now: datetime) -> Person | None:
    """The person who may come in with this code, or None: wrong, expired, used, tried too often, nobody's.

    Every call counts as a try. One transaction locks the row, so that a code is good for one browser.
    """
    code = session.scalars(select(SignInCode).where(SignInCode.id == code_id).with_for_update()).one_or_none()
    if code is None:
        return None
    code.tries += 1
    right = hmac.compare_digest(digits(secret, code_id).encode(), said.encode("utf-8", "replace"))
    if not right or code.tries > TRIES or code.expires_at <= now or code.used_at or code.person_id is None:
        return None
    code.used_at = now
    return people.get(session, code.person_id)


def uses_password(session: Session, person_id: UUID) -> bool:
    """Whether the person signs in by password: a code would be a weaker way round it."""
    account = session.get(Account, person_id)
    return account is not None and account.password_hash is not None
