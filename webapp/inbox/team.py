"""What colleagues have in hand: who they are, and who may give their tasks to somebody else or remind them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import inbox
from engine.inbox import Filters, Place, Row
from engine.models import UserTask
from engine.taking import in_person
from webapp.authorize import Viewer
from webapp.operations.drawing import SUBJECT_ROLES
from webapp.operations.names import PERSON
from workflows.association import role_names, roles
from workflows.association.roles import RoleHolding


def in_their_hands(
    session: Session, viewer: Viewer, filters: Filters, after: Place | None, *, limit: int
) -> Sequence[Row]:
    """The open tasks that others have: of the viewer's roles; of every role for whoever oversees all."""
    wanted = None if viewer.oversees else viewer.actor.roles
    return inbox.held(session, _holders(session, viewer) - viewer.identities, wanted, filters, after, limit=limit)


def _holders(session: Session, viewer: Viewer) -> frozenset[str]:
    """Everybody who holds one of the viewer's roles today, or works here, for whoever oversees all."""
    kinds = {"staff", "elected", "volunteer"} if viewer.oversees else set[str]()
    keys = {key for key, role in role_names.ROLES.items() if role.kind in kinds}
    keys |= {roles.parts(each)[0] for each in viewer.actor.roles}
    query = select(RoleHolding.person_id).where(RoleHolding.role.in_(sorted(keys)), roles.in_force(viewer.today))
    return frozenset(f"{PERSON}{person}" for person in session.scalars(query.distinct()))


def may_steer(viewer: Viewer, task: UserTask) -> bool:
    """Whether the viewer may give on what a colleague has: the head of its role, and whoever oversees all.

    Nobody may where the holder signs or consents by it.
    """
    if task.role is None or task.role in SUBJECT_ROLES or task.assignee is None or in_person(task):
        return False
    return viewer.staff and (viewer.oversees or roles.head_of(task.role) in viewer.actor.roles)


def may_remind(viewer: Viewer, task: UserTask) -> bool:
    """Whether the viewer may ask for an open task that others have, or that nobody has taken."""
    return viewer.staff and task.state == "created" and task.assignee not in viewer.identities
