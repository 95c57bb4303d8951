"""Whom a case is about, by name: for lists, and for finding cases by a name.

A case keeps ids only, never a name; the names are those of the records at this moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from engine.bpmn.state import read_names
from engine.engine import Engine
from engine.models import ProcessInstance
from workflows.association import people
from workflows.association.applications import Application
from workflows.association.case_variables import uuid_or_none

PERSON, APPLICATION = "person_id", "application_id"
MOST = 20


def subjects_of(session: Session, engine: Engine, cases: Iterable[UUID]) -> Mapping[UUID, str]:
    """The name of the person, or else of the applicant, by case; a case about nobody is left out."""
    persons: dict[UUID, UUID] = {}
    applications: dict[UUID, UUID] = {}
    states = select(ProcessInstance.id, ProcessInstance.state).where(ProcessInstance.id.in_(set(cases)))
    for case, state in session.execute(states):
        variables = read_names(state, (PERSON, APPLICATION))
        person, application = uuid_or_none(variables, PERSON), uuid_or_none(variables, APPLICATION)
        if person is not None:
            persons[case] = person
        elif application is not None:
            applications[case] = application
    known = people.names_of(session, persons.values())
    asked = (
        session.scalars(select(Application).where(Application.id.in_(applications.values()))) if applications else ()
    )
    applied = {each.id: each.display_name for each in asked}
    return {
        **{case: known[person] for case, person in persons.items() if person in known},
        **{case: applied[each] for case, each in applications.items() if each in applied},
    }


def about(session: Session, text: str) -> ColumnElement[bool]:
    """Cases about somebody whose name holds every word of the text. The first people found count: a name that so many
    bear is no way to find a case."""
    named = [*_applicants(session, text), *(person.id for person in people.search(session, text, limit=MOST))]
    if not named:
        return false()
    return or_(*(ProcessInstance.state.contains(f'_id":"{each}"') for each in named))


def _applicants(session: Session, text: str) -> Sequence[UUID]:
    columns = Application.first_names, Application.birth_name, Application.usage_name
    words = [or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in text.split()]
    if not words:
        return ()
    newest = select(Application.id).where(and_(*words)).order_by(Application.created_at.desc()).limit(MOST)
    return session.scalars(newest).all()
