"""Writing to several people at once from a board: who gets it, and what became of it, for each by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from webapp import task_work
from webapp.auth import engine
from webapp.words import _
from workflows.association import mails, people

LONGEST: Final = 3000


@dataclass(frozen=True, slots=True)
class Reader:
    """One chosen person. `about`: the record as whose holder he is written to, once for a press of the button."""

    about: UUID
    person_id: UUID
    name: str
    reachable: bool
    lang: str


def readers(session: Session, chosen: Mapping[UUID, UUID]) -> Sequence[Reader]:
    """People, each with the record that stands for him, by name."""
    known = people.by_ids(session, list(chosen))
    found = [
        Reader(chosen[each.id], each.id, each.display_name, each.primary_email is not None, each.lang)
        for each in known.values()
    ]
    return sorted(found, key=lambda each: (each.name.casefold(), str(each.about)))


def written() -> tuple[str, str]:
    """The subject and the message of this request's form."""
    subject, text = (request.form.get(name, "").strip() for name in ("subject", "text"))
    return subject[:150], text[:LONGEST]


def post(session: Session, reader: Reader, subject: str, text: str) -> str:
    """Writes to one of them, once for the form's request key however often it is sent; answers what was done."""
    if not reader.reachable:
        return _("no e-mail address: not written to")
    press = task_work.key_of(request.form.get("request_key", "")) or task_work.new_key()
    key = f"letter:{press[:40]}:{reader.about.hex}"
    if mails.by_key(session, key) is not None:
        return _("written to already")
    mails.post(session, engine(), to=reader.person_id, subject=subject, text=text, lang=reader.lang, key=key)
    return _("written to")
