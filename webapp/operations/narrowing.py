"""What the list of cases is narrowed to: process, version, state, age, the element where one waits or stands still."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased
from werkzeug.datastructures import MultiDict

from engine.engine import Engine
from engine.models import Incident, Job, ProcessDefinition, ProcessInstance, Subscription, UserTask
from engine.shapes import OPEN
from engine.standings import RUNNING, standing_at
from webapp.operations.diagrams import drawing
from webapp.operations.drawing import Drawing
from webapp.studio.places import called
from webapp.words import _, ngettext

FEW = 1_000  # cases at an element that are named one by one
AGES = (7, 30, 90, 365)  # days
WAITING: Final = frozenset(  # where a case may wait or stand still, and is found
    {
        "userTask", "manualTask", "receiveTask", "sendTask", "serviceTask", "scriptTask", "businessRuleTask",
        "intermediateCatchEvent", "intermediateThrowEvent", "callActivity", "exclusiveGateway", "adHocSubProcess",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What was asked, and what may be asked of this process. Empty texts ask nothing."""

    process_id: str
    status: str
    version: str
    element: str
    age: str
    versions: Sequence[tuple[str, str]]
    elements: Sequence[tuple[str, str]]
    kind: str  # of the element
    of_version: Sequence[UUID]  # the definitions of the process, or of its version

    @property
    def ages(self) -> Sequence[tuple[str, str]]:
        """How long ago a case began, in words."""
        return [(str(days), ngettext("over %(num)d day ago", "over %(num)d days ago", days)) for days in AGES]

    def asked(self) -> dict[str, str]:
        """The parameters of the address."""
        said = {
            "process": self.process_id, "status": self.status, "version": self.version, "element": self.element,
            "age": self.age,
        }  # fmt: skip
        return {name: value for name, value in said.items() if value}

    def conditions(self, session: Session, now: datetime) -> list[ColumnElement[bool]]:
        """On `process_instance`."""
        found: list[ColumnElement[bool]] = []
        if self.process_id:
            found.append(ProcessInstance.process_id == self.process_id)
        if self.version:
            found.append(ProcessInstance.definition_id.in_(self.of_version))
        if self.status == "incidents":
            found.append(ProcessInstance.incidents > 0)
        elif self.status:
            found.append(ProcessInstance.status == self.status)
        if self.age:
            found.append(ProcessInstance.started_at < now - timedelta(days=int(self.age)))
        if self.element:
            found.append(self._waits(session))
        return found

    def _waits(self, session: Session) -> ColumnElement[bool]:
        """Few cases there: those. Many: asked of each running case, for there is no long way to the next."""
        few: set[UUID] = set()
        many: list[ColumnElement[bool]] = []
        for column, at in self._traces(session):
            ids = session.scalars(select(column).where(*at).limit(FEW + 1)).all()
            if len(ids) <= FEW:
                few.update(ids)
            else:
                many.append(exists().where(*at, column == ProcessInstance.id))
        named = ProcessInstance.id.in_(few)
        if not many:
            return named
        return or_(*([named] if few else ()), *many) & ProcessInstance.status.in_(RUNNING)

    def _traces(self, session: Session) -> Sequence[tuple[InstrumentedAttribute[Any], Sequence[ColumnElement[bool]]]]:
        """What tells that a case is at the element: the column that holds its id, and which rows."""
        of_case = aliased(ProcessInstance)
        still = Incident.element == self.element, Incident.resolved_at.is_(None), Incident.instance_id == of_case.id
        found: list[tuple[InstrumentedAttribute[Any], Sequence[ColumnElement[bool]]]] = [
            (Incident.instance_id, (*still, of_case.definition_id.in_(self.of_version)))
        ]
        if self.kind == "userTask":
            at = OPEN, UserTask.definition_id.in_(self.of_version), UserTask.element == self.element
            found.append((UserTask.instance_id, at))
        elif self.kind == "callActivity":
            found.append((of_case.id, (of_case.id.in_(self._callers(session)),)))
        elif self.kind == "adHocSubProcess":
            of = ProcessInstance.definition_id.in_(self.of_version), ProcessInstance.status.in_(RUNNING)
            found.append((of_case.id, (of_case.id.in_(standing_at(session, of, self.element)),)))
        else:
            found += [
                (each.instance_id, (each.process_id == self.process_id, each.element == self.element,
                                    each.instance_id.is_not(None)))
                for each in (Job, Subscription)
            ]  # fmt: skip
        return found

    def _callers(self, session: Session) -> Select[tuple[UUID]]:
        """The cases whose token waits there for the case that it called."""
        child = aliased(ProcessInstance)
        calls = exists().where(child.parent_id == ProcessInstance.id, child.ended_at.is_(None))
        of = ProcessInstance.definition_id.in_(self.of_version), ProcessInstance.status.in_(RUNNING), calls
        return standing_at(session, of, self.element)


def narrowing_of(session: Session, engine: Engine, language: str, args: MultiDict[str, str]) -> Narrowing:
    """What the address asks; what is not offered counts as not asked."""
    process_id, version = args.get("process", "")[:200], args.get("version", "")
    versions = select(ProcessDefinition.id, ProcessDefinition.version).order_by(ProcessDefinition.version.desc())
    rows = session.execute(versions.where(ProcessDefinition.process_id == process_id)).all() if process_id else []
    chosen = [row for row in rows if str(row.version) == version]
    drawn = drawing(session, engine, (chosen or rows)[0].id) if rows else None
    shapes = drawn.shapes.values() if drawn else ()
    elements = _named(drawn, language, _standing_still(session, process_id)) if drawn else ()
    element = _offered(args.get("element", ""), elements)
    status = args.get("status", "")
    return Narrowing(
        process_id=process_id,
        status=status if status in {*states(), "incidents"} else "",
        version=version if chosen else "",
        element=element,
        age=args.get("age", "") if args.get("age", "") in map(str, AGES) else "",
        versions=[(str(row.version), str(row.version)) for row in rows],
        elements=elements,
        kind=next((shape.kind for shape in shapes if shape.id == element), ""),
        of_version=[row.id for row in chosen or rows],
    )


def _standing_still(session: Session, process_id: str) -> Set[str]:
    """Where a case of the process stands still now: it may be anywhere."""
    query = select(Incident.element).join(ProcessInstance, ProcessInstance.id == Incident.instance_id)
    query = query.where(Incident.resolved_at.is_(None), ProcessInstance.process_id == process_id)
    return frozenset(session.scalars(query.distinct()))


def _named(drawn: Drawing, language: str, still: Set[str]) -> Sequence[tuple[str, str]]:
    """Where a case may wait or stands still, by name; what was drawn without one is called by its neighbours."""
    waits = (shape.id for shape in drawn.shapes.values() if shape.kind in WAITING or shape.id in still)
    return sorted(((id_, called(drawn, id_, language, bare=True)) for id_ in waits), key=lambda it: it[1].casefold())


def _offered(value: str, offered: Sequence[tuple[str, str]]) -> str:
    return value if value in dict(offered) else ""


def states() -> dict[str, str]:
    """The states of a case in words."""
    return {
        "active": _("running"),
        "suspended": _("suspended"),
        "completed": _("finished"),
        "canceled": _("cancelled"),
    }
