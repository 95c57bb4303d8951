"""The processes on disk: folders of diagrams, tables and forms, checked as a whole and deployed as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from sqlalchemy.orm import Session

import workflows
from engine import commands, dmn
from engine.assignment import SYSTEM, Actor
from engine.bpmn import ProcessSpec
from engine.clock import SystemClock
from engine.deployment import DeployResult
from engine.dmn.analysis import analyse
from engine.dmn.golden import SUFFIX, read_cases
from engine.engine import Engine, EngineSettings
from engine.errors import Invalid
from engine.feel import Environment
from engine.feel_calendar import calendar_functions
from engine.findings import Finding
from engine.registry import Registry
from forms import FormRefused, read_form
from webapp.decision_checks import GoldenCasesCheck, TablesCheck, answers_of_forms, judged, red_cases
from webapp.decision_names import names_around
from webapp.sandbox.scenarios import SUFFIX as SCENARIOS
from webapp.studio.precedence import brought_here
from webapp.wiring_checks import WiringCheck, processes_in
from workflows.association.registry import registry
from workflows.association.settings import Association

OWN = Path(workflows.__file__).parent
DEPLOYED = (".bpmn", ".dmn", ".form", ".translations.json")


class NothingThere(Invalid):
    """There is no diagram, table or form in {path}."""

    code: ClassVar[str] = "nothing_there"


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


def scenarios(folder: Path) -> dict[str, bytes]:
    """The scenarios of a process that the studio plays, by file name: they are not deployed."""
    return {file.name: file.read_bytes() for file in sorted(folder.glob(f"*{SCENARIOS}"))}


def deploy(session: Session, engine: Engine, roots: Iterable[Path], *, reason: str = "") -> list[DeployResult]:
    """Deploys every process folder, all in the caller's transaction. Raises DeploymentRefused, NothingThere."""
    packages = [folder for root in roots for folder in (own(session) if root == OWN else folders(root))]
    around = [spec for folder in packages for found in processes_in(resources(folder)).values() for spec in found]
    return [
        deploy_files(session, engine, {**resources(folder), **golden_cases(folder)}, around, by=SYSTEM, reason=reason)
        for folder in packages
    ]


def deploy_files(
    session: Session, engine: Engine, files: Mapping[str, bytes], around: Sequence[ProcessSpec] | None = None, *,
    by: Actor, reason: str = "",
) -> DeployResult:  # fmt: skip
    """Deploys these files, after every check that a deployment has; golden cases among them are run and not deployed.

    `around`: the processes that it is deployed with, whose messages count. Raises DeploymentRefused.
    """
    golden = {name: body for name, body in files.items() if name.endswith(SUFFIX)}
    parts = {name: body for name, body in files.items() if name not in golden}
    if around is None:
        around = [spec for found in processes_in(parts).values() for spec in found]
    checks = (
        check_forms,
        TablesCheck(engine.registry, tuple(engine.environment.functions), golden),
        GoldenCasesCheck(golden, engine.environment),
        WiringCheck(engine.registry, around),
    )
    return commands.deploy(session, engine, parts, by=by, reason=reason, checks=checks)


def own(session: Session) -> list[Path]:
    """The association's folders, but for the processes that their owners changed in the studio since: a start or an
    update of the software does not undo what two people decided. Naming a folder does."""
    changed = brought_here(session)
    return [entry.path for entry in workflows.catalogue() if entry.process_id not in changed]


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


def read_decisions(file: Path) -> dmn.DecisionModel:
    """The model of this file, with those of its folder that it imports. Raises DmnRefused."""
    beside = {each.name: each.read_bytes() for each in sorted(file.parent.glob("*.dmn"))}
    return dmn.Folder({**beside, file.name: file.read_bytes()}).model(file.name)


def check_decisions(file: Path) -> Sequence[Finding]:
    """What the tables of this file lack, beside the forms of its folder, and which golden cases do not come out.

    Raises DmnRefused, GoldenCasesUnreadable.
    """
    files = {**resources(file.parent), file.name: file.read_bytes()}
    return check_tables(file.name, files, golden_cases(file.parent), registry(Association()))


def check_tables(
    name: str, files: Mapping[str, bytes], golden: Mapping[str, bytes], registry: Registry
) -> list[Finding]:
    """The same of a file among others. `golden`: golden cases, by file name.

    Raises DmnRefused, GoldenCasesUnreadable.
    """
    model, world = dmn.Folder(files).model(name), offline()
    found = list(
        judged(
            analyse(
                model,
                possible=answers_of_forms(files, registry),
                functions=tuple(world.functions),
                around=names_around(files, registry, golden),
            )
        )
    )
    for case, body in golden.items():
        cases = read_cases(body, name=case)
        if cases.decision in model.decisions:
            found += red_cases(case, cases, (model,), world)
    return found


def offline() -> Environment:
    """The present, in the association's zone, with the calendar's functions: for checks without a database."""
    settings = EngineSettings()
    return Environment(SystemClock().now, settings.zone, calendar_functions(settings.work_calendar))
