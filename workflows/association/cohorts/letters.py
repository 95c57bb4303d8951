"""Mails about a career group that work of the association writes itself: a text of the register, with or without dates.

A text that carries dates says them to calendar programs too, each by its own identifier.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from engine.engine import Engine
from workflows.association import mail_templates, mails, people, texts
from workflows.association.calendars.appointments import Appointment
from workflows.association.calendars.icalendar_text import Method, Party, invitations
from workflows.association.case_variables import local_day
from workflows.association.mails import Mail
from workflows.association.settings import Association

Words = Callable[[str], Mapping[str, str]]  # what the placeholders stand for, in a language


@dataclass(frozen=True, slots=True)
class Dates:
    """Meetings that a mail asks to, or takes back."""

    meetings: Sequence[Appointment]
    method: Method


def write(
    session: Session, engine: Engine, association: Association, template: str, to: UUID, words: Words, *, key: str,
    dates: Dates | None = None,
) -> bool:  # fmt: skip
    """Writes to somebody once for a key, in the association's name; answers whether there was an address, and no such
    mail yet."""
    person = people.get(session, to)
    if person is None or person.primary_email is None or mails.by_key(session, key) is not None:
        return False
    lang = "en" if person.lang == "en" else "fr"
    said = {"first_names": person.first_names, "association": association.name, **words(lang)}
    text = texts.mail(session, template, lang, local_day(engine.clock.now(), engine.settings.zone))
    made = mail_templates.render(text, said)
    mail_id = mails.post(
        session, engine, to=to, subject=made.subject, text=made.text, html=made.html, lang=lang, key=key,
        kind=text.kind, template=template,
    )  # fmt: skip
    if dates is not None and dates.meetings:
        session.get_one(Mail, mail_id).calendar = invitations(
            dates.meetings, organizer=Party(association.name, association.mail_from),
            guest=Party(person.first_names, person.primary_email), lang=lang, method=dates.method,
        )  # fmt: skip
    return True
