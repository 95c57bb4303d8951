"""Deploying: the files of a folder become one immutable, digested version, or nothing happens at all.

A version is the digest of everything deployed together. The same bytes again are the same version, unless a newer one
was deployed in between: then they are a new version, which is how one goes back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import dmn
from engine.assignment import Actor
from engine.bounds import ACTOR, IDENTIFIER, LABEL, explained, fault_of, fitting
from engine.bounds import check as check_text
from engine.bpmn import DiagramRefused, ProcessSpec, read_diagram
from engine.bpmn.callcycles import check_calls
from engine.bpmn.model import Element, Site
from engine.bpmn.soundness import check_soundness
from engine.calendar import TimeLimits
from engine.database import serialise
from engine.errors import AmicaleError, DeploymentRefused
from engine.feel import StaticText
from engine.findings import Finding
from engine.models import Deployment, ProcessDefinition, Resource, ResourceKey
from engine.publishing import offer_kept
from engine.schedule import check_starts, replace_starts

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["Check", "DeployResult", "DeployedProcess", "Reading", "deploy", "examine", "read"]

Check = Callable[[Mapping[str, bytes]], Sequence[Finding]]
REASON: Final = 10_000  # characters of the reason for a deployment
KINDS: Final = {".bpmn": "bpmn", ".dmn": "dmn", ".form": "form"}


@dataclass(frozen=True, slots=True)
class DeployedProcess:
    """One process of a deployment. `created` is False where these very bytes were the latest version already."""

    definition_id: UUID
    process_id: str
    version: int
    created: bool


@dataclass(frozen=True, slots=True)
class DeployResult:
    """What was deployed, with the warnings of the checks."""

    deployment_id: UUID
    processes: tuple[DeployedProcess, ...]
    warnings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class Reading:
    """Everything read from the files before a row is written."""

    processes: dict[str, list[ProcessSpec]] = field(default_factory=dict)  # by file
    keys: dict[str, list[tuple[str, str | None]]] = field(default_factory=dict)  # by file: key and version tag
    findings: list[Finding] = field(default_factory=list)

    def refuse(self, name: str, code: str, message: str, **params: object) -> None:
        shown = fitting(name, IDENTIFIER)
        self.findings.append(Finding("error", code, f"{shown}: {message}", {"file": shown, **params}))

    def refuse_twice(self, name: str, id_: str, other: str) -> None:
        """The id of a process, a decision or a form stands in another file as well."""
        self.refuse(name, "duplicate_id", f"the id “{id_}” is used in {other} too.", id=id_, other=other)

    def bound(self, name: str, what: str, text: str | None, limit: int) -> None:
        """A text of the files that would have no place in its column is a finding (`engine.bounds`)."""
        fault = None if text is None else fault_of(text, limit)
        if text is not None and fault is not None:
            shown = fitting(text, 40)
            message = f"the {what} “{shown}” {explained(fault, limit)}."
            self.refuse(name, fault, message, what=what, text=shown, limit=limit)


def deploy(
    session: Session,
    engine: Engine,
    resources: Mapping[str, bytes],
    *,
    by: Actor,
    reason: str = "",
    checks: Sequence[Check] = (),
) -> DeployResult:
    """Reads, checks and stores the files; see `engine.commands`. Raises DeploymentRefused with all findings."""
    check_text({"reason": reason}, REASON)
    reading = examine(engine, resources, checks)
    if any(finding.is_error for finding in reading.findings):
        raise DeploymentRefused(reading.findings)
    serialise(session, "deploy")
    digest = digest_of(resources)
    warnings = tuple(reading.findings)
    known = _same_as_latest(session, digest, reading)
    if known is not None:
        return DeployResult(known[0], known[1], warnings)
    return _store(session, engine, resources, reading, digest, by, reason, warnings)


def examine(engine: Engine, resources: Mapping[str, bytes], checks: Sequence[Check] = ()) -> Reading:
    """The files as a deployment reads and judges them; nothing is stored. Its findings are all that would be said."""
    reading = read(resources, engine.settings.limits)
    for specs in reading.processes.values():
        for spec in specs:
            reading.findings.extend(check_starts(engine.environment, spec))
            reading.findings.extend(check_soundness(spec))
    reading.findings.extend(check_calls(spec for specs in reading.processes.values() for spec in specs))
    for check in checks:
        reading.findings.extend(check(resources))
    return reading


def digest_of(resources: Mapping[str, bytes]) -> str:
    """SHA-256 over names and bytes, in the order of names."""
    digest = hashlib.sha256()
    for name in sorted(resources):
        body = resources[name]
        digest.update(f"{len(name.encode())} {name} {len(body)} ".encode() + body)
    return digest.hexdigest()


def kind_of(name: str) -> str:
    """What a file is, by its ending: bpmn, dmn, form, or translations for everything else."""
    return KINDS.get(PurePosixPath(name).suffix.lower(), "translations")


def read(resources: Mapping[str, bytes], limits: TimeLimits) -> Reading:
    """Parses every diagram, table and form; what cannot be read is a finding."""
    reading, seen, folder = Reading(), dict[tuple[str, str], str](), dmn.Folder(resources)
    diagrams = [name for name in resources if kind_of(name) == "bpmn"]
    for name in sorted(resources):
        kind = kind_of(name)
        reading.bound(name, "file name", name, IDENTIFIER)
        if kind == "bpmn":
            _read_diagram(reading, name, resources[name], limits, alone=len(diagrams) == 1)
        elif kind == "dmn":
            _read_tables(reading, name, folder)
        elif kind == "form":
            _read_form(reading, name, resources[name])
        ids = [spec.process_id for spec in reading.processes.get(name, ())]
        ids += [key for key, _ in reading.keys.get(name, ())]
        for id_ in ids:
            reading.bound(name, "id", id_, IDENTIFIER)
            if (kind, id_) in seen:
                reading.refuse_twice(name, id_, seen[kind, id_])
            seen[kind, id_] = name
    return reading


def _read_diagram(reading: Reading, name: str, body: bytes, limits: TimeLimits, *, alone: bool) -> None:
    try:
        diagram = read_diagram(body, name=name, limits=limits)
    except DiagramRefused as refused:
        found = refused.findings
        reading.findings.extend(found if alone else [each.in_file(fitting(name, IDENTIFIER)) for each in found])
        return
    reading.findings.extend(diagram.findings)
    reading.processes[name] = list(diagram.processes)
    for spec in diagram.processes:
        reading.bound(name, "name", spec.name, LABEL)
        reading.bound(name, "version tag", spec.version_tag, IDENTIFIER)
        for element in spec.elements.values():
            _bound_element(reading, name, element)


def _bound_element(reading: Reading, name: str, element: Element) -> None:
    """What an element says without an expression; an expression's answer is measured when it is evaluated."""
    reading.bound(name, "id", element.id, IDENTIFIER)
    reading.bound(name, "name", element.name, LABEL)
    sites: list[tuple[str, Site | None, int]] = []
    if element.work is not None:
        sites.append(("assignee", element.work.assignee, ACTOR))
    if element.job is not None:
        sites.append(("job type", element.job.type, IDENTIFIER))
    if element.event is not None:
        sites += [(f"name of the {event.kind}", event.name, IDENTIFIER) for event in element.event.each]
    for what, site, limit in sites:
        if isinstance(site, StaticText):
            reading.bound(name, what, site.text, limit)
    groups = element.work.candidate_groups if element.work is not None else None
    for role in groups.text.split(",") if isinstance(groups, StaticText) else ():
        reading.bound(name, "candidate group", role.strip(), ACTOR)


