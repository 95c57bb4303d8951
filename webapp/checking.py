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
    read = [_read(package) for package in packages]
    everywhere = [spec for readings in read for reading in readings.values() for spec in _specs(reading)]
    known = {spec.process_id for spec in everywhere}
    everywhere += [spec for spec in _own() if spec.process_id not in known]
    return [
        each
        for package, readings in zip(packages, read, strict=True)
        for each in _package(package, readings, registry, everywhere)
    ]


def _read(package: Package) -> dict[str, deployment.Reading]:
    """The files of a package as a deployment reads them, each for itself."""
    judged = {name for name, _ in package.judged}
    names = [name for name in package.files if name.endswith(CHECKED) or name in judged]
    names = [name for name in names if not name.endswith(".dmn")]  # tables are read with those that they import
    return {name: deployment.read({_as_deployed(name): package.files[name]}, TimeLimits()) for name in names}


def _as_deployed(name: str) -> str:
    """What is no table and no form is read as a diagram, whatever its ending."""
    return name if name.endswith((".bpmn", ".dmn", ".form")) else f"{name}.bpmn"


def _specs(reading: deployment.Reading) -> list[ProcessSpec]:
    return [spec for specs in reading.processes.values() for spec in specs]


def _own() -> Iterator[ProcessSpec]:
    """The processes of the association: they may send what is waited for."""
    for entry in workflows.catalogue():
        name = f"{entry.process_id}.bpmn"
        yield from processes_in({name: (entry.path / name).read_bytes()}).get(name, ())


def _package(
    package: Package, readings: Mapping[str, deployment.Reading], registry: Registry, around: Sequence[ProcessSpec]
) -> Iterator[Checked]:
    specs = {spec.process_id: spec for reading in readings.values() for spec in _specs(reading)}
    wiring = wiring_of(tuple(specs.values()), package.files, registry, around)
    calls = [*check_calls(specs.values())]
    twice = _ids_in_two_files(package, readings)
    for name, shown in package.judged:
        reading = readings.get(name, deployment.Reading())
        found, own = [*_file(name, package, reading, registry), *twice.get(name, ())], _specs(reading)
        for spec in own:
            found += wiring.get(spec.process_id, ()) if specs[spec.process_id] is spec else ()
            found += [finding for finding in calls if finding.element in spec.elements]
        yield Checked(shown, tuple(sorted(found, key=lambda finding: not finding.is_error)))


def _ids_in_two_files(package: Package, readings: Mapping[str, deployment.Reading]) -> dict[str, list[Finding]]:
    """By file, the processes, decisions and forms that another file of the package has as well: a deployment, which
    refuses the later file of the two, is checked as a whole."""
    tables = {name: body for name, body in package.files.items() if name.endswith(".dmn")}
    ids = [("dmn", key, name) for name, keys in deployment.read(tables, TimeLimits()).keys.items() for key, _ in keys]
    for name, reading in readings.items():
        ids += [("bpmn", spec.process_id, name) for spec in _specs(reading)]
        ids += [("form", key, name) for keys in reading.keys.values() for key, _ in keys]
    holders: dict[tuple[str, str], list[str]] = {}
    for kind, key, name in sorted(ids):
        holders.setdefault((kind, key), []).append(name)
    told = deployment.Reading()
    for (_, key), names in holders.items():
        for place, name in enumerate(names):
            if len(names) > 1:
                told.refuse_twice(name, key, names[place - 1])
    return {name: [one for one in told.findings if one.params["file"] == name] for name in package.files}


def _file(name: str, package: Package, reading: deployment.Reading, registry: Registry) -> Iterator[Finding]:
    """What one file lacks by itself, by its ending."""
    if name.endswith(".form"):
        translations = package.files.get(f"{name.removesuffix('.form')}.translations.json")
        yield from definitions.check_form(name, package.files[name], translations)
        yield from (finding for finding in reading.findings if finding.code != "form_unreadable")
    elif name.endswith(".dmn"):
        golden = definitions.golden_cases(package.folder) if package.folder is not None else {}
        try:
            yield from definitions.check_tables(name, package.files, golden, registry)
        except AmicaleError as refused:
            yield Finding("error", refused.code, refused.message, dict(refused.params))
    else:
        yield from reading.findings
        for spec in _specs(reading):
            yield from check_starts(definitions.offline(), spec)
            yield from check_soundness(spec)
