"""Gifts of the demonstration: a year of the Foundation's register, with receipts and thanks, a promise that is late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.transaction import transaction
from workflows.association import wording
from workflows.association.case_variables import local_day
from workflows.association.contacts import Address
from workflows.association.gifts import documents, donors, figures, pledges, receipts
from workflows.association.gifts.pledges import Pledge
from workflows.association.gifts.receipts import TaxReceipt
from workflows.association.gifts.register import BOOKED, Gift
from workflows.association.memberships import Membership
from workflows.association.people import Person

# Days ago, euros, means and fund of each gift; the third one was stated wrongly at first.
GIFTS: Final = (
    (210, 120, "CARD", "BURSARIES"), (180, 2500, "TRANSFER", "CHAIRS"), (150, 60, "CHEQUE_POST", "UNRESTRICTED"),
    (121, 300, "TRANSFER", "BURSARIES"), (90, 75, "CARD", "UNRESTRICTED"), (64, 1000, "CHEQUE_HAND", "CHAIRS"),
    (33, 150, "SEPA", "BURSARIES"), (20, 40, "CARD", "UNRESTRICTED"),
)  # fmt: skip
PROMISES: Final = ((50, 600, 100, 45), (400, 3000, 500, 10))  # days ago signed, total, a month, days late
_WRONG: Final = 2
_BY: Final = "demo"


def begin(engine: Engine) -> None:
    """Eight gifts with receipts and letters, one receipt replaced, two promises of which an instalment is late."""
    now = engine.clock.now()
    today = local_day(now, engine.settings.zone)
    with transaction(engine) as session:
        givers = _givers(session, len(GIFTS) + len(PROMISES))
        for person, (ago, euros, means, fund) in zip(givers, GIFTS, strict=False):
            _gift(session, person, today - timedelta(days=ago), Decimal(euros), means, fund, now)
        session.flush()
        _replace(session, today, now)
        for person, (ago, total, monthly, late) in zip(givers[len(GIFTS) :], PROMISES, strict=False):
            _promise(session, person, Decimal(total), Decimal(monthly), today - timedelta(days=ago), late, today, now)


def _givers(session: Session, count: int) -> Sequence[Person]:
    """Members whose address is complete, as a receipt asks for."""
    query = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .join(Address, Address.person_id == Person.id)
        .where(Membership.service_entitlement == "CURRENT", Person.deceased_on.is_(None))
        .order_by(Membership.member_no)
    )
    return session.scalars(query.limit(count)).unique().all()


def _gift(session: Session, person: Person, on: date, amount: Decimal, means: str, fund: str, now: datetime) -> None:
    donor = donors.individual(session, person.id, now)
    gift = Gift(
        id=uuid5(NAMESPACE_OID, f"gift {person.id}"), key=f"entry:{person.id}", donor_id=donor.id, amount=amount,
        origin="ENTRY", means=means, fund=fund, class_="GIFT_IND", credited_on=on, given_on=on, fiscal_year=on.year,
        state=BOOKED, noted_at=now - timedelta(days=(now.date() - on).days), noted_by=_BY, thanked_at=now,
    )  # fmt: skip
    session.add(gift)
    session.flush()
    documents.receipt(session, receipts.issue(session, [gift], on=on + timedelta(days=3), now=now, by=_BY), now=now)
    lang = donors.language(session, donor)
    said = {
        "amount": wording.amount(amount, lang), "given_on": wording.day(on, lang),
        "fund": figures.fund_words(session, fund, on, lang),
    }  # fmt: skip
    variant = "thanks_small" if amount < 150 else "thanks_letter"
    documents.letter(session, donor, variant, f"thanks:{gift.id}", said, on=on + timedelta(days=3), now=now)


def _replace(session: Session, today: date, now: datetime) -> None:
    """One receipt that was wrong, and the one in its place."""
    wrong = session.scalars(select(TaxReceipt).order_by(TaxReceipt.year, TaxReceipt.number).offset(_WRONG)).first()
    gifts = [session.get_one(Gift, line.gift_id) for line in wrong.lines] if wrong is not None else []
    if wrong is not None:
        after = receipts.issue(session, gifts, on=today, now=now, by=_BY, replaces=wrong, reason="ERROR")
        documents.receipt(session, after, now=now)


def _promise(
    session: Session, person: Person, total: Decimal, monthly: Decimal, signed: date, late: int, today: date,
    now: datetime,
) -> None:  # fmt: skip
    """A promise whose instalments were paid up to the one that is late."""
    pledge = Pledge(
        id=uuid5(NAMESPACE_OID, f"pledge {person.id}"), donor_id=donors.individual(session, person.id, now).id,
        kind=pledges.PLEDGE, total=total, amount=monthly, every="MONTHLY", means="TRANSFER", fund="BURSARIES",
        signed_on=signed, first_on=today - timedelta(days=late), opened_at=now, opened_by=_BY,
    )  # fmt: skip
    pledges.schedule(pledge)
    pledge.instalments[0].state = pledges.ASKED
    session.add(pledge)
