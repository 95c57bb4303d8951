"""A mentor is away: the coordination may stand in, and his mentees are told from when to when and whom to turn to.

Nobody becomes another's mentor for some days: a pair is what two people agreed on. Whoever stands in is there for the
mentees; the dates of the pair are moved on its page, by either of the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from engine.engine import Engine
from workflows.association import absence_mails, roles, wording
from workflows.association.absence_mails import Texts
from workflows.association.absences import Absence
from workflows.association.case_variables import local_day
from workflows.association.mentoring import pairs
from workflows.association.mentorships import Mentorship
from workflows.association.people import Person

OFFICE = "MENTORING"
_MENTEES = {
    "fr": (
        "{name} est absent·e {dates}",
        "{name}, qui vous accompagne, est absent·e {dates}. {instead} Votre mentorat continue : si un rendez-vous "
        "tombe ces jours-là, déplacez-le ensemble sur la page de votre mentorat.",
        "D’ici là, {other} est là pour vous.",
        "D’ici là, la coordination est là pour vous : choisissez « Parler à une personne » sur la page de votre "
        "mentorat.",
    ),
    "en": (
        "{name} is away {dates}",
        "{name}, your mentor, is away {dates}. {instead} Your mentoring goes on: if one of your dates falls on these "
        "days, move it together on the page of your mentoring.",
        "In the meantime {other} is there for you.",
        "In the meantime the coordination is there for you: choose “Ask for a person” on the page of your mentoring.",
    ),
}
_OFFICE = {
    "fr": (
        "{name}, mentor, est absent·e {dates}",
        "{name}, mentor, est absent·e {dates}. {instead} Ses mentorés sont prévenus : {count}.",
        "{other} est là pour eux ces jours-là.",
        "Personne ne remplace : ils s’adressent à la coordination.",
    ),
    "en": (
        "{name}, a mentor, is away {dates}",
        "{name}, a mentor, is away {dates}. {instead} Mentees who are told: {count}.",
        "{other} is there for them on these days.",
        "Nobody stands in: they turn to the coordination.",
    ),
}


def pairs_of(session: Session, person_id: UUID) -> Sequence[Mentorship]:
    """The pairs that run in which somebody is the mentor."""
    return [each for each in pairs.live_of(session, person_id) if each.mentor_id == person_id]


def able(session: Session, person_id: UUID, first: date) -> Sequence[UUID]:
    """Who may be there for his mentees: the coordination; nobody where he accompanies nobody."""
    if not pairs_of(session, person_id):
        return ()
    return [each for each in roles.holders(session, OFFICE, first) if each != person_id]


def tell(session: Session, engine: Engine, absence: Absence) -> int:
    """Writes to his mentees, the coordination and who stands in; answers how many mails. It is a sign of the pair."""
    found, today = pairs_of(session, absence.person_id), local_day(engine.clock.now(), engine.settings.zone)
    mentees = {each.mentee_id for each in found}
    for pair in found:
        pairs.sign(pair, today)
    if not mentees:
        return 0
    office = {*roles.holders(session, OFFICE, absence.from_date)} - mentees
    office |= {absence.substitute_id} - mentees if absence.substitute_id is not None else set()
    told = [(reader, _MENTEES) for reader in sorted(mentees, key=str)]
    told += [(reader, _OFFICE) for reader in sorted(office - {absence.person_id}, key=str)]
    return sum(_write(session, engine, absence, reader, texts, len(mentees)) for reader, texts in told)


def _write(
    session: Session, engine: Engine, absence: Absence, reader: UUID, texts: Texts, count: int
) -> int:  # fmt: skip
    def words(_person: Person, lang: str) -> dict[str, object]:
        return {"dates": wording.period(absence.from_date, absence.to_date, lang), "count": count}

    key = f"absent-mentor:{absence.id.hex}:{reader.hex}"
    return absence_mails.write(session, engine, absence, reader, texts, words, key=key)
