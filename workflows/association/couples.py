"""Couples: the second of two members pays a share of the own rate, for as long as the other one pays in full.

Who joined or renewed as a second half is remembered, and asked again each time. Source: domain §P1.4, §P1.7.
"""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, select
from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.prepared import fetch
from workflows.association import memberships
from workflows.association.applications import Application
from workflows.association.memberships import PAID_UP, Membership, MembershipPeriod
from workflows.association.orders import Order
from workflows.association.renewals import Renewal
from workflows.association.tariffs import LIFE, LIFE_PART

_WHOSE: Final = bindparam("person", type_=Uuid())
_RENEWED: Final = select(Renewal.partner_id).where(Renewal.person_id == _WHOSE, Renewal.partner_id.is_not(None))
_JOINED: Final = select(Application.partner_id).where(
    Application.person_id == _WHOSE, Application.partner_id.is_not(None)
)
_REMEMBERED: Final = select(
    func.coalesce(
        _RENEWED.order_by(Renewal.started_at.desc()).limit(1).scalar_subquery(),
        _JOINED.order_by(Application.created_at.desc()).limit(1).scalar_subquery(),
    ).label("partner_id")
)


class PartnerUnknown(Invalid):
    """No current member has this number."""

    code: ClassVar[str] = "partner_unknown"


class RateTaken(Invalid):
    """Your partner already pays the couple's rate: one of the two pays in full."""

    code: ClassVar[str] = "couple_rate_taken"


def named(session: Session, number: str, person_id: UUID | None = None) -> UUID:
    """The paid-up member of this number, for the second half. Raises PartnerUnknown, RateTaken."""
    membership = session.scalars(select(Membership).where(Membership.member_no == number.strip())).one_or_none()
    if membership is None or membership.service_entitlement not in PAID_UP or membership.person_id == person_id:
        raise PartnerUnknown(field="partner_member_no")
    if pays_a_share(session, membership):
        raise RateTaken(field="partner_member_no")
    return membership.person_id


def remembered(session: Session, person_id: UUID) -> UUID | None:
    """With whom somebody renewed or joined as the second half, the last time."""
    partner: UUID | None = fetch(session, _REMEMBERED, {"person": person_id})[0].partner_id
    return partner


def is_second(session: Session, partner_id: UUID | None) -> bool:
    """Whether the couple's rate holds beside this partner: a paid-up member who pays in full."""
    membership = memberships.of(session, partner_id) if partner_id is not None else None
    paid_up = membership is not None and membership.service_entitlement in PAID_UP
    return paid_up and membership is not None and not pays_a_share(session, membership)


def pays_a_share(session: Session, membership: Membership) -> bool:
    """Whether the latest period of a member was bought at the couple's rate; for life nobody pays a share."""
    query = select(MembershipPeriod.order_id, MembershipPeriod.tariff_code).where(
        MembershipPeriod.membership_id == membership.id, MembershipPeriod.reversed_at.is_(None)
    )
    latest = session.execute(query.order_by(MembershipPeriod.end_date.desc()).limit(1)).first()
    if latest is None or latest.order_id is None or latest.tariff_code in {LIFE, LIFE_PART}:
        return False
    order_id = latest.order_id
    renewed = select(Renewal.id).where(Renewal.order_id == order_id, Renewal.partner_id.is_not(None))
    joined = (
        select(Application.id)
        .join(Order, Order.application_id == Application.id)
        .where(Order.id == order_id, Application.partner_id.is_not(None))
    )
    return session.scalars(renewed).first() is not None or session.scalars(joined).first() is not None
