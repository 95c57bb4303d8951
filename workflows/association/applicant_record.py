"""The record `applicant.*`: what the join form says of its applicant; written first, it opens the application."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from engine.calendar import PARIS
from workflows.association import applications
from workflows.association.applications import Application
from workflows.association.case_variables import local_day
from workflows.association.diplomas import PROGRAMMES
from workflows.association.number_series import take
from workflows.association.records import Record, Subject, Values

_SHOWN = frozenset({"display_name", "studies"})


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    application = find(subject)
    if application is None:
        return {}
    return {field: _shown(application, field) for field in fields}


def _shown(application: Application, field: str) -> object:
    if field == "studies":
        programme = PROGRAMMES.get(application.programme or "", {}).get("fr", application.school or "—")
        return f"{programme} {application.promotion_year or ''}".strip()
    if field == "address_country":
        return application.address_country or application.country
    return getattr(application, field)


def _write(subject: Subject, values: Values) -> Values:
    """Opens or changes the application; answers ids and enums only."""
    application = find(subject)
    today = local_day(subject.now, PARIS)
    if application is not None:
        applications.change(application, values)
        applications.check(application, today)
        return {}
    if "category" not in values and subject.variables.get("category"):  # a form for one category computes it
        values = {**values, "category": subject.variables["category"]}
    application = applications.open_application(subject.session, values, now=subject.now, today=today)
    subject.session.flush()
    return {
        **opened(subject.session, application, today),
        "category": application.category,
        "email_verified": subject.variables.get("email_verified") is True,
    }


def opened(session: Session, application: Application, today: date) -> dict[str, object]:
    """What a case keeps of an application that has just been opened: ids, its number, its language."""
    return {
        "application_id": str(application.id),
        "applicant_actor": application.actor,
        "reference": f"ADH-{today.year}-{take(session, f'ADH-{today.year}'):06}",
        "lang": application.lang,
    }


def find(subject: Subject) -> Application | None:
    """The application of the case, None before it was opened and after it was purged."""
    found = subject.id("application_id")
    return applications.get(subject.session, found) if found is not None else None


RECORD = Record(applications.WRITABLE | _SHOWN, _read, applications.WRITABLE, _write)
