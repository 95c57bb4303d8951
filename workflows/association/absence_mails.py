"""The mail of an absence, whatever somebody cannot do: who is away, and who is there instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias
from uuid import UUID

from sqlalchemy.orm import Session

from engine.engine import Engine
from workflows.association import mails, people
from workflows.association.absences import Absence
from workflows.association.people import Person

__all__ = ["Texts", "write"]

Texts: TypeAlias = Mapping[str, tuple[str, str, str, str]]  # by language: subject, text, with somebody instead, without


def write(
    session: Session, engine: Engine, absence: Absence, reader: UUID, texts: Texts,
    words: Callable[[Person, str], Mapping[str, object]], *, key: str,
) -> int:  # fmt: skip
    """Writes to a reader in his language; answers how many mails: none where he has no address.

    The texts know `name` (who is away), `instead` (the third text, with `other`, or the fourth) and what `words`
    answers for the reader and his language.
    """
    person = people.get(session, reader)
    if person is None or person.primary_email is None:
        return 0
    lang = "en" if person.lang == "en" else "fr"
    subject, text, with_other, alone = texts[lang]
    known = people.names_of(session, {each for each in (absence.person_id, absence.substitute_id) if each is not None})
    other = known.get(absence.substitute_id, "") if absence.substitute_id is not None else ""
    said = {
        **words(person, lang), "name": known[absence.person_id],
        "instead": with_other.format(other=other) if other else alone,
    }  # fmt: skip
    mails.post(session, engine, to=reader, subject=subject.format(**said), text=text.format(**said), lang=lang, key=key)
    return 1