def _read_tables(reading: Reading, name: str, folder: dmn.Folder) -> None:
    try:
        model = folder.model(name)
    except AmicaleError as refused:
        shown = fitting(name, IDENTIFIER)
        params = {**refused.params, "file": shown}
        reading.findings.append(Finding("error", refused.code, f"{shown}: {refused.message}", params))
        return
    tag = getattr(model, "version_tag", None)
    reading.bound(name, "version tag", tag, IDENTIFIER)
    reading.keys[name] = [(decision, tag) for decision in model.decisions]


def _read_form(reading: Reading, name: str, body: bytes) -> None:
    try:
        form = json.loads(body)
        key = form["id"]
    except (ValueError, KeyError, TypeError, RecursionError):
        reading.refuse(name, "form_unreadable", "this is not a form: JSON with an id is expected.")
        return
    tag = str(form["versionTag"]) if form.get("versionTag") else None
    reading.bound(name, "version tag", tag, IDENTIFIER)
    reading.keys[name] = [(str(key), tag)]


def _same_as_latest(session: Session, digest: str, reading: Reading) -> tuple[UUID, tuple[DeployedProcess, ...]] | None:
    """The deployment of the very same bytes, where nothing newer took its place."""
    stored = select(Deployment.id).where(Deployment.digest == digest).order_by(Deployment.deployed_at.desc()).limit(1)
    deployment_id = session.execute(stored).scalar_one_or_none()
    if deployment_id is None:
        return None
    found: list[DeployedProcess] = []
    for spec in (spec for specs in reading.processes.values() for spec in specs):
        latest = _latest(session, spec.process_id)
        if latest is None or latest.deployment_id != deployment_id:
            return None
        found.append(DeployedProcess(latest.id, latest.process_id, latest.version, created=False))
    for name, keys in reading.keys.items():
        for key, _ in keys:
            query = select(ResourceKey.deployment_id).where(
                ResourceKey.kind == kind_of(name), ResourceKey.key == key
            )  # fmt: skip
            if session.execute(query.order_by(ResourceKey.deployed_at.desc()).limit(1)).scalar() != deployment_id:
                return None
    return deployment_id, tuple(found)


