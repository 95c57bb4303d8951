"""The cases of a person: those that she began, was sent a link to or has a task in, and those that wrote to her.

A case keeps ids in its variables, where no index finds them; what it left outside of itself (mails, links, orders,
tasks) says the same, by indexes.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CompoundSelect, Select, select, union
from sqlalchemy.orm import Session

from engine.models import ProcessInstance, UserTask
from webapp.links.tokens import SignedLink
from workflows.association.applications import Application, actor_of
from workflows.association.mails import Mail
from workflows.association.orders import Order
from workflows.association.people import Alias
from workflows.association.received_mails import ReceivedMail


def ids_of(session: Session, person_id: UUID) -> list[UUID]:
    """The ids that a person has and had: merged records keep theirs in what was written before."""
    merged = select(Alias.value).where(Alias.person_id == person_id, Alias.kind == "PERSON_ID")
    return [person_id, *(UUID(value) for value in session.scalars(merged))]


def applications_of(session: Session, person_ids: list[UUID]) -> list[UUID]:
    """The applications that became this person."""
    return list(session.scalars(select(Application.id).where(Application.person_id.in_(person_ids))))


def cases_of(session: Session, person_ids: list[UUID]) -> CompoundSelect[tuple[UUID]]:
    """The ids of the person's cases, as a query."""
    applications = applications_of(session, person_ids)
    actors = [*(f"person:{each}" for each in person_ids), *(actor_of(each) for each in applications)]
    ours: list[Select[tuple[UUID]]] = [
        select(ProcessInstance.id).where(ProcessInstance.started_by.in_(actors)),
        select(SignedLink.instance_id).where(SignedLink.actor.in_(actors)),
        select(UserTask.instance_id).where(UserTask.assignee.in_(actors)),
    ]
    for table in (Mail, Order, ReceivedMail):
        for column, ids in ((table.person_id, person_ids), (table.application_id, applications)):
            if ids:
                ours.append(select(table.instance_id).where(column.in_(ids), table.instance_id.is_not(None)))  # type: ignore[arg-type]
    return union(*ours)
