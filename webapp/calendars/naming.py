"""What the calendars that somebody is in are called: events by their title, pairs by the other person."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from webapp.words import _
from workflows.association import people
from workflows.association.events.records import Event
from workflows.association.mentoring import meetings
from workflows.association.mentorships import Mentorship


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar in its reader's words. `subject`: the event or the other person alone; `words`: with what it is."""

    subject: str
    words: str


def called(
    session: Session, keys: Iterable[str], person_ids: Collection[UUID], language: str
) -> Mapping[str, Calendar]:
    """The calendars of these keys, for a reader who is one of these people; a key that tells enough is its own name."""
    wanted = set(keys)
    found = {key: Calendar(key, _("career group %(key)s", key=key)) for key in wanted if key.startswith("COH-")}
    for event in session.scalars(select(Event).where(Event.key.in_(wanted))):
        found[event.key] = Calendar(event.title(language), event.title(language))
    if any(key.startswith("PAIR-") for key in wanted):
        for pair, name in _pairs(session, person_ids):
            found[meetings.calendar_of(pair)] = Calendar(name, _("mentoring with %(name)s", name=name))
    return {key: found.get(key, Calendar(key, key)) for key in wanted}


def _pairs(session: Session, person_ids: Collection[UUID]) -> list[tuple[Mentorship, str]]:
    """The pairs of a person, each with who the other one is."""
    mine = or_(Mentorship.mentor_id.in_(person_ids), Mentorship.mentee_id.in_(person_ids))
    pairs = session.scalars(select(Mentorship).where(mine)).all()
    others = [pair.mentee_id if pair.mentor_id in person_ids else pair.mentor_id for pair in pairs]
    names = people.names_of(session, others)
    return [(pair, names.get(other, "–")) for pair, other in zip(pairs, others, strict=True)]
