"""What the mails of a cohort say about it: its key, the session with its day and hour, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from babel.dates import format_datetime
from sqlalchemy.orm import Session

from workflows.association.calendars.appointments import Appointment
from workflows.association.case_variables import text, uuid_or_none
from workflows.association.settings import Association

NAMES: Final = frozenset({"cohort", "session_no", "session_when", "session_place", "meetings_page"})
_PATTERNS: Final = {"fr": "EEEE d MMMM y, HH:mm", "en": "EEEE d MMMM y, HH:mm"}


def values(session: Session, association: Association, variables: Mapping[str, object], lang: str) -> dict[str, str]:
    """The words; those of a session that is not there are empty."""
    found = uuid_or_none(variables, "appointment_id")
    appointment = session.get(Appointment, found) if found is not None else None
    when = ""
    if appointment is not None:
        locale = "en_GB" if lang == "en" else "fr_FR"
        when = format_datetime(appointment.starts_at.replace(tzinfo=None), _PATTERNS[lang], locale=locale)
    return {
        "cohort": text(variables, "cohort_key"),
        "session_no": appointment.key.removeprefix("s") if appointment is not None else "",
        "session_when": when,
        "session_place": (appointment.place or "—") if appointment is not None else "",
        "meetings_page": f"{association.public_url}/calendar/",
    }