def _latest(session: Session, process_id: str) -> ProcessDefinition | None:
    query = select(ProcessDefinition).where(ProcessDefinition.process_id == process_id)
    return session.execute(query.order_by(ProcessDefinition.version.desc()).limit(1)).scalar_one_or_none()


def _store(
    session: Session, engine: Engine, resources: Mapping[str, bytes], reading: Reading, digest: str, by: Actor,
    reason: str, warnings: tuple[Finding, ...],
) -> DeployResult:  # fmt: skip
    now, deployment_id = engine.clock.now(), uuid4()
    session.add(Deployment(id=deployment_id, digest=digest, deployed_at=now, deployed_by=by.id, reason=reason))
    session.flush()
    ids = {name: uuid4() for name in resources}
    rows: list[Any] = [
        Resource(id=ids[name], deployment_id=deployment_id, kind=kind_of(name), name=name, body=body)
        for name, body in resources.items()
    ]
    session.add_all(rows)
    session.flush()
    session.add_all(
        ResourceKey(
            resource_id=ids[name], key=key, kind=kind_of(name), version_tag=tag, deployment_id=deployment_id,
            deployed_at=now,
        )
        for name, keys in reading.keys.items()
        for key, tag in keys
    )  # fmt: skip
    new = ((ids[name], spec) for name, specs in reading.processes.items() for spec in specs)
    deployed = tuple(_new_version(session, engine, spec, deployment_id, resource, digest) for resource, spec in new)
    return DeployResult(deployment_id, deployed, warnings)


def _new_version(
    session: Session, engine: Engine, spec: ProcessSpec, deployment_id: UUID, resource_id: UUID, digest: str
) -> DeployedProcess:
    """The next version of this process; its start events take the place of the former ones."""
    highest = select(func.coalesce(func.max(ProcessDefinition.version), 0))
    version = 1 + session.execute(highest.where(ProcessDefinition.process_id == spec.process_id)).scalar_one()
    stored = ProcessDefinition(
        id=uuid4(), process_id=spec.process_id, version=version, version_tag=spec.version_tag,
        name=spec.name or spec.process_id, deployment_id=deployment_id, resource_id=resource_id, digest=digest,
        deployed_at=engine.clock.now(),
    )  # fmt: skip
    session.add(stored)
    session.flush()
    replace_starts(session, engine, stored.id, spec)
    offer_kept(session, engine, spec.process_id)
    return DeployedProcess(stored.id, spec.process_id, version, created=True)
