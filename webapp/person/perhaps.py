"""Open applications that are perhaps this person's: nobody has said so yet, but address, telephone or match say it.

They are shown where the viewer may read the case, and are counted nowhere else: who may not read it learns neither that
somebody applied nor with which address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from flask import url_for
from sqlalchemy import CompoundSelect, func, or_, select, union
from sqlalchemy.orm import Session

from engine.models import ProcessInstance
from engine.terms import CaseTerm, about
from webapp.authorize import Viewer, authorize
from webapp.links.tokens import SignedLink
from webapp.process_titles import process_title
from webapp.words import _
from workflows.association.applications import Application, actor_of
from workflows.association.mails import Mail
from workflows.association.orders import Order
from workflows.association.people import Person

MOST: Final = 10


@dataclass(frozen=True, slots=True)
class Perhaps:
    """A case that is perhaps about this person. `why`: what they have in common."""

    title: str
    url: str
    why: str
    begun_at: datetime


def perhaps_of(session: Session, viewer: Viewer, person: Person, language: str) -> Sequence[Perhaps]:
    """The open cases of applications that nobody has linked to anybody, the latest first."""
    addresses = [each.address.casefold() for each in person.emails]
    numbers = [each.number for each in person.phones]
    alike = or_(
        Application.match_person_id == person.id, func.lower(Application.email).in_(addresses),
        Application.phone.in_(numbers),
    )  # fmt: skip
    query = select(Application).where(Application.person_id.is_(None), Application.state == "OPEN", alike)
    found: list[Perhaps] = []
    for application in session.scalars(query.order_by(Application.created_at.desc()).limit(MOST)):
        why = _why(application, addresses, numbers)
        found += [
            Perhaps(
                process_title(session, case, language), url_for("operations.case", instance_id=case.id), why,
                case.started_at,
            )
            for case in _cases(session, viewer, application)
        ]  # fmt: skip
    return found


def _cases(session: Session, viewer: Viewer, application: Application) -> Sequence[ProcessInstance]:
    """The open cases of an application that the viewer may read."""
    actor = actor_of(application.id)
    its: CompoundSelect[tuple[UUID]] = union(  # staff may have begun it for the person, or nothing have been sent yet
        select(CaseTerm.instance_id).where(CaseTerm.term == about(application.id)),
        select(ProcessInstance.id).where(ProcessInstance.started_by == actor),
        select(SignedLink.instance_id).where(SignedLink.actor == actor),
        select(Mail.instance_id).where(Mail.application_id == application.id, Mail.instance_id.is_not(None)),
        select(Order.instance_id).where(Order.application_id == application.id, Order.instance_id.is_not(None)),
    )
    query = select(ProcessInstance).where(
        ProcessInstance.id.in_(its), ProcessInstance.ended_at.is_(None), authorize(viewer, "read", ProcessInstance)
    )
    return session.scalars(query.order_by(ProcessInstance.started_at.desc())).all()


def _why(application: Application, addresses: Sequence[str], numbers: Sequence[str]) -> str:
    if application.email.casefold() in addresses:
        return _("the same e-mail address")
    if application.phone is not None and application.phone in numbers:
        return _("the same telephone number")
    return _("found alike by name and promotion")
