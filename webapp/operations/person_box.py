"""Who a case is about, in a few lines for staff: read from the records, never from the case's variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

from engine.feel.values import Value
from webapp import auth
from webapp.dates import day
from webapp.person.facets import may_open
from webapp.words import _
from workflows.association import applications, people
from workflows.association.applications import Application
from workflows.association.case_variables import uuid_or_none
from workflows.association.contact_texts import international
from workflows.association.diplomas import PROGRAMMES
from workflows.association.people import Person

Lines = Sequence[tuple[str, str]]


def person_box(session: Session, variables: Mapping[str, Value], language: str) -> Lines:
    """Labels and values: the person if the case knows one, else the application; nothing where neither is left."""
    person_id, application_id = uuid_or_none(variables, "person_id"), uuid_or_none(variables, "application_id")
    person = None if person_id is None else people.get(session, person_id)
    application = None if application_id is None else applications.get(session, application_id)
    if person is not None:
        return _kept(_of_person(person))
    return () if application is None else _kept(_of_application(application, language))


def person_address(session: Session, variables: Mapping[str, Value], case: UUID) -> str:
    """Where the person's own page is, for whoever may open it; else an empty text."""
    person_id, visitor = uuid_or_none(variables, "person_id"), auth.visitor()
    if person_id is None or visitor is None or not may_open(visitor):
        return ""
    found = people.get(session, person_id)
    known = found is not None and found.erased_on is None
    return url_for("person.page", person_id=found.id, via=str(case)) if found is not None and known else ""


def _of_person(person: Person) -> list[tuple[str, str | None]]:
    return [
        (_("Name"), person.display_name),
        (_("Born on"), day(person.birth_date)),
        (_("Class"), str(person.promotion_year or "")),
        (_("E-mail"), person.primary_email),
        (_("Phone"), ", ".join(international(phone.number) for phone in person.phones)),
        (_("Died on"), day(person.deceased_on)),
    ]


def _of_application(application: Application, language: str) -> list[tuple[str, str | None]]:
    programme = PROGRAMMES.get(application.programme or "", {})
    return [
        (_("Name"), application.display_name),
        (_("Birth name"), application.birth_name if application.usage_name else None),
        (_("Born on"), day(application.birth_date)),
        (_("Diploma"), programme.get(language, application.programme or "")),
        (_("Class"), str(application.promotion_year or "")),
        (_("E-mail"), application.email),
        (_("Phone"), application.phone),
    ]


def _kept(lines: list[tuple[str, str | None]]) -> Lines:
    return [(label, text) for label, text in lines if text]
