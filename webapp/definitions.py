"""The processes on disk: folders of diagrams, tables and forms, checked as a whole and deployed as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from sqlalchemy.orm import Session

import workflows
from engine import commands, dmn
from engine.assignment import SYSTEM
from engine.bpmn import DiagramRefused, read_diagram
from engine.bpmn.soundness import check_soundness
from engine.clock import SystemClock
from engine.deployment import DeployResult
from engine.dmn.analysis import analyse
from engine.dmn.golden import SUFFIX, read_cases
from engine.engine import Engine, EngineSettings
from engine.errors import AmicaleError, Invalid
from engine.feel import Environment
from engine.feel_calendar import calendar_functions
from engine.findings import Finding
from forms import FormRefused, read_form
from webapp.decision_checks import GoldenCasesCheck, TablesCheck, answers_of_forms, red_cases
from workflows import association

OWN = Path(workflows.__file__).parent
DEPLOYED = (".bpmn", ".dmn", ".form", ".translations.json")
CHECKED = (".bpmn", ".dmn", ".form")


class NothingThere(Invalid):
    """There is no diagram, table or form in {path}."""

    code: ClassVar[str] = "nothing_there"


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check of one file found."""

    file: Path
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether the file may be deployed."""
        return not any(finding.is_error for finding in self.findings)


def folders(root: Path = OWN) -> list[Path]:
    """The process folders below this one, or the folder itself where it holds a diagram. Raises NothingThere."""
    found = [root] if any(root.glob("*.bpmn")) else sorted({file.parent for file in root.glob("*/*.bpmn")})
    if not found:
        raise NothingThere(path=root)
    return found


def resources(folder: Path) -> dict[str, bytes]:
    """The files of a process that are deployed together, by name."""
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir()) if file.name.endswith(DEPLOYED)}


def golden_cases(folder: Path) -> dict[str, bytes]:
    """The golden cases of a process's decisions, by file name: they are run at every deployment, and not deployed."""
    return {file.name: file.read_bytes() for file in sorted(folder.glob(f"*{SUFFIX}"))}


def deploy(session: Session, engine: Engine, roots: Iterable[Path], *, reason: str = "") -> list[DeployResult]:
    """Deploys every process folder, all in the caller's transaction. Raises DeploymentRefused, NothingThere."""
    packages = [
        folder
        for root in roots
        for folder in ([each.path for each in workflows.catalogue()] if root == OWN else folders(root))
    ]
    return [
        commands.deploy(
            session,
            engine,
            resources(folder),
            by=SYSTEM,
            reason=reason,
            checks=(
                check_forms,
                TablesCheck(engine.registry),
                GoldenCasesCheck(golden_cases(folder), engine.environment),
            ),
        )
        for folder in packages
    ]


def check_forms(files: Mapping[str, bytes]) -> Sequence[Finding]:
    """What the forms among these files lack, each with the translations beside it."""
    found: list[Finding] = []
    for name in sorted(files):
        if name.endswith(".form"):
            found += check_form(name, files[name], files.get(f"{name.removesuffix('.form')}.translations.json"))
    return found


def check_form(name: str, body: bytes, translations: bytes | None) -> list[Finding]:
    """What this form lacks."""
    try:
        table = json.loads(translations) if translations is not None else None
    except ValueError as error:
        line, column = (error.lineno, error.colno) if isinstance(error, json.JSONDecodeError) else (1, 1)
        message = f"{name}: its translations are no JSON (line {line}, character {column}). Correct the file."
        return [Finding("error", "translations_unreadable", message, {"file": name, "line": line, "column": column})]
    try:
        read = read_form(body, translations=table, name=name.removesuffix(".form"))
        said = read.warnings
    except FormRefused as refused:
        said = refused.findings
    return [
        Finding(
            "warning" if finding.severity == "warning" else "error",
            finding.code,
            f"{name}: {finding.message}",
            {**finding.params, "file": name},
            element=finding.component or None,
        )
        for finding in said
    ]


def check_files(paths: Iterable[Path]) -> list[Checked]:
    """Checks these files, and every diagram, table and form in these folders. Raises NothingThere."""
    checked = []
    for path in paths:
        files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.suffix in CHECKED)
        if not files:
            raise NothingThere(path=path)
        checked += [Checked(file, tuple(check_file(file))) for file in files]
    return checked


def check_file(file: Path) -> Sequence[Finding]:
    """What this file lacks, by its ending. A file that is none of ours is an error."""
    body = file.read_bytes()
    if file.suffix == ".form":
        beside = file.with_name(f"{file.stem}.translations.json")
        return check_form(file.name, body, beside.read_bytes() if beside.is_file() else None)
    try:
        if file.suffix == ".dmn":
            return check_decisions(file)
        diagram = read_diagram(body, name=file.name)
        return [*diagram.findings, *(finding for process in diagram.processes for finding in check_soundness(process))]
    except DiagramRefused as refused:
        return refused.findings
    except AmicaleError as refused:
        return (Finding("error", refused.code, refused.message, dict(refused.params)),)


def check_decisions(file: Path) -> Sequence[Finding]:
    """What the tables of this file lack, beside the forms of its folder, and which golden cases do not come out.

    Raises DmnRefused.
    """
    model = dmn.read(file.read_bytes(), name=file.name)
    possible = answers_of_forms(resources(file.parent), association.registry(association.Association()))
    found = list(analyse(model, possible=possible))
    for name, body in golden_cases(file.parent).items():
        cases = read_cases(body, name=name)
        if cases.decision in model.decisions:
            found += red_cases(name, cases, (model,), offline())
    return found


def offline() -> Environment:
    """The present, in the association's zone, with the calendar's functions: for checks without a database."""
    settings = EngineSettings()
    return Environment(SystemClock().now, settings.zone, calendar_functions(settings.work_calendar))
