"""Moving running cases to another version of their process for programs: one at once, many in the background, and the
way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from marshmallow import Schema, fields, validate
from sqlalchemy import ColumnElement, exists, select, tuple_
from sqlalchemy.orm import Session

from engine import commands
from engine.errors import CaseClosed, Conflict, NotFound
from engine.migration.tables import Migration, MigrationCase
from engine.models import ProcessDefinition, ProcessInstance
from engine.transaction import reading, transaction
from webapp import authorize
from webapp.api.collective import MOST, check_all
from webapp.api.routing import address, once, place, read_place
from webapp.api.schemas import KEY, NO_NUL, Asked, CountOut, Page, ReasonIn
from webapp.auth import current_day, engine
from webapp.viewer import viewer
from workflows.association.case_versions import way_back


class NothingToMove(Conflict):
    """All of these cases have this version already."""

    code: ClassVar[str] = "nothing_to_move"


STATES = ("waiting", "moved", "blocked", "ended", "returning", "returned", "stays")


class VersionIn(ReasonIn):
    version = fields.Integer(required=True, validate=validate.Range(1, 10**6))
    moved = fields.Dict(
        keys=fields.String(validate=[KEY, NO_NUL]), values=fields.String(validate=[KEY, NO_NUL]), load_default=dict,
        metadata={"description": "elements that have another id in the new version: former to new"},
    )  # fmt: skip


class MigrationIn(VersionIn):
    process = fields.String(required=True, validate=[KEY, NO_NUL])
    cases = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=MOST))


class MigrationMadeOut(Schema):
    migration = fields.UUID(required=True)


class MigratedOut(Schema):
    """What became of a case. `code` and `element`: what keeps it where it is."""

    case = fields.UUID(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    code = fields.String(required=True)
    element = fields.String(required=True)


class MigrationOut(Schema):
    process = fields.String(required=True)
    returns_until = fields.AwareDateTime(required=True)
    items = fields.List(fields.Nested(MigratedOut), required=True)
    next = fields.String(allow_none=True)


class MigrationLineOut(Schema):
    """A migration so far."""

    migration = fields.UUID(required=True)
    process = fields.String(required=True)
    asked_at = fields.AwareDateTime(required=True)
    asked_by = fields.String(required=True)
    reason = fields.String(required=True)
    returns_until = fields.AwareDateTime(required=True)


class MigrationPage(Schema):
    items = fields.List(fields.Nested(MigrationLineOut), required=True)
    next = fields.String(allow_none=True)


class ReturnIn(Asked):
    cases = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=MOST))


@address(
    "POST", "/cases/<uuid:case_id>/migrate", scope="operate", status=204, body=VersionIn, refuses=(404, 409, 422),
    keyed=True,
)  # fmt: skip
def migrate(asked: Mapping[str, Any], case_id: UUID) -> None:
    """Moves a running case to another version of its process. What keeps it where it is, is named. Idempotency-Key:
    once."""
    with transaction(engine()) as writer:
        case = authorize.case(writer, viewer(), "operate", case_id)
        version = _version(writer, case.process_id, asked["version"])
        move = partial(
            commands.migrate, writer, engine(), case_id, version, by=viewer().actor, moved=asked["moved"],
            reason=asked["reason"],
        )  # fmt: skip
        once(writer, "migrate one", {**asked, "case": case_id}, move)


@address(
    "POST", "/migrations", scope="operate", status=202, answers=MigrationMadeOut, body=MigrationIn,
    refuses=(404, 409, 422), keyed=True
)  # fmt: skip
def migrate_cases(asked: Mapping[str, Any]) -> dict[str, object]:
    """Moves up to 1,000 cases to another version in the background. A case that is not there, not of this process, not
    for this token, or has ended, refuses all of them; one that has this version stays. Idempotency-Key: once."""
    with transaction(engine()) as writer:
        return {"migration": UUID(once(writer, "migrate", asked, partial(_made, writer, asked)))}


def _made(writer: Session, asked: Mapping[str, Any]) -> UUID:
    check_all(writer, asked["cases"])
    version = _version(writer, asked["process"], asked["version"])
    _check_movable(writer, asked["process"], version, asked["cases"])
    return commands.migrate_cases(
        writer, engine(), version, asked["cases"], by=viewer().actor,
        return_for=way_back(writer, current_day()), moved=asked["moved"],
        reason=asked["reason"],
    )  # fmt: skip


@address("GET", "/migrations", scope="operate", answers=MigrationPage, query=Page, refuses=(422,))
def migrations(asked: Mapping[str, Any]) -> dict[str, object]:
    """The migrations so far of a case that this token may operate, the latest first."""
    after, limit = read_place(asked["after"], 1), asked["limit"]
    touched = select(MigrationCase.migration_id).where(MigrationCase.migration_id == Migration.id, _operated())
    query = select(Migration).where(exists(touched))
    if after is not None:
        query = query.where(tuple_(Migration.asked_at, Migration.id) < after)
    with reading(engine()) as reader:
        rows = reader.scalars(query.order_by(Migration.asked_at.desc(), Migration.id.desc()).limit(limit + 1)).all()
        items = [
            {
                "migration": each.id, "process": each.process_id, "asked_at": each.asked_at,
                "asked_by": each.asked_by, "reason": each.reason, "returns_until": each.returns_until,
            }
            for each in rows[:limit]
        ]  # fmt: skip
        more = place(rows[limit - 1].asked_at, rows[limit - 1].id) if len(rows) > limit else None
        return {"items": items, "next": more}


@address("GET", "/migrations/<uuid:migration_id>", scope="operate", answers=MigrationOut, query=Page,
         refuses=(404, 422))  # fmt: skip
def migration(asked: Mapping[str, Any], migration_id: UUID) -> dict[str, object]:
    """What became of each case that this token may operate."""
    after, limit = read_place(asked["after"], 0), asked["limit"]
    with reading(engine()) as reader:
        made, rows = _found(reader, migration_id)
        rest = [row for row in rows if after is None or row.instance_id > after[0]]
        items = [
            {"case": row.instance_id, "state": row.state, "code": row.code or "", "element": row.element or ""}
            for row in rest[:limit]
        ]
        more = place(rest[limit - 1].instance_id) if len(rest) > limit else None
        return {"process": made.process_id, "returns_until": made.returns_until, "items": items, "next": more}


@address(
    "POST", "/migrations/<uuid:migration_id>/return", scope="operate", status=202, answers=CountOut, body=ReturnIn,
    refuses=(404, 409, 422), keyed=True
)  # fmt: skip
def return_cases(asked: Mapping[str, Any], migration_id: UUID) -> dict[str, object]:
    """Takes cases back to the version and state that they had, in the background; answers how many were moved.
    Idempotency-Key: once."""
    with transaction(engine()) as writer:
        _migration, rows = _found(writer, migration_id)
        if not set(asked["cases"]) <= {row.instance_id for row in rows}:
            raise NotFound(kind="case", id=str(min(set(asked["cases"]) - {row.instance_id for row in rows})))
        back = partial(commands.return_cases, writer, engine(), migration_id, asked["cases"], by=viewer().actor)
        return {"count": int(once(writer, "return", {**asked, "migration": migration_id}, back))}


def _version(session: Session, process_id: str, version: int) -> UUID:
    known = select(ProcessDefinition.id).where(
        ProcessDefinition.process_id == process_id, ProcessDefinition.version == version
    )
    found = session.scalars(known).one_or_none()
    if found is None:
        raise NotFound(kind="version", id=str(version))
    return found


def _check_movable(session: Session, process_id: str, version: UUID, cases: Sequence[UUID]) -> None:
    """Raises NotFound for a case of another process, CaseClosed for one that has ended, NothingToMove."""
    columns = (ProcessInstance.id, ProcessInstance.process_id, ProcessInstance.definition_id, ProcessInstance.ended_at)
    found = session.execute(select(*columns).where(ProcessInstance.id.in_(cases)).order_by(ProcessInstance.id)).all()
    for each in found:
        if each.process_id != process_id:
            raise NotFound(kind="case", id=str(each.id))
        if each.ended_at is not None:
            raise CaseClosed(ended_at=each.ended_at.isoformat(timespec="minutes"))
    if all(each.definition_id == version for each in found):
        raise NothingToMove


def _found(session: Session, migration_id: UUID) -> tuple[Migration, list[MigrationCase]]:
    """A migration and its cases that the token may operate. Raises NotFound where there is none."""
    made = session.get(Migration, migration_id)
    query = select(MigrationCase).where(MigrationCase.migration_id == migration_id, _operated())
    rows = list(session.scalars(query.order_by(MigrationCase.instance_id)))
    if made is None or not rows:
        raise NotFound(kind="migration", id=str(migration_id))
    return made, rows


def _operated() -> ColumnElement[bool]:
    may = authorize.authorize(viewer(), "operate", ProcessInstance)
    return exists(select(ProcessInstance.id).where(ProcessInstance.id == MigrationCase.instance_id, may))
