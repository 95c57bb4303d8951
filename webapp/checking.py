"""What `amicale check` finds: of files as they lie in their folders, or of what is deployed.

A diagram is judged with what stands beside it: the forms and tables of its folder, the other processes checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

import workflows
from engine import deployment
from engine.bpmn import ProcessSpec
from engine.bpmn.callcycles import check_calls
from engine.bpmn.soundness import check_soundness
from engine.calendar import TimeLimits
from engine.errors import AmicaleError
from engine.findings import Finding
from engine.models import Deployment, ProcessDefinition, Resource
from engine.registry import Registry
from engine.schedule import check_starts
from webapp import definitions
from webapp.wiring_checks import processes_in, wiring_of

__all__ = ["Checked", "check_deployed", "check_files"]

CHECKED: Final = (".bpmn", ".bpmn20.xml", ".dmn", ".form")
Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check of one file found; `file` is its path, or `process@version/name` of what is deployed."""

    file: str
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether the file may be deployed."""
        return not any(finding.is_error for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Package:
    """The files that are deployed together, by name; `judged`: name and path of those that are asked about."""

    files: Files
    judged: Sequence[tuple[str, str]]
    folder: Path | None = None


def check_files(paths: Iterable[Path], registry: Registry) -> list[Checked]:
    """Checks these files, and every diagram, table and form in these folders. Raises NothingThere."""
    by_folder: dict[Path, list[Path]] = {}
    for path in paths:
        files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.name.endswith(CHECKED))
        if not files:
            raise definitions.NothingThere(path=path)
        for file in files:
            by_folder.setdefault(file.parent, []).append(file)
    packages = [
        Package(
            {**_beside(folder), **{file.name: file.read_bytes() for file in files}},
            [(file.name, str(file)) for file in files],
            folder,
        )
        for folder, files in by_folder.items()
    ]
    return _checked(packages, registry)


def check_deployed(session: Session, registry: Registry) -> list[Checked]:
    """Checks the latest version of every process that is deployed, with everything that was deployed with it."""
    newest = select(ProcessDefinition).order_by(ProcessDefinition.process_id, ProcessDefinition.version.desc())
    latest: dict[str, ProcessDefinition] = {}
    for each in session.scalars(newest):
        latest.setdefault(each.process_id, each)
    packages, seen = [], set()
    for each in latest.values():
        if each.deployment_id in seen:
            continue
        seen.add(each.deployment_id)
        rows = session.scalars(select(Resource).where(Resource.deployment_id == each.deployment_id)).all()
        files = {row.name: row.body for row in rows}
        names = sorted(name for name in files if name.endswith(CHECKED))
        packages.append(Package(files, [(name, f"{each.process_id}@{each.version}/{name}") for name in names]))
    if not packages:
        raise definitions.NothingThere(path=Deployment.__tablename__)
    return _checked(packages, registry)


def _beside(folder: Path) -> dict[str, bytes]:
    """What a diagram in this folder may refer to."""
    return {
        file.name: file.read_bytes()
        for file in sorted(folder.iterdir())
        if file.is_file() and file.name.endswith(definitions.DEPLOYED)
    }


def _checked(packages: Sequence[Package], registry: Registry) -> list[Checked]:
    everywhere = [spec for package in packages for found in processes_in(package.files).values() for spec in found]
    everywhere += [spec for spec in _own() if spec.process_id not in {one.process_id for one in everywhere}]
    return [each for package in packages for each in _package(package, registry, everywhere)]


def _own() -> Iterator[ProcessSpec]:
    """The processes of the association: they may send what is waited for."""
    for entry in workflows.catalogue():
        name = f"{entry.process_id}.bpmn"
        yield from processes_in({name: (entry.path / name).read_bytes()}).get(name, ())


def _package(package: Package, registry: Registry, around: Sequence[ProcessSpec]) -> Iterator[Checked]:
    own = processes_in(package.files)
    specs = {spec.process_id: spec for found in own.values() for spec in found}
    wiring = wiring_of(tuple(specs.values()), package.files, registry, around)
    calls = [*check_calls(specs.values())]
    for name, shown in package.judged:
        found = [*_file(name, package, registry)]
        for spec in own.get(name, ()):
            found += wiring.get(spec.process_id, ()) if specs[spec.process_id] is spec else ()
            found += [finding for finding in calls if finding.element in spec.elements]
        yield Checked(shown, tuple(sorted(found, key=lambda finding: not finding.is_error)))


def _file(name: str, package: Package, registry: Registry) -> Iterator[Finding]:
    """What one file lacks by itself, by its ending. A file that is none of ours is read as a diagram."""
    body = package.files[name]
    if name.endswith(".form"):
        translations = package.files.get(f"{name.removesuffix('.form')}.translations.json")
        yield from definitions.check_form(name, body, translations)
    elif name.endswith(".dmn"):
        golden = definitions.golden_cases(package.folder) if package.folder is not None else {}
        try:
            yield from definitions.check_tables(name, package.files, golden, registry)
        except AmicaleError as refused:  # the table, or golden cases beside it
            yield Finding("error", refused.code, refused.message, dict(refused.params))
    else:
        yield from _diagram(name, body)


def _diagram(name: str, body: bytes) -> Iterator[Finding]:
    diagram = name if name.endswith(".bpmn") else f"{name}.bpmn"
    reading = deployment.read({diagram: body}, TimeLimits())
    yield from reading.findings
    environment = definitions.offline()
    for spec in (spec for specs in reading.processes.values() for spec in specs):
        yield from check_starts(environment, spec)
        yield from check_soundness(spec)
