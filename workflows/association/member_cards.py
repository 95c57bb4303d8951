"""The member card: a number, a name, until when; and a picture that says whether the card is good, and nothing else.

The picture (ISO/IEC 18004) is an address that we signed. It names a membership and the end that stands on the card, so
that a card on paper is good for its own period and no longer; whether the services are open is looked up when somebody
asks, so that a card ends with them. Sources: domain §1.2 (services), P1.9 (member card).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import Final
from uuid import UUID

import segno
from sqlalchemy.orm import Session

from workflows.association import figures, memberships, people
from workflows.association.memberships import PAID_UP, Membership
from workflows.association.people import Person

__all__ = ["CardLinks", "MemberCard", "Standing", "card_of", "picture", "standing", "svg"]

SEAL: Final = 12  # bytes of the HMAC: a guess in 2^96
DAY: Final = 3  # bytes of the number of a day
SHOWN_DIGITS: Final = 2
HOLDERS: Final = frozenset({"MEMBER", "HONORARY"})


@dataclass(frozen=True, slots=True)
class MemberCard:
    """What stands on a card. `until`: the last day of the period, None for life; `grace`: the last day on which the
    services stay open behind it, None where the period still runs."""

    membership_id: UUID
    member_no: str
    name: str
    category: str  # STUDENT, GRADUATE, HONORARY …
    diploma: tuple[str, int] | None
    end: date
    grace: date | None

    @property
    def until(self) -> date | None:
        return None if self.end == date.max else self.end


@dataclass(frozen=True, slots=True)
class Standing:
    """What whoever checks a card is told: whether it is good, until when, and what is compared with the card itself."""

    good: bool
    until: date | None = None
    initials: str = ""
    digits: str = ""


@dataclass(frozen=True, slots=True)
class CardLinks:
    """The key that signs cards, and the address that the links begin with."""

    address: str
    key: bytes

    def of(self, card: MemberCard) -> str:
        """What the picture of a card says."""
        return f"{self.address}/cards/{self.token(card.membership_id, card.end)}"

    def token(self, membership_id: UUID, end: date) -> str:
        """What the link ends with."""
        said = membership_id.bytes + end.toordinal().to_bytes(DAY)
        return base64.urlsafe_b64encode(said + self._seal(said)).decode().rstrip("=")

    def read(self, token: str) -> tuple[UUID, date] | None:
        """The membership and the end of a card; None for a link that we did not sign."""
        try:
            sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        said, seal = sealed[: 16 + DAY], sealed[16 + DAY :]
        if len(sealed) != 16 + DAY + SEAL or not hmac.compare_digest(seal, self._seal(said)):
            return None
        found = UUID(bytes=said[:16]), date.fromordinal(int.from_bytes(said[16:]))
        return found if token == self.token(*found) else None  # one spelling, not its like

    def _seal(self, said: bytes) -> bytes:
        return hmac.digest(self.key, b"member card " + said, hashlib.sha256)[:SEAL]


def card_of(session: Session, person_id: UUID, today: date) -> MemberCard | None:
    """The card of a member whose services are open; None for anybody else."""
    membership, person = memberships.of(session, person_id), people.get(session, person_id)
    if membership is None or person is None or not _open(person, membership):
        return None
    diploma = person.diplomas[-1] if person.diplomas else None
    return MemberCard(
        membership.id,
        membership.member_no,
        person.display_name,
        "HONORARY" if membership.statutory_status == "HONORARY" else membership.category,
        (diploma.programme, diploma.promotion_year) if diploma is not None else None,
        membership.end_date,
        _grace(session, membership, today) if membership.service_entitlement == "GRACE" else None,
    )


def standing(session: Session, membership_id: UUID, end: date, today: date) -> Standing:
    """Whether a card is good today: the services are open, and its own period, or the grace behind it, runs."""
    membership = session.get(Membership, membership_id)
    person = people.get(session, membership.person_id) if membership is not None else None
    if membership is None or person is None or not _open(person, membership):
        return Standing(False)
    in_grace = membership.service_entitlement == "GRACE" and end == membership.end_date
    last = _grace(session, membership, today) if in_grace else end
    if today > last or end > membership.end_date:  # what the card names was never paid, or was taken back
        return Standing(False)
    names = (person.first_names, person.last_name)
    initials = " ".join(f"{name.strip()[0]}." for name in names if name.strip())
    return Standing(True, None if last == date.max else last, initials, membership.member_no[-SHOWN_DIGITS:])


def picture(told: str) -> str:
    """The picture as SVG that stands in a page by itself: black on white, with its quiet zone."""
    return segno.make(told, error="m").svg_inline(border=4, omitsize=True, lineclass=None, svgclass="am-code-picture")


def svg(told: str) -> str:
    """The same as a file of its own, for paper."""
    drawn = BytesIO()
    segno.make(told, error="m").save(drawn, kind="svg", scale=6, border=4, light="white")
    return drawn.getvalue().decode()


def _open(person: Person, membership: Membership) -> bool:
    known = person.deceased_on is None and person.erased_on is None
    return known and membership.statutory_status in HOLDERS and membership.service_entitlement in PAID_UP


def _grace(session: Session, membership: Membership, today: date) -> date:
    days: timedelta = figures.days(session, "GRACE", today)
    return membership.end_date + days if membership.end_date <= date.max - days else date.max
