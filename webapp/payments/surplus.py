"""Money beyond what an order costs, in sentences for whoever paid it: what is done about it by when, what went back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.models import UserTask
from webapp import authorize
from webapp.auth import current_day, engine
from webapp.authorize import Viewer
from webapp.dates import day
from webapp.inbox.due import last_day
from webapp.payments.money import euros
from webapp.words import _
from workflows.association import surplus_told
from workflows.association.orders import Order
from workflows.association.surplus_told import CHOOSE, DECIDE, REFUND, Returned, Surplus


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, and the address of the task where it is the reader's to choose; empty where it is not."""

    words: str
    address: str


def going_on(session: Session, viewer: Viewer, bought: Sequence[Order], now: datetime) -> Sequence[Line]:
    """What is being done about the surpluses of these orders, the oldest first."""
    return [
        Line(_words(each, current_day()), _address(session, viewer, each))
        for each in surplus_told.going_on(session, bought, now, engine().settings.zone)
    ]


def returned(session: Session, bought: Sequence[Order]) -> Mapping[str, Sequence[str]]:
    """What went back for these orders, by the key of the order."""
    found: dict[str, list[str]] = {}
    for each in surplus_told.returned(session, bought):
        found.setdefault(each.order_key, []).append(_went_back(each))
    return found


def _words(each: Surplus, today: date) -> str:
    named = {"amount": euros(each.amount), "key": each.order_key}
    if each.step == CHOOSE and each.choose_until >= today:
        by = day(each.choose_until)
        return _("%(amount)s more than order %(key)s costs arrived. Choose by %(day)s.", day=by, **named)
    if each.due_at is None or each.step not in {DECIDE, REFUND}:
        return _("%(amount)s more than order %(key)s costs arrived. We write to you about it.", **named)
    by = day(last_day(each.due_at))
    if last_day(each.due_at) < today:
        return _(
            "%(amount)s more than order %(key)s costs arrived. We are late: it was to be settled by %(day)s.",
            day=by,
            **named,
        )
    if each.step == REFUND:
        return _("%(amount)s too much arrived for order %(key)s: we give it back to you by %(day)s.", day=by, **named)
    return _("%(amount)s too much arrived for order %(key)s: our accounts decide by %(day)s.", day=by, **named)


def _went_back(each: Returned) -> str:
    if each.on is None:
        return _("%(amount)s went back to you the way it came.", amount=euros(each.amount))
    return _("%(amount)s given back to you on %(day)s.", amount=euros(each.amount), day=day(each.on))


def _address(session: Session, viewer: Viewer, each: Surplus) -> str:
    """Of the task, where the reader may do it: whoever came by a link may read the order and not the choice."""
    if each.step != CHOOSE:
        return ""
    mine = select(UserTask.id).where(UserTask.id == each.task_id, authorize.authorize(viewer, "work", UserTask))
    if session.scalar(mine) is None:
        return ""
    return url_for("journey.task", instance_id=each.case_id, task_id=each.task_id)
