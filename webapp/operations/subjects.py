"""Whom a case is about, by name: for lists, and for finding cases by a name.

A case keeps ids only, never a name; the names are those of the records at this moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, repeat
from typing import Final
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.orm import Session

from engine.bpmn.state import read_names
from engine.engine import Engine
from engine.models import ProcessInstance
from engine.prepared import fetch
from webapp.authorize import Viewer
from workflows.association import applications, people, person_search
from workflows.association.applications import Application
from workflows.association.case_variables import uuid_or_none

PERSON, APPLICATION = "person_id", "application_id"
PAIR: Final = ("mentee_id", "mentor_id")
MOST = 20
_PLACES: Final = tuple(f"case_{number}" for number in range(40))
_STATES: Final = select(ProcessInstance.id, ProcessInstance.process_id, ProcessInstance.state).where(
    ProcessInstance.id.in_([bindparam(place, type_=Uuid()) for place in _PLACES])
)


def subjects_of(
    session: Session, engine: Engine, cases: Iterable[UUID], *, pairs_for: Viewer | None = None
) -> Mapping[UUID, str]:
    """The name of the person, or else of the applicant, by case; a case about nobody is left out.

    `pairs_for`: of a mentor and a mentee both are named to who operates the case. Nobody else is told: until both have
    said yes, neither knows who the other is.
    """
    persons: dict[UUID, list[UUID]] = {}
    applicants: dict[UUID, UUID] = {}
    for case, process, state in _states(session, list(set(cases))):
        variables = read_names(state, (PERSON, APPLICATION, *PAIR))
        person, application = uuid_or_none(variables, PERSON), uuid_or_none(variables, APPLICATION)
        told = pairs_for is not None and (pairs_for.oversees or process in pairs_for.processes)
        pair = [each for each in (uuid_or_none(variables, name) for name in PAIR) if told and each is not None]
        if person is not None or pair:
            persons[case] = pair if person is None else [person]
        elif application is not None:
            applicants[case] = application
    known = people.names_of(session, chain.from_iterable(persons.values()))
    asked = session.scalars(select(Application).where(Application.id.in_(applicants.values()))) if applicants else ()
    applied = {each.id: each.display_name for each in asked}
    return {
        **{case: ", ".join(known[each] for each in ids if each in known) for case, ids in persons.items()},
        **{case: applied[each] for case, each in applicants.items() if each in applied},
    }


def _states(session: Session, cases: Sequence[UUID]) -> Iterator[tuple[UUID, str, str]]:
    """The stored states of cases, some at a time: the last one is named again until the statement is full."""
    for start in range(0, len(cases), len(_PLACES)):
        some = cases[start : start + len(_PLACES)]
        full = [*some, *repeat(some[-1], len(_PLACES) - len(some))]
        yield from fetch(session, _STATES, dict(zip(_PLACES, full, strict=True)))


def records(session: Session, text: str) -> Sequence[UUID]:
    """Who may be meant by a text, applicants and people: cases are then found by their ids. The first people count: a
    name that so many bear is no way to find a case."""
    applicants = applications.search(session, text, limit=MOST)
    return [*applicants, *(person.id for person in person_search.find(session, text, limit=MOST))]
