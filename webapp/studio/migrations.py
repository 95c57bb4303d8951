"""Migrations as pages show them: what was asked, how far it has come, what became of each case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import case as choice
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.errors import NotFound
from engine.migration.tables import Migration, MigrationCase
from engine.migration.together import counts
from engine.models import ProcessDefinition, ProcessInstance
from webapp.authorize import Viewer, authorize
from webapp.dates import moment
from webapp.operations.names import names_of
from webapp.operations.subjects import subjects_of
from webapp.process_titles import case_title
from webapp.studio.foresight_words import reason
from webapp.words import _

__all__ = ["Report", "Result", "asked", "latest", "named", "report"]

SHOWN: Final = 500
_FIRST: Final = ("blocked", "stays", "waiting", "returning", "moved", "returned", "ended")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one case. `former`: the version that it came from."""

    id: UUID
    title: str
    subject: str
    state: str
    reason: str
    former: int
    may_read: bool


@dataclass(frozen=True, slots=True)
class Report:
    """The progress: how many are in which state, and the cases, those that need a look first."""

    moved: int
    blocked: int
    ended: int
    returned: int
    stays: int
    left: int
    results: Sequence[Result]

    @property
    def done(self) -> int:
        """How many have their result."""
        return self.moved + self.blocked + self.ended + self.returned + self.stays


def asked(session: Session, migration_id: UUID) -> Migration:
    """What was asked for. Raises NotFound."""
    found = session.get(Migration, migration_id)
    if found is None:
        raise NotFound(kind="migration", id=str(migration_id))
    return found


def latest(session: Session, process_id: str) -> Sequence[Migration]:
    """The newest migrations of a process."""
    query = select(Migration).where(Migration.process_id == process_id)
    return session.scalars(query.order_by(Migration.asked_at.desc()).limit(10)).all()


def named(session: Session, actor: str) -> str:
    """Who asked."""
    return names_of(session, [actor])[actor]


def report(session: Session, engine: Engine, viewer: Viewer, migration: Migration, language: str) -> Report:
    """Counts and results."""
    found = counts(session, migration.id)
    order = choice({state: place for place, state in enumerate(_FIRST)}, value=MigrationCase.state)
    query = (
        select(MigrationCase, ProcessInstance, ProcessDefinition.version)
        .join(ProcessInstance, ProcessInstance.id == MigrationCase.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == MigrationCase.from_id)
        .where(MigrationCase.migration_id == migration.id)
        .order_by(order, ProcessInstance.started_at, ProcessInstance.id)
        .limit(SHOWN)
    )
    rows = session.execute(query).all()
    readable = set(
        session.scalars(
            select(MigrationCase.instance_id)
            .join(ProcessInstance, ProcessInstance.id == MigrationCase.instance_id)
            .where(MigrationCase.migration_id == migration.id, authorize(viewer, "read", ProcessInstance))
        )
    )
    subjects = subjects_of(session, engine, [row.ProcessInstance.id for row in rows], pairs_for=viewer)
    results = [
        _result(session, row.MigrationCase, row.ProcessInstance, row.version, subjects.get(row.ProcessInstance.id, ""),
                language, row.ProcessInstance.id in readable)
        for row in rows
    ]  # fmt: skip
    moved, blocked, ended, returned, stays = (
        found.get(state, 0) for state in ("moved", "blocked", "ended", "returned", "stays")
    )
    left = found.get("waiting", 0) + found.get("returning", 0)
    return Report(moved, blocked, ended, returned, stays, left, results)


def _result(
    session: Session, item: MigrationCase, case: ProcessInstance, version: int, subject: str, language: str,
    may_read: bool,
) -> Result:  # fmt: skip
    begun = _("A case that others look after, begun %(moment)s", moment=moment(case.started_at))
    title = case_title(session, case, language) if may_read else begun
    why = reason(item.code, item.name) if item.code else ""
    return Result(case.id, title, subject if may_read else "", item.state, why, version, may_read)
