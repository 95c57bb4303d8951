"""What the mails of an event say about it: title, date, place, what was decided, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from engine.calendar import PARIS
from workflows.association import people, wording
from workflows.association.calendars import spoken
from workflows.association.calendars.appointments import Appointment
from workflows.association.case_variables import amount, moment_or_none, uuid_or_none
from workflows.association.events import expenses, notices, publishing, records, settling, words
from workflows.association.events.expenses import EventExpense
from workflows.association.events.incidents import EventIncident
from workflows.association.events.permits import EventPermit
from workflows.association.events.records import Event
from workflows.association.events.registrations import EventRegistration
from workflows.association.events.reports import EventReport
from workflows.association.events.visitors import EventVisitor
from workflows.association.people import Person
from workflows.association.role_names import AT, role_name
from workflows.association.settings import Association

NAMES: Final = frozenset(
    {
        "event_title", "event_key", "event_when", "event_place", "event_page", "event_notes", "event_organiser",
        "permit", "permit_due", "publish_by", "event_asked", "event_notice", "events_page", "seat_when", "seat_until",
        "seat_price", "seat_ticket", "seat_page", "seat_count", "seat_refund", "seat_giver", "asked_at",
        "confirm_until", "event_result", "expense_total", "expense_note", "incident_kind", "incident_answer",
        "incident_page", "event_left",
    }
)  # fmt: skip


def _result(session: Session, event: Event, lang: str) -> str:
    report = session.get(EventReport, event.id)
    if report is None or report.final_income is None or report.final_costs is None:
        return "—"
    return settling.result(report.final_income, report.final_costs, lang)


def values(
    session: Session,
    association: Association,
    variables: Mapping[str, object],
    to: Person | None,
    lang: str,
    wanted: Set[str],
) -> dict[str, str]:
    """The words for a reader, by whose own hour dates are told too; a dash for what is not known."""
    event_id = uuid_or_none(variables, "event_id")
    event = session.get(Event, event_id) if event_id is not None else None
    if not wanted & NAMES or event is None:
        return {}
    zones = people.zones(to, PARIS)
    notes = [each.note for each in records.approvals(session, event, event.rounds) if each.note]
    answer = {
        "event_title": event.title(lang),
        "event_key": event.key,
        "event_when": words.when(session, event, lang, zones),
        "event_place": words.place(event, lang),
        "event_page": f"{association.public_url}/events/{event.key}",
        "incident_page": f"{association.public_url}/events/{event.key}/incident",
        "event_notes": "\n".join(f"- {note}" for note in notes),
        "events_page": f"{association.public_url}/events/",
        "event_result": _result(session, event, lang),
        "event_notice": _notice(session, event, variables, lang),
        "event_organiser": people.display_name(session, event.organiser_id),
        "publish_by": wording.day(publishing.due_on(session, event), lang),
        "event_asked": _asked(variables, lang),
        "event_left": words.after_refusal(lang, date=variables.get("date_refused") is True),
    }
    if "seat_page" in wanted:
        answer["seat_page"] = f"{answer['event_page']}/ticket/{variables.get('registration_id')}"
    answer |= _of_permit(session, variables, lang) | _of_incident(session, variables, lang)
    answer |= _of_visitor(session, variables, zones, lang)
    return answer | _of_registration(session, variables, zones, lang) | _of_expense(session, variables, lang)


def _asked(variables: Mapping[str, object], lang: str) -> str:
    """The roles that are asked now, in words."""
    found = variables.get("approvers")
    asked = [role_name(str(each).partition(AT)[0], lang) for each in found] if isinstance(found, list) else []
    return ", ".join(asked) or "—"


def _notice(session: Session, event: Event, variables: Mapping[str, object], lang: str) -> str:
    """What the organiser says of the date of a registration; of the whole event where there is none."""
    found = uuid_or_none(variables, "registration_id")
    registration = session.get(EventRegistration, found) if found is not None else None
    return notices.about(session, event.id, registration.appointment_id if registration is not None else None, lang)


def _of_registration(
    session: Session, variables: Mapping[str, object], zones: Sequence[ZoneInfo], lang: str
) -> dict[str, str]:
    found = uuid_or_none(variables, "registration_id")
    registration = session.get(EventRegistration, found) if found is not None else None
    if registration is None:
        return {}
    date = session.get_one(Appointment, registration.appointment_id)
    refund = amount(variables, "refund_amount", Decimal(0))
    until = registration.offer_until
    return {
        "seat_when": spoken.moment_for(date.starts_at, zones, lang),
        "seat_until": spoken.moment_for(until.astimezone(PARIS), zones, lang) if until is not None else "—",
        "seat_price": words.seat_price(registration.price, lang),
        "seat_ticket": registration.ticket or "—",
        "seat_count": words.seats(registration.seats, lang),
        "seat_refund": wording.amount(refund, lang),
    }


def _of_visitor(
    session: Session, variables: Mapping[str, object], zones: Sequence[ZoneInfo], lang: str
) -> dict[str, str]:
    until, seat_id = moment_or_none(variables, "confirm_until"), uuid_or_none(variables, "seat_id")
    seat = session.get(EventRegistration, seat_id) if seat_id is not None else None
    visitor_id = uuid_or_none(variables, "visitor_id")
    visitor = session.get(EventVisitor, visitor_id) if visitor_id is not None else None
    if visitor is None:
        return {}
    date = session.get_one(Appointment, visitor.appointment_id)
    return {
        "confirm_until": spoken.moment_for(until.astimezone(PARIS), zones, lang) if until is not None else "—",
        "seat_giver": people.display_name(session, seat.person_id) if seat is not None else "—",
        "seat_when": spoken.moment_for(date.starts_at, zones, lang),
        "seat_count": words.seats(visitor.seats, lang),
        "asked_at": _asked_at(visitor, lang),
    }


def _asked_at(visitor: EventVisitor, lang: str) -> str:
    """When a request was made, and that it says more than a number of seats; what it says is kept in no mail."""
    said = visitor.guests or visitor.diet or visitor.access
    asked = spoken.moment(visitor.asked_at.astimezone(PARIS), lang)
    if lang == "en":
        return f"asked on {asked}{', with further answers' if said else ''}"
    return f"demande du {asked}{', avec des précisions' if said else ''}"


def _of_permit(session: Session, variables: Mapping[str, object], lang: str) -> dict[str, str]:
    found = uuid_or_none(variables, "permit_id")
    permit = session.get(EventPermit, found) if found is not None else None
    if permit is None:
        return {}
    return {"permit": words.said(words.PERMITS, permit.kind, lang), "permit_due": wording.day(permit.due_on, lang)}


def _of_incident(session: Session, variables: Mapping[str, object], lang: str) -> dict[str, str]:
    found = uuid_or_none(variables, "incident_id")
    incident = session.get(EventIncident, found) if found is not None else None
    if incident is None:
        return {}
    kind = words.said(words.INCIDENTS, incident.kind, lang)
    return {"incident_kind": kind, "incident_answer": incident.answer or "—"}


def _of_expense(session: Session, variables: Mapping[str, object], lang: str) -> dict[str, str]:
    found = uuid_or_none(variables, "expense_id")
    expense = session.get(EventExpense, found) if found is not None else None
    if expense is None:
        return {}
    missing = "a receipt is missing" if lang == "en" else "il manque un justificatif"
    return {
        "expense_total": wording.amount(expenses.total(session, expense.id), lang),
        "expense_note": expense.note or missing,
    }
