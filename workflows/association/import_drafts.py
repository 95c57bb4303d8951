"""Imports from a page: a file is kept, looked at in the background, shown line by line, carried out, or dropped.

The importers are those of the command line. The file and what was read of it go as soon as it is carried out or
dropped, and after a while in any case; what stays is the entry in the log of imports, by which it can be undone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import LargeBinary, String, Uuid, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.errors import Conflict
from engine.models import Base, Job, Json, Moment
from engine.personal import Personal
from workflows.association import (
    import_journal,
    import_lines,
    import_log,
    import_records,
    import_seen,
    import_undo,
    people_import,
)
from workflows.association.import_kinds import KINDS
from workflows.association.import_log import PEOPLE
from workflows.association.import_records import RecordPlan
from workflows.association.import_sheets import Told, quiet
from workflows.association.people_import import Plan

__all__ = [
    "CARRY_OUT", "LOOK", "ImportDraft", "ImportMoved", "ImportNotReady", "ask", "before", "begin", "carry_out", "drop",
    "keep", "look_at", "looked", "of_kinds", "read", "stopped", "try_again",
]  # fmt: skip

LOOK, CARRY_OUT = "import.look", "import.carry_out"
LOOKING, LOOKED, RUNNING, DONE, DROPPED = "LOOKING", "LOOKED", "RUNNING", "DONE", "DROPPED"
_RETRIES: Final = 3
_WORK: Final[Mapping[str, str]] = {LOOKING: LOOK, RUNNING: CARRY_OUT}  # what works on a file in a state


class ImportNotReady(Conflict):
    """This file cannot be imported now: it is being looked at, or somebody carried it out or dropped it meanwhile."""

    code: ClassVar[str] = "import_not_ready"


class ImportMoved(Conflict):
    """What this file would do has changed since you looked, so nothing was brought in. Look again."""

    code: ClassVar[str] = "import_moved"


class ImportDraft(Base):
    """A file on its way in. `shown`: [{line, sign, title, detail}]; `rejected`: [{line, code, params}], without the
    cells once it is in; `plan`: the digest of all that the look saw (`import_seen`)."""

    __tablename__ = "import_draft"
    __privacy__ = Personal(
        "draft", "by@actor", erase="body shown rejected", plain="kind name digest plan state ignored", ids="by",
        since="at",
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    state: Mapped[str] = mapped_column(String(8), default=LOOKING)
    lines: Mapped[int] = mapped_column(default=0)  # of the file
    reached: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    ignored: Mapped[list[str]] = mapped_column(Json, default=list)
    # As long as the file, and so read where a page shows them, never for a list.
    shown: Mapped[list[dict[str, object]]] = mapped_column(Json, default=list, deferred=True, deferred_group="lines")
    rejected: Mapped[list[dict[str, object]]] = mapped_column(Json, default=list, deferred=True, deferred_group="lines")
    plan: Mapped[str | None] = mapped_column(String(64))
    moved: Mapped[bool] = mapped_column(default=False)  # what is known changed between the look and the import
    import_id: Mapped[UUID | None] = mapped_column(Uuid)


def read(kind: str, body: bytes, *, name: str, by: str, now: datetime) -> ImportDraft:
    """A file as it will be kept: large ones take a while, so that no transaction is open meanwhile. Raises
    SheetRefused for what is no such file at all."""
    if kind == PEOPLE:
        sheet = import_lines.read(body, name=name)
        digest, lines = sheet.digest, len(sheet.lines) + len(sheet.rejected)
    else:
        opened = import_records.opened(KINDS[kind], body)
        digest, lines = opened.digest, len(opened.rows)
    return ImportDraft(
        id=uuid4(), kind=kind, name=name[:200], digest=digest, body=body, by=by, at=now, state=LOOKING, lines=lines
    )


def keep(session: Session, draft: ImportDraft) -> None:
    """Keeps a file that was read, with the job that looks at it."""
    session.add(draft)
    ask(session, draft, LOOK, draft.at)


def ask(session: Session, draft: ImportDraft, type_: str, now: datetime) -> None:
    """The job that looks at a file, or carries it out."""
    session.add(
        Job(
            id=uuid4(), process_id="", kind="connector", type=type_, payload={"variables": {"draft_id": str(draft.id)}},
            due_at=now, retries=_RETRIES,
        )
    )  # fmt: skip


def of_kinds(session: Session, kinds: Sequence[str]) -> Sequence[ImportDraft]:
    """What is on its way in, the latest first."""
    going = (LOOKING, LOOKED, RUNNING)
    query = select(ImportDraft).where(ImportDraft.kind.in_(kinds), ImportDraft.state.in_(going))
    return session.scalars(query.order_by(ImportDraft.at.desc())).all()


def look_at(
    session: Session, draft: ImportDraft, key: bytes, today: date, now: datetime, told: Told
) -> dict[str, object]:
    """What an import of this file would do now: counts, lines and reasons, as columns of the draft. Writes nothing."""
    return import_seen.seen(planned(session, draft, key, today, now, told), now)


def planned(
    session: Session, draft: ImportDraft, key: bytes, today: date, now: datetime, told: Told = quiet
) -> Plan | RecordPlan:
    """The plan of a file. Raises SheetRefused."""
    if draft.kind == PEOPLE:
        return people_import.plan(session, import_lines.read(draft.body, name=draft.name), key, told)
    kind = KINDS[draft.kind]
    return import_records.plan(session, kind, draft.body, name=draft.name, today=today, now=now, told=told)


def begin(session: Session, draft: ImportDraft, seen: str, now: datetime) -> None:
    """A person wants in what the page showed, `seen` by its digest; a second press changes nothing. Raises
    ImportNotReady where it was not looked at, ImportMoved where it would do something else than was shown."""
    if draft.state in {RUNNING, DONE}:
        return
    if draft.state != LOOKED:
        raise ImportNotReady
    if draft.plan != seen:
        raise ImportMoved
    draft.state, draft.moved = RUNNING, False
    ask(session, draft, CARRY_OUT, now)


def carry_out(session: Session, draft: ImportDraft, key: bytes, today: date, now: datetime) -> None:
    """Imports the file in the caller's transaction; where what is known has changed since a person looked, it is shown
    anew instead, and nothing is written."""
    plan = planned(session, draft, key, today, now)
    seen = import_seen.seen(plan, now)
    if draft.plan != seen["plan"]:
        _write(draft, seen)
        draft.state, draft.moved = LOOKED, True
        return
    if isinstance(plan, Plan):
        draft.import_id = import_journal.carry_out(session, plan, by=draft.by, now=now)
    else:
        draft.import_id = import_undo.carry_out(session, plan, by=draft.by, now=now)
    _forget(draft, DONE)
    draft.rejected = [import_seen.without_cells(each) for each in draft.rejected]


def looked(draft: ImportDraft, seen: Mapping[str, object]) -> None:
    """Keeps what was seen: the file waits for a person."""
    _write(draft, seen)
    draft.state, draft.reached = LOOKED, draft.lines


def stopped(session: Session, draft: ImportDraft) -> bool:
    """Whether nothing works on a file any more that waits for it: its job gave up, or is gone."""
    return draft.state in _WORK and all(job.held for job in _jobs(session, draft))


def try_again(session: Session, draft: ImportDraft, now: datetime) -> None:
    """Another attempt at what stopped; what goes on, or is through, stays as it is. Raises ImportNotReady where the
    file was deleted."""
    if draft.state == DROPPED:
        raise ImportNotReady
    if not stopped(session, draft):
        return
    _let_go(session, draft)
    ask(session, draft, _WORK[draft.state], now)


def drop(session: Session, draft: ImportDraft) -> None:
    """Nobody wants it in: the file goes, with what stopped. Raises ImportNotReady where it is being carried out, or
    was. A second press changes nothing."""
    if draft.state == DROPPED:
        return
    if draft.state not in {LOOKING, LOOKED} and not stopped(session, draft):
        raise ImportNotReady
    _let_go(session, draft)
    _forget(draft, DROPPED)
    draft.rejected = []


def _jobs(session: Session, draft: ImportDraft) -> Sequence[Job]:
    """What works on a file, or gave it up. Few files are on their way in at once."""
    of_files = select(Job).where(Job.instance_id.is_(None), Job.type == _WORK[draft.state])
    said = {"draft_id": str(draft.id)}
    return [job for job in session.scalars(of_files) if job.payload.get("variables") == said]


def _let_go(session: Session, draft: ImportDraft) -> None:
    """Takes away the jobs of a file that gave up."""
    if draft.state in _WORK:
        held = [job.id for job in _jobs(session, draft) if job.held]
        session.execute(delete(Job).where(Job.id.in_(held)))


def before(session: Session, draft: ImportDraft) -> import_log.RecordImport | None:
    """An import of the very same file that stands."""
    return import_log.standing(session, draft.kind, draft.digest)


def _write(draft: ImportDraft, seen: Mapping[str, object]) -> None:
    for name, value in seen.items():
        setattr(draft, name, value)


def _forget(draft: ImportDraft, state: str) -> None:
    draft.state, draft.body, draft.shown, draft.plan = state, b"", [], None
