"""What the mails of a cohort say about it: its key, the session with its day and hour, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from engine.calendar import PARIS
from workflows.association import people, wording
from workflows.association.calendars import spoken
from workflows.association.calendars.appointments import Appointment
from workflows.association.case_variables import day, moment_or_none, text, uuid_or_none
from workflows.association.cohorts import hearings
from workflows.association.cohorts.candidacies import CohortCandidacy
from workflows.association.cohorts.records import Cohort
from workflows.association.settings import Association

_CANDIDACY: Final = frozenset({"cohort_first_day", "cohort_hour", "cohort_reason", "fee_due"})
_SEASON: Final = {"season_week": "season_on", "next_season": "next_season_on"}  # word: variable
_CHANGES: Final = frozenset({"target", "move_until", "lead_name", "breach", "hearing_day", "hearing_reason"})
NAMES: Final = (
    _CHANGES
    | frozenset({"cohort", "session_no", "session_when", "session_place", "meetings_page"})
    | _CANDIDACY
    | _SEASON.keys()
)


def values(session: Session, association: Association, variables: Mapping[str, object], lang: str) -> dict[str, str]:
    """The words; those of a session that is not there are empty."""
    found = uuid_or_none(variables, "appointment_id")
    appointment = session.get(Appointment, found) if found is not None else None
    reader = uuid_or_none(variables, "person_id")
    person = people.get(session, reader) if reader is not None else None
    zones = people.zones(person, PARIS)
    when = spoken.moment_for(appointment.starts_at, zones, lang) if appointment is not None else ""
    return {
        "cohort": text(variables, "cohort_key"),
        "session_no": appointment.key.removeprefix("s") if appointment is not None else "",
        "session_when": when,
        "session_place": (appointment.place or "—") if appointment is not None else "",
        "meetings_page": f"{association.public_url}/calendar/",
        **_candidacy(session, variables, lang),
        **_changes(session, variables, lang),
        **{word: _day(variables, name, lang) for word, name in _SEASON.items()},
    }


def _day(variables: Mapping[str, object], name: str, lang: str) -> str:
    return "" if variables.get(name) is None else wording.day(day(variables, name), lang)


def _candidacy(session: Session, variables: Mapping[str, object], lang: str) -> dict[str, str]:
    """What is said to a candidate, or of a cohort: its first day and hour, why, and until when the fee is due."""
    found = uuid_or_none(variables, "candidacy_id")
    candidacy = session.get(CohortCandidacy, found) if found is not None else None
    known = candidacy.cohort_id if candidacy is not None else uuid_or_none(variables, "cohort_id")
    cohort = session.get(Cohort, known) if known is not None else None
    if cohort is None:
        return dict.fromkeys(_CANDIDACY, "")
    due = moment_or_none(variables, "fee_due_at")
    return {
        "cohort_first_day": wording.day(cohort.starts_on, lang),
        "cohort_hour": f"{cohort.begins:%H:%M}",
        "cohort_reason": candidacy.reason if candidacy is not None else "",
        "fee_due": wording.day(due.astimezone(PARIS).date(), lang) if due is not None else "",
    }


def _changes(session: Session, variables: Mapping[str, object], lang: str) -> dict[str, str]:
    """What is said where a group changes: the other group, who leads now, and a hearing."""
    until = text(variables, "move_until")
    new = uuid_or_none(variables, "new_lead_id")
    heard = hearings.of(session, variables)
    return {
        "target": text(variables, "target_key"),
        "move_until": wording.day(datetime.fromisoformat(until).date(), lang) if until else "",
        "lead_name": people.display_name(session, new) if new is not None else "",
        "breach": hearings.RULES[heard.rule][lang == "en"] if heard is not None else "",
        "hearing_day": wording.day(heard.hear_at.astimezone(PARIS).date(), lang) if heard is not None else "",
        "hearing_reason": heard.reason if heard is not None else "",
    }
