"""What the pages of the studio show: the catalogue, a process with its versions and drafts, a draft with its saves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

import workflows
from webapp.auth import SignedIn
from webapp.operations.names import names_of
from webapp.process_titles import processes
from webapp.studio import delivered, drafts, health, rights, versions
from webapp.studio.file_titles import companions
from webapp.studio.health import Health
from webapp.studio.models import StudioDecision, StudioDraft, StudioRevision
from webapp.studio.versions import Figures
from webapp.words import _
from workflows.association.role_names import ROLES

__all__ = [
    "Card", "DraftLine", "Save", "cards", "decisions", "draft_lines", "families", "owners", "purpose", "saves",
    "title_of",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Card:
    """A process in the catalogue."""

    process_id: str
    title: str
    purpose: str
    owners: str
    figures: Figures
    health: Health
    may_change: bool
    family: str


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft in a list."""

    id: UUID
    name: str
    state: str
    begun_at: datetime
    begun_by: str
    rev: int


@dataclass(frozen=True, slots=True)
class Save:
    """One save: what changed by file (added, changed, removed), by whom."""

    number: int
    at: datetime
    by: str
    note: str
    files: tuple[str, ...]
    accepted: str  # the golden case whose new answer it accepted; "" for another save


@dataclass(frozen=True, slots=True)
class Decided:
    """What two people decided about a revision."""

    number: int
    verdict: str
    author: str
    reason: str
    reviewer: str
    answer: str
    at: datetime
    overridden: str


def title_of(session: Session, process_id: str, language: str) -> str:
    """What a process is called, else its id."""
    return dict(processes(session, language)).get(process_id, process_id)


def owners(process_id: str, language: str) -> str:
    """The roles that own a process, in words."""
    held = [ROLES[key] for key in sorted(rights.owners_of(process_id)) if key in ROLES]
    return ", ".join(role.fr if language == "fr" else role.en for role in held) or _("nobody in particular")


def cards(session: Session, person: SignedIn, language: str) -> list[Card]:
    """Every process that this person may look at."""
    known = versions.figures(session)
    stands = health.healths(session, known)
    return [
        Card(
            process_id, title, purpose(process_id, language), owners(process_id, language), known[process_id],
            stands[process_id], rights.may_change(person, process_id), _family(process_id, language),
        )
        for process_id, title in processes(session, language)
        if rights.may_read(person, process_id) and process_id in known
    ]  # fmt: skip


def families(found: Sequence[Card]) -> list[tuple[str, list[Card]]]:
    """The cards of each family of processes, as the catalogue orders them."""
    return [(name, list(each)) for name, each in groupby(found, key=lambda card: card.family)]


def _family(process_id: str, language: str) -> str:
    titles = workflows.family(process_id)
    return titles[language] if titles is not None else _("Others")


def purpose(process_id: str, language: str) -> str:
    """What a process is for, as the catalogue says; "" of one that it does not list."""
    entry = workflows.entry(process_id)
    return entry.purpose(language) if entry is not None else ""


def draft_lines(session: Session, process_id: str) -> list[DraftLine]:
    """The drafts of a process: those under way first, then what became of the others. A version that was set beside a
    draft is nobody's work."""
    query = select(StudioDraft).where(StudioDraft.process_id == process_id, StudioDraft.beside_id.is_(None))
    rows = session.scalars(query.order_by(StudioDraft.begun_at.desc()).limit(200)).all()
    names = names_of(session, [row.begun_by for row in rows])
    lines = [DraftLine(row.id, row.name, row.state, row.begun_at, names[row.begun_by], row.rev) for row in rows]
    return sorted(lines, key=lambda line: line.state not in drafts.ACTIVE)


def saves(session: Session, draft_id: UUID) -> list[Save]:
    """The history of a draft, newest first."""
    rows = drafts.history(session, draft_id)
    names = names_of(session, [row.saved_by for row in rows])
    older = [*(row.files for row in rows[1:]), {}]
    return [
        Save(
            row.number, row.saved_at, names[row.saved_by], _noted(row.note), _changed(row.files, before), _accepted(row)
        )
        for row, before in zip(rows, older, strict=True)
    ]


def _accepted(row: StudioRevision) -> str:
    is_accepted = row.note.startswith(drafts.ACCEPTED)
    return row.note.removeprefix(drafts.ACCEPTED).partition(" ")[2] if is_accepted else ""


def _noted(note: str) -> str:
    """How a save came about, in words; what was taken in by name keeps it."""
    kind, _blank, number = note.partition(" ")
    for begins, words in (
        (drafts.ACCEPTED, _("the case “%(case)s” takes the new answer")),
        (drafts.REFUSED, _("the case “%(case)s” expects what it expected before")),
    ):
        if note.startswith(begins):
            return words % {"case": note.removeprefix(begins).partition(" ")[2]}
    if note == delivered.TAKEN:
        return _("as the software brings it")
    if number.isdecimal() and kind == "version":
        return _("copy of version %(number)s", number=number)
    return _("as in save %(number)s", number=number) if number.isdecimal() and kind == "save" else note


def _changed(files: Mapping[str, str], before: Mapping[str, str]) -> tuple[str, ...]:
    """The files that a save touched; a form with its texts, a table with its cases is one."""
    names = sorted(name for name in {*files, *before} if files.get(name) != before.get(name))
    main = {other: name for name, other in companions(names).items()}
    return tuple(name for name in names if name not in main)


def decisions(session: Session, draft_id: UUID) -> Sequence[Decided]:
    """What reviewers said about a draft, newest first."""
    query = select(StudioDecision).where(StudioDecision.draft_id == draft_id)
    rows = session.scalars(query.order_by(StudioDecision.decided_at.desc())).all()
    names = names_of(session, [actor for row in rows for actor in (row.author, row.reviewer)])
    return [
        Decided(
            row.number,
            row.verdict,
            names[row.author],
            row.reason,
            names[row.reviewer],
            row.answer,
            row.decided_at,
            row.overridden,
        )
        for row in rows
    ]
