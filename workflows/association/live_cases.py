"""The cases of one person that are still at work: what a death or an erasure has to look after.

A case keeps ids only, so that it is found by the id of the person, or of an application that became the person.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.bpmn.state import read_names
from engine.models import ProcessInstance
from workflows.association import applications
from workflows.association.case_variables import uuid_or_none

ABOUT: Final = ("person_id", "application_id", "mentee_id", "mentor_id")  # variables of a case: whom it is about
_RUN_BY: Final = ("organiser_id",)
_HOSTS: Final = ("hosts",)  # of an event: who runs it without a mandate


def of_person(
    session: Session, person_id: UUID, *, but: UUID | None = None, run: bool = False
) -> Sequence[ProcessInstance]:
    """Every case about a person that has not ended, the oldest first; called ones stand with their callers.

    Both people of a pair are whom it is about. `run`: also what the person organises for others.
    """
    names = ABOUT + _RUN_BY if run else ABOUT
    known = {person_id, *applications.of_person(session, person_id)}
    mentioned = or_(*(ProcessInstance.state.contains(str(each)) for each in known))
    query = (
        select(ProcessInstance)
        .where(ProcessInstance.status.in_(("active", "suspended")), ProcessInstance.depth == 0, mentioned)
        .order_by(ProcessInstance.started_at, ProcessInstance.id)
    )
    found = session.scalars(query).all()
    return [each for each in found if each.id != but and _is_about(each, known, names)]


def is_for_others(case: ProcessInstance) -> bool:
    """Whether somebody runs it for others, and it goes on with whoever follows: an event, by those whom it says."""
    return _HOSTS[0] in read_names(case.state, _HOSTS)


def _is_about(case: ProcessInstance, known: set[UUID], names: tuple[str, ...]) -> bool:
    """Whether the person is whom the case is about, and not only somebody it mentions."""
    variables = read_names(case.state, names)
    return any(uuid_or_none(variables, name) in known for name in names)
