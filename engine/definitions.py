"""Deployed definitions, found by id, version or binding, and parsed once: kept in a bounded store of the engine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import UUID

from sqlalchemy import Row, Select, String, Uuid, bindparam, literal_column, select
from sqlalchemy.orm import Session

from engine import dmn
from engine.bounds import fitting, storable
from engine.bpmn import ProcessSpec, read_stored
from engine.calendar import TimeLimits
from engine.errors import NotFound
from engine.feel import Expression, StaticText, static_or_expression
from engine.models import ProcessDefinition, Resource, ResourceKey
from engine.prepared import fetch

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["Definition", "Found", "decision_model", "definition", "find", "latest", "resource"]

Binding = Literal["latest", "deployment", "versionTag"]
TRANSIENT = "privacy.transient"
_NEWEST: Final = (
    select(ProcessDefinition.id)
    .where(ProcessDefinition.process_id == bindparam("process_id"))
    .order_by(ProcessDefinition.version.desc())
    .limit(literal_column("1"))
)
_FOUND: Final[Mapping[Binding, Select[tuple[UUID]]]] = {
    "latest": _NEWEST,
    "deployment": _NEWEST.where(ProcessDefinition.deployment_id == bindparam("deployment_id")),
    "versionTag": _NEWEST.where(ProcessDefinition.version_tag == bindparam("version_tag")),
}
_WITH_DIAGRAM: Final = (
    select(ProcessDefinition, Resource.name, Resource.body)
    .join(Resource, Resource.id == ProcessDefinition.resource_id)
    .where(ProcessDefinition.id == bindparam("id", type_=Uuid()))
)
_BESIDE: Final = select(Resource.name, Resource.body).where(
    Resource.deployment_id == bindparam("deployment_id", type_=Uuid()), Resource.kind == "dmn"
)


def _bound(query: Select[Any]) -> Mapping[Binding, Select[Any]]:
    """The query of the newest key of a kind, for each way in which a diagram may name what it means."""
    kind, key = bindparam("kind", type_=String()), bindparam("key", type_=String())
    newest = query.where(ResourceKey.kind == kind, ResourceKey.key == key).order_by(ResourceKey.deployed_at.desc())
    some = newest.limit(literal_column("1"))
    return {
        "latest": some,
        "deployment": some.where(ResourceKey.deployment_id == bindparam("deployment_id", type_=Uuid())),
        "versionTag": some.where(ResourceKey.version_tag == bindparam("version_tag", type_=String())),
    }


_KEYS: Final = _bound(select(ResourceKey.resource_id))
_RESOURCES: Final = _bound(
    select(Resource.id, Resource.deployment_id, Resource.name, Resource.body).join(
        ResourceKey, ResourceKey.resource_id == Resource.id
    )
)
_OF_CASES = re.compile(r"(i18n\.[a-z]{2,3}\.)?case\.")


@dataclass(frozen=True, slots=True)
class Definition:
    """One deployed version of a process, parsed. `transient` names the variables that leave no trace in history."""

    id: UUID
    process_id: str
    version: int
    version_tag: str | None
    name: str
    deployment_id: UUID
    digest: str
    resource_id: UUID
    spec: ProcessSpec
    properties: Mapping[str, Expression | StaticText]
    transient: frozenset[str]


@dataclass(frozen=True, slots=True)
class Found:
    """A resource that a binding led to."""

    id: UUID
    deployment_id: UUID
    name: str
    body: bytes


def definition(session: Session, engine: Engine, definition_id: UUID) -> Definition:
    """The parsed version of this id. Raises NotFound."""

    def make() -> Definition:
        row = session.execute(_WITH_DIAGRAM, {"id": definition_id}).one_or_none()
        if row is None:
            raise NotFound(kind="process version", id=definition_id)
        stored, name, body = row._tuple()
        return _parse(stored, name, body, engine.settings.limits)

    return engine.definitions.get("process", definition_id, make)


def _parse(stored: ProcessDefinition, name: str, body: bytes, limits: TimeLimits) -> Definition:
    diagram = read_stored(body, name=name, limits=limits)
    spec = next(each for each in diagram.processes if each.process_id == stored.process_id)
    declared = [element.properties for element in spec.elements.values()]
    transient = {
        word.strip() for properties in [spec.properties, *declared] for word in properties.get(TRANSIENT, "").split(",")
    }
    return Definition(
        id=stored.id,
        process_id=stored.process_id,
        version=stored.version,
        version_tag=stored.version_tag,
        name=stored.name,
        deployment_id=stored.deployment_id,
        digest=stored.digest,
        resource_id=stored.resource_id,
        spec=spec,
        properties={k: static_or_expression(v) for k, v in spec.properties.items() if _OF_CASES.match(k)},
        transient=frozenset(transient - {""}),
    )


def latest(session: Session, engine: Engine, process_id: str) -> Definition:
    """The newest version of this process. Raises NotFound."""
    return find(session, engine, process_id, "latest", None, None)


def find(
    session: Session,
    engine: Engine,
    process_id: str,
    binding: Binding,
    deployment_id: UUID | None,
    version_tag: str | None,
) -> Definition:
    """The version that a binding leads to (dialect §3). Raises NotFound."""
    if not (storable(process_id) and storable(version_tag or "")):
        raise NotFound(kind="process", id=fitting(process_id))
    values = {"process_id": process_id, "deployment_id": deployment_id, "version_tag": version_tag}
    found = fetch(session, _FOUND[binding], values)
    if not found:
        raise NotFound(kind="process", id=process_id)
    return definition(session, engine, found[0].id)


def resource(
    session: Session,
    kind: Literal["dmn", "form"],
    key: str,
    binding: Binding,
    *,
    deployment_id: UUID | None = None,
    version_tag: str | None = None,
) -> Found:
    """The table or form that a binding leads to. `deployment` looks beside the diagram only. Raises NotFound."""
    if not (storable(key) and storable(version_tag or "")):
        raise NotFound(kind=kind, id=fitting(key))
    values = {"kind": kind, "key": key, "deployment_id": deployment_id, "version_tag": version_tag}
    row: Row[Any] | None = session.execute(_RESOURCES[binding], values).one_or_none()
    if row is None:
        raise NotFound(kind=kind, id=key)
    return Found(*row)


def decision_model(
    session: Session, engine: Engine, key: str, binding: Binding, deployment_id: UUID, version_tag: str | None
) -> dmn.DecisionModel:
    """The parsed model in which the decision of this id is found. Raises NotFound.

    Inside a deployment the way from the id to the model is fixed, so it is looked up once.
    """
    if binding == "deployment":
        return engine.definitions.get(
            f"decision {key}", deployment_id, lambda: _model(session, engine, key, binding, deployment_id, None)
        )
    return _model(session, engine, key, binding, deployment_id, version_tag)


def _model(
    session: Session, engine: Engine, key: str, binding: Binding, deployment_id: UUID, version_tag: str | None
) -> dmn.DecisionModel:
    if not (storable(key) and storable(version_tag or "")):
        raise NotFound(kind="decision", id=fitting(key))
    values = {"kind": "dmn", "key": key, "deployment_id": deployment_id, "version_tag": version_tag}
    ids = fetch(session, _KEYS[binding], values)
    if not ids:
        raise NotFound(kind="decision", id=key)
    found = ids[0].resource_id

    def make() -> dmn.DecisionModel:
        stored = session.get_one(Resource, found)
        files = dict(session.execute(_BESIDE, {"deployment_id": stored.deployment_id}).tuples().all())
        return dmn.Folder(files, lenient=True).model(stored.name)

    return engine.definitions.get("dmn", found, make)
