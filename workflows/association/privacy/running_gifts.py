"""Gifts that somebody promised and that go on: an erasure stops none of them without their word (domain §P10.12.1).

Whoever keeps the gift keeps the name that its debits and its receipt need; the erasure follows when the gift has ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from engine.errors import Invalid
from workflows.association import wording
from workflows.association.gifts.donors import Donor
from workflows.association.gifts.pledges import RUNNING, Pledge
from workflows.association.people import Person
from workflows.association.privacy.files import PrivacyRequest

__all__ = ["GiftGoesOn", "GiftWordLacking", "check", "of_person", "said", "waiting"]


_EVERY: Final = {
    "MONTHLY": ("par mois", "a month"), "QUARTERLY": ("par trimestre", "a quarter"), "YEARLY": ("par an", "a year"),
}  # fmt: skip


class GiftWordLacking(Invalid):
    """A gift of this person goes on, and an erasure alone does not stop it: ask whether it stops, note the answer."""

    code: ClassVar[str] = "gift_word_lacking"


class GiftGoesOn(Invalid):
    """This person keeps a gift that needs the name: grant in part, and say that the erasure follows its end."""

    code: ClassVar[str] = "gift_goes_on"


def of_person(session: Session, person_id: UUID) -> Sequence[Pledge]:
    """What somebody promised and still gives, the oldest first."""
    query = select(Pledge).join(Donor, Donor.id == Pledge.donor_id)
    return session.scalars(
        query.where(Donor.person_id == person_id, Pledge.state.in_(RUNNING)).order_by(Pledge.opened_at)
    ).all()


def said(session: Session, person_id: UUID, lang: str) -> str:
    """The gifts that go on in words, or a dash."""
    found = of_person(session, person_id)
    return ", ".join(f"{wording.amount(each.amount, lang)} {_EVERY[each.every][lang == 'en']}" for each in found) or "—"


def check(session: Session, request: PrivacyRequest, outcome: str | None, *, asks: bool, field: str) -> None:
    """Whether an erasure may be decided so, or confirmed. Raises GiftWordLacking, GiftGoesOn for `field` of the page.

    `asks`: the page asks for the person's word on the gift. One of an older version, and that of a confirmation, does
    not: without a word the gift goes on, and the erasure can be granted in part.
    """
    if "ERASE" not in request.asked or outcome == "REFUSED" or not of_person(session, request.person_id):
        return
    if request.gift_stops is None and asks:
        raise GiftWordLacking(field="gift_stops")
    if not request.gift_stops and outcome == "GRANTED":
        raise GiftGoesOn(field=field)


def waiting(session: Session) -> Sequence[PrivacyRequest]:
    """Erasures that were granted, in whole or in part, and wait for the end of a gift: none goes on any more."""
    goes_on = exists().where(
        Donor.person_id == PrivacyRequest.person_id, Pledge.donor_id == Donor.id, Pledge.state.in_(RUNNING)
    )
    query = select(PrivacyRequest).join(Person, Person.id == PrivacyRequest.person_id)
    granted = PrivacyRequest.kinds.contains("ERASE") & PrivacyRequest.outcome.in_(("GRANTED", "PARTLY"))
    return session.scalars(
        query.where(granted, PrivacyRequest.gift_stops.is_not(True), PrivacyRequest.state == "ANSWERED")
        .where(Person.erased_on.is_(None), ~goes_on)
        .order_by(PrivacyRequest.reference)
    ).all()
