"""Whom a request is about, in every form in which the tables know a person: ids, applications, actors, cases, rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Table, false, or_, select, text
from sqlalchemy.orm import Session

from engine import terms
from engine.bpmn.state import read_names
from engine.models import ProcessInstance
from engine.terms import CaseTerm
from workflows.association.applications import Application, actor_of
from workflows.association.case_variables import uuid_or_none
from workflows.association.guardians import GuardianConsent
from workflows.association.live_cases import ABOUT
from workflows.association.peers import PeerRequest
from workflows.association.people import Alias
from workflows.association.privacy.declarations import Held, personal, target_of

__all__ = ["Subject", "rows_of", "subject_of"]

_VISIT: Final = ("visitor_id",)


@dataclass(frozen=True, slots=True)
class Subject:
    """One person. `guests`: ids under which others act in her cases (peers, guardians) by a signed link, or she herself
    did while nobody knew her."""

    person_ids: tuple[UUID, ...]
    application_ids: tuple[UUID, ...]
    actors: tuple[str, ...]
    guests: tuple[UUID, ...]
    case_ids: tuple[UUID, ...]


def subject_of(session: Session, person_id: UUID) -> Subject:
    """Gathers what leads to a person, records that were merged into hers too."""
    merged = select(Alias.value).where(Alias.person_id == person_id, Alias.kind == "PERSON_ID")
    people = (person_id, *(UUID(value) for value in session.scalars(merged)))
    applied = tuple(session.scalars(select(Application.id).where(Application.person_id.in_(people))))
    asked = PeerRequest.application_id.in_(applied) | PeerRequest.person_id.in_(people)
    guests = [
        *session.scalars(select(PeerRequest.id).where(asked)),
        *session.scalars(select(GuardianConsent.id).where(GuardianConsent.application_id.in_(applied))),
    ]
    cases = _cases(session, {*people, *applied})
    guests += _visits(session, cases)
    actors = (*(f"person:{each}" for each in people), *(actor_of(each) for each in (*applied, *guests)))
    return Subject(people, applied, actors, tuple(guests), tuple(cases))


def _visits(session: Session, case_ids: Sequence[UUID]) -> Iterator[UUID]:
    """The ids under which the person came to events before the address was confirmed: her cases keep them."""
    states = session.scalars(select(ProcessInstance.state).where(ProcessInstance.id.in_(case_ids)))
    found = (uuid_or_none(read_names(state, _VISIT), _VISIT[0]) for state in states)
    return (each for each in found if each is not None)


def _cases(session: Session, known: set[UUID]) -> list[UUID]:
    """The cases about the person, ended ones too, and those that they called. A case keeps ids in its variables, and
    its terms say which (`engine.terms`)."""
    named = select(CaseTerm.instance_id).where(CaseTerm.term.in_([terms.about(each) for each in known]))
    states = select(ProcessInstance.id, ProcessInstance.state).where(ProcessInstance.id.in_(named))
    found = {
        case_id
        for case_id, state in session.execute(states)
        if any(uuid_or_none(read_names(state, ABOUT), name) in known for name in ABOUT)
    }
    wave = found
    while wave:
        called = select(ProcessInstance.id).where(ProcessInstance.parent_id.in_(wave))
        wave = set(session.scalars(called)) - found
        found |= wave
    return sorted(found)


def rows_of(held: Held, subject: Subject, depth: int = 0) -> ColumnElement[bool]:
    """The condition of the rows of a declaration that lead to this person."""
    parts = [_leads(held.table, name, target, subject, depth) for name, target in held.says.leads]
    found = or_(*parts) if parts else false()
    return found & text(held.says.where) if held.says.where else found


def _leads(table: Table, name: str, target: str, subject: Subject, depth: int) -> ColumnElement[bool]:
    column = table.c[name]
    target = target_of(table, name, target)
    known: dict[str, tuple[object, ...]] = {
        "person": subject.person_ids, "application": subject.application_ids, "actor": subject.actors,
        "case": subject.case_ids, "process_instance": subject.case_ids,
    }  # fmt: skip
    if target in known:
        return column.in_(known[target])
    through = [rows_of(each, subject, depth + 1) for each in _declared(target)] if depth < 6 else []
    other = table.metadata.tables[target]
    return column.in_(select(next(iter(other.primary_key.columns))).where(or_(*through))) if through else false()


def _declared(name: str) -> Iterator[Held]:
    """What leads to the person in another table; what somebody did there at work does not."""
    return (each for each in personal() if each.table.name == name and each.says.category != "work")
