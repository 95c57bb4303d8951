"""What the pages of the texts show: the list of texts, one text with its versions, what it may say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.dates import day
from webapp.operations.names import names_of
from webapp.parameters.page import Line, decided, period
from webapp.process_titles import processes as titles_of
from webapp.texts.senders import senders
from webapp.words import _, language
from workflows.association import parameters, text_samples, texts
from workflows.association.parameters import DatedRow
from workflows.association.texts import Kind


@dataclass(frozen=True, slots=True)
class Entry:
    """A text in the list."""

    name: str
    subject: str
    since: date | None  # None: as delivered
    coming: date | None


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a text. `id` is None for the one that was delivered."""

    id: UUID | None
    period: str
    decided: str
    state: str  # now, coming, past


def entries(session: Session, kind: Kind, today: date) -> list[Entry]:
    """Every text of a kind."""
    rows = parameters.every_row(session, texts.TABLES[kind])
    head = f"{texts.FIELDS[kind][0]}_{language()}"
    found = []
    for name in texts.names(kind):
        own = [row for row in rows if row.key == name]
        now = next((row for row in own if row.holds(today)), None)
        subject = texts.in_force(session, kind, name, today)[head]
        coming = min((row.valid_from for row in own if row.valid_from > today), default=None)
        found.append(Entry(name, subject, now.valid_from if now is not None else None, coming))
    return found


def versions(session: Session, kind: Kind, name: str, today: date) -> list[Version]:
    """The versions of a text, the newest first; the one that was delivered last."""
    rows = [row for row in parameters.every_row(session, texts.TABLES[kind]) if row.key == name]
    told = [
        Version(
            row.id,
            period(row.valid_from, row.valid_to, today),
            decided(row.decided_by, row.decided_on),
            _state(row, today),
        )
        for row in reversed(rows)
    ]
    return [*told, Version(None, "", "", "past" if any(row.holds(today) for row in rows) else "now")]


def processes(session: Session, kind: Kind, name: str) -> list[tuple[str, str]]:
    """The processes in force that name this mail, by id and title, in the order of the catalogue."""
    sending = senders(session).get(name, frozenset()) if kind == "mail" else frozenset()
    return [each for each in titles_of(session, language()) if each[0] in sending]


def taken_back(session: Session, kind: Kind, name: str) -> list[Line]:
    """Who withdrew a version of a text and when, the newest first: it stands in no list of versions any more."""
    found = parameters.history(session, texts.TABLES[kind])
    gone = [(event, row) for event, row in found if event.kind == "withdrawn" and row.key == name]
    names = names_of(session, {event.by for event, _row in gone})
    return [
        Line(event.at, names[event.by], _("Withdrawn: the version from %(day)s", day=day(row.valid_from)), event.reason)
        for event, row in gone
    ]


def _state(row: DatedRow, today: date) -> str:
    if row.holds(today):
        return "now"
    return "coming" if row.valid_from > today else "past"


def text_of(session: Session, kind: Kind, name: str, version: UUID | None) -> dict[str, str]:
    """The text of a version, by column; that of the files for None or an id that is none of this text's."""
    rows = parameters.every_row(session, texts.TABLES[kind])
    found = next((row for row in rows if row.id == version and row.key == name), None)
    return texts.delivered(kind, name) if found is None else {key: str(value) for key, value in found.values.items()}


def placeholders(kind: Kind, name: str) -> Sequence[tuple[str, str, str]]:
    """What the text may say: the placeholder, its meaning, and what it says in the preview."""
    lang = language()
    known = sorted(texts.placeholders(kind, name))
    said = text_samples.values(known, lang)
    return [(each, text_samples.meaning(each, lang), said[each]) for each in known]
